"""Things to make music with: guitar, piano."""

import numpy as np

from engine.datasets.shapes.catalogue import Dice, kind
from engine.datasets.shapes.mesh import Mesh, copies, join
from engine.datasets.shapes.parts import (
    Array,
    bar,
    box,
    cylinder,
    level,
    loft,
    prism,
    rod,
    smooth,
)
from engine.datasets.shapes.supports import four_legs


@kind
def guitar(dice: Dice) -> Mesh:
    """Acoustic and electric guitars standing on their end, strings to the front."""
    electric = dice.chance(0.4)
    half, length = dice.uniform(0.17, 0.22), dice.uniform(0.44, 0.54)
    thick = dice.uniform(0.035, 0.05) if electric else dice.uniform(0.08, 0.12)
    outline = _body(dice, half, length, electric)
    body = prism(outline, thick)
    reach = dice.uniform(0.38, 0.5)
    neck = box((0.055, reach, 0.025), (0, length + reach / 2, thick - 0.005), taper=0.9)
    end = length + reach
    head = box((0.085, 0.17, 0.02), (0, end + 0.08, thick - 0.01), taper=0.85)
    pegs = copies(
        box((0.02, 0.015, 0.015)), [(0.05, end + 0.03 + 0.045 * i, thick) for i in range(3)]
    )
    bridge = box((0.13, 0.03, 0.015), (0, 0.28 * length, thick))
    parts = [body, neck.named("neck"), (head + pegs.twice()).named("head"), bridge]
    if electric:
        parts.append(
            copies(box((0.09, 0.025, 0.01)), [(0, y * length, thick) for y in (0.42, 0.6)])
        )
    else:
        parts.append(cylinder(0.05, 0.006, (0, 0.6 * length, thick)))
    for x in (-0.015, 0, 0.015):
        start, stop = (x, 0.28 * length, thick + 0.017), (x, end + 0.1, thick + 0.022)
        parts.append(rod(start, stop, 0.0015).named("strings"))
    return join(parts).named("body").turn("x", 90).turn("x", -dice.uniform(0, 14))


def _body(dice: Dice, half: float, length: float, electric: bool) -> Array:
    """The outline of a guitar's body from its end at y = 0, wide, narrow, wide, with horns or not."""
    waist, upper = half * dice.uniform(0.62, 0.75), half * dice.uniform(0.72, 0.85)
    right = [(0, 0), (0.75 * half, 0.04), (half, 0.25), (waist, 0.6), (upper, 0.82)]
    right += (
        [(upper, 1.05), (0.5 * upper, 1.1), (0.05, 0.93)]
        if electric
        else [(0.6 * upper, 0.98), (0, 1)]
    )
    side = smooth(right, 18) * (1, length)
    left = side[::-1][(0 if electric else 1) : -1] * (-1, 1)
    if electric and dice.chance(0.5):
        left[:4, 1] -= 0.12 * length
    return np.concatenate([side, left])


@kind
def piano(dice: Dice) -> Mesh:
    """Upright and grand pianos, some with a stool."""
    parts = [_grand(dice) if dice.chance(0.45) else _upright(dice)]
    if dice.chance(0.3):
        stool = (dice.uniform(0.4, 0.8), 0.32, dice.uniform(0.4, 0.5))
        seat = box((stool[0], stool[1], 0.06), (0, 0, stool[2])) + four_legs(dice, stool)
        parts.append(seat.move(y=-dice.uniform(0.75, 0.95)))
    return join(parts)


def _keys(width: float) -> Mesh:
    """White keys side by side and black ones between, on a board with its front edge at y = 0."""
    white = np.linspace(-0.47, 0.47, 36) * width
    black = [x + 0.013 * width for step, x in enumerate(white[:-1]) if step % 7 not in (2, 6)]
    whites = copies(box((0.022 * width, 0.14, 0.015)), [(x, 0.08, 0) for x in white])
    blacks = copies(box((0.012 * width, 0.08, 0.03)), [(x, 0.11, 0) for x in black])
    return whites + blacks


def _upright(dice: Dice) -> Mesh:
    """A tall case with a keyboard in front."""
    width, depth, height = (
        dice.uniform(1.35, 1.55),
        dice.uniform(0.25, 0.4),
        dice.uniform(0.95, 1.35),
    )
    board, reach = dice.uniform(0.58, 0.7), dice.uniform(0.24, 0.34)
    front = -depth / 2 - reach
    parts = [box((width, depth, height)), box((1.02 * width, 1.1 * depth, 0.03), (0, 0, height))]
    parts.append(box((width, reach, 0.1), (0, front + reach / 2, board)))
    parts.append(_keys(0.95 * width).move(y=front, z=board + 0.1))
    parts.append(box((0.06, reach, 0.2), (0.48 * width, front + reach / 2, board)).twice())
    if dice.chance(0.7):
        leg = box((0.07, 0.07, board), (0.46 * width, front + 0.05, 0), dice.uniform(0.7, 1))
        parts.append(leg.twice())
    if dice.chance(0.5):
        stand = box((0.5 * width, 0.02, 0.25)).turn("x", -20)
        parts.append(stand.move(y=-depth / 2 - 0.06, z=board + 0.14))
    return join(parts)


def _grand(dice: Dice) -> Mesh:
    """A wing-shaped case on three legs; the lid up or down."""
    width, length = dice.uniform(1.4, 1.55), dice.uniform(1.4, 2.4)
    low, thick = dice.uniform(0.55, 0.68), dice.uniform(0.22, 0.32)
    half = width / 2
    bent = [
        (half, 0.3),
        (0.8 * half, 0.55 * length),
        (0.1 * half, 0.75 * length),
        (-0.2 * half, 0.96 * length),
    ]
    curve = smooth([*bent, (-0.7 * half, length), (-half, 0.93 * length)], 16)
    outline = np.concatenate([[(-half, 0.25), (0, 0.25)], curve])
    parts = [prism(outline, thick, (0, 0, low))]
    lid = prism(outline, 0.025)
    if dice.chance(0.6):
        angle = dice.uniform(20, 42)
        lid = lid.move(x=half).turn("y", -angle).move(x=-half)
        tall = np.sin(np.radians(angle)) * width * 0.8
        parts.append(rod((0.7 * half, 0.7, low), (0.45 * half, 0.7, low + thick + tall), 0.015))
    parts.append(lid.move(z=low + thick))
    parts += [
        box((width, 0.3, 0.12), (0, 0.12, low)),
        _keys(0.9 * width).move(y=-0.03, z=low + 0.12),
    ]
    for x, y in ((0.8 * half, 0.35), (-0.8 * half, 0.35), (-0.5 * half, 0.85 * length)):
        parts.append(bar((x, y, low), (x, y, 0), 0.12, dice.uniform(0.5, 0.9)))
    pedals = bar((0, 0.45, low), (0, 0.45, 0.05), 0.06)
    shelf = loft(
        [level([(0.08, 0.3), (0.08, 0.5), (-0.08, 0.5), (-0.08, 0.3)], z) for z in (0.04, 0.07)]
    )
    return join([*parts, pedals, shelf]).move(y=-length / 3)
