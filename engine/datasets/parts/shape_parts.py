"""Built-in shapes whose points tell which part of the shape they lie on, true by the making."""

import hashlib
from collections.abc import Generator

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine import registry
from engine.control import Control
from engine.datasets.part import room_for
from engine.datasets.shapes import VERSION as SHAPES
from engine.datasets.shapes import make_parted
from engine.errors import ConfigError
from engine.events import Event, Phase
from engine.scenes import Parted
from engine.words import say

VERSION = 1
PARTS = {
    "airplane": ("body", "wings", "tail", "engines", "wheels"),
    "bathtub": ("tub", "tap", "feet"),
    "bed": ("mattress", "frame", "boards", "pillows", "posts"),
    "bench": ("seat", "legs", "back", "arms"),
    "chair": ("seat", "legs", "back", "arms"),
    "cup": ("body", "handle", "stem", "saucer"),
    "desk": ("top", "legs", "drawers", "hutch"),
    "guitar": ("body", "neck", "head", "strings"),
    "lamp": ("stand", "shade"),
    "monitor": ("screen", "stand", "speakers"),
    "sofa": ("seat", "back", "arms", "legs"),
    "stool": ("seat", "legs", "back"),
    "table": ("top", "legs", "skirt", "shelf"),
    "toilet": ("bowl", "lid", "tank"),
}


@registry.register(
    "parts",
    "shape_parts",
    title=say("Built-in shapes and their parts"),
    about=say(
        "Shapes made from a seed, every point with the part it lies on: legs, seat, back and so on."
    ),
)
class ShapeParts:
    """Fourteen kinds of two to five parts each; not every shape has every part of its kind."""

    class Settings(registry.Settings):
        """Which shapes, how many, and how finely."""

        kinds: tuple[str, ...] = Field(tuple(PARTS), title=say("Kinds"))
        per_kind: int = Field(60, ge=2, le=5000, title=say("Shapes of each kind"))
        test_share: float = Field(0.25, gt=0, lt=1, title=say("Kept for the test"))
        points: int = Field(2048, ge=16, le=65536, title=say("Points on each shape"))
        seed: int = Field(0, ge=0, lt=2**31, title=say("Seed"))

    title: str

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        unknown = sorted(set(settings.kinds) - set(PARTS))
        if unknown or not settings.kinds:
            what = (
                say("“{unknown}” has no named parts", unknown=unknown[0])
                if unknown
                else say("No kind is asked for")
            )
            near = registry.hint(unknown[0] if unknown else "", sorted(PARTS))
            raise ConfigError(say("{what}. Nothing was started.{near}", what=what, near=near))

    @classmethod
    def counts(cls, settings: Settings) -> tuple[int, int]:
        """How many parts points can be of, and how many categories shapes."""
        return sum(len(PARTS.get(kind, ())) for kind in set(settings.kinds)), len(
            set(settings.kinds)
        )

    def fingerprint(self) -> str:
        """Changes whenever the shapes or their parts would."""
        text = f"{VERSION} {SHAPES} {self.settings.model_dump_json()}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def read(self, control: Control) -> Generator[Event, None, Parted]:
        """Make all shapes, kind after kind. Raises Stopped when asked to stop."""
        wanted = self.settings
        kinds, each = tuple(sorted(set(wanted.kinds))), wanted.per_kind
        tests = min(max(round(each * wanted.test_share), 1), each - 1)
        points = room_for(len(kinds) * each, wanted.points)
        parts = np.empty(points.shape[:2], np.int16)
        ids = _numbered(kinds)
        for number, kind in enumerate(kinds):
            yield from control.gate()
            yield Phase(name=say("Making shapes"), detail=kind, fraction=number / len(kinds))
            for index in range(each):
                row = number * each + index
                points[row], parts[row] = _shape(kind, wanted.seed, index, wanted.points, ids[kind])
        return Parted(
            points=points,
            parts=parts,
            category=np.repeat(np.arange(len(kinds)), each),
            train=np.tile(np.arange(each) < each - tests, len(kinds)),
            names=tuple(f"{kind}_{index + 1:04d}" for kind in kinds for index in range(each)),
            categories=kinds,
            part_names=tuple(f"{kind} {part}" for kind in kinds for part in PARTS[kind]),
            parts_of=tuple(tuple(ids[kind].values()) for kind in kinds),
            title=self.title,
            made=True,
        )


def _numbered(kinds: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """The number of each part of each kind: no two kinds share one."""
    pairs = [(kind, part) for kind in kinds for part in PARTS[kind]]
    return {
        kind: {part: number for number, (owner, part) in enumerate(pairs) if owner == kind}
        for kind in kinds
    }


def _shape(
    kind: str, seed: int, index: int, points: int, ids: dict[str, int]
) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    cloud, names = make_parted(kind, seed, index, points)
    which, inverse = np.unique(names, return_inverse=True)
    return cloud, np.array([ids[name] for name in which], np.int16)[inverse]
