"""Things with a plug: monitor, laptop, keyboard, radio, xbox."""

import numpy as np

from engine.datasets.shapes.catalogue import Dice, kind
from engine.datasets.shapes.mesh import Mesh, copies, join
from engine.datasets.shapes.parts import (
    bar,
    box,
    cylinder,
    ellipsoid,
    prism,
    rod,
    smooth,
    squircle,
    tube,
    wall,
)


@kind
def monitor(dice: Dice) -> Mesh:
    """Flat and bulky screens on a foot; some hang on the wall, are bent or have speakers."""
    width = dice.uniform(0.42, 0.85)
    height, thick = width * dice.uniform(0.5, 0.82), dice.uniform(0.02, 0.07)
    lift = dice.one_of(0.01, dice.uniform(0.04, 0.2), dice.uniform(0.04, 0.2))
    if dice.chance(0.18):
        return _tube_monitor(dice, width, lift)
    if dice.chance(0.12):
        bow = dice.uniform(0.05, 0.2) * width
        plan = smooth([(-width / 2, -bow), (0, 0), (width / 2, -bow)], 11)
        screen = wall(plan, thick, height)
    else:
        bevel = dice.uniform(0, 0.02)
        screen = box((width, thick, height), bevel=bevel)
        back = dice.uniform(0.4, 0.8)
        screen += box((back * width, 0.05, back * height), (0, thick, 0.5 * (1 - back) * height))
    parts = [screen.turn("x", -dice.uniform(-3, 12)).move(z=lift).named("screen")]
    if lift > 0.02 or dice.chance(0.5):
        parts.append(_screen_foot(dice, width, lift + 0.3 * height))
    if dice.chance(0.12):
        speaker = box((0.15 * width, 0.08, 0.9 * height), (0.6 * width, 0, lift))
        parts.append(speaker.twice().named("speakers"))
    return join(parts).named("stand")


def _screen_foot(dice: Dice, width: float, height: float) -> Mesh:
    """A neck behind the screen and a plate, disc or fork to stand on."""
    y, wide, deep = (
        dice.uniform(0.03, 0.08),
        width * dice.uniform(0.3, 0.55),
        dice.uniform(0.14, 0.26),
    )
    neck = box((dice.uniform(0.04, 0.16), 0.03, height), (0, y, 0))
    style = dice.integers(3)
    if style == 0:
        return neck + box((wide, deep, 0.02), (0, 0.3 * y, 0), bevel=0.008)
    if style == 1:
        return neck + prism(squircle(wide, 1.2 * deep, 2.0), 0.02)
    return neck + bar((0, y, 0.02), (0.5 * wide, -0.6 * deep, 0.01), 0.025).twice()


def _tube_monitor(dice: Dice, width: float, lift: float) -> Mesh:
    """A bulky screen that narrows to the back."""
    height, deep = 0.82 * width, width * dice.uniform(0.5, 0.9)
    front = box((width, height, 0.35 * deep), bevel=0.02)
    back = box(
        (0.9 * width, 0.9 * height, 0.65 * deep), (0, 0, 0.35 * deep), dice.uniform(0.5, 0.8)
    )
    case = (front + back).turn("x", -90).move(y=-deep / 3, z=lift + height / 2)
    return case.named("screen") + cylinder(0.28 * width, lift + 0.02, taper=0.8).named("stand")


@kind
def laptop(dice: Dice) -> Mesh:
    """An open portable computer; the screen leans back more or less."""
    width, depth = dice.uniform(0.3, 0.4), dice.uniform(0.2, 0.28)
    thick, thin, angle = dice.uniform(0.012, 0.03), dice.uniform(0.006, 0.014), dice.uniform(-8, 45)
    base, lid = box((width, depth, thick)), box((width, thin, depth * dice.uniform(0.88, 1.05)))
    rows, row = 4, depth * 0.11
    key = box((0.055 * width, 0.7 * row, 0.004))
    places = [
        ((i - 5.5) * 0.075 * width, 0.05 + j * row - 0.2 * depth, thick)
        for i in range(12)
        for j in range(rows)
    ]
    pad = box((0.25 * width, 0.2 * depth, 0.002), (0, -0.33 * depth, thick))
    return join([base, lid.turn("x", -angle).move(y=depth / 2, z=thick), copies(key, places), pad])


