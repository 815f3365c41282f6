"""What is met outside: cone, person, tent."""

import numpy as np

from engine.datasets.shapes.catalogue import Dice, kind
from engine.datasets.shapes.mesh import Mesh, join
from engine.datasets.shapes.parts import (
    Triple,
    box,
    cylinder,
    ellipsoid,
    lathe,
    level,
    loft,
    prism,
    rectangle,
    rod,
    smooth,
    squircle,
    tube,
    wall,
)


@kind
def cone(dice: Dice) -> Mesh:
    """Traffic cones on a square plate, bare cones, party hats, wide ones with a brim."""
    radius, tip = dice.uniform(0.25, 0.5), dice.uniform(0.01, 0.07)
    shape = lathe([(radius, 0), (tip, 1), (0.6 * tip, 1.01)])
    style = dice.integers(4)
    if style == 0:
        return shape
    if style == 1:
        return shape + cylinder(
            radius * dice.uniform(1.15, 1.6), dice.uniform(0.02, 0.08), sides=28
        )
    if style == 2:
        return shape + ellipsoid((0.12, 0.12, 0.12), (0, 0, 1))
    wide = radius * dice.uniform(2.2, 2.7)
    return shape + box((wide, wide, dice.uniform(0.03, 0.1)), bevel=0.03)


@kind
def person(dice: Dice) -> Mesh:
    """People standing, walking, waving; grown-ups and children, in trousers, skirts, hats."""
    height, broad = dice.uniform(1.1, 1.9), dice.uniform(0.9, 1.2)
    head = 0.23 + 0.02 * dice.random()
    hip, neck = 0.49 * height, height - head
    shoulder, waist = 0.115 * height * broad, 0.075 * height * broad
    chest = [(hip - 0.05, 1.3 * waist), (hip + 0.1, 1.2 * waist), (0.7 * height, 1.35 * waist)]
    chest += [(neck - 0.1, shoulder), (neck - 0.04, 0.6 * shoulder), (neck + 0.02, 0.05)]
    profile = smooth(np.array(chest)[:, ::-1], 16)
    torso = lathe(profile, sides=16).scale(y=0.62)
    skull = ellipsoid((0.72 * head, 0.82 * head, head), (0, -0.01, height - head / 2))
    parts = [
        torso,
        skull,
        _arms(dice, (shoulder, height, neck - 0.07)),
        _legs(dice, height, waist, hip),
    ]
    if dice.chance(0.25):
        parts.append(
            lathe(
                [(1.5 * waist * dice.uniform(1.1, 1.8), 0.25 * height), (1.1 * waist, 0.6 * height)]
            )
        )
    if dice.chance(0.25):
        parts.append(
            ellipsoid((0.9 * head, 0.95 * head, 1.5 * head), (0, 0.03, height - 0.65 * head))
        )
    if dice.chance(0.2):
        brim = dice.uniform(0.4, 0.9) * head
        parts.append(
            cylinder(0.4 * head, 0.12, (0, 0, height - 0.04))
            + cylinder(brim, 0.015, (0, 0, height - 0.05))
        )
    return join(parts)


def _arms(dice: Dice, size: Triple) -> Mesh:
    """Two arms, each hanging, stretched out, on the hip or raised."""
    shoulder, height, z = size
    parts = []
    upper, lower = 0.17 * height, 0.2 * height
    poses = (
        (0.03, -0.15, -1.0),
        (0.25, 0.0, -0.95),
        (0.95, 0.0, -0.1),
        (0.5, -0.2, 0.8),
        (0.1, -0.9, -0.2),
    )
    folded = dice.chance(0.15)
    for side in (-1, 1):
        first = (0.75, 0.3, -0.7) if folded else dice.one_of(*poses[:2], *poses[:2], *poses)
        second = (
            (-0.8, -0.4, -0.6) if folded else (first[0], first[1] - dice.uniform(0, 0.5), first[2])
        )
        start = np.array((shoulder * 0.95, 0, z))
        elbow = start + upper * np.array(first)
        hand = elbow + lower * np.array(second)
        path = np.array([start, elbow, hand, hand + 0.05 * np.array(second)]) * (side, 1, 1)
        thick = np.array([0.033, 0.026, 0.02, 0.024]) * height
        parts.append(tube(path, thick, 8))
    return join(parts)


def _legs(dice: Dice, height: float, waist: float, hip: float) -> Mesh:
    """Two legs with feet; apart, together or in a step."""
    stride, apart = (
        dice.one_of(0.0, 0.0, dice.uniform(0.08, 0.2)) * height,
        dice.uniform(0.4, 1.1) * waist,
    )
    thick = np.array([0.055, 0.05, 0.036, 0.026]) * height
    parts = []
    for side in (-1, 1):
        top, foot = (
            (side * 0.6 * waist, 0, hip),
            (side * max(apart, 0.5 * waist), side * stride, 0.03),
        )
        knee = ((top[0] + foot[0]) / 2, 0.5 * foot[1] - 0.02, 0.28 * height)
        calf = tuple(np.array(knee) * 0.45 + np.array(foot) * 0.55)
        parts.append(tube(np.array([top, knee, calf, foot]), thick, 10))
        parts.append(
            ellipsoid(
                (0.055 * height, 0.15 * height, 0.06), (foot[0], foot[1] - 0.04 * height, 0.03)
            )
        )
    return join(parts)


