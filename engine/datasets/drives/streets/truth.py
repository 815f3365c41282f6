"""What is true of a picture by its making: what every pixel shows, how far that is, and the boxes of the things."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.streets.blocks import Blocks, Floats
from engine.datasets.drives.streets.casting import GROUND, Seen, compiled
from engine.datasets.drives.streets.measure import MARK
from engine.datasets.drives.streets.road import Road, is_marked
from engine.datasets.drives.streets.views import SAMPLES, Camera

FEWEST_PIXELS = 12
LEAST_SEEN = 0.3  # of what would be seen if nothing stood before it
_NARROWEST = 2.0  # pixels

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Truth:
    """owner (H, W): the piece that most of a pixel shows, GROUND, MARK or NOTHING; depth (H, W): metres along the
    camera's axis, inf for the sky; share (pieces,): how much of a piece is seen of what could be."""

    owner: Numbers
    depth: Floats
    share: Floats


def truth(eye: Camera, seen: Seen, blocks: Blocks, road: Road) -> Truth:
    """Several rays of a pixel agree on one answer: what most of them met, of two alike the nearer."""
    owner: Numbers = np.empty(seen.block.shape, np.int64)
    _owners(eye.eye, eye.rays, seen, blocks.owner, road, owner)
    visible = np.bincount(owner[owner >= 0], minlength=len(seen.whole))
    rows, columns = owner.shape
    most = np.empty((rows // SAMPLES, columns // SAMPLES), np.int64)
    depth = np.empty(most.shape)
    _agree(owner, seen.far, most, depth)
    return Truth(most, depth, visible / np.maximum(seen.whole, 1))


def boxes(owner: Numbers, pieces: Numbers) -> NDArray[np.float32]:
    """(K, 4): left, top, right and bottom of the pixels (H, W) that show each of some pieces; of one that none shows,
    no extent."""
    found = np.zeros((len(pieces), 4), np.float32)
    for row, piece in enumerate(pieces):
        rows, columns = np.nonzero(owner == piece)
        if len(rows):
            found[row] = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return found


def large_enough(found: NDArray[np.float32], owner: Numbers, pieces: Numbers) -> NDArray[np.bool_]:
    """(K,): which pieces are shown by enough pixels to be told apart."""
    pixels = np.array([np.count_nonzero(owner == piece) for piece in pieces], np.int64)
    sides = np.minimum(found[:, 2] - found[:, 0], found[:, 3] - found[:, 1])
    return np.asarray((pixels >= FEWEST_PIXELS) & (sides >= _NARROWEST))


@compiled
def _owners(
    eye: Floats,
    rays: Floats,
    seen: Seen,
    owner_of: Numbers,
    road: Road,
    owner: Numbers,
) -> None:
    """Of each ray the piece that it meets, GROUND, MARK or NOTHING."""
    far, block = seen.far, seen.block
    for row in range(block.shape[0]):
        for column in range(block.shape[1]):
            p = block[row, column]
            if p >= 0:
                p = owner_of[p]
            elif p == GROUND:
                x = eye[0] + far[row, column] * rays[row, column, 0]
                y = eye[1] + far[row, column] * rays[row, column, 1]
                p = MARK if is_marked(road, x, y) else GROUND
            owner[row, column] = p


@compiled
def _agree(owner: Numbers, far: Floats, most: Numbers, depth: Floats) -> None:
    """Of the rays of each pixel what most met, and how far that is."""
    for row in range(most.shape[0]):
        for column in range(most.shape[1]):
            best, best_away = 0, np.inf
            for i in range(SAMPLES * SAMPLES):
                down, right = row * SAMPLES + i // SAMPLES, column * SAMPLES + i % SAMPLES
                count, near = 0, 0.0
                for j in range(SAMPLES * SAMPLES):
                    r, c = row * SAMPLES + j // SAMPLES, column * SAMPLES + j % SAMPLES
                    if owner[r, c] == owner[down, right]:
                        count += 1
                        near += 1 / far[r, c]
                away = far[down, right]
                if count > best or (count == best and away < best_away):
                    # Of a plane, what is even over a picture is one divided by the depth.
                    best, best_away = count, away
                    most[row, column], depth[row, column] = owner[down, right], count / near
