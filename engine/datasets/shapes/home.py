"""The rest of the house: bed, door, curtain, mantel, stairs, range hood, lamp."""

import numpy as np

from engine.datasets.shapes.catalogue import Dice, kind
from engine.datasets.shapes.mesh import Mesh, copies, join
from engine.datasets.shapes.parts import (
    Array,
    Triple,
    bar,
    box,
    cylinder,
    ellipsoid,
    lathe,
    prism,
    rectangle,
    rod,
    smooth,
    squircle,
    tube,
    wall,
)
from engine.datasets.shapes.supports import low_foot


@kind
def bed(dice: Dice) -> Mesh:
    """Single and double beds, the head to the back; pillows, a foot board, posts or a second floor."""
    width, length = (
        dice.one_of(dice.uniform(0.85, 1.2), dice.uniform(1.35, 2.0)),
        dice.uniform(1.9, 2.2),
    )
    low, frame = dice.uniform(0.06, 0.28), dice.uniform(0.08, 0.22)
    soft, top = dice.uniform(0.12, 0.28), 0.0
    top = low + frame + soft
    parts = [box((width, length, frame), (0, 0, low)), low_foot(dice, (width, length, low))]
    size = (0.96 * width, 0.97 * length, soft)
    mattress = box(size, (0, 0, low + frame), bevel=dice.uniform(0.02, 0.08)).named("mattress")
    parts.append(mattress)
    if dice.chance(0.85):
        head = _bed_board(dice, width, top + dice.uniform(0.2, 0.7)).move(y=length / 2)
        parts.append(head.named("boards"))
    if dice.chance(0.4):
        foot = _bed_board(dice, width, top + dice.uniform(-0.1, 0.3)).move(y=-length / 2)
        parts.append(foot.named("boards"))
    if dice.chance(0.8):
        parts.append(_pillows(dice, width).move(y=0.4 * length, z=top).named("pillows"))
    if dice.chance(0.35):
        throw = (1.04 * width, dice.uniform(0.35, 0.65) * length, soft + 0.5 * frame)
        cover = box(throw, (0, -0.15 * length, low + 0.5 * frame + 0.02), bevel=0.03)
        parts.append(cover.named("mattress"))
    if dice.chance(0.08):
        parts.append(_posts((width, length, dice.uniform(1.7, 2.1))))
    elif dice.chance(0.07):
        upper = mattress.move(z=1.0) + _posts((width, length, top + 1.15))
        parts.append(upper + box((width, length, 0.08), (0, 0, top + 0.85)))
    return join(parts).named("frame")


def _bed_board(dice: Dice, width: float, height: float) -> Mesh:
    """A head or foot board: a panel, padded, arched or of bars."""
    thick, style = dice.uniform(0.03, 0.12), dice.integers(4)
    if style == 0:
        return box((width, thick, height), bevel=0.4 * thick)
    if style == 1:
        arch = squircle(width, 2 * height, 3.0, 28)
        return prism(np.maximum(arch, (-width, 0)), thick).turn("x", 90).move(y=thick / 2)
    posts = box((0.06, 0.06, height + 0.06), (width / 2 - 0.03, 0, 0)).twice()
    rail = copies(box((width, 0.04, 0.06)), [(0, 0, height - 0.06), (0, 0, 0.4 * height)])
    if style == 2:
        return posts + rail + box((width, 0.02, 0.35 * height), (0, 0, 0.45 * height))
    places = [(x, 0, 0.4 * height) for x in np.linspace(-0.42, 0.42, 7) * width]
    return posts + rail + copies(cylinder(0.015, 0.55 * height, sides=6), places)


def _pillows(dice: Dice, width: float) -> Mesh:
    """One pillow, or two side by side."""
    count = 1 if width < 1.3 else 2
    pillow = box((0.8 * width / count, 0.4, 0.15), bevel=0.06).turn("x", dice.uniform(0, 25))
    return copies(pillow, [(((i + 0.5) / count - 0.5) * width, 0, 0) for i in range(count)])