@kind
def tent(dice: Dice) -> Mesh:
    """Ridge tents, domes, tipis, tunnels and pavilions on posts."""
    return dice.one_of(_ridge, _ridge, _dome, _tipi, _tunnel, _pavilion)(dice)


def _ridge(dice: Dice) -> Mesh:
    """Two sloping sheets over a ridge, with poles; the front open or closed."""
    width, length, height = dice.uniform(1.4, 2.4), dice.uniform(1.8, 3.0), dice.uniform(1.0, 1.8)
    eave = dice.one_of(0.0, dice.uniform(0.2, 0.8))
    slope = [(0, height), (width / 2, eave), (width / 2 + 0.02, 0)]
    roof = [
        level(
            [(x, -length / 2), (x, length / 2), (x - 0.03, length / 2), (x - 0.03, -length / 2)], z
        )
        for x, z in slope[::-1]
    ]
    parts = [loft(roof).twice()]
    pole = rod((0, length / 2, 0), (0, length / 2, 1.05 * height), 0.03).twice("y")
    parts.append(pole)
    gable = np.array(
        [
            (-width / 2, 0),
            (width / 2, 0),
            (width / 2, eave + 0.01),
            (0, height),
            (-width / 2, eave + 0.01),
        ]
    )
    back = prism(gable, 0.02).turn("x", 90)
    parts.append(back.move(y=length / 2))
    if dice.chance(0.5):
        parts.append(back.move(y=-length / 2))
    if dice.chance(0.6):
        parts.append(box((width, length, 0.015)))
    return join(parts)


def _dome(dice: Dice) -> Mesh:
    """Half a ball with poles crossing over it and a porch."""
    width, length, height = dice.uniform(1.8, 2.6), dice.uniform(1.8, 2.8), dice.uniform(1.0, 1.5)
    angle = np.linspace(0, np.pi / 2, 10)
    shell = lathe(np.column_stack([np.cos(angle), np.sin(angle)]), sides=int(dice.one_of(6, 8, 24)))
    over = np.column_stack([np.cos(2 * angle), np.zeros(10), np.sin(2 * angle)])
    poles = tube(over * 1.02, 0.02, 5)
    cross = poles.turn("z", 45) + poles.turn("z", -45)
    whole = (shell + cross).scale(width / 2, length / 2, height)
    if dice.chance(0.5):
        porch = shell.scale(0.25 * width, 0.3 * length, 0.6 * height)
        whole += porch.move(y=-0.42 * length)
    return whole


def _tipi(dice: Dice) -> Mesh:
    """A cone of cloth on poles that cross above it."""
    radius, height = dice.uniform(0.8, 1.3), dice.uniform(1.7, 2.6)
    sides = int(dice.integers(6, 12))
    cloth = lathe([(radius, 0), (0.08, height)], sides=sides)
    pole = rod((radius, 0, 0), (-0.16 * radius, 0, 1.16 * height), 0.03)
    return cloth + join(pole.turn("z", 360 * step / sides) for step in range(sides))


def _tunnel(dice: Dice) -> Mesh:
    """An arched tube of cloth over hoops, lower to the back."""
    width, height, length = dice.uniform(1.4, 2.0), dice.uniform(0.9, 1.4), dice.uniform(2.2, 3.4)
    half = squircle(width, 2 * height, 2.4, 24)
    arch = half[half[:, 1] > 0][np.argsort(-half[half[:, 1] > 0][:, 0])]
    hoops = []
    for y, share in zip(np.linspace(-0.5, 0.5, 5) * length, (1, 1, 0.97, 0.85, 0.55), strict=True):
        hoops.append(
            np.column_stack([arch[::-1, 0] * share, np.full(len(arch), y), arch[::-1, 1] * share])
        )
    hoop = tube(hoops[0] * 1.02, 0.025, 5)
    return loft(hoops) + hoop + hoop.move(y=0.4 * length)


def _pavilion(dice: Dice) -> Mesh:
    """A pyramid roof on four posts, often with a frill, sometimes with walls."""
    width, tall, peak = dice.uniform(2.2, 3.0), dice.uniform(1.5, 1.9), dice.uniform(0.9, 1.5)
    x = width / 2 - 0.05
    post = rod((x, x, 0), (x, x, tall), 0.06).twice("x").twice("y")
    roof = prism(rectangle(width, width), peak, (0, 0, tall), taper=0.03)
    frill = box((width, width, 0.2), (0, 0, tall - 0.2))
    parts = [post, roof, frill]
    if dice.chance(0.4):
        parts.append(wall([(x, -x), (x, x), (-x, x), (-x, -x)], 0.02, tall))
    return join(parts)
