"""Things to sit on: chair, sofa, bench, stool."""

import numpy as np

from engine.datasets.shapes.catalogue import Dice, kind
from engine.datasets.shapes.mesh import Mesh, copies, join
from engine.datasets.shapes.parts import (
    Triple,
    arc,
    box,
    cylinder,
    lathe,
    prism,
    rod,
    smooth,
    squircle,
    tube,
    wall,
)
from engine.datasets.shapes.supports import column, four_legs, side_panels, sled, star_foot


@kind
def chair(dice: Dice) -> Mesh:
    """Kitchen, office, garden and easy chairs."""
    if dice.chance(0.12):
        return _upholstered(dice, dice.uniform(0.65, 0.95))
    width, depth, height = dice.uniform(0.4, 0.6), dice.uniform(0.4, 0.58), dice.uniform(0.36, 0.52)
    thick = dice.uniform(0.025, 0.1)
    support = dice.one_of(four_legs, four_legs, four_legs, star_foot, star_foot, sled, column)
    legs = support(dice, (width, depth, height)).named("legs")
    power = dice.one_of(2.5, 5.0, 12.0)
    seat = prism(squircle(width, depth, power), thick, (0, 0, height), dice.uniform(0.94, 1))
    tilt, rise = dice.uniform(2, 18), dice.uniform(0.3, 0.7)
    back = _chair_back(dice, width * dice.uniform(0.8, 1), rise)
    back = back.turn("x", -tilt).move(y=depth / 2 - 0.03, z=height + thick * 0.5)
    parts = [legs, seat.named("seat"), back.named("back")]
    if dice.chance(0.4):
        parts.append(_arm(dice, (width, depth, dice.uniform(0.16, 0.26))).move(z=height + thick))
    return join(parts).named("arms")


def _chair_back(dice: Dice, width: float, rise: float) -> Mesh:
    """A back in the x-z plane, from z = 0: padded, rounded, bent, rungs or slats."""
    style = dice.integers(6)
    thick = dice.uniform(0.02, 0.07)
    if style == 0:
        return box((width, thick, rise), taper=dice.uniform(0.8, 1), bevel=thick / 2)
    if style == 1:
        pad = prism(squircle(width, 0.75 * rise, dice.one_of(2.0, 4.0)), thick)
        return pad.turn("x", 90).move(z=0.62 * rise) + box((0.3 * width, 0.6 * thick, 0.4 * rise))
    if style == 2:
        bow = dice.uniform(0.1, 0.5) * width
        plan = smooth([(-width / 2, -bow), (0, 0), (width / 2, -bow)], 9)
        return wall(plan, thick, 0.8 * rise, 0.2 * rise * dice.random())
    posts = rod((width / 2, 0, 0), (width / 2, 0, rise), 0.018).twice()
    top = box((width, 0.035, 0.14 * rise), (0, 0, 0.86 * rise))
    if style == 3:
        rungs = np.linspace(0.25, 0.7, int(dice.integers(2, 5))) * rise
        return posts + top + copies(box((width, 0.02, 0.09 * rise)), [(0, 0, z) for z in rungs])
    if style == 4:
        places = np.linspace(-0.4, 0.4, int(dice.integers(3, 8))) * width
        return posts + top + copies(box((0.025, 0.02, 0.9 * rise)), [(x, 0, 0) for x in places])
    loop = [(-width / 2, 0, 0), (-width / 2, 0, 0.6 * rise), (0, 0, rise)]
    hoop = smooth([*loop, (width / 2, 0, 0.6 * rise), (width / 2, 0, 0)], 15)
    sticks = [
        rod((0.4 * x, 0, 0), (x, 0, 0.8 * rise), 0.01) for x in (-0.3 * width, 0, 0.3 * width)
    ]
    return join([tube(hoop, 0.018, 6), *sticks])


def _arm(dice: Dice, size: Triple) -> Mesh:
    """Two arm rests above a seat: boards on posts, closed panels or bent pipes."""
    width, depth, height = size
    x, style = width / 2, dice.integers(3)
    if style == 0:
        board = box((0.05, 0.8 * depth, 0.03), (x, 0, height))
        return (board + rod((x, -0.3 * depth, -0.05), (x, -0.3 * depth, height), 0.015)).twice()
    if style == 1:
        return box((0.05, 0.9 * depth, height + 0.05), (x, 0, -0.05), bevel=0.015).twice()
    y = 0.35 * depth
    path = smooth([(x, -y, 0), (x, -1.1 * y, height), (x, y, height), (x, 1.2 * y, 0.1)], 12)
    return tube(path, 0.016, 6).twice()


@kind
def sofa(dice: Dice) -> Mesh:
    """Sofas for two to four, some with a part to put the feet up."""
    width = dice.uniform(1.0, 1.35) if dice.chance(0.15) else dice.uniform(1.35, 2.5)
    return _upholstered(dice, width)