def _posts(size: Triple) -> Mesh:
    """Four posts and the rails that join their tops."""
    x, y, height = size[0] / 2, size[1] / 2, size[2]
    post = bar((x, y, 0), (x, y, height), 0.06).twice("x").twice("y")
    side = bar((x, -y, height), (x, y, height), 0.05).twice("x")
    ends = bar((-x, y, height), (x, y, height), 0.05).twice("y")
    return (post + side + ends).named("posts")


@kind
def door(dice: Dice) -> Mesh:
    """House doors in a frame: panels, a handle, one leaf or two, shut or ajar."""
    width, height = dice.uniform(0.75, 1.0), dice.uniform(1.95, 2.2)
    leaves, rows = int(dice.one_of(1, 1, 1, 2)), int(dice.integers(0, 4))
    leaf = box((width, 0.045, height))
    if rows:
        panel = box((0.34 * width, 0.07, 0.75 * height / rows), bevel=0.02)
        spots = [
            (x * width, 0, height * (0.1 + 0.85 * i / rows))
            for x in (-0.22, 0.22)
            for i in range(rows)
        ]
        leaf += copies(panel, spots)
    knob = dice.one_of(ellipsoid((0.07, 0.18, 0.07)), box((0.14, 0.14, 0.03)))
    leaf += knob.move(0.4 * width, 0, 0.47 * height)
    ajar = dice.one_of(0.0, 0.0, dice.uniform(10, 80))
    first = leaf.move(x=width / 2).turn("z", -ajar).move(-leaves * width / 2)
    parts = [first] if leaves == 1 else [first, leaf.mirror().move(width / 2)]
    if ajar or dice.chance(0.6):
        thick, half = dice.uniform(0.06, 0.12), leaves * width / 2
        parts.append(box((thick, 0.12, height), (half + thick / 2, 0, 0)).twice())
        parts.append(box((2 * half + 2 * thick, 0.12, thick), (0, 0, height)))
    return join(parts)


@kind
def curtain(dice: Dice) -> Mesh:
    """Cloth in folds on a pole: one side, both sides, gathered in the middle, with a frill."""
    width, height = dice.uniform(0.9, 2.0), dice.uniform(1.4, 2.4)
    folds, deep = dice.integers(4, 10), dice.uniform(0.03, 0.09)
    part = dice.one_of(1.0, 0.48, dice.uniform(0.2, 0.4))
    along = np.linspace(0, 1, 4 * int(folds) + 1)
    x = (along - 0.5) * width if part == 1 else (0.5 - part * (1 - along)) * width
    plan = np.column_stack([x, deep * np.sin(along * folds * 2 * np.pi)])
    cloth = wall(plan, 0.012, 1.0)
    if part < 1 and dice.chance(0.5):
        cloth = _gathered(plan, width)
    cloth = cloth.scale(z=height)
    parts = [cloth if part == 1 else cloth.twice()]
    if dice.chance(0.75):
        pole = rod((-0.56 * width, 0, height), (0.56 * width, 0, height), 0.025)
        parts += [pole, ellipsoid((0.1, 0.1, 0.1), (0.57 * width, 0, height)).twice()]
    if dice.chance(0.25):
        frill = np.column_stack([(along - 0.5) * width, 1.4 * deep * np.cos(along * 40) - 0.03])
        parts.append(wall(frill, 0.012, 0.17 * height, 0.83 * height))
    return join(parts)


def _gathered(plan: Array, width: float) -> Mesh:
    """A sheet one unit high, tied to the side at a third of its height."""
    edge = plan[:, 0].max()
    pieces = []
    for low, high, narrow, wide in (
        (0, 0.38, 0.75, 0.3),
        (0.38, 0.7, 0.3, 0.75),
        (0.7, 1, 0.75, 1),
    ):
        piece = wall(plan, 0.012, high - low, low)
        rise = (piece.vertices[:, 2] - low) / (high - low)
        share = narrow + (wide - narrow) * rise
        x = edge - (edge - piece.vertices[:, 0]) * share
        pieces.append(Mesh(np.column_stack([x, piece.vertices[:, 1:]]), piece.faces))
    return join(pieces)


