"""What is painted onto blocks: windows, leaves, the panes of cars, the faces of signs. Compiled."""

import numpy as np

from engine.datasets.drives.streets.blocks import (
    BOARD,
    CABIN,
    FACADE,
    LAMP,
    LEAVES,
    ROOF,
    SLATS,
    STRIPE,
    TUBE,
    WHEEL,
    Blocks,
)
from engine.datasets.drives.streets.casting import Vector, inlined
from engine.datasets.drives.streets.light import Light, mixed
from engine.datasets.drives.streets.noise import cloudy, scattered, smooth

Look = tuple[Vector, float, Vector]  # what colour is reflected, how much is mirrored, what shines
_DARK: Vector = (0.0, 0.0, 0.0)
_PANE: Vector = (0.035, 0.045, 0.06)
_CAR_PANE: Vector = (0.012, 0.015, 0.02)
_STOREY = 3.1  # metres
_WARM = ((1.0, 0.62, 0.25), (1.0, 0.8, 0.5), (0.75, 0.85, 1.0))


@inlined
def colour_of(blocks: Blocks, p: int, which: int) -> Vector:
    """A block's first colour (0) or its second (1)."""
    row = blocks.second[p] if which else blocks.colour[p]
    return row[0], row[1], row[2]


@inlined
def times(colour: Vector, by: float) -> Vector:
    """A colour so many times as bright."""
    return colour[0] * by, colour[1] * by, colour[2] * by


@inlined
def surface(
    blocks: Blocks, p: int, face: int, at: Vector, place: Vector, blur: float, light: Light
) -> Look:
    """How a block looks where a ray met it: `at` in its own axes, `place` in the laser's; blur: metres that one pixel
    holds."""
    kind, colour, gloss = blocks.texture[p], colour_of(blocks, p, 0), blocks.gloss[p]
    if kind == FACADE:
        return _facade(blocks, p, face, at, blur, light)
    if kind == CABIN:
        return _cabin(blocks, p, face, at)
    if kind == LEAVES:
        lump = cloudy(place[0] * 1.6 + place[2], place[1] * 1.6 - place[2] * 1.3, 11)
        fine = smooth(place[0] * 6 + place[2] * 5, place[1] * 6 + place[2] * 4, 12)
        return times(colour, 0.25 + 0.9 * lump + 0.6 * fine * max(0.0, 1 - blur * 4)), gloss, _DARK
    if kind == LAMP:
        return colour, 0.2, times(colour, light.lamps)
    if kind == BOARD:
        return _board(blocks, p, at), 0.05, _DARK
    if kind == WHEEL and face == 4:
        inner = np.sqrt(at[0] * at[0] + at[1] * at[1])
        spoke = np.cos(5 * np.arctan2(at[1], at[0])) > -0.3
        return (colour_of(blocks, p, 1) if inner < 0.62 and spoke else colour), 0.05, _DARK
    if kind == SLATS:
        along = at[0] * blocks.half[p, 0] if face == 2 or face == 3 else at[1] * blocks.half[p, 1]
        gap = abs(along / 0.3 - np.round(along / 0.3)) > 0.34 and blur < 0.2
        return times(colour, 0.45 if gap else 1.0), gloss, _DARK
    if kind == STRIPE and face != 4:
        band = -0.35 < at[2] < 0.1
        return (colour_of(blocks, p, 1) if band else colour), gloss, _DARK
    if kind == ROOF:
        row = at[2] * blocks.half[p, 2] / 0.28
        return times(colour, 0.8 + 0.35 * (row - np.floor(row))), gloss, _DARK
    worn = 0.9 + 0.2 * smooth(place[0] * 2 + place[2], place[1] * 2 - place[2], 21)
    return times(colour, worn), gloss, _DARK


