"""What spoke for an answer: leave one region out, fill the cloud from the rest, and ask again.

Occlusion attribution (Zeiler and Fergus, 2014) on farthest-point cells. The frame stays, so that only the region is
missing; places are filled as the net expects so many points.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from engine.bring.thing import Floats, Thing, thinned

REGIONS = 8


@dataclass(frozen=True)
class Regions:
    """region (N,): of each point, 0..R-1; centres (R, 3): the mean of each region's points; left_out (R, N, 3): the
    cloud without each."""

    region: NDArray[np.int64]
    centres: Floats
    left_out: Floats


def regions(thing: Thing, most: int = REGIONS) -> Regions:
    """At most so many regions of a thing, fewer where it has not so many different points."""
    seeds = thinned(thing.points, min(most, len(np.unique(thing.points, axis=0))))
    tree = cKDTree(seeds)
    own, dense = (tree.query(points)[1] for points in (thing.points, thing.dense))
    count = len(thing.points)
    left_out = [
        thinned(thing.dense[dense != number], count) if (dense != number).any() else thing.points
        for number in range(len(seeds))
    ]
    centres = [thing.points[own == number].mean(axis=0) for number in range(len(seeds))]
    return Regions(own.astype(np.int64), np.stack(centres).astype(np.float32), np.stack(left_out))
