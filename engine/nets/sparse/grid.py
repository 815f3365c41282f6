"""Which voxels hold something, and which of them are neighbours: sorted keys, looked up by halving.

A key is ((cloud · S + x) · S + y) · S + z with x, y and z counted from -S/2, so that keys are ordered as places are and
a step in space is always the same difference of keys.
"""

from functools import cached_property
from itertools import product
from typing import Self

import torch
from torch import Tensor

_SPAN = 1 << 14  # S, voxels along each axis
_HALF = _SPAN // 2
_MARGIN = 8  # no neighbour of a voxel so far inside has a key of another cloud or row
FARTHEST = _HALF - _MARGIN - 1
_STEPS = torch.tensor([_SPAN**3, _SPAN**2, _SPAN, 1])
_CUBE = tuple(product((-1, 0, 1), repeat=3))
_CENTRE = len(_CUBE) // 2

Pair = tuple[Tensor, Tensor]


class Grid:
    """V voxels of one size. keys (V,) int64, ascending; stride: how many of the smallest voxels one measures.

    `near` and `coarser` are worked out when they are first asked for, and kept.
    """

    def __init__(self, keys: Tensor, stride: int = 1) -> None:
        self.keys, self.stride = keys, stride

    def __len__(self) -> int:
        return len(self.keys)

    @classmethod
    def around(cls, coordinates: Tensor, stride: int = 1) -> tuple[Self, Tensor]:
        """The grid of the voxels (N, 4: cloud, x, y, z) int64, each once, and (N,) which of them each is."""
        keys, place = torch.unique(keys_of(coordinates), sorted=True, return_inverse=True)
        return cls(keys, stride), place

    @property
    def coordinates(self) -> Tensor:
        """(V, 4) int64: cloud, x, y, z in voxels of this size."""
        rest, axes = self.keys, []
        for _ in range(3):
            axes.append(rest % _SPAN - _HALF)
            rest = rest // _SPAN
        return torch.stack([rest, *reversed(axes)], dim=1)

    def find(self, keys: Tensor) -> Tensor:
        """Which voxel has each of some keys, -1 where none has."""
        if not len(self):
            return torch.full_like(keys, -1)
        place = torch.searchsorted(self.keys, keys).clamp(max=len(self) - 1)
        return torch.where(self.keys[place] == keys, place, -1)

    @cached_property
    def near(self) -> list[Pair]:
        """For each of the 27 places around: which voxels have a neighbour there, and which one. The places are in the
        order of a dense kernel's; the later 13 mirror the first, and the middle one is each voxel itself."""
        itself = torch.arange(len(self), device=self.keys.device)
        first = []
        for step in _CUBE[:_CENTRE]:
            found = self.find(self.keys + _key_step(*step))
            here = torch.nonzero(found >= 0)[:, 0]
            first.append((here, found[here]))
        mirrored = [(there, here) for here, there in reversed(first)]
        return [*first, (itself, itself), *mirrored]

    @cached_property
    def coarser(self) -> tuple["Grid", list[Pair]]:
        """The grid of voxels twice as large, and for each of the 8 places in one: which of those hold a voxel of this
        grid there, and which one."""
        own = self.coordinates
        cloud, axes = own[:, :1], own[:, 1:]
        grid, place = Grid.around(torch.cat([cloud, axes >> 1], dim=1), 2 * self.stride)
        corner = (axes & 1) @ torch.tensor([4, 2, 1], device=own.device)
        pairs = []
        for index in range(8):
            here = torch.nonzero(corner == index)[:, 0]
            pairs.append((place[here], here))
        return grid, pairs


def voxels_of(places: Tensor, cloud: Tensor) -> Tensor:
    """Points (N, 3) measured in voxels, and (N,) which cloud each is of -> (N, 4) the voxels they lie in: the nearest
    whole numbers, so that a voxel's number is its middle."""
    return torch.cat([cloud[:, None].long(), places.detach().round().long()], dim=1)


def keys_of(coordinates: Tensor) -> Tensor:
    """(..., 4: cloud, x, y, z) int64 -> (...) keys."""
    shift = coordinates.new_tensor([0, _HALF, _HALF, _HALF])
    return ((coordinates + shift) * _STEPS.to(coordinates.device)).sum(dim=-1)


def _key_step(x: int, y: int, z: int) -> int:
    return (x * _SPAN + y) * _SPAN + z