@kind
def mantel(dice: Dice) -> Mesh:
    """A fireplace: two pillars, a beam, a shelf; the hole open or closed, with a hearth or a chimney."""
    width, height, depth = dice.uniform(1.2, 1.9), dice.uniform(0.95, 1.35), dice.uniform(0.15, 0.4)
    leg, beam = width * dice.uniform(0.12, 0.24), height * dice.uniform(0.15, 0.32)
    pillar = (leg, depth, height - beam)
    parts = [box(pillar, ((width - leg) / 2, 0, 0)).twice()]
    if dice.chance(0.4):
        round_one = cylinder(0.3 * leg, height - beam, taper=0.85)
        parts.append(round_one.move((width - leg) / 2, -0.5 * depth).twice())
    parts.append(box((width, depth, beam), (0, 0, height - beam)))
    for step in range(int(dice.integers(1, 4))):
        lip = 1.04 + 0.05 * step
        size = (lip * width, lip * depth + 0.06 * (step + 1), 0.04)
        parts.append(box(size, (0, 0, height + 0.04 * step)))
    if dice.chance(0.5):
        parts.append(box((width, 0.03, height - beam), (0, depth / 2, 0)))
    if dice.chance(0.5):
        parts.append(box((1.1 * width, depth + 0.35, 0.05), (0, -0.15, -0.05)))
    if dice.chance(0.2):
        parts.append(box((0.7 * width, 0.7 * depth, 0.8), (0, 0.1 * depth, height), 0.9))
    return join(parts)


@kind
def stairs(dice: Dice) -> Mesh:
    """Straight flights, with rails or solid, ones that turn, and spirals."""
    count, rise, run = int(dice.integers(5, 14)), dice.uniform(0.15, 0.2), dice.uniform(0.22, 0.32)
    width, style = dice.uniform(0.7, 1.5), dice.integers(4)
    if style == 0:
        return _spiral(dice, count + 4, rise, width)
    flight = _flight(dice, (width, run, rise), count)
    if style == 1:
        length, height = count * run, count * rise
        landing = box((width, width, rise), (0, length + width / 2, height - rise))
        second = _flight(dice, (width, run, rise), int(dice.integers(3, 7)))
        second = second.turn("z", -90).move(width / 2, length + width / 2, height)
        return flight + landing + second
    return flight


def _flight(dice: Dice, step: Triple, count: int) -> Mesh:
    """Steps from the front upwards to the back."""
    width, run, rise = step
    places = [(0, (i + 0.5) * run, i * rise) for i in range(count)]
    length, height = count * run, count * rise
    if dice.chance(0.5):
        parts = [box((width, run, (i + 1) * rise), (0, (i + 0.5) * run, 0)) for i in range(count)]
    else:
        parts = [copies(box((width, 1.1 * run, 0.04), (0, 0, rise - 0.04)), places)]
        cheek = bar((width / 2, 0, 0), (width / 2, length, height - 0.05), 0.1)
        parts.append(cheek.twice())
    if dice.chance(0.55):
        x, tall = width / 2, 0.85
        rail = rod((x, 0.1, tall + rise), (x, length, height + tall), 0.03)
        post = copies(cylinder(0.018, tall, sides=6), [(x, y, z + rise) for _, y, z in places[::2]])
        parts.append(dice.one_of(rail + post, (rail + post).twice()))
    return join(parts)


def _spiral(dice: Dice, count: int, rise: float, width: float) -> Mesh:
    """Steps around a column, with a rail outside."""
    turn, tread = dice.uniform(20, 32), box((width, 0.32, 0.05), (width / 2, 0, 0))
    steps = join(tread.turn("z", i * turn).move(z=i * rise) for i in range(count))
    angle = np.radians(np.arange(count) * turn)
    height = np.arange(count) * rise + 0.85
    rail = tube(np.column_stack([width * np.cos(angle), width * np.sin(angle), height]), 0.03)
    bars = join(
        cylinder(0.015, 0.85, sides=6).move(width).turn("z", i * turn).move(z=i * rise)
        for i in range(count)
    )
    return join([steps, rail, bars, cylinder(0.08, count * rise + 0.6)])


