"""Things to put things in: dresser, night stand, wardrobe, bookshelf, TV stand, glass box."""

import numpy as np

from engine.datasets.shapes.catalogue import Dice, kind
from engine.datasets.shapes.mesh import Mesh, copies, join
from engine.datasets.shapes.parts import Triple, box, cylinder, ellipsoid, prism, squircle
from engine.datasets.shapes.supports import four_legs, low_foot


@kind
def dresser(dice: Dice) -> Mesh:
    """A chest of drawers, wide or tall, some with a mirror."""
    wide, tall = dice.uniform(0.9, 1.7), dice.uniform(0.65, 0.95)
    if dice.chance(0.5):
        wide, tall = dice.uniform(0.5, 0.95), dice.uniform(0.7, 1.35)
    size = (wide, dice.uniform(0.38, 0.55), tall)
    rows, columns = int(dice.integers(3, 6)), 1 if wide < 0.9 else int(dice.integers(2, 4))
    parts = [_chest(dice, size, rows, columns)]
    if dice.chance(0.15):
        mirror = squircle(0.7 * wide, 0.7 * tall, dice.one_of(2.0, 12.0))
        glass = prism(mirror, 0.03).turn("x", 90)
        parts.append(glass.move(y=0.45 * size[1], z=tall * 1.35))
    return join(parts)


@kind
def night_stand(dice: Dice) -> Mesh:
    """A small cabinet for the bedside: drawers, an open shelf, or a little table with one drawer."""
    size = (dice.uniform(0.38, 0.65), dice.uniform(0.33, 0.5), dice.uniform(0.42, 0.75))
    style = dice.integers(3)
    if style == 0:
        return _chest(dice, size, int(dice.integers(1, 4)), 1)
    width, depth, height = size
    top = box((1.06 * width, 1.06 * depth, 0.03), (0, 0, height))
    if style == 1:
        drawer = height * dice.uniform(0.3, 0.55)
        body = (width, depth, drawer)
        front = _fronts(dice, body, 1, 1).move(z=height - drawer)
        parts = [top, box(body, (0, 0, height - drawer)), front, four_legs(dice, size)]
        if dice.chance(0.5):
            parts.append(box((0.95 * width, 0.95 * depth, 0.02), (0, 0, 0.2 * height)))
        return join(parts)
    low = height * dice.uniform(0.03, 0.2)
    shell = _open_case(size, low, shelves=1, thick=0.025)
    drawer = 0.4 * (height - low)
    box_above = box((width, 0.98 * depth, drawer), (0, 0, height - drawer))
    front = _fronts(dice, (width, depth, drawer), 1, 1).move(z=height - drawer)
    return join([top, shell, box_above, front, low_foot(dice, (width, depth, low))])


def _chest(dice: Dice, size: Triple, rows: int, columns: int) -> Mesh:
    """A closed case with drawers, a top that may stick out, and feet."""
    width, depth, height = size
    low, lip = height * dice.uniform(0.03, 0.16), dice.one_of(1.0, dice.uniform(1.0, 1.08))
    body = (width, depth, height - low)
    top = box((lip * width, lip * depth, 0.03), (0, 0, height))
    fronts = _fronts(dice, body, rows, columns).move(z=low)
    return join([box(body, (0, 0, low)), top, fronts, low_foot(dice, (width, depth, low))])


def _fronts(dice: Dice, size: Triple, rows: int, columns: int) -> Mesh:
    """A grid of drawer or door fronts with knobs, on the face of a case that stands at z = 0."""
    width, depth, height = size
    wide, tall, deep = width / columns, height / rows, dice.uniform(0.01, 0.035)
    front = box((0.92 * wide, deep, 0.86 * tall), (0, 0, 0.07 * tall))
    spot = (0, -deep, 0.5 * tall)
    knob = dice.one_of(ellipsoid((0.05, 0.06, 0.05), spot), box((0.35 * wide, 0.035, 0.025), spot))
    columns_at = ((np.arange(columns) + 0.5) / columns - 0.5) * width
    places = [(x, -(depth + deep) / 2, row * tall) for x in columns_at for row in range(rows)]
    return copies(front + knob, places)


