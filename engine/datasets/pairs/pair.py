"""A cloud and a picture of the same thing, with the camera that ties them where it is known. numpy only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import DataError
from engine.formats.bounded import Damage
from engine.formats.shape import FARTHEST
from engine.words import say

MOST_PROBLEMS = 50
MOST_BYTES = 16 << 30
UNKNOWN_K, UNKNOWN_T = np.full((3, 3), np.nan), np.full((4, 4), np.nan)


@dataclass(frozen=True)
class Pair:
    """image (S, S, 3) uint8; points (N, 3) float32, z up; depth (S, S) float32 in units of the points, 0: none.

    intrinsics (3, 3), extrinsics (4, 4) world to camera, as `engine.render.Camera` has them; nan where unknown.
    thing: what is shown, the same for several pictures of one thing or room; empty: nothing else shows it.
    """

    image: NDArray[np.uint8]
    points: NDArray[np.float32]
    depth: NDArray[np.float32]
    name: str
    intrinsics: NDArray[np.float64] = field(default_factory=UNKNOWN_K.copy)
    extrinsics: NDArray[np.float64] = field(default_factory=UNKNOWN_T.copy)
    kind: str = ""
    caption: str = ""
    train: bool = True
    thing: str = ""


@dataclass(frozen=True)
class Pairs:
    """P pairs: the arrays of Pair with a first axis more. labels (P,) index into `kinds`, -1 without one.

    problems: one sentence for each thing that was left out; made: True for pictures that were rendered.
    """

    images: NDArray[np.uint8]
    points: NDArray[np.float32]
    depth: NDArray[np.float32]
    intrinsics: NDArray[np.float64]
    extrinsics: NDArray[np.float64]
    labels: NDArray[np.int64]
    train: NDArray[np.bool_]
    names: tuple[str, ...]
    things: tuple[str, ...]
    captions: tuple[str, ...]
    kinds: tuple[str, ...]
    title: str
    problems: tuple[str, ...] = ()
    made: bool = False
    source: Path | None = field(default=None, compare=False)

    def __len__(self) -> int:
        return len(self.images)


def gathered(
    pairs: Sequence[Pair], title: str, problems: Sequence[str] = (), made: bool = False
) -> Pairs:
    """All pairs as one. DataError when there is none, with the first reason."""
    if not pairs:
        why = f" {problems[0]}" if problems else ""
        raise DataError(
            say("“{title}” holds no pair of a cloud and a picture.{why}", title=title, why=why)
        )
    size = sum(array.nbytes for array in (pairs[0].image, pairs[0].points, pairs[0].depth))
    if size * len(pairs) > MOST_BYTES:
        raise DataError(
            say(
                "{pairs} pairs do not fit into the memory. Nothing was written. Ask for smaller "
                "pictures, fewer points or fewer frames.",
                pairs=len(pairs),
            )
        )
    kinds = tuple(sorted({pair.kind for pair in pairs if pair.kind}))
    index = {kind: number for number, kind in enumerate(kinds)} | {"": -1}
    return Pairs(
        images=np.stack([pair.image for pair in pairs]),
        points=np.stack([pair.points for pair in pairs]),
        depth=np.stack([pair.depth for pair in pairs]),
        intrinsics=np.stack([pair.intrinsics for pair in pairs]),
        extrinsics=np.stack([pair.extrinsics for pair in pairs]),
        labels=np.array([index[pair.kind] for pair in pairs], np.int64),
        train=np.array([pair.train for pair in pairs]),
        names=tuple(pair.name for pair in pairs),
        things=tuple(pair.thing or pair.name for pair in pairs),
        captions=tuple(pair.caption for pair in pairs),
        kinds=kinds,
        title=title,
        problems=at_most(problems),
        made=made,
    )


def at_most(problems: Sequence[str]) -> tuple[str, ...]:
    """The first problems, and how many more there are."""
    if len(problems) <= MOST_PROBLEMS:
        return tuple(problems)
    more = len(problems) - MOST_PROBLEMS
    return (
        *problems[:MOST_PROBLEMS],
        say("{more} more things like these were left out.", more=more),
    )


def drawn(
    points: NDArray[np.floating], count: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """(M, 3) -> (count, 3): without repeats while there are enough, else each equally often and the rest drawn."""
    if not len(points) or not (np.abs(points) < FARTHEST).all():
        raise Damage(say("it holds no usable points"))
    every = np.tile(np.arange(len(points)), count // len(points))
    rest = rng.choice(len(points), count % len(points), replace=False)
    return points[np.append(every, rest)].astype(np.float32)


def square(
    picture: Image.Image, side: int, intrinsics: NDArray[np.float64], smooth: bool = True
) -> tuple[NDArray[np.generic], NDArray[np.float64]]:
    """A picture with its shorter side brought to `side` and its middle cut out, and its camera changed alike."""
    scale = side / min(picture.size)
    width, height = (max(side, round(length * scale)) for length in picture.size)
    left, top = (width - side) // 2, (height - side) // 2
    way = Image.Resampling.BICUBIC if smooth else Image.Resampling.NEAREST
    small = np.asarray(picture.resize((width, height), way))
    # Middles of pixels are whole numbers: half a pixel goes on before scaling and off after it.
    changed = np.array(intrinsics)
    for row, (new, old, cut) in enumerate(
        ((width, picture.size[0], left), (height, picture.size[1], top))
    ):
        changed[row] *= new / old
        changed[row, 2] += 0.5 * new / old - 0.5 - cut
    return small[top : top + side, left : left + side], changed
