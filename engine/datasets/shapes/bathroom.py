"""Things made of porcelain: bathtub, toilet, sink."""

import numpy as np
from numpy.typing import NDArray

from engine.datasets.shapes.catalogue import Dice, kind
from engine.datasets.shapes.mesh import Mesh, join
from engine.datasets.shapes.parts import (
    Triple,
    box,
    cylinder,
    ellipsoid,
    level,
    loft,
    prism,
    rod,
    smooth,
    squircle,
    tube,
)

Rings = list[NDArray[np.float64]]


@kind
def bathtub(dice: Dice) -> Mesh:
    """Built-in tubs in a box and free-standing ones on feet or a plinth."""
    length, width, height = dice.uniform(1.3, 1.9), dice.uniform(0.65, 1.0), dice.uniform(0.4, 0.7)
    if dice.chance(0.15):
        length = width = dice.uniform(1.2, 1.5)
    power, rim = dice.one_of(2.2, 3.0, 5.0), dice.uniform(0.03, 0.12)
    built_in, lean = dice.chance(0.5), dice.uniform(0, 0.2)
    foot = dice.uniform(0.7, 0.95)
    outer = 14.0 if built_in else power
    rings: Rings = [
        level(squircle(width, length, outer, 32) * (1 if built_in else foot), 0),
        level(squircle(width, length, outer, 32), 0.92 * height),
        level(squircle(width, length, outer, 32), height),
    ]
    inside = squircle(width - 2 * rim, length - 2 * rim, power, 32)
    deep = height * dice.uniform(0.15, 0.35)
    rings += [level(inside, height), level(inside * 0.92, 0.6 * height), level(inside * 0.72, deep)]
    tub = loft(rings)
    head = np.maximum(tub.vertices[:, 1:2] / length, 0) * lean * tub.vertices[:, 2:] / height
    tub = Mesh(tub.vertices + head * (0, 1, 1), tub.faces)
    parts = [tub.named("tub")]
    if not built_in and dice.chance(0.5):
        lift = dice.uniform(0.08, 0.16)
        claw = rod((0.26 * width, 0.28 * length, 0.05), (0.32 * width, 0.33 * length, -lift), 0.035)
        parts.append(claw.twice("x").twice("y").named("feet"))
    if dice.chance(0.5):
        tap = faucet(dice, 0.2).turn("z", 180).move(y=-length / 2 + rim / 2, z=height)
        parts.append(tap.named("tap"))
    return join(parts)


def faucet(dice: Dice, size: float) -> Mesh:
    """A tap that stands on a rim at the origin and reaches to -y."""
    rise, reach = size * dice.uniform(0.7, 1.5), size * dice.uniform(0.6, 1)
    bend = [(0, 0, 0), (0, 0, rise), (0, -0.6 * reach, 1.15 * rise), (0, -reach, 0.8 * rise)]
    spout = tube(smooth(bend, 9), 0.12 * size, 6)
    knob = cylinder(0.12 * size, 0.35 * size, (0.4 * size, 0, 0))
    return spout + knob.twice()


@kind
def toilet(dice: Dice) -> Mesh:
    """Bowl, seat and tank; the lid up or down, the tank high, low or in the wall."""
    width, length, height = (
        dice.uniform(0.34, 0.44),
        dice.uniform(0.42, 0.58),
        dice.uniform(0.36, 0.44),
    )
    waist, base = dice.uniform(0.4, 0.75), dice.uniform(0.5, 0.85)
    flat = squircle(width, length, dice.one_of(2.0, 2.4, 3.0), 24)
    back = np.array((0.0, 0.08))
    rings: Rings = [
        level(flat * base + back, 0),
        level(flat * waist + back, 0.4 * height),
        level(flat * 0.95, 0.85 * height),
        level(flat, height),
        level(flat * 0.78, height),
        level(flat * 0.5, 0.6 * height),
    ]
    foot = box((0.6 * width, 0.25, height), (0, 0.4 * length, 0))
    parts = [(loft(rings) + foot).named("bowl")]
    lid = prism(flat * 1.02, 0.025).named("lid")
    if dice.chance(0.45):
        angle = dice.uniform(85, 105)
        parts.append(
            lid.move(y=-length / 2).turn("x", -angle).move(y=0.48 * length, z=height + 0.02)
        )
        if dice.chance(0.7):
            ring = [level(flat * s, z) for s, z in ((1, 0), (1, 0.02), (0.7, 0.02), (0.7, 0))]
            parts.append(loft(ring, closed=True).move(z=height).named("lid"))
    else:
        parts.append(lid.move(z=height))
    parts += _tank(dice, (width, length, height))
    return join(parts).named("tank")


