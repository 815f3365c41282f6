"""The built-in data set: forty kinds of everyday shapes, made on the spot from a seed."""

import hashlib
from collections.abc import Generator
from dataclasses import replace

import numpy as np
from pydantic import Field

from engine import registry
from engine.clouds import Clouds
from engine.control import Control
from engine.datasets.shapes import (  # noqa: F401  each module puts its kinds into KINDS
    bathroom,
    cabinets,
    devices,
    home,
    instruments,
    outdoors,
    seats,
    tables,
    vehicles,
    vessels,
)
from engine.datasets.shapes.catalogue import KINDS, make_cloud, make_mesh, make_parted
from engine.events import Event, Phase
from engine.words import say

__all__ = ["KINDS", "KNOWN", "VERSION", "Shapes", "make_cloud", "make_mesh", "make_parted"]

# Counted up whenever a change gives other shapes, so that caches of the old ones are left alone.
VERSION = 2
KNOWN = (
    "bathtub",
    "bed",
    "chair",
    "desk",
    "dresser",
    "monitor",
    "night_stand",
    "sofa",
    "table",
    "toilet",
)


@registry.register(
    "dataset",
    "shapes",
    title=say("Built-in shapes"),
    about=say(
        "Furniture, vessels, vehicles and more: 40 kinds made from a seed, nothing to download."
    ),
)
class Shapes:
    """The forty kinds of ModelNet40 by name; the ten of ModelNet10 are known unless told otherwise."""

    class Settings(registry.Settings):
        """How many shapes, how finely, and which."""

        per_kind: int = Field(60, ge=2, le=5000, title=say("Shapes of each kind"))
        test_share: float = Field(
            1 / 3,
            gt=0,
            lt=1,
            title=say("Kept for the test"),
            description=say("Share of each kind's shapes."),
        )
        points: int = Field(1024, ge=16, le=65536, title=say("Points on each shape"))
        seed: int = Field(
            0,
            ge=0,
            lt=2**31,
            title=say("Seed"),
            description=say("Another seed gives other shapes."),
        )

    title: str

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def fingerprint(self) -> str:
        """Changes whenever the clouds would: with any setting, and with the generator's version."""
        text = f"{VERSION} {self.settings.model_dump_json()}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def plan(self) -> Clouds:
        """All that is known before anything is made: kinds, labels and split; points are (0, N, 3)."""
        each, kinds = self.settings.per_kind, tuple(sorted(KINDS))
        return Clouds(
            points=np.empty((0, self.settings.points, 3), np.float32),
            labels=np.repeat(np.arange(len(kinds)), each),
            train=np.tile(np.arange(each) < each - self._tests(), len(kinds)),
            names=tuple(f"{kind}_{index + 1:04d}" for kind in kinds for index in range(each)),
            kinds=kinds,
            known=KNOWN,
            title=self.title,
            made=True,
        )

    def read(self, control: Control) -> Generator[Event, None, Clouds]:
        """Make all clouds, kind after kind. Raises Stopped when asked to stop."""
        each, count, seed = self.settings.per_kind, self.settings.points, self.settings.seed
        plan = self.plan()
        kinds = plan.kinds
        points = np.empty((len(plan), count, 3), np.float32)
        for number, kind in enumerate(kinds):
            yield from control.gate()
            yield Phase(name=say("Making shapes"), detail=kind, fraction=number / len(kinds))
            for index in range(each):
                points[number * each + index] = make_cloud(kind, seed, index, count)
        return replace(plan, points=points)

    def _tests(self) -> int:
        """How many shapes of each kind are for the test; at least one, and at least one is left."""
        each = self.settings.per_kind
        return min(max(round(each * self.settings.test_share), 1), each - 1)
