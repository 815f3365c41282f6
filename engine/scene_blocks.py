"""A room in pieces that a net can look at: the crops it learns from, and how much each class counts. numpy only.

A column is 1.5 m wide and reaches from the floor to the ceiling, as in PointNet++'s blocks of ScanNet: drawn around a
point of the room, drawn again where too little of it is labelled or filled; its margin is seen but not counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field, field_validator

from engine.errors import DataError
from engine.registry import Settings
from engine.words import say

EDGE = 0.01  # metres beyond a column's side that still count
_TRIES = 10
_CELLS = np.array([31, 31, 62])

Floats = NDArray[np.float32]
Labels = NDArray[np.integer]
Rows = NDArray[np.int64]


class ScaleSettings(Settings):
    """In which units an encoder sees what it looks at."""

    unit: Literal["auto", "metres", "radius"] = Field(
        "auto",
        title=say("The encoder sees"),
        description=say(
            "“radius”: rooms scaled to radius 1, as encoders that learnt from single shapes know clouds; "
            "“auto”: so where it starts from what was learnt before, metres from scratch."
        ),
        json_schema_extra={"term": say("unit sphere")},
    )

    @field_validator("unit", mode="before")
    @classmethod
    def _once_a_switch(cls, said: Any) -> Any:
        """Files from before there were three answers say true or false."""
        return {True: "radius", False: "metres"}.get(said, said) if isinstance(said, bool) else said


class BlockSettings(ScaleSettings):
    """How rooms are cut."""

    points: int = Field(8192, ge=16, le=262144, title=say("Points of a block"))
    cut: Literal["column", "room"] = Field(
        "column",
        title=say("A block is"),
        description=say(
            "“column”: a part of the room from floor to ceiling; “room”: all of it, thinned."
        ),
        json_schema_extra={"term": say("block sampling")},
    )
    side: float = Field(
        1.5, ge=0.1, le=1000, title=say("Width of a column"), description=say("In metres.")
    )
    margin: float = Field(
        0.2,
        ge=0,
        le=100,
        title=say("Margin"),
        description=say("Seen around a column, but not counted."),
    )
    labelled: float = Field(
        0.7,
        ge=0,
        le=1,
        title=say("Labelled at least"),
        description=say("Share of a column’s points."),
    )
    filled: float = Field(
        0.02,
        ge=0,
        le=1,
        title=say("Filled at least"),
        description=say(
            "Share of a column’s 31 x 31 x 62 cells that hold a point. Thin clouds need less."
        ),
    )
    passes: int = Field(
        1, ge=1, le=100, title=say("Passes of a test"), json_schema_extra={"term": "votes"}
    )
    most: int = Field(
        200_000,
        ge=16,
        title=say("Points of a tested room"),
        description=say("At most; all others get the answer about the nearest of these."),
    )


@dataclass(frozen=True)
class Block:
    """members (P,): which points of the room, some more than once where there are too few; counted (P,): those whose
    labels are learnt or whose answers are taken; origin (3,): the middle of the block on the floor, in float64."""

    members: Rows
    counted: NDArray[np.bool_]
    origin: NDArray[np.float64]


def crop(points: Floats, semantic: Labels, settings: BlockSettings, rng: Generator) -> Block:
    """A block to learn from: points (N, 3), semantic (N,) with -1 where not told. DataError without any point."""
    refuse_empty(points)
    if settings.cut == "room":
        everything = np.arange(len(points))
        members = drawn(everything, settings.points, rng)
        return Block(members, np.ones(len(members), np.bool_), floor_middle(points))
    middle, region = _column(points, semantic, settings, rng)
    members = drawn(region, settings.points, rng)
    counted = within(points[members], middle, settings.side / 2 + EDGE)
    return Block(members, counted, np.array([*middle, points[:, 2].min()]))


def placed(points: Floats, block: Block, scaled: bool = False) -> Floats:
    """A block's points (P, 3) as the net sees them: in metres from its middle on the floor; `scaled`: from
    their mean, the largest radius 1."""
    own = points[block.members] - block.origin
    if scaled:
        own -= own.mean(axis=0)
        own /= max(float(np.linalg.norm(own, axis=1).max()), float(np.finfo(np.float32).tiny))
    return own.astype(np.float32)


def class_counts(semantics: Iterable[Labels], classes: int) -> NDArray[np.int64]:
    """(C,): how many points of all rooms are of each class; those that are not told count for none."""
    counts = np.zeros(classes, np.int64)
    for semantic in semantics:
        counts += np.bincount(semantic[semantic >= 0], minlength=classes)[:classes]
    return counts


def class_weights(counts: NDArray[np.int64]) -> Floats:
    """(C,) -> (C,): 1 / log(1.2 + share), so that a rare class counts up to seven times as much as a frequent one."""
    share = counts / max(int(counts.sum()), 1)
    return (1 / np.log(1.2 + share)).astype(np.float32)


def refuse_empty(points: Floats) -> None:
    """DataError for a room without points."""
    if not len(points):
        raise DataError(
            say(
                "A room without points cannot be cut into blocks. Nothing was changed. Choose other data."
            )
        )


def drawn(members: Rows, count: int, rng: Generator) -> Rows:
    """So many of these in random order: each at most once where there are enough, else each at least once."""
    if len(members) < count:
        more = rng.choice(members, count - len(members))
        members = np.concatenate([members, more])
    return rng.permutation(members)[:count]


def within(points: Floats, middle: NDArray[np.float64], reach: float) -> NDArray[np.bool_]:
    """(N, 3) -> (N,): at most `reach` from the middle (2,) along x and along y."""
    x, y = (np.abs(points[:, axis] - middle[axis]) <= reach for axis in (0, 1))
    inside: NDArray[np.bool_] = x & y
    return inside


def floor_middle(points: Floats) -> NDArray[np.float64]:
    """(3,): the middle of the room, on its floor."""
    low, high = points.min(axis=0).astype(np.float64), points.max(axis=0).astype(np.float64)
    return np.array([*(low + high)[:2] / 2, low[2]])


def _column(
    points: Floats, semantic: Labels, settings: BlockSettings, rng: Generator
) -> tuple[NDArray[np.float64], Rows]:
    """The middle of a column, and the points in it and in its margin; of ten tries the first that will do, else the one
    of which most is labelled."""
    best, found = -1.0, None
    for _ in range(_TRIES):
        middle = points[rng.integers(len(points)), :2].astype(np.float64)
        region = np.flatnonzero(within(points, middle, settings.side / 2 + settings.margin))
        labelled = float((semantic[region] >= 0).mean())
        good = labelled >= settings.labelled and _filled(points, region, middle, settings)
        if good or labelled > best:
            best, found = labelled, (middle, region)
        if good:
            break
    assert found is not None
    return found


def _filled(
    points: Floats, region: Rows, middle: NDArray[np.float64], settings: BlockSettings
) -> bool:
    """Whether enough of the column's cells hold a point."""
    if not settings.filled:
        return True
    own = points[region]
    own = own[within(own, middle, settings.side / 2)]
    low, high = float(points[:, 2].min()), float(points[:, 2].max())
    size = np.array([settings.side, settings.side, max(high - low, 1e-9)])
    corner = np.array([*(middle - settings.side / 2), low])
    cells = np.clip(((own - corner) / size * _CELLS).astype(np.int64), 0, _CELLS - 1)
    met = np.unique(np.ravel_multi_index(tuple(cells.T), tuple(_CELLS)))
    return len(met) >= settings.filled * int(_CELLS.prod())
