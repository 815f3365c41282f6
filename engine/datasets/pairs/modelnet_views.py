"""Clouds of ModelNet, or of a folder of your own, and pictures rendered from them."""

import hashlib
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np
from pydantic import Field

from engine import registry
from engine.clouds import Clouds
from engine.control import Control
from engine.datasets.folder import Folder
from engine.datasets.modelnet import ModelNet
from engine.datasets.pairs.pair import Pair, Pairs, gathered
from engine.datasets.pairs.words import COLOURS, VIEWS
from engine.errors import DataError
from engine.events import Event, Phase
from engine.orbit import Orbit
from engine.render import estimated_normals, render, turntable
from engine.words import say

VERSION = 1
_LOWEST, _HIGHEST = VIEWS["side"][0], VIEWS["above"][1]


@registry.register(
    "pairs",
    "modelnet_views",
    title=say("ModelNet and its pictures"),
    about=say(
        "Pictures rendered from the clouds of ModelNet, or of any folder with a sub-folder per kind."
    ),
)
class ModelNetViews:
    """Clouds keep their split; every view is a pair of its own."""

    extra: dict[str, Any] = {"shows": "folder"}  # noqa: RUF012  whose split is drawn where no folder tells it

    class Settings(registry.Settings):
        """Where the clouds are, and what is drawn of them."""

        path: str = Field(
            min_length=1, title=say("Folder or file"), json_schema_extra={"place": "folder"}
        )
        points: int = Field(1024, ge=16, le=65536, title=say("Points of a cloud"))
        views: int = Field(2, ge=1, le=100, title=say("Pictures of each cloud"))
        side: int = Field(64, ge=16, le=512, title=say("Side of a picture in pixels"))
        colours: bool = Field(False, title=say("Colours"), description=say("Off: grey pictures."))
        seed: int = Field(0, ge=0, lt=2**31, title=say("Seed"))

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    def fingerprint(self) -> str:
        """Changes when the settings or the files change."""
        text = f"{VERSION} {self.settings.model_dump_json()} {self._source().fingerprint()}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def read(self, control: Control) -> Generator[Event, None, Pairs]:
        """All pairs; clouds that cannot be read are in the problems."""
        clouds = yield from self._source().read(control)
        pairs: list[Pair] = []
        for row in range(len(clouds)):
            yield from control.gate()
            if row % 20 == 0:
                detail = clouds.kinds[clouds.labels[row]]
                yield Phase(name=say("Taking pictures"), detail=detail, fraction=row / len(clouds))
            pairs += self._views(clouds, row)
        return gathered(
            pairs, say("{clouds}, rendered", clouds=clouds.title), clouds.problems, made=True
        )

    def _source(self) -> ModelNet | Folder:
        wanted = self.settings
        values = {"path": wanted.path, "points": wanted.points, "seed": wanted.seed}
        source: ModelNet | Folder = registry.make("dataset", "modelnet", values)
        try:
            source.fingerprint()
        except DataError:  # no ModelNet: then any folder with a sub-folder per kind
            source = registry.make("dataset", "folder", values)
        return source

    def _views(self, clouds: Clouds, row: int) -> Iterator[Pair]:
        wanted, points = self.settings, clouds.points[row]
        rng = np.random.default_rng([wanted.seed, row])
        normals = estimated_normals(points)[None]
        low, high = points.min(axis=0), points.max(axis=0)
        centred = points - (low + high) / 2
        centred /= np.linalg.norm(centred, axis=1).max()
        for view in range(wanted.views):
            turn = Orbit(rng.uniform(0, 360), rng.uniform(_LOWEST, _HIGHEST))
            camera = turntable([turn], wanted.side)
            paint = rng.choice(list(COLOURS)) if wanted.colours else "grey"
            colour = np.array(COLOURS[paint])[None, None]
            seen = render(centred[None], normals, colour, camera, splat=self._splat())
            yield Pair(
                image=(seen.images[0].transpose(1, 2, 0) * 255).round().astype(np.uint8),
                points=centred,
                depth=seen.depth[0],
                name=f"{clouds.names[row]}_{view + 1}",
                thing=clouds.names[row],
                intrinsics=camera.intrinsics[0],
                extrinsics=camera.extrinsics[0],
                kind=clouds.kinds[clouds.labels[row]],
                train=bool(clouds.train[row]),
            )

    def _splat(self) -> int:
        """So wide that a surface closes: 3 pixels for 1,024 points on 64 pixels."""
        wanted = self.settings
        return max(2, round(3 * wanted.side / 64 * float(np.sqrt(1024 / wanted.points))))