def _tank(dice: Dice, size: Triple) -> list[Mesh]:
    """The water tank behind the bowl: on it, high on the wall with a pipe, or unseen."""
    width, length, height = size
    style, y = dice.integers(8), length / 2 + 0.12
    wide, deep, tall = dice.uniform(0.36, 0.52), dice.uniform(0.15, 0.24), dice.uniform(0.28, 0.42)
    if style == 0:
        return []
    if style == 1:
        high = height + dice.uniform(0.4, 0.7)
        return [
            box((wide, deep, 0.8 * tall), (0, y, high)),
            rod((0, y, height), (0, y, high), 0.025),
        ]
    tank = box((wide, deep, tall), (0, y, height), dice.uniform(1, 1.1), 0.02)
    cover = box((1.12 * wide, 1.12 * deep, 0.035), (0, y, height + tall))
    return [tank, cover, box((0.8 * width, 0.25, 0.2), (0, y - 0.05, height - 0.2))]


@kind
def sink(dice: Dice) -> Mesh:
    """Kitchen sinks in a worktop, wash basins on a pedestal, on the wall or on a cabinet."""
    style = dice.integers(4)
    if style == 0:
        return _kitchen_sink(dice)
    width, depth, high = (
        dice.uniform(0.45, 0.75),
        dice.uniform(0.38, 0.55),
        dice.uniform(0.12, 0.22),
    )
    bowl = _basin((width, depth, high), dice.one_of(2.0, 3.0, 8.0), dice.uniform(0.3, 0.9))
    parts = [bowl, faucet(dice, dice.uniform(0.1, 0.18)).move(y=0.42 * depth, z=high)]
    if style == 1:
        tall = dice.uniform(0.6, 0.7)
        parts.append(cylinder(0.22 * depth, tall, (0, 0.1 * depth, -tall), taper=0.8))
    elif style == 2:
        tall = dice.uniform(0.4, 0.75)
        parts.append(box((1.15 * width, 1.1 * depth, tall), (0, 0, -tall)))
    elif dice.chance(0.5):
        parts.append(box((width, 0.03, 0.3), (0, depth / 2, 0)))
    return join(parts)


def _basin(size: Triple, power: float, foot: float) -> Mesh:
    """A basin that widens upwards, standing at z = 0."""
    width, depth, high = size
    flat = squircle(width, depth, power, 24)
    steps = (
        (foot, 0),
        (1, 0.9 * high),
        (1, high),
        (0.86, high),
        (0.78, 0.5 * high),
        (0.4, 0.2 * high),
    )
    return loft([level(flat * share, z) for share, z in steps])


def _kitchen_sink(dice: Dice) -> Mesh:
    """One or two basins hung in a worktop, with a tap and often a draining board."""
    depth, deep = dice.uniform(0.42, 0.55), dice.uniform(0.15, 0.25)
    basins = int(dice.integers(1, 3))
    wide, drain = dice.uniform(0.35, 0.5), dice.one_of(0.0, dice.uniform(0.3, 0.5))
    bowl = _basin((wide, depth, deep), dice.one_of(4.0, 9.0), 0.85)
    parts = [bowl.move(x=i * wide) for i in range(basins)]
    left, right = -wide / 2 - 0.04, (basins - 0.5) * wide + 0.04 + drain
    strip = box((right - left, 0.1, 0.025), ((left + right) / 2, depth / 2 + 0.05, deep - 0.02))
    parts += [strip, faucet(dice, 0.2).move((basins - 1) * wide / 2, depth / 2 + 0.04, deep)]
    if drain > 0:
        board = box((drain, depth, 0.025), (right - drain / 2, 0, deep - 0.02))
        grooves = [(right - drain / 2, y, deep) for y in np.linspace(-0.4, 0.4, 6) * depth]
        parts.append(board + join(box((0.85 * drain, 0.015, 0.012), place) for place in grooves))
    if dice.chance(0.3):
        parts.append(ellipsoid((0.08, 0.08, 0.06), (0, 0, 0)))
    return join(parts)
