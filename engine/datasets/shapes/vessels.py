"""Things turned on a wheel and what grows in them: bottle, bowl, cup, vase, flower pot, plant."""

import numpy as np

from engine.datasets.shapes.catalogue import Dice, kind
from engine.datasets.shapes.mesh import Mesh, join
from engine.datasets.shapes.parts import (
    Array,
    box,
    cylinder,
    ellipsoid,
    hollow,
    lathe,
    level,
    loft,
    smooth,
    squircle,
    sweep,
    tube,
)


@kind
def bottle(dice: Dice) -> Mesh:
    """Wine, beer, water and oil bottles, round or square, with or without a cap."""
    radius, shoulder = dice.uniform(0.11, 0.24), dice.uniform(0.4, 0.72)
    neck, slope = radius * dice.uniform(0.25, 0.5), dice.uniform(0.06, 0.2)
    waist = dice.one_of(1.0, 1.0, dice.uniform(0.75, 0.95)) * radius
    belly = smooth([(radius, 0.03), (radius, 0.15), (waist, 0.55 * shoulder), (radius, shoulder)])
    fall = np.linspace(0, 1, 8)
    throat = neck + (radius - neck) * (1 + np.cos(np.pi * fall)) / 2
    slant = np.column_stack([throat, shoulder + slope * fall])
    top = [(neck, 0.93), (1.15 * neck, 0.94), (1.15 * neck, 1)]
    profile = np.concatenate([[(0.9 * radius, 0)], belly, slant, top])
    body = lathe(profile)
    if dice.chance(0.15):
        power = np.where(profile[:, 1] < shoulder, 8.0, 2.0)
        flats = [squircle(2 * r, 2 * r, p) for r, p in zip(profile[:, 0], power, strict=True)]
        body = loft([level(flat, z) for flat, z in zip(flats, profile[:, 1], strict=True)])
    return body + cylinder(1.3 * neck, 0.07, (0, 0, 0.96)) if dice.chance(0.4) else body


@kind
def bowl(dice: Dice) -> Mesh:
    """Soup, salad and mixing bowls, deep or flat, on a foot ring or not."""
    radius, height = 0.5, dice.uniform(0.2, 0.55)
    foot, curve = radius * dice.uniform(0.25, 0.55), dice.uniform(0.3, 0.8)
    profile = smooth(
        [(foot, 0), (radius * (0.55 + 0.45 * curve), 0.45 * height), (radius, height)], 12
    )
    if dice.chance(0.25):
        profile = np.concatenate([profile, [(1.12 * radius, height * 1.03)]])
    body = hollow(profile, dice.uniform(0.012, 0.05))
    if dice.chance(0.4):
        body += cylinder(1.1 * foot, 0.12 * height, (0, 0, -0.1 * height), taper=0.9)
    return body


@kind
def cup(dice: Dice) -> Mesh:
    """Mugs, tea cups on a saucer, tumblers, wine glasses."""
    style, radius = dice.integers(5), dice.uniform(0.3, 0.45)
    height = dice.uniform(0.7, 1.1)
    if style == 0:
        return _wine_glass(dice, radius)
    foot = radius * dice.uniform(0.55, 1.0)
    middle = (foot + radius) / 2 * dice.uniform(0.95, 1.12)
    if style == 1:
        height *= 0.6
        middle, foot = 0.9 * radius, 0.45 * radius
    profile = smooth([(foot, 0), (middle, 0.5 * height), (radius, height)], 10)
    body = hollow(profile, dice.uniform(0.02, 0.05))
    if style in (1, 2, 3):
        body += _handle(dice, middle, height).named("handle")
    if style == 1 and dice.chance(0.7):
        body += hollow([(0.5 * radius, -0.06), (1.7 * radius, 0.06)], 0.03).named("saucer")
    return body.named("body")


