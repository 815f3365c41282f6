"""Smooth noise, the same wherever it is asked for: what gives asphalt its grain and the sky its clouds. Compiled."""

import numpy as np

from engine.datasets.drives.streets.casting import inlined


@inlined
def scattered(x: int, y: int, which: int) -> float:
    """A number in 0..1 for each place on a grid, without any order that one could see."""
    word = np.uint64(x & 0xFFFFF) * np.uint64(0x9E3779B97F4A7C15)
    word ^= np.uint64(y & 0xFFFFF) * np.uint64(0xC2B2AE3D27D4EB4F)
    word ^= np.uint64(which & 0xFFFFF) * np.uint64(0x165667B19E3779F9)
    word ^= word >> np.uint64(29)
    word *= np.uint64(0xBF58476D1CE4E5B9)
    word ^= word >> np.uint64(32)
    return float(word & np.uint64(0xFFFF)) / 65535.0


@inlined
def smooth(x: float, y: float, which: int) -> float:
    """Noise in 0..1 that changes over a distance of about 1."""
    column, row = float(np.floor(x)), float(np.floor(y))
    u, v = x - column, y - row
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    i, j = int(column), int(row)
    low = scattered(i, j, which) * (1 - u) + scattered(i + 1, j, which) * u
    high = scattered(i, j + 1, which) * (1 - u) + scattered(i + 1, j + 1, which) * u
    return low * (1 - v) + high * v


@inlined
def cloudy(x: float, y: float, which: int) -> float:
    """Noise of four sizes, 0..1."""
    total, share = 0.0, 0.5
    for step in range(4):
        total += share * smooth(x, y, which + step)
        x, y, share = x * 2.03 + 17.1, y * 2.03 + 9.7, share / 2
    return total / 0.9375


@inlined
def step(edge: float, width: float, value: float) -> float:
    """0 below an edge, 1 above, and between over this width without a jump."""
    share = min(max((value - edge) / width + 0.5, 0.0), 1.0)
    return share * share * (3 - 2 * share)