@kind
def range_hood(dice: Dice) -> Mesh:
    """A kitchen hood: a canopy and a chimney, or a plain box above the stove."""
    width, depth, lip = dice.uniform(0.6, 1.1), dice.uniform(0.4, 0.6), dice.uniform(0.04, 0.14)
    rise, tall = dice.uniform(0.12, 0.4), dice.uniform(0.2, 0.7)
    back, chimney = depth / 2, (dice.uniform(0.2, 0.36), dice.uniform(0.2, 0.3))
    parts = [box((width, depth, lip))]
    style = dice.integers(4)
    if style in (0, 1):
        share = chimney[0] / width
        canopy = prism(rectangle(width, depth) - (0, back), rise, taper=share).move(y=back)
        parts += [canopy.move(z=lip), box((*chimney, tall), (0, back - chimney[1] / 2, lip + rise))]
    elif style == 2:
        wave = smooth([(0.5, 0), (0.32, 0.25), (chimney[0] / width / 2, 1)], 7)
        rings = [
            box((width * 2 * x, depth * (0.5 + x), 0.03), (0, 0, lip + rise * z)) for x, z in wave
        ]
        parts += [*rings, box((*chimney, tall), (0, 0.1, lip + rise))]
    else:
        parts.append(box((width, 0.8 * depth, 0.5 * rise), (0, 0.1 * depth, lip), 0.95))
        parts.append(box((*chimney, tall), (0, back - chimney[1] / 2, lip)))
    return join(parts)


@kind
def lamp(dice: Dice) -> Mesh:
    """Table and floor lamps with a shade, desk lamps with a jointed arm, arc lamps, hanging ones."""
    style = dice.integers(6)
    if style in (0, 1):
        return (_arc_lamp if style else _desk_lamp)(dice).named("stand")
    height, shade = dice.uniform(0.35, 1.5), dice.uniform(0.16, 0.3)
    foot = shade * dice.uniform(0.45, 0.9)
    swell = 0.02 + foot * dice.one_of(0.0, dice.uniform(0.2, 0.9)) * (height < 0.7)
    profile = [(foot, 0), (foot, 0.03), (0.03, 0.1), (swell, 0.4), (0.02, 0.75), (0.015, 1)]
    stem = lathe(smooth(profile, 20) * (1, height))
    tall = shade * dice.uniform(0.8, 1.5)
    top = _shade(shade, tall, dice.uniform(0.35, 1)).move(z=height - 0.4 * tall)
    return (stem + top).named("stand")


def _shade(radius: float, tall: float, taper: float) -> Mesh:
    """A lamp shade: a thin cone cut off, open at both ends."""
    outside = np.array([(radius, 0), (radius * taper, tall)])
    sheet = lathe(np.concatenate([outside, outside[::-1] - (0.012, 0)]), closed=True)
    return sheet.named("shade")


def _desk_lamp(dice: Dice) -> Mesh:
    """A foot, two arms with a joint, and a small reflector that looks down."""
    back, reach = dice.uniform(0.05, 0.2), dice.uniform(0.25, 0.45)
    knee, head = dice.uniform(0.25, 0.4), dice.uniform(0.4, 0.6)
    elbow, end = (0.0, back, knee), (0.0, back - reach, head)
    parts = [cylinder(0.12, 0.03), rod((0, 0, 0), elbow, 0.014), rod(elbow, end, 0.014)]
    cone = _shade(dice.uniform(0.08, 0.13), 0.16, 0.3).move(z=-0.14).turn("x", -dice.uniform(0, 35))
    return join([*parts, ellipsoid((0.05, 0.05, 0.05), elbow), cone.move(*end)])


def _arc_lamp(dice: Dice) -> Mesh:
    """A tall stem that bends over, with a shade hanging from its end."""
    height, reach = dice.uniform(1.2, 1.7), dice.uniform(0.4, 0.9)
    bend = [(0, 0, 0), (0, 0, 0.7 * height), (0, -0.5 * reach, height), (0, -reach, 0.85 * height)]
    shade = _shade(dice.uniform(0.14, 0.24), 0.2, dice.uniform(0.3, 0.8))
    stem = tube(smooth(bend, 14), 0.02)
    return join([cylinder(0.2, 0.04), stem, shade.move(y=-reach, z=0.85 * height - 0.2)])
