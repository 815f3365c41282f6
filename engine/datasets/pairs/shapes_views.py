"""Built-in shapes and pictures of them, with captions that are true by the making."""

import hashlib
from collections.abc import Generator

import numpy as np
from pydantic import Field

from engine import registry
from engine.control import Control
from engine.datasets.pairs.pair import Pair, Pairs, drawn, gathered
from engine.datasets.pairs.scenes import Scene, painted, scenes
from engine.datasets.pairs.words import COLOURS, PLAIN, caption, spoken
from engine.datasets.shapes import KINDS
from engine.datasets.shapes import VERSION as SHAPES
from engine.errors import ConfigError
from engine.events import Event, Phase
from engine.words import say

VERSION = 1
_GROUND = 0.95


@registry.register(
    "pairs",
    "shapes_views",
    title=say("Built-in shapes and their pictures"),
    about=say("Shapes made from a seed, seen from many sides, with a true caption each."),
)
class ShapesViews:
    """Every view is a pair of its own; the shapes of the test are not among those of the training."""

    class Settings(registry.Settings):
        """Which shapes, how many, and what is drawn of them."""

        kinds: tuple[str, ...] = Field(
            PLAIN,
            title=say("Kinds"),
            description=say("Those that the built-in teacher has words for."),
        )
        per_kind: int = Field(40, ge=2, le=5000, title=say("Shapes of each kind"))
        views: int = Field(4, ge=1, le=100, title=say("Pictures of each shape"))
        test_share: float = Field(0.2, gt=0, lt=1, title=say("Kept for the test"))
        points: int = Field(1024, ge=16, le=10_000, title=say("Points of a cloud"))
        seen_only: bool = Field(
            False,
            title=say("Only what is seen"),
            description=say(
                "The cloud holds the side that the picture shows, as a depth camera would."
            ),
        )
        colours: bool = Field(
            True,
            title=say("Colours"),
            description=say("Off: grey pictures, as a cloud has no colour."),
        )
        side: int = Field(64, ge=16, le=512, title=say("Side of a picture in pixels"))
        seed: int = Field(
            1000,
            ge=0,
            lt=2**31,
            title=say("Seed"),
            description=say("Not the teacher’s, so that it sees new shapes."),
        )

    title: str

    def __init__(self, settings: Settings) -> None:
        unknown = sorted(set(settings.kinds) - set(KINDS))
        if unknown or not settings.kinds:
            what = (
                say("no kind “{unknown}”", unknown=unknown[0])
                if unknown
                else say("no kind asked for")
            )
            near = registry.hint(unknown[0] if unknown else "", sorted(KINDS))
            raise ConfigError(
                say("There is {what}. Nothing was started.{near}", what=what, near=near)
            )
        self.settings = settings
        self.kinds = tuple(sorted(settings.kinds))

    def fingerprint(self) -> str:
        """Changes whenever the pairs would."""
        text = f"{VERSION} {SHAPES} {self.settings.model_dump_json()}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def read(self, control: Control) -> Generator[Event, None, Pairs]:
        """Make all pairs, kind after kind. Raises Stopped when asked to stop."""
        wanted, pairs = self.settings, []
        tests = min(max(round(wanted.per_kind * wanted.test_share), 1), wanted.per_kind - 1)
        for number, kind in enumerate(sorted(wanted.kinds)):
            yield from control.gate()
            fraction = number / len(wanted.kinds)
            yield Phase(
                name=say("Taking pictures of shapes"), detail=spoken(kind), fraction=fraction
            )
            for index in range(wanted.per_kind):
                train = index < wanted.per_kind - tests
                paints = tuple(COLOURS) if wanted.colours else ()
                views = scenes(kind, wanted.seed, index, wanted.views, wanted.side, paints)
                pairs += [
                    self._pair(scene, (index, view), train) for view, scene in enumerate(views)
                ]
        return gathered(pairs, self.title, made=True)

    def _pair(self, scene: Scene, place: tuple[int, int], train: bool) -> Pair:
        wanted, slots, camera = self.settings, scene.slots, scene.seen.camera
        rng = np.random.default_rng([wanted.seed, *place, *slots.kind.encode()])
        cloud = scene.points[scene.seen.visible(0)] if wanted.seen_only else scene.points
        return Pair(
            image=painted(scene.light, COLOURS[slots.colour or "grey"], _GROUND),
            points=drawn(cloud, wanted.points, rng),
            depth=scene.seen.depth[0],
            name=f"{slots.kind}_{place[0] + 1:04d}_{place[1] + 1}",
            intrinsics=camera.intrinsics[0],
            extrinsics=camera.extrinsics[0],
            thing=f"{slots.kind}_{place[0] + 1:04d}",
            kind=slots.kind,
            caption=spoken(caption(slots)),
            train=train,
        )
