"""What is true of a picture by its making: of every pixel what it shows and how far it is, and the boxes of the things."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.streets.blocks import Blocks, Floats
from engine.datasets.drives.streets.casting import GROUND, Seen
from engine.datasets.drives.streets.measure import MARK, marked
from engine.datasets.drives.streets.road import Road
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
    owner = _owners(eye, seen, blocks, road)
    visible = np.bincount(owner[owner >= 0], minlength=len(seen.whole))
    keys, far = _by_pixel(owner), _by_pixel(seen.far)
    same = keys[..., :, None] == keys[..., None, :]
    votes = same.sum(axis=-1) - far.clip(0, 1e5) * 1e-6
    chosen = votes.argmax(axis=-1)[..., None]
    agree = np.take_along_axis(same, chosen[..., None], axis=-2)[..., 0, :]
    # Of a plane, what is even over a picture is one divided by the depth.
    near = np.where(agree, 1 / far, 0).sum(axis=-1) / agree.sum(axis=-1)
    with np.errstate(divide="ignore"):
        depth = 1 / near
    winner = np.take_along_axis(keys, chosen, axis=-1)[..., 0]
    return Truth(winner, depth, visible / np.maximum(seen.whole, 1))


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


def _owners(eye: Camera, seen: Seen, blocks: Blocks, road: Road) -> Numbers:
    """(R, C): of each ray the piece, GROUND, MARK or NOTHING."""
    owner = np.where(seen.block >= 0, np.append(blocks.owner, 0)[seen.block], seen.block)
    rows, columns = np.nonzero(seen.block == GROUND)
    places = eye.eye + seen.far[rows, columns, None] * eye.rays[rows, columns]
    owner[rows, columns] = np.where(marked(road, places), MARK, GROUND)
    return np.asarray(owner)


def _by_pixel(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """(H · S, W · S) -> (H, W, S · S)."""
    height, width = values.shape[0] // SAMPLES, values.shape[1] // SAMPLES
    split = values.reshape(height, SAMPLES, width, SAMPLES).transpose(0, 2, 1, 3)
    return split.reshape(height, width, SAMPLES * SAMPLES)


