"""What furniture stands on: each takes the dice and the room below (width, depth, height)."""

import numpy as np

from engine.datasets.shapes.catalogue import Dice
from engine.datasets.shapes.mesh import Mesh, join
from engine.datasets.shapes.parts import Triple, bar, box, cylinder, lathe, rod, smooth, tube


def four_legs(dice: Dice, size: Triple) -> Mesh:
    """A leg at every corner, square or round, straight or splayed, with or without rails between."""
    width, depth, height = size
    thick = dice.uniform(0.06, 0.12) * min(width, depth, 1.2 * height)
    splay = dice.one_of(0.0, 0.0, dice.uniform(0, 0.12)) * height
    x, y = width / 2 - 0.7 * thick, depth / 2 - 0.7 * thick
    taper = dice.one_of(1.0, 1.0, 0.5)
    top, foot = (x, y, height), (x + splay, y + splay, 0.0)
    leg = dice.one_of(bar(top, foot, thick, taper), rod(top, foot, thick / 2, taper))
    legs = leg.twice("x").twice("y")
    return legs + _rails(dice, (x, y, height), thick / 2) if dice.chance(0.35) else legs


def _rails(dice: Dice, corner: Triple, thick: float) -> Mesh:
    """Rails between the legs: at the sides and across, or all around."""
    x, y, height = corner
    z = height * dice.uniform(0.15, 0.6)
    sides = bar((x, -y, z), (x, y, z), thick).twice("x")
    if dice.chance(0.5):
        return sides + bar((-x, 0, z), (x, 0, z), thick)
    return sides + bar((-x, y, z), (x, y, z), thick).twice("y")


def star_foot(dice: Dice, size: Triple) -> Mesh:
    """An office chair's foot: a column on four to six rays with castors."""
    width, _, height = size
    reach, rays = width * dice.uniform(0.42, 0.58), int(dice.integers(4, 7))
    low = height * dice.uniform(0.14, 0.22)
    thick = 0.035 * width / 0.5
    ray = bar((0, 0, low), (reach, 0, 0.7 * low), thick, 0.7)
    wheel = cylinder(0.05 * reach / 0.25, 0.04 * reach / 0.25).turn("x", 90).move(reach, 0, 0.05)
    turned = [(ray + wheel).turn("z", 360 * step / rays + 18) for step in range(rays)]
    return join([*turned, cylinder(0.6 * thick, height - 0.6 * low, (0, 0, 0.6 * low))])


def column(dice: Dice, size: Triple) -> Mesh:
    """One column in the middle on a round or square plate, or with a turned swell."""
    width, depth, height = size
    reach, radius = min(width, depth), min(width, depth) * dice.uniform(0.04, 0.1)
    if dice.chance(0.35):
        swell = [(0.3 * reach, 0), (0.28 * reach, 0.05), (radius, 0.2), (2 * radius, 0.5)]
        profile = smooth([*swell, (radius, 0.85), (1.5 * radius, 1)], 14) * (1, height)
        return lathe(profile)
    foot = reach * dice.uniform(0.5, 0.8)
    plate = dice.one_of(
        box((foot, foot, 0.04 * height)), cylinder(foot / 2, 0.05 * height, taper=0.9)
    )
    return plate + cylinder(radius, height)


def sled(dice: Dice, size: Triple) -> Mesh:
    """A bent pipe at each side; a cantilever leaves the back open."""
    width, depth, height = size
    radius, x, y = 0.03 * width + 0.005, width / 2 - 0.03, depth / 2 - 0.03
    front = [(x, -y, height), (x, -1.05 * y, 0.1 * height), (x, -0.9 * y, radius)]
    back = [(x, 0.9 * y, radius)]
    if dice.chance(0.5):
        back += [(x, 1.05 * y, 0.1 * height), (x, y, height)]
    across = rod((-x, 0.9 * y, radius), (x, 0.9 * y, radius), radius)
    return tube(np.array(front + back), radius, 6).twice("x") + across


def side_panels(dice: Dice, size: Triple) -> Mesh:
    """A panel at each side, with or without a back between."""
    width, depth, height = size
    thick = dice.uniform(0.03, 0.07) * min(width, 1.0)
    panel = box((thick, depth * dice.uniform(0.85, 1), height), ((width - thick) / 2, 0, 0))
    if dice.chance(0.5):
        return panel.twice("x")
    tall = height * dice.uniform(0.3, 0.9)
    return panel.twice("x") + box((width, 0.4 * thick, tall), (0, 0.3 * depth, height - tall))


def trestles(dice: Dice, size: Triple) -> Mesh:
    """An A-shaped trestle at each side and a beam between them."""
    width, depth, height = size
    thick, x, y = 0.05 * height + 0.01, 0.38 * width, 0.45 * depth
    leg = bar((x, dice.uniform(0, 0.6) * y, height), (x, y, 0), thick).twice("y")
    z = height * dice.uniform(0.3, 0.6)
    return leg.twice("x") + bar((-x, 0, z), (x, 0, z), thick)


def low_foot(dice: Dice, size: Triple) -> Mesh:
    """What a cabinet stands on: a set-back plinth or four short feet."""
    width, depth, height = size
    if dice.chance(0.5):
        return box((0.94 * width, 0.9 * depth, height))
    thick = 0.07 * min(width, 2 * depth)
    x, y = width / 2 - 0.6 * thick, depth / 2 - 0.6 * thick
    foot = dice.one_of(box((thick, thick, height)), cylinder(thick / 2, height))
    return foot.move(x, y).twice("x").twice("y")