def _handle(dice: Dice, radius: float, height: float) -> Mesh:
    """An ear at the side of a cup or jug."""
    reach = dice.uniform(0.2, 0.32)
    inside, far = 0.95 * radius, radius + reach
    ear = [(inside, 0, 0.82), (far, 0, 0.8), (far, 0, 0.4), (inside, 0, 0.2)]
    return tube(smooth(ear, 12) * (1, 1, height), dice.uniform(0.03, 0.05)).turn(
        "z", dice.uniform(-30, 30)
    )


def _wine_glass(dice: Dice, radius: float) -> Mesh:
    """A bowl on a stem."""
    stem, deep = dice.uniform(0.25, 0.6), dice.uniform(0.45, 0.8)
    foot = radius * dice.uniform(0.6, 0.95)
    profile = [(0.03, 0), (0.8 * radius, 0.25 * deep), (radius, 0.6 * deep), (0.9 * radius, deep)]
    glass = hollow(smooth(profile, 14), 0.02).move(z=stem)
    foot_profile = [(foot, 0), (foot, 0.02), (0.03, 0.08), (0.03, stem + 0.02)]
    return glass.named("body") + lathe(foot_profile).named("stem")


@kind
def vase(dice: Dice) -> Mesh:
    """Vases with a belly, a neck, a lip; slim or round; some with ears or stalks."""
    profile = _vase_profile(dice)
    body = hollow(profile, 0.02)
    if dice.chance(0.12):
        body += _handle(dice, 0.8 * profile[:, 0].max(), 0.9).twice()
    if dice.chance(0.15):
        body += join(_stalk(dice, 0.9).move(z=0.3) for _ in range(int(dice.integers(2, 6))))
    return body


def _vase_profile(dice: Dice) -> Array:
    """Foot, belly, neck and lip of a vase one unit high."""
    belly, neck = dice.uniform(0.15, 0.42), dice.uniform(0.05, 0.2)
    foot, lip = dice.uniform(0.09, 0.25), neck * dice.uniform(1, 2)
    low = dice.uniform(0.25, 0.6)
    points = [(foot, 0), (belly, low), (neck, dice.uniform(low + 0.2, 0.9)), (lip, 1)]
    return smooth(points[:: dice.one_of(1, 1, 3)], 20)


def _stalk(dice: Dice, height: float) -> Mesh:
    """A thin stalk that leans, with a blossom at its end."""
    lean = height * dice.uniform(0.05, 0.35)
    path = smooth([(0, 0, 0), (0.3 * lean, 0, 0.5 * height), (lean, 0, height)], 6)
    size = dice.uniform(0.12, 0.24)
    flower = ellipsoid((size, size, 0.7 * size), (lean, 0, height))
    return (tube(path, 0.012, 5) + flower).turn("z", dice.uniform(0, 360))


def _leaf(dice: Dice, length: float, lean: float, wide: float) -> Mesh:
    """A blade that grows from the origin and bends over; `lean` 0 is upright, 1 flat."""
    droop = dice.uniform(0.0, 0.5) * lean
    middle = (0.45 * lean * length, 0, 0.55 * length * (1 - 0.3 * lean))
    tip = (length * lean, 0, length * (1 - 0.6 * lean - droop))
    path = smooth([(0, 0, 0), middle, tip], 8)
    outline = np.array([(wide / 2, 0), (0, 0.006), (-wide / 2, 0), (0, -0.006)])
    shape = np.array([0.35, 0.7, 0.95, 1, 0.9, 0.7, 0.4, 0.05])
    return sweep(path, outline, shape, across=(0, 1, 0)).turn("z", dice.uniform(0, 360))


def _pot(dice: Dice, radius: float, height: float) -> Mesh:
    """A flower pot filled with earth: a cone with a rim, a box or a round belly."""
    style, foot = dice.integers(4), radius * dice.uniform(0.6, 0.9)
    earth = cylinder(0.9 * radius, 0.03, (0, 0, 0.85 * height))
    if style == 0:
        return box((2 * foot, 2 * foot, height), taper=radius / foot) + earth
    if style == 1:
        belly = [(foot, 0), (1.2 * radius, 0.5 * height), (radius, height)]
        return hollow(smooth(belly, 10), 0.03) + earth
    pot = hollow([(foot, 0), (radius, 0.8 * height), (radius, height)], 0.03)
    rim = np.array([(1.12, 0.82), (1.12, 1), (0.95, 1), (0.95, 0.82)]) * (radius, height)
    return pot + lathe(rim, closed=True) + earth