@inlined
def _facade(blocks: Blocks, p: int, face: int, at: Vector, blur: float, light: Light) -> Look:
    wall = colour_of(blocks, p, 0)
    if face == 4:
        return (0.16, 0.16, 0.165), 0.0, _DARK
    flat = blocks.half[p, 0] if face == 2 or face == 3 else blocks.half[p, 1]
    along = (at[0] if face == 2 or face == 3 else at[1]) * flat
    height, tall = (at[2] + 1) * blocks.half[p, 2], 2 * blocks.half[p, 2]
    seed = int(blocks.mark[p] * 9973) + 31 * face
    wide = 2 * flat / max(1.0, np.floor(2 * flat / (2.0 + 1.4 * blocks.mark[p])))
    column = (along + flat) / wide
    wall = times(
        wall,
        (0.93 + 0.14 * smooth(along * 0.7, height * 0.7, seed)) * (0.75 + 0.25 * min(1.0, height)),
    )
    if tall - height < 0.35:
        return times(wall, 1.2), 0.0, _DARK
    shop = height < _STOREY + 0.3 and blocks.mark[p] > 0.35
    if shop and height > _STOREY - 0.45:
        return colour_of(blocks, p, 1), 0.05, times(colour_of(blocks, p, 1), 0.25 * light.beams)
    level = 0.0 if shop else np.floor(height / _STOREY)
    u, v = column - np.floor(column) - 0.5, height - level * _STOREY
    half_wide, low, high = (0.42, 0.5, 2.5) if shop else (0.27, 0.95, 2.5)
    if level * _STOREY + high > tall - 0.5:
        return wall, 0.0, _DARK
    across, within = abs(u) * wide, half_wide * wide
    if blur > 0.9:
        share = 2 * half_wide * (high - low) / _STOREY
        glow = times(_WARM[0], share * light.lit * min(light.beams, 1.0) * 0.5)
        return mixed(wall, _PANE, share), 0.3 * share, glow
    if across > within or v < low or v > high:
        ledge = across < within + 0.12 and low - 0.14 < v < high + 0.1
        return times(wall, 1.3 if ledge else 1.0), 0.0, _DARK
    cell = scattered(int(np.floor(column)), int(level), seed)
    if cell < light.lit + (0.35 if shop and light.beams > 0 else 0.0):
        warm = _WARM[int(cell * 997) % 3]
        return _PANE, 0.3, times(warm, (0.35 + 0.4 * v / high) * min(1.0, 0.35 + light.beams))
    bar = not shop and (abs(u) * wide < 0.04 or within - across < 0.05)
    if bar:
        return (0.55, 0.55, 0.53), 0.0, _DARK
    if cell > 0.75 and not shop and v > 1.6 + cell * 0.5:
        return (0.5, 0.47, 0.42), 0.05, _DARK  # a blind
    return times(_PANE, 0.7 + cell), 0.5, _DARK


@inlined
def _cabin(blocks: Blocks, p: int, face: int, at: Vector) -> Look:
    """The upper half of a car: panes all round, posts between them, the roof in the car's colour."""
    body = colour_of(blocks, p, 0)
    pane = -0.85 < at[2] < 0.72
    if face == 2 or face == 3:
        middle = (blocks.mark[p] - 0.5) * 0.6
        narrow = 1 - (blocks.taper[p, 0] + blocks.taper[p, 1]) * (at[2] + 1) / 4
        pane = pane and abs(at[0] - middle) > 0.05 and abs(at[0]) < 0.9 * narrow
    elif face == 0 or face == 1:
        pane = pane and abs(at[1]) < 0.86
    else:
        pane = False
    if pane:
        return _CAR_PANE, 0.55, _DARK
    return body, blocks.gloss[p], _DARK


@inlined
def _board(blocks: Blocks, p: int, at: Vector) -> Vector:
    """The face of a sign: a rim of the first colour around the second, and something dark on it."""
    if blocks.shape[p] == TUBE:
        out, across, up = np.sqrt(at[0] * at[0] + at[1] * at[1]), at[1], at[0]
    else:
        out, across, up = max(abs(at[1]), abs(at[2])), at[1], at[2]
    if out > 0.74:
        return colour_of(blocks, p, 0)
    told = blocks.mark[p]
    if told < 0.33:
        drawn = abs(across) < 0.5 and abs(up) < 0.14
    elif told < 0.66:
        drawn = abs(across) < 0.16 and abs(up) < 0.5
    else:
        drawn = abs(abs(across) - 0.28) < 0.13 and abs(up) < 0.42
    if drawn:
        shown = colour_of(blocks, p, 1)
        dark = shown[0] + shown[1] + shown[2] < 1.2
        return (0.8, 0.8, 0.8) if dark else (0.03, 0.03, 0.035)
    return colour_of(blocks, p, 1)
