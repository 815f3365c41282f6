"""What the laser brings home of a street: points with noise, fewer from far away, from dark things and through fog."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.streets.blocks import Blocks, Floats
from engine.datasets.drives.streets.casting import (
    GROUND,
    NOTHING,
    Seen,
    compiled,
    facing,
    local_point,
    local_way,
)
from engine.datasets.drives.streets.light import Weather
from engine.datasets.drives.streets.road import Road, ground_echo, is_marked
from engine.datasets.drives.streets.views import Laser
from engine.datasets.shapes.catalogue import Dice

MARK = -3  # beside GROUND and NOTHING
_FARTHEST = 80.0  # metres
_ALWAYS_LOST = 0.012
_FAR_LOST = 0.45  # more at the farthest, growing as the square
_DARK = 0.035  # of what comes back, below which most is lost
_NOISE_OF_ECHO = 0.025
_IN_RAIN, _IN_FOG = (
    0.06,
    55.0,
)  # lost whatever the distance; metres, after which two thirds are lost


class Echoes(NamedTuple):
    """points (N, 4) float32: metres and intensity; owner (N,): which piece each is of, GROUND, or MARK."""

    points: NDArray[np.float32]
    owner: NDArray[np.int64]


def measure(
    eye: Laser, blocks: Blocks, road: Road, weather: Weather, noise: float, dice: Dice
) -> Echoes:
    """One turn of the laser; noise: standard deviation of a distance in metres."""
    seen = eye.see(blocks)
    echo = np.zeros(seen.far.shape)
    owner = np.full(seen.far.shape, NOTHING, np.int64)
    _strength(eye.rays, seen, blocks, road, echo, owner)
    away = np.where(np.isfinite(seen.far), seen.far, 0)
    lost = _ALWAYS_LOST + _FAR_LOST * (away / _FARTHEST) ** 2 + np.exp(-echo / _DARK)
    if weather.sky == "rain":
        lost += _IN_RAIN
    if weather.sky == "fog":
        lost = 1 - (1 - lost.clip(0, 1)) * np.exp(-away / _IN_FOG)
    kept = (dice.random(away.shape) >= lost) & (owner != NOTHING) & (away < _FARTHEST)
    blurred = away + noise * dice.standard_normal(away.shape).clip(-3, 3)
    intensity = echo * (1 - 0.4 * away / _FARTHEST)
    intensity += _NOISE_OF_ECHO * dice.standard_normal(away.shape)
    points = np.dstack([eye.rays * blurred[..., None], intensity.clip(0, 1)])
    return Echoes(points[kept].astype(np.float32), owner[kept])


@compiled
def _strength(
    rays: Floats,
    seen: Seen,
    blocks: Blocks,
    road: Road,
    echo: Floats,
    owner: NDArray[np.int64],
) -> None:
    """How much light comes back along each ray, 0..1, and of what."""
    for row in range(rays.shape[0]):
        for column in range(rays.shape[1]):
            p, away = seen.block[row, column], seen.far[row, column]
            if p == NOTHING:
                continue
            ray = (rays[row, column, 0], rays[row, column, 1], rays[row, column, 2])
            x, y, z = away * ray[0], away * ray[1], away * ray[2]
            if p == GROUND:
                owner[row, column] = MARK if is_marked(road, x, y) else GROUND
                echo[row, column] = ground_echo(road, x, y) * (0.6 - 0.4 * ray[2])
                continue
            owner[row, column] = blocks.owner[p]
            way = local_way(blocks, p, ray[0], ray[1], ray[2])
            _, normal = facing(blocks, p, local_point(blocks, p, x, y, z), way)
            straight = abs(ray[0] * normal[0] + ray[1] * normal[1] + ray[2] * normal[2])
            echo[row, column] = blocks.echo[p] * (0.4 + 0.6 * straight)