def _upholstered(dice: Dice, width: float) -> Mesh:
    """Base, back, arms and cushions: an easy chair when narrow, a sofa when wide."""
    depth, low = dice.uniform(0.72, 1.0), dice.one_of(0.02, dice.uniform(0.06, 0.16))
    seat, rise = dice.uniform(0.32, 0.46), dice.uniform(0.25, 0.52)
    thick, soft = dice.uniform(0.12, 0.26), dice.uniform(0.01, 0.06)
    arm = dice.one_of(0.0, dice.uniform(0.08, 0.26), dice.uniform(0.08, 0.26))
    inside, back = width - 2 * arm, depth / 2 - thick
    parts = [box((inside, depth, 0.65 * seat - low), (0, 0, low))]
    rest = box((width, thick, seat + rise - low), bevel=soft).named("back")
    parts.append(rest.turn("x", -dice.uniform(0, 9)).move(y=depth / 2 - thick / 2, z=low))
    if arm > 0:
        parts.append(_sofa_arm(dice, arm, (width, depth, seat), low).twice().named("arms"))
    count = max(1, round(inside / dice.uniform(0.55, 0.95)))
    places = [((step + 0.5) / count - 0.5) * inside for step in range(count)]
    pad = box((inside / count, depth - thick, 0.4 * seat), bevel=soft)
    parts.append(copies(pad, [(x, -thick / 2, 0.6 * seat) for x in places]))
    if dice.chance(0.6):
        pillow = box((0.95 * inside / count, 0.15, 0.9 * rise), bevel=0.05).named("back")
        pillow = pillow.turn("x", -dice.uniform(5, 18))
        parts.append(copies(pillow, [(x, back - 0.08, seat) for x in places]))
    if width > 1.3 and dice.chance(0.2):
        reach, wide = dice.uniform(0.4, 0.8), inside / max(count, 2)
        side = dice.one_of(-1, 1) * (inside - wide) / 2
        parts.append(box((wide, reach, seat), (side, -(depth + reach) / 2, low), bevel=soft))
    if low > 0.03:
        parts.append(four_legs(dice, (0.95 * width, 0.9 * depth, low)).named("legs"))
    return join(parts).named("seat")


def _sofa_arm(dice: Dice, arm: float, size: Triple, low: float) -> Mesh:
    """The left arm of a sofa: a block, some with a roll on top."""
    width, depth, seat = size
    height, x = seat + dice.uniform(0.08, 0.26), (width - arm) / 2
    block = box((arm, depth, height - low), (x, 0, low), bevel=dice.uniform(0, 0.06))
    if dice.chance(0.35):
        roll = cylinder(0.6 * arm, depth, sides=12).turn("x", -90)
        return block + roll.move(x, -depth / 2, height - 0.02)
    return block


@kind
def bench(dice: Dice) -> Mesh:
    """Park, garden and piano benches, long and hard, with or without a back."""
    width, depth, height = dice.uniform(1.0, 2.0), dice.uniform(0.3, 0.55), dice.uniform(0.36, 0.5)
    support = dice.one_of(four_legs, four_legs, side_panels, _blocks, sled)
    parts = [support(dice, (0.95 * width, 0.9 * depth, height)).named("legs")]
    parts.append(_seat_boards(dice, width, depth).move(z=height).named("seat"))
    if dice.chance(0.55):
        rise, tilt = dice.uniform(0.3, 0.5), dice.uniform(4, 18)
        rows = int(dice.integers(1, 5))
        slat = box((width, 0.03, 0.7 * rise / rows))
        slats = copies(slat, [(0, 0, 0.15 + 0.9 * rise * row / rows) for row in range(rows)])
        back = slats + box((0.05, 0.04, 0.1 + rise), (0.42 * width, 0.03, 0)).twice()
        parts.append(back.turn("x", -tilt).move(y=0.46 * depth, z=height).named("back"))
    if dice.chance(0.35):
        parts.append(_arm(dice, (0.97 * width, depth, 0.2)).move(z=height))
    return join(parts).named("arms")


def _seat_boards(dice: Dice, width: float, depth: float) -> Mesh:
    """One board, or several along the bench."""
    thick, count = dice.uniform(0.03, 0.08), int(dice.one_of(1, 3, 4, 5))
    board = box((width, 0.85 * depth / count, thick))
    return copies(board, [(0, ((i + 0.5) / count - 0.5) * depth, 0) for i in range(count)])


def _blocks(dice: Dice, size: Triple) -> Mesh:
    """Two heavy blocks under a bench."""
    width, depth, height = size
    block = box((0.12 * width * dice.uniform(0.6, 1.4), depth, height), taper=dice.uniform(0.6, 1))
    return block.move(x=0.36 * width).twice()


@kind
def stool(dice: Dice) -> Mesh:
    """Bar and milking stools: a small high seat, round or square."""
    width, height = dice.uniform(0.28, 0.42), dice.uniform(0.42, 0.85)
    thick, power = dice.uniform(0.03, 0.1), dice.one_of(2.0, 2.0, 8.0)
    seat = prism(squircle(width, width, power), thick, (0, 0, height), dice.uniform(0.9, 1))
    parts = [seat.named("seat")]
    style = dice.integers(4)
    if style == 0:
        parts.append(four_legs(dice, (width, width, height)))
    elif style == 1:
        parts.append(column(dice, (1.15 * width, 1.15 * width, height)))
    else:
        parts.append(_splayed(dice, width, height))
    if dice.chance(0.2):
        back = wall(arc(0.45 * width, 20, 160), 0.02, dice.uniform(0.08, 0.25))
        parts.append(back.move(z=height + thick).named("back"))
    return join(parts).named("legs")


def _splayed(dice: Dice, width: float, height: float) -> Mesh:
    """Three or four round legs that lean outwards, often with a ring to put the feet on."""
    count, top = int(dice.one_of(3, 4, 4)), 0.32 * width
    foot = width * dice.uniform(0.42, 0.65)
    leg = rod((top, 0, height), (foot, 0, 0), 0.05 * width)
    legs = join(leg.turn("z", 360 * step / count + 45) for step in range(count))
    if dice.chance(0.3):
        return legs
    share = dice.uniform(0.25, 0.5)
    radius, thin = foot + (top - foot) * share, 0.025 * width
    section = squircle(2 * thin, 2 * thin, sides=6) + np.array((radius, share * height))
    return legs + lathe(section, closed=True)
