"""The highest of each channel over the points of float32 clouds on the CPU, compiled by numba when first needed."""

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

_COMPILED = {"cache": True, "nogil": True}

Floats = NDArray[np.float32]
Places = NDArray[np.int32]


def highest(products: Tensor) -> tuple[Tensor, Tensor]:
    """(B, N, D), contiguous -> values and places (B, D), places int32; the lowest place wins ties."""
    values = np.empty((products.shape[0], products.shape[2]), np.float32)
    places = np.empty(values.shape, np.int32)
    _highest(products.numpy(), values, places)
    return torch.from_numpy(values), torch.from_numpy(places)


def spread(
    gradient: Tensor, places: Tensor, points: Tensor, weight: Tensor, both: bool
) -> tuple[Tensor | None, Tensor]:
    """Gradients of points (B, N, C), unless not `both`, and of weight (D, C), from those of the values (B, D)."""
    of_points = torch.zeros_like(points) if both else torch.empty(0, 0, points.shape[2])
    of_weight = torch.zeros_like(weight)
    arrays = (each.contiguous().numpy() for each in (gradient, places, points, weight))
    _spread(*arrays, of_points.numpy(), of_weight.numpy())
    return of_points if both else None, of_weight


@njit(**_COMPILED)
def _highest(products: Floats, values: Floats, places: Places) -> None:
    clouds, size, width = products.shape
    for b in range(clouds):
        best, place = values[b], places[b]
        for d in range(width):
            best[d] = products[b, 0, d]
            place[d] = 0
        for n in range(1, size):
            row = products[b, n]
            for d in range(width):  # channels side by side: many are compared at once
                better = row[d] > best[d]
                best[d] = row[d] if better else best[d]
                place[d] = np.int32(n) if better else place[d]


@njit(**_COMPILED)
def _spread(
    gradient: Floats,
    places: Places,
    points: Floats,
    weight: Floats,
    of_points: Floats,
    of_weight: Floats,
) -> None:
    clouds, width = gradient.shape
    for b in range(clouds):
        for d in range(width):
            g, n = gradient[b, d], places[b, d]
            for c in range(weight.shape[1]):
                of_weight[d, c] += g * points[b, n, c]
            if len(of_points):
                for c in range(weight.shape[1]):
                    of_points[b, n, c] += g * weight[d, c]
