"""From what the camera's rays meet to the picture: light, shadows, mirrors, air, rain and grain."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.streets.blocks import Blocks, Floats
from engine.datasets.drives.streets.casting import (
    GROUND,
    NOTHING,
    Seen,
    Vector,
    around_owners,
    compiled,
    facing,
    inlined,
    local_point,
    local_way,
    shaded,
)
from engine.datasets.drives.streets.light import Light, Weather, mixed, sky_colour, through_air
from engine.datasets.drives.streets.road import Road, ground_colour, paint_of_marks
from engine.datasets.drives.streets.surfaces import Look, surface, times
from engine.datasets.drives.streets.views import SAMPLES
from engine.datasets.shapes.catalogue import Dice

_UP: Vector = (0.0, 0.0, 1.0)
_NONE: Vector = (0.0, 0.0, 0.0)
_MIRROR = 0.05  # what anything mirrors straight on, as a share of what it mirrors at its edge
_GRAIN = 1.6  # grey levels
_NEAR_FEET = 0.45  # metres from what stands on the ground, in which it is darker


class Stage(NamedTuple):
    """All that compiled code needs to know of a street. bounds: see `around_owners`; feet (F, 5): the footprints of
    what stands on the ground: centre, half size, heading; lamps (L, 4): where lamps hang, and how strong they are."""

    blocks: Blocks
    road: Road
    light: Light
    bounds: Floats
    feet: Floats
    lamps: Floats
    marks: Floats


def stage(blocks: Blocks, road: Road, light: Light, feet: Floats, lamps: Floats) -> Stage:
    """Put together what there is to see."""
    return Stage(blocks, road, light, around_owners(blocks), feet, lamps, paint_of_marks())


def develop(
    shown: Stage, eye: Floats, rays: Floats, seen: Seen, focal: float
) -> NDArray[np.float64]:
    """The light (R, C, 3) that comes along rays (R, C, 3) whose ends lie one metre ahead; focal: of how many rays."""
    picture = np.empty(rays.shape)
    _shade(shown, eye, rays, seen, focal, picture)
    return picture


def finish(light: NDArray[np.float64], weather: Weather, dice: Dice) -> NDArray[np.uint8]:
    """From amounts of light (H, W, 3) to a photograph: streaks of rain, exposure, grain."""
    height, width = light.shape[:2]
    if weather.sky == "rain":
        light = light + _streaks(height, width, dice)[..., None] * (0.05 if weather.night else 0.15)
    exposed = 1 - np.exp(-light * (2.0 if weather.night else 1.45))
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    corners = 1 - 0.1 * (rows**2 + columns**2)
    grain = _GRAIN * (2.2 if weather.night else 1.4 if weather.words else 1.0)
    noisy = 255 * (exposed * corners[..., None]) ** (1 / 2.2)
    noisy += grain * dice.standard_normal(noisy.shape, np.float32)
    return np.asarray(np.rint(noisy.clip(0, 255)), np.uint8)


def _streaks(height: int, width: int, dice: Dice) -> NDArray[np.float64]:
    """Falling drops, slightly aslant."""
    count = height * width // 140
    long = dice.integers(height // 20 + 2, height // 8 + 3, count)
    top, left = dice.uniform(-8, height, count), dice.uniform(0, width + 8, count)
    steps = np.arange(long.max())
    rows = (top[:, None] + steps).astype(np.int64)
    columns = (left[:, None] - 0.18 * steps).astype(np.int64)
    inside = (steps < long[:, None]) & (rows >= 0) & (rows < height)
    inside &= (columns >= 0) & (columns < width)
    drawn = np.zeros((height, width))
    strength = np.broadcast_to(dice.uniform(0.1, 0.6, (count, 1)), inside.shape)
    np.maximum.at(drawn, (rows[inside], columns[inside]), strength[inside])
    return drawn


@compiled
def _shade(
    shown: Stage,
    eye: Floats,
    rays: Floats,
    seen: Seen,
    focal: float,
    picture: Floats,
) -> None:
    """The light along each ray."""
    light = shown.light
    shadows = np.empty((rays.shape[1], 2), np.int64)
    for row in range(rays.shape[0]):
        if row % SAMPLES == 0:
            shadows[:, 0] = NOTHING
        for column in range(rays.shape[1]):
            x, y, z = rays[row, column, 0], rays[row, column, 1], rays[row, column, 2]
            long = np.sqrt(x * x + y * y + z * z)
            way = (x / long, y / long, z / long)
            p, depth = seen.block[row, column], seen.far[row, column]
            if p == NOTHING:
                colour = sky_colour(light, way)
                thickness = min(1.0, light.thick * 40) * np.exp(-max(way[2], 0.0) * 5)
                colour = mixed(colour, light.air, thickness)
            else:
                at = (eye[0] + depth * x, eye[1] + depth * y, eye[2] + depth * z)
                colour = _lit(shown, p, at, way, depth / focal, shadows[column // SAMPLES])
                colour = through_air(light, colour, depth * long, way[2])
            picture[row, column, 0] = colour[0]
            picture[row, column, 1] = colour[1]
            picture[row, column, 2] = colour[2]


@inlined
def _lit(
    shown: Stage,
    p: int,
    at: Vector,
    way: Vector,
    blur: float,
    shadow: NDArray[np.int64],
) -> Vector:
    """The light that a place on a block or on the ground sends towards the eye. shadow: the block that was last asked
    about in this pixel, and whether the sun reaches it; one answer does for all rays of a pixel."""
    light, (look, normal) = shown.light, _look(shown, p, at, way, blur)
    colour, gloss, glow = look
    sun = normal[0] * light.towards[0] + normal[1] * light.towards[1] + normal[2] * light.towards[2]
    up = 0.62 + 0.38 * normal[2]
    if p == GROUND:
        up *= _open(shown.feet, at)
    total = times(light.all_round, up)
    if light.sun[0] > 0 and sun > 0:
        if shadow[0] != p:
            above = (at[0] + 0.02 * normal[0], at[1] + 0.02 * normal[1], at[2] + 0.02 * normal[2])
            shadow[0] = p
            shadow[1] = shaded(shown.blocks, shown.bounds, above, light.towards, p)
        if not shadow[1]:
            total = _plus(total, times(light.sun, sun))
    if light.beams > 0:
        total = _plus(total, _lamplight(shown, p, at, way, normal))
    sent = (
        colour[0] * total[0] + glow[0],
        colour[1] * total[1] + glow[1],
        colour[2] * total[2] + glow[2],
    )
    if gloss <= 0:
        return sent
    along = way[0] * normal[0] + way[1] * normal[1] + way[2] * normal[2]
    away = (
        way[0] - 2 * along * normal[0],
        way[1] - 2 * along * normal[1],
        way[2] - 2 * along * normal[2],
    )
    share = gloss * (_MIRROR + (1 - _MIRROR) * (1 - min(1.0, abs(along))) ** 3 + 0.12)
    return mixed(sent, _mirrored(light, away), min(share, 0.9))


@inlined
def _look(shown: Stage, p: int, at: Vector, way: Vector, blur: float) -> tuple[Look, Vector]:
    """How it looks there, and which way it faces."""
    if p == GROUND:
        colour, wet = ground_colour(shown.road, at[0], at[1], blur, shown.marks), shown.light.wet
        return (times(colour, 1 - 0.5 * wet), wet, _NONE), _UP
    local = local_point(shown.blocks, p, at[0], at[1], at[2])
    along = local_way(shown.blocks, p, way[0], way[1], way[2])
    face, normal = facing(shown.blocks, p, local, along)
    return surface(shown.blocks, p, face, local, at, blur, shown.light), normal


@inlined
def _mirrored(light: Light, away: Vector) -> Vector:
    """What is seen in a mirror: the sky above, and the street as a dark band below."""
    sky = sky_colour(light, (away[0], away[1], max(away[2], 0.03)))
    if away[2] > 0.25:
        return sky
    return mixed(times(light.low, 0.35), sky, max(0.0, min(1.0, away[2] / 0.25)))


@inlined
def _plus(one: Vector, other: Vector) -> Vector:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


@inlined
def _open(feet: Floats, at: Vector) -> float:
    """How much of the sky a place on the ground sees beside what stands near: 0.3 under it, 1 away from it."""
    free = 1.0
    for foot in range(len(feet)):
        x, y = at[0] - feet[foot, 0], at[1] - feet[foot, 1]
        reach = feet[foot, 2] + feet[foot, 3] + 3 * _NEAR_FEET
        if abs(x) > reach or abs(y) > reach:
            continue
        c, s = np.cos(feet[foot, 4]), np.sin(feet[foot, 4])
        over = max(abs(c * x + s * y) - feet[foot, 2], 0.0)
        aside = max(abs(c * y - s * x) - feet[foot, 3], 0.0)
        off = np.sqrt(over * over + aside * aside)
        free *= 1 - 0.7 * np.exp(-off * off / (_NEAR_FEET * _NEAR_FEET))
    return free


@inlined
def _lamplight(shown: Stage, p: int, at: Vector, way: Vector, normal: Vector) -> Vector:
    """From the lamps of the street and from our own."""
    light = shown.light
    away = np.sqrt(at[0] * at[0] + at[1] * at[1])
    bearing = (at[1] - 0.02 * at[0]) / max(at[0], 0.1)
    along = -(way[0] * normal[0] + way[1] * normal[1] + way[2] * normal[2])
    cone = np.exp(-((bearing / 0.42) ** 2)) * (
        1.0 if at[2] < -0.5 else np.exp(-(at[2] + 0.5) * 1.3)
    )
    own = light.beams * cone / (1 + (away / 13) ** 2) * (0.35 + 0.65 * max(along, 0.0))
    if p == GROUND:
        own *= 1.2
    total = (own, own * 0.95, own * 0.85)
    for lamp in range(len(shown.lamps)):
        x, y, z = (
            shown.lamps[lamp, 0] - at[0],
            shown.lamps[lamp, 1] - at[1],
            shown.lamps[lamp, 2] - at[2],
        )
        square = x * x + y * y + z * z
        if square > 400:
            continue
        facing_it = (x * normal[0] + y * normal[1] + z * normal[2]) / np.sqrt(square)
        warm = shown.lamps[lamp, 3] * max(0.08, facing_it) / (1 + square / 20)
        total = (total[0] + warm, total[1] + warm * 0.72, total[2] + warm * 0.38)
    return total
