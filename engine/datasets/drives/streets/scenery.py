"""What stands beside a street and is not looked for: houses, trees, hedges, lamps.

Each looks along x and stands on the ground, z = 0.
"""

from engine.datasets.drives.streets.blocks import (
    FACADE,
    LAMP,
    LEAVES,
    ROOF,
    SLATS,
    Paint,
    Row,
    Triple,
    ball,
    box,
    tube,
)
from engine.datasets.shapes.catalogue import Dice

_WALLS: tuple[Triple, ...] = (
    (176, 92, 70), (150, 78, 62), (214, 196, 162), (226, 220, 206), (188, 190, 190), (204, 168, 120),
    (160, 164, 172), (128, 110, 100), (216, 184, 150), (138, 150, 160), (196, 132, 104),
)  # fmt: skip
_SHOPS: tuple[Triple, ...] = (
    (150, 30, 36), (30, 80, 70), (26, 60, 120), (190, 140, 40), (60, 56, 60), (120, 40, 90),
)  # fmt: skip
_TILES: tuple[Triple, ...] = ((136, 66, 48), (92, 58, 50), (84, 86, 92), (110, 78, 60))
_LEAVES: tuple[Triple, ...] = (
    (86, 124, 52), (70, 112, 48), (104, 132, 58), (62, 98, 54), (134, 128, 58), (150, 104, 50),
)  # fmt: skip
_BARK = Paint((84, 66, 50), echo=0.4)
_STEEL = Paint((96, 100, 104), echo=0.45)
_BULB = Paint((255, 214, 150), LAMP, echo=0.5)
LAMP_HEIGHT = 6.0


def building(dice: Dice, wide: float, deep: float) -> list[Row]:
    """A house of several storeys that looks along x with its whole width."""
    tall = 3.1 * int(dice.integers(2, 7)) + 0.9
    wall = Paint(
        dice.one_of(*_WALLS), FACADE, echo=dice.uniform(0.3, 0.5), second=dice.one_of(*_SHOPS),
        mark=dice.random(),
    )  # fmt: skip
    rows = [box((0, 0, tall / 2), (deep, wide, tall), wall)]
    if dice.chance(0.35):
        tiles = Paint(dice.one_of(*_TILES), ROOF, echo=0.35)
        rows.append(box((0, 0, tall + 1.1), (deep + 0.3, wide, 2.2), tiles, (0.7, 0.7, 0.0)))
    else:
        ledge = Paint((170, 168, 164), echo=0.4)
        rows.append(box((0, 0, tall + 0.06), (deep + 0.3, wide + 0.04, 0.35), ledge))
        if dice.chance(0.4):
            rows.append(box((-1, 0, tall + 1.1), (3, wide * 0.3, 2.0), ledge))
    return rows


def cottage(dice: Dice, wide: float, deep: float) -> list[Row]:
    """A house of one or two storeys with a pitched roof, its ridge across or along the street."""
    tall = 3.1 * int(dice.integers(1, 3)) + 0.4
    wall = Paint(
        dice.one_of(*_WALLS), FACADE, echo=dice.uniform(0.3, 0.5), mark=0.34 * dice.random()
    )
    tiles = Paint(dice.one_of(*_TILES), ROOF, echo=0.35)
    ridge = (1.0, 1.0, 0.0) if dice.chance(0.5) else (0.0, 0.0, 1.0)
    return [
        box((0, 0, tall / 2), (deep, wide, tall), wall),
        box((0, 0, tall + 1.3), (deep + 0.7, wide + 0.7, 2.6), tiles, ridge),
        box((-deep / 4, wide / 4, tall + 2.2), (0.7, 0.7, 2.4), Paint((120, 74, 60), echo=0.4)),
        box((deep / 2, -wide / 6, 1.05), (0.1, 1.0, 2.1), Paint(dice.one_of(*_SHOPS), echo=0.4)),
    ]


def tree(dice: Dice) -> list[Row]:
    """A trunk and a crown of some balls."""
    high, girth = dice.uniform(2.0, 3.2), dice.uniform(0.1, 0.2)
    leaves = Paint(dice.one_of(*_LEAVES), LEAVES, echo=0.4)
    rows = [tube((0, 0, 0), (0, 0, high + 0.8), girth, _BARK)]
    if dice.chance(0.25):  # a poplar
        return [*rows, ball((0, 0, high + 2.2), (2.0, 2.0, 6.5), leaves)]
    size = dice.uniform(2.4, 3.8)
    rows.append(ball((0, 0, high + size * 0.42), (size, size, size * 0.95), leaves))
    for _ in range(4):
        x, y, z = dice.uniform(-0.36, 0.36, 3) * size
        part = size * dice.uniform(0.5, 0.72)
        rows.append(ball((x, y, high + size * 0.45 + z * 0.8), (part, part, part * 0.9), leaves))
    return rows