@kind
def wardrobe(dice: Dice) -> Mesh:
    """A tall cupboard with one to four doors, some with drawers below or a crown above."""
    width, depth, height = dice.uniform(0.75, 1.9), dice.uniform(0.45, 0.65), dice.uniform(1.6, 2.3)
    low, doors = height * dice.uniform(0.02, 0.08), int(dice.integers(2, 5))
    drawer = dice.one_of(0.0, dice.uniform(0.15, 0.4))
    body = (width, depth, height - low)
    parts = [box(body, (0, 0, low)), low_foot(dice, (width, depth, low))]
    if drawer > 0:
        parts.append(_fronts(dice, (width, depth, drawer), 1, max(1, doors // 2)).move(z=low))
    parts.append(_doors(dice, (width, depth, height - low - drawer), doors).move(z=low + drawer))
    if dice.chance(0.45):
        crown = (1.08 * width, 1.1 * depth, dice.uniform(0.04, 0.14))
        parts.append(box(crown, (0, 0, height), dice.uniform(0.85, 1.05)))
    return join(parts)


def _doors(dice: Dice, size: Triple, count: int) -> Mesh:
    """Tall doors side by side with long handles; one may stand open."""
    width, depth, height = size
    wide, hinge = width / count, dice.one_of(0.0, 0.0, 0.0, dice.uniform(20, 110))
    leaf = box((0.94 * wide, 0.025, 0.95 * height), (0, 0, 0.025 * height))
    leaf += box((0.025, 0.05, 0.15 * height), (0.38 * wide, -0.03, 0.45 * height))
    places = [((i + 0.5) * wide - width / 2, -depth / 2 - 0.012, 0) for i in range(count)]
    parts = [leaf.move(*place) for place in places[1:]]
    first = leaf.move(x=wide / 2).turn("z", -hinge).move(-width / 2, -depth / 2 - 0.012)
    return join([first, *parts])


def _open_case(size: Triple, low: float, shelves: int, thick: float) -> Mesh:
    """Sides, floor, top and shelves between `low` and the height, open to the front and back."""
    width, depth, height = size
    side = box((thick, depth, height - low), ((width - thick) / 2, 0, low)).twice()
    levels = np.linspace(low, height - thick, shelves + 2)
    return side + copies(box((width, depth, thick)), [(0, 0, z) for z in levels])


@kind
def bookshelf(dice: Dice) -> Mesh:
    """Open shelves, with or without back, uprights, books, a step."""
    width, depth, height = dice.uniform(0.6, 1.8), dice.uniform(0.22, 0.4), dice.uniform(1.2, 2.2)
    low, shelves = dice.one_of(0.0, 0.08), int(dice.integers(2, 7))
    thick = dice.uniform(0.018, 0.045)
    parts = [_open_case((width, depth, height), low, shelves, thick)]
    if dice.chance(0.6):
        parts.append(box((width, 0.012, height - low), (0, 0.48 * depth, low)))
    for x in np.linspace(-0.5, 0.5, int(dice.integers(2, 5)))[1:-1] * width:
        parts.append(box((thick, depth, height - low), (x, 0, low)))
    if dice.chance(0.45):
        parts.append(_books(dice, (width, depth, height), low, shelves))
    if dice.chance(0.2):
        parts.append(box((width, 1.1 * depth, 0.3 * height), (0, 0, low)))
    return join(parts)


def _books(dice: Dice, size: Triple, low: float, shelves: int) -> Mesh:
    """Rows of books standing on some of the shelves."""
    width, depth, height = size
    gap = (height - low) / (shelves + 1)
    rows = []
    for row in range(shelves + 1):
        length = width * dice.uniform(0.1, 0.9)
        x = dice.uniform(-0.5, 0.5) * (width - length)
        tall = gap * dice.uniform(0.5, 0.85)
        rows.append(box((length, 0.6 * depth, tall), (x, 0, low + row * gap)))
    return join(rows)


@kind
def tv_stand(dice: Dice) -> Mesh:
    """A low wide rack: open in the middle, drawers or doors at the sides, on feet or legs."""
    width, depth, height = dice.uniform(0.9, 1.9), dice.uniform(0.35, 0.6), dice.uniform(0.35, 0.7)
    low, thick = height * dice.uniform(0.04, 0.3), dice.uniform(0.02, 0.05)
    parts = [_open_case((width, depth, height), low, int(dice.integers(0, 3)), thick)]
    parts.append(low_foot(dice, (width, depth, low)))
    side = dice.one_of(0.0, dice.uniform(0.2, 0.33)) * width
    if side > 0:
        size = (side, 0.98 * depth, height - low)
        fronts = box(size, (0, 0, low)) + _fronts(dice, size, int(dice.integers(1, 4)), 1).move(
            z=low
        )
        parts.append(fronts.move(x=(width - side) / 2).twice())
    else:
        parts.append(box((thick, depth, height - low), (0, 0, low)))
    if dice.chance(0.6):
        parts.append(box((width, 0.015, height - low), (0, 0.49 * depth, low)))
    if dice.chance(0.3):
        screen = (0.8 * width, 0.04, 0.45 * width)
        parts += [box((0.3 * width, 0.2, 0.05), (0, 0, height)), box(screen, (0, 0, height + 0.05))]
    return join(parts)


@kind
def glass_box(dice: Dice) -> Mesh:
    """A case of thin panes: with a frame, a lid, a plinth, or open like an aquarium."""
    width, depth, height = dice.uniform(0.4, 1.1), dice.uniform(0.35, 0.8), dice.uniform(0.25, 0.8)
    pane = 0.012
    side = box((pane, depth, height), (width / 2, 0, 0)).twice()
    front = box((width, pane, height), (0, depth / 2, 0)).twice("y")
    parts = [side, front, box((width, depth, pane))]
    if dice.chance(0.65):
        lid = dice.uniform(1.0, 1.08)
        parts.append(box((lid * width, lid * depth, dice.uniform(pane, 0.06)), (0, 0, height)))
    if dice.chance(0.4):
        post = cylinder(0.02, height).move(width / 2, depth / 2)
        parts.append(post.twice("x").twice("y"))
    if dice.chance(0.4):
        foot = dice.uniform(0.03, 0.2)
        parts.append(box((1.05 * width, 1.05 * depth, foot), (0, 0, -foot)))
    return join(parts)
