"""Random changes to a room or shape and its boxes, as detectors and segmenters are trained with. numpy only.

Flips along x and y, a small turn about z, one scale for all axes (boxes stay boxes), a shift, and noise.
"""

import math
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from engine.experiment import Augment
from engine.registry import Settings
from engine.scene_blocks import BlockSettings, Rows, ScaleSettings
from engine.upright import turned
from engine.words import say

Floats = NDArray[np.float32]
_TRIES = 100
_LOOKED_AT = 2048  # points, to see how many of all a part would keep
_ALIKE = 0.8  # of the shares of two sides at least, the smaller over the larger


class MoveSettings(Settings):
    """How rooms are changed beside experiment.augment."""

    flip: bool = Field(
        True, title=say("Mirrored"), description=say("Along x and along y, each every second time.")
    )
    tilt: float = Field(
        5.0,
        ge=0,
        le=180,
        title=say("Turned by at most"),
        description=say("Degrees about the up axis."),
    )


class RoomSettings(MoveSettings, ScaleSettings):
    """How much of a room a detector sees."""

    points: int = Field(
        20_000,
        ge=16,
        le=262_144,
        title=say("Points of a room"),
        description=say("Drawn afresh each time; 40,000 as published for ScanNet."),
    )
    crop: float = Field(
        0.5,
        gt=0,
        le=1,
        title=say("Cut to at least"),
        description=say(
            "Each side of a random part, as a share of the room’s. 1: rooms are never cut."
        ),
        json_schema_extra={"term": say("random cuboid")},
    )
    crop_points: float = Field(
        0.6,
        ge=0,
        le=1,
        title=say("Points kept in a part"),
        description=say(
            "Share, at least; with fewer, rooms are cut more often, and short runs learn less."
        ),
    )


class PieceSettings(BlockSettings, MoveSettings):
    """How rooms are cut for a segmenter, and how the pieces are changed."""

    cut: Literal["column", "room"] = Field(
        "room",
        title=say("A block is"),
        description=say(
            "“column”: a part of the room from floor to ceiling; “room”: all of it, thinned."
        ),
        json_schema_extra={"term": say("block sampling")},
    )
    filled: float = Field(
        0.0,
        ge=0,
        le=1,
        title=say("Filled at least"),
        description=say(
            "Share of a column’s 31 x 31 x 62 cells that hold a point; 0.02 as published for ScanNet."
        ),
    )
    blocks: int = Field(
        1, ge=1, le=1000, title=say("Blocks of each room"), description=say("Seen in one pass.")
    )


def moved(
    points: Floats, boxes: Floats, moves: MoveSettings, options: Augment, rng: Generator
) -> tuple[Floats, Floats]:
    """Points (N, 3) and boxes (K, 7), both changed alike."""
    mirror = np.where(rng.random(2) < 0.5, -1.0, 1.0) if moves.flip else np.ones(2)
    most = math.pi if options.turn == "upright" else math.radians(moves.tilt)
    angle, factor = rng.uniform(-most, most), rng.uniform(1 / options.scale, options.scale)
    shift = rng.uniform(-options.shift, options.shift, 3)

    def carried(places: Floats) -> NDArray[np.float64]:
        return turned(places * np.array([*mirror, 1.0]), angle) * factor + shift

    whole = carried(points)
    if options.jitter:
        whole = whole + rng.normal(0, options.jitter, whole.shape)
    heading = boxes[:, 6] * mirror[0] * mirror[1]
    heading = heading + angle + (math.pi if mirror[0] < 0 else 0)  # mirrored in x, h becomes π - h
    heading = (heading + math.pi) % (2 * math.pi) - math.pi
    sides = [carried(boxes[:, :3]), boxes[:, 3:6] * factor, heading[:, None]]
    return whole.astype(np.float32), np.concatenate(sides, axis=1).astype(np.float32)


def kept(count: int, options: Augment, rng: Generator) -> Rows:
    """Rows of `count` points, less a share of at most `dropout` of them, in random order."""
    share = rng.uniform(0, options.dropout)
    rows: Rows = rng.permutation(count)[: max(1, round(count * (1 - share)))]
    return rows


def cuboid(
    points: Floats, boxes: Floats, least: float, fewest: float, rng: Generator
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """A part of a room as 3DETR cuts it: which points (N,) and which boxes (K,), those whose centres lie in it.

    Each side is `least` to 1 of the room's; about a share `fewest` of the points at least, and one box, are kept. All
    of both where that fails a hundred times.
    """
    extent = np.ptp(points, axis=0)
    some = points[rng.permutation(len(points))[:_LOOKED_AT]]
    for _ in range(_TRIES):
        share = rng.uniform(least, 1, 3)
        middle = points[rng.integers(len(points))]
        ordered = np.sort(share)
        if (ordered[:-1] / ordered[1:]).max() < _ALIKE:
            continue
        held = _within(boxes[:, :3], middle, share * extent / 2)
        if held.any() and _within(some, middle, share * extent / 2).mean() >= fewest:
            return _within(points, middle, share * extent / 2), held
    return np.ones(len(points), np.bool_), np.ones(len(boxes), np.bool_)


def _within(places: Floats, middle: Floats, half: NDArray[np.floating]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (np.abs(places - middle) <= half).all(axis=1)
    return inside