@kind
def flower_pot(dice: Dice) -> Mesh:
    """A pot, empty or with a few flowers or leaves."""
    radius, height = dice.uniform(0.2, 0.32), dice.uniform(0.3, 0.55)
    pot = _pot(dice, radius, height)
    style = dice.integers(4)
    if style == 0:
        return pot
    if style == 1:
        grown = [_stalk(dice, dice.uniform(0.35, 0.8)) for _ in range(int(dice.integers(3, 10)))]
    else:
        wide = dice.uniform(0.12, 0.26)
        grown = [
            _leaf(dice, dice.uniform(0.35, 0.75), dice.uniform(0.1, 0.9), wide)
            for _ in range(int(dice.integers(5, 14)))
        ]
    return pot + join(grown).move(z=0.85 * height)


@kind
def plant(dice: Dice) -> Mesh:
    """Pot plants larger than their pot: grasses, palms, bushes, small trees, a cactus."""
    radius, height = dice.uniform(0.12, 0.25), dice.uniform(0.2, 0.4)
    pot, grown = (
        _pot(dice, radius, height),
        dice.one_of(_grass, _grass, _palm, _palm, _bush, _cactus)(dice),
    )
    return grown if dice.chance(0.15) else pot + grown.move(z=0.85 * height)


def _grass(dice: Dice) -> Mesh:
    """Many long blades from one root."""
    wide, spread = dice.uniform(0.05, 0.14), dice.uniform(0.4, 1)
    count = int(dice.integers(10, 24))
    return join(
        _leaf(dice, dice.uniform(0.6, 1.1), spread * dice.random(), wide) for _ in range(count)
    )


def _palm(dice: Dice) -> Mesh:
    """A stem with a crown of hanging leaves."""
    tall, bow, count = dice.uniform(0.5, 1.2), dice.uniform(-0.12, 0.12), int(dice.integers(7, 14))
    stem = tube(smooth([(0, 0, 0), (bow, 0, 0.5 * tall), (0, 0, tall)], 6), 0.03)
    crown = (_leaf(dice, dice.uniform(0.5, 0.8), dice.uniform(0.6, 1), 0.16) for _ in range(count))
    return stem + join(crown).move(z=tall)


def _bush(dice: Dice) -> Mesh:
    """A trunk with balls of leaves, big and few or small and many."""
    tall, count = dice.uniform(0.15, 0.7), int(dice.integers(2, 12))
    parts = [cylinder(0.03, tall + 0.2)]
    for _ in range(count):
        size = dice.uniform(0.8, 1.2) * 0.55 / count**0.4
        x, y, z = dice.normal(0, 0.13, 3)
        parts.append(ellipsoid((size, size, 0.9 * size), (x, y, tall + 0.25 + z)))
    return join(parts)


def _cactus(dice: Dice) -> Mesh:
    """A fat column, often with arms that bend upwards."""
    tall, fat = dice.uniform(0.5, 1.0), dice.uniform(0.07, 0.13)
    profile = [(fat, 0), (1.1 * fat, 0.5 * tall), (fat, 0.9 * tall), (0, tall)]
    parts = [lathe(smooth(profile, 12))]
    for _ in range(int(dice.integers(0, 4))):
        low, reach = tall * dice.uniform(0.25, 0.6), dice.uniform(0.18, 0.3)
        bend = [(0, 0, low), (reach, 0, low + 0.05), (reach, 0, low + dice.uniform(0.2, 0.4))]
        parts.append(tube(smooth(bend, 8), 0.6 * fat).turn("z", dice.uniform(0, 360)))
    return join(parts)