@kind
def keyboard(dice: Dice) -> Mesh:
    """A computer keyboard: rows of keys on a slab, long or short, flat or on feet."""
    rows, columns = 5, int(dice.integers(13, 21))
    pitch, rim = 0.019, dice.uniform(0.004, 0.025)
    width, depth = columns * pitch + 2 * rim, rows * pitch + 2 * rim
    thick = dice.uniform(0.006, 0.025)
    slab = box((width, depth, thick), bevel=0.003)
    key = box((0.8 * pitch, 0.8 * pitch, dice.uniform(0.003, 0.011)), taper=0.8)
    x, y = np.meshgrid(np.arange(columns) - (columns - 1) / 2, np.arange(rows) - (rows - 1) / 2)
    spots = np.stack([x.ravel() * pitch, y.ravel() * pitch, np.full(x.size, thick)], axis=1)
    spots = spots[(y.ravel() > -2) | (np.abs(x.ravel() + 0.15 * columns) > 3)]
    space = box((5.6 * pitch, 0.8 * pitch, 0.006), (-0.15 * columns * pitch, -2 * pitch, thick))
    whole = slab + copies(key, spots) + space
    if dice.chance(0.3):
        rest = dice.uniform(0.04, 0.09)
        whole += box((width, rest, 0.6 * thick), (0, -(depth + rest) / 2, 0))
    return whole.turn("x", dice.uniform(0, 8))


@kind
def radio(dice: Dice) -> Mesh:
    """Portable radios: loudspeakers, knobs, a handle, an aerial."""
    width, height, depth = (
        dice.uniform(0.25, 0.5),
        dice.uniform(0.14, 0.26),
        dice.uniform(0.08, 0.16),
    )
    parts = [box((width, depth, height), bevel=dice.uniform(0.005, 0.05))]
    front = -depth / 2
    speaker = cylinder(0.36 * height, 0.02, taper=0.85).turn("x", 90).move(y=front, z=0.45 * height)
    spot = speaker.move(x=0.28 * width)
    parts.append(spot.twice() if dice.chance(0.55) else spot)
    knob = cylinder(0.018, 0.03).turn("x", 90).move(y=front)
    row = [(x * width, 0, 0.85 * height) for x in (-0.1, 0.0, 0.1)]
    parts += [copies(knob, row), box((0.24 * width, 0.015, 0.2 * height), (0, front, 0.5 * height))]
    if dice.chance(0.6):
        lift, x = dice.uniform(0.04, 0.1), 0.42 * width
        path = [
            (-x, 0, 0.9 * height),
            (-x, 0, height + lift),
            (x, 0, height + lift),
            (x, 0, 0.9 * height),
        ]
        parts.append(tube(smooth(path, 16), 0.012, 6))
    if dice.chance(0.6):
        reach = dice.uniform(0.2, 0.5)
        lean = dice.uniform(-0.6, 0.6) * reach
        start = (0.45 * width, 0.3 * depth, height)
        parts.append(rod(start, (start[0] + lean, start[1], height + reach), 0.006))
    return join(parts)


@kind
def xbox(dice: Dice) -> Mesh:
    """A game console standing upright, its sides a little hollow; some with the controller beside."""
    width, depth, height = (
        dice.uniform(0.06, 0.12),
        dice.uniform(0.2, 0.29),
        dice.uniform(0.26, 0.34),
    )
    waist = dice.uniform(0.72, 1.0)
    lower = box((width, depth, height / 2), taper=waist)
    upper = box((waist * width, waist * depth, height / 2), (0, 0, height / 2), taper=1 / waist)
    if dice.chance(0.35):
        lower, upper = (
            box((width, depth, height / 2)),
            box((width, depth, height / 2), (0, 0, height / 2)),
        )
    front = -waist * depth / 2
    slot = box((0.15 * width, 0.02, 0.5 * height), (0.2 * width, front, 0.25 * height))
    button = cylinder(0.2 * width, 0.02).turn("x", 90).move(-0.1 * width, front, 0.3 * height)
    parts = [lower, upper, slot, button]
    if dice.chance(0.3):
        parts.append(box((1.3 * width, 1.05 * depth, 0.012), (0, 0, -0.012)))
    if dice.chance(0.25):
        grip = ellipsoid((0.05, 0.1, 0.05), (0.06, -0.02, 0.025)).twice()
        pad = grip + ellipsoid((0.14, 0.07, 0.045), (0, 0, 0.03))
        parts.append(
            pad.turn("z", dice.uniform(0, 90)).move(-width - 0.12, dice.uniform(-0.1, 0.1))
        )
    return join(parts)