def bush(dice: Dice) -> list[Row]:
    """Some low balls of leaves."""
    leaves = Paint(dice.one_of(*_LEAVES), LEAVES, echo=0.4)
    return [
        ball((x, y, size * 0.36), (size, size, size * 0.85), leaves)
        for x, y, size in zip(
            dice.uniform(-0.4, 0.4, 3), dice.uniform(-0.9, 0.9, 3), dice.uniform(0.8, 1.5, 3), strict=True
        )
    ]  # fmt: skip


def hedge(dice: Dice, wide: float) -> list[Row]:
    """Cut square, along the street."""
    tall = dice.uniform(0.8, 1.7)
    leaves = Paint(dice.one_of(*_LEAVES[:4]), LEAVES, echo=0.4)
    return [box((0, 0, tall / 2), (0.8, wide, tall), leaves, (0.08, 0.08, 0.02))]


def fence(dice: Dice, wide: float) -> list[Row]:
    """Boards, or a low wall."""
    if dice.chance(0.4):
        return [box((0, 0, 0.5), (0.3, wide, 1.0), Paint(dice.one_of(*_WALLS), echo=0.4))]
    tall = dice.uniform(1.0, 1.6)
    wood = Paint(dice.one_of((150, 112, 74), (210, 206, 196), (96, 78, 62)), SLATS, echo=0.45)
    return [box((0, 0, tall / 2 + 0.1), (0.08, wide, tall), wood)]


def lamp(dice: Dice) -> list[Row]:
    """A street lamp whose arm reaches along x."""
    reach = dice.uniform(1.0, 1.6)
    return [
        tube((0, 0, 0), (0, 0, LAMP_HEIGHT), 0.07, _STEEL),
        tube((0, 0, LAMP_HEIGHT), (reach, 0, LAMP_HEIGHT + 0.15), 0.05, _STEEL),
        box((reach, 0, LAMP_HEIGHT + 0.1), (0.5, 0.24, 0.12), _STEEL),
        box((reach, 0, LAMP_HEIGHT + 0.02), (0.4, 0.2, 0.08), _BULB),
    ]


def signals(dice: Dice) -> list[Row]:
    """A traffic light that looks back along x."""
    red, amber, green = (255, 40, 30), (255, 170, 40), (50, 230, 120)
    shown = int(dice.integers(0, 3))
    rows = [
        tube((0, 0, 0), (0, 0, 3.0), 0.06, _STEEL),
        box((0, 0, 3.1), (0.26, 0.34, 0.95), Paint((26, 28, 28), echo=0.2)),
    ]
    for place, colour in enumerate((red, amber, green)):
        lit = Paint(colour, LAMP, echo=0.3) if place == shown else Paint((44, 36, 32), echo=0.2)
        at = 3.4 - 0.3 * place
        rows.append(tube((-0.13, 0, at), (-0.16, 0, at), 0.11, lit))
    return rows


def small(dice: Dice) -> list[Row]:
    """A bin, a bollard, a bench or a box for the post."""
    sort = int(dice.integers(0, 4))
    if sort == 0:
        return [tube((0, 0, 0), (0, 0, 0.95), 0.24, Paint((52, 84, 64), echo=0.35))]
    if sort == 1:
        return [tube((0, 0, 0), (0, 0, 0.85), 0.08, Paint((200, 200, 196), echo=0.5))]
    if sort == 2:
        wood = Paint((136, 96, 60), echo=0.45)
        return [
            box((0, 0, 0.45), (0.45, 1.6, 0.07), wood),
            box((-0.22, 0, 0.72), (0.06, 1.6, 0.4), wood),
            box((0, -0.6, 0.22), (0.4, 0.08, 0.44), _STEEL),
            box((0, 0.6, 0.22), (0.4, 0.08, 0.44), _STEEL),
        ]
    return [box((0, 0, 0.55), (0.45, 0.55, 1.1), Paint((214, 168, 30), echo=0.5))]


def pole() -> list[Row]:
    """What a sign hangs on."""
    return [tube((-0.06, 0, 0), (-0.06, 0, 2.8), 0.035, _STEEL)]


def wood(dice: Dice) -> list[Row]:
    """Trees far away, as one."""
    leaves = Paint(dice.one_of(*_LEAVES[:4]), LEAVES, echo=0.4)
    return [
        ball((0, y, 0), (8, dice.uniform(12, 20), dice.uniform(12, 24)), leaves)
        for y in (-9.0, 0.0, 9.0)
    ]
