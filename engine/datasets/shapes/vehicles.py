"""Things that fly or drive: airplane, car."""

from dataclasses import dataclass

import numpy as np

from engine.datasets.shapes.catalogue import Dice, kind
from engine.datasets.shapes.mesh import Mesh, join
from engine.datasets.shapes.parts import (
    Triple,
    box,
    cylinder,
    ellipsoid,
    hull,
    level,
    loft,
    rectangle,
    rod,
    smooth,
)


def _wing(root: tuple[float, float], tip: tuple[float, float], reach: Triple, thick: float) -> Mesh:
    """A wing to the left: front edge and chord at root and tip, reach (start, span, rise)."""
    start, span, rise = reach
    foil = np.array([(0, 0), (0.3, 0.5), (1, 0.05), (1, -0.05), (0.3, -0.5)])[::-1]
    ends = []
    for (front, chord), x, z, share in ((root, start, 0.0, 1.0), (tip, start + span, rise, 0.5)):
        y = front + chord * foil[:, 0]
        ends.append(np.column_stack([np.full(5, x), y, z + share * thick * foil[:, 1]]))
    return loft(ends)


@kind
def airplane(dice: Dice) -> Mesh:
    """Airliners, fighters and small propeller planes, the nose to the front."""
    style = dice.integers(4)
    if style == 0:
        return _fighter(dice).named("body")
    return (_small_plane if style == 1 else _airliner)(dice).named("body")


def _fuselage(length: float, radius: float, tail: float) -> Mesh:
    """A body from a round nose to a tail that rises."""
    share = [(0, 0.05), (0.03, 0.5), (0.12, 1), (0.6, 1), (0.85, 0.6), (1, 0.12)]
    rows = [(at * length, 2 * radius * r, -radius * r, radius * r) for at, r in share]
    lift = np.zeros((18, 4))
    body = smooth(rows, 18)
    lift[:, 2:] = (tail * radius * np.clip(body[:, 0] / length - 0.5, 0, 1) * 2)[:, None]
    return hull(body + lift)


def _tail(length: float, span: float, rise: float, high: bool) -> Mesh:
    """A fin and the two small wings of the tail, low or on top of the fin."""
    fin = _wing((0.82 * length, 0.14 * length), (0.93 * length, 0.07 * length), (0, rise, 0), 0.03)
    fin = fin.turn("y", -90)
    at = (0.92 if high else 0.86) * length
    flat = _wing((at, 0.1 * length), (at + 0.07 * length, 0.05 * length), (0, span, 0), 0.02)
    return (fin + flat.move(z=rise if high else 0.04).twice()).named("tail")


def _airliner(dice: Dice) -> Mesh:
    """A long body, swept wings and engines below them or at the tail."""
    length, radius = 3.0, dice.uniform(0.13, 0.2)
    span, swept, root = dice.uniform(1.2, 1.6), dice.uniform(0.4, 0.9), dice.uniform(0.4, 0.6)
    front, rise = length * dice.uniform(0.3, 0.4), dice.uniform(0.05, 0.25)
    high, tall = dice.chance(0.3), dice.uniform(0.4, 0.6)
    parts = [_fuselage(length, radius, 0.7)]
    main = _wing((front, root), (front + swept, 0.35 * root), (0, span, rise), 0.07).named("wings")
    parts.append(main.twice().move(z=-0.4 * radius))
    parts.append(_tail(length, dice.uniform(0.4, 0.6), tall, high).move(z=0.5 * radius))
    pod = [(0, 0.14, -0.07, 0.07), (0.1, 0.17, -0.085, 0.085), (0.42, 0.09, -0.045, 0.045)]
    engine = hull(pod).named("engines")
    if high:
        parts.append(engine.move(radius + 0.1, 0.72 * length, 0.1).twice())
    else:
        for share in (0.33, 0.6)[: int(dice.integers(1, 3))]:
            y = front + swept * share - 0.15
            parts.append(engine.move(share * span, y, share * rise - 0.4 * radius - 0.1).twice())
    return join(parts)


def _fighter(dice: Dice) -> Mesh:
    """A pointed body with swept or delta wings close to the tail."""
    length, radius = 2.2, dice.uniform(0.12, 0.17)
    rows = [
        (0, 0.02, -0.01, 0.01),
        (0.25, 0.8, -0.4, 0.4),
        (0.5, 1.3, -0.7, 0.7),
        (1, 1.1, -0.6, 0.6),
    ]
    body = hull(
        smooth(np.array(rows) * (length, 1.7 * radius, 1.7 * radius, 1.7 * radius), 12), 3.0
    )
    front, span = length * dice.uniform(0.35, 0.5), dice.uniform(0.55, 0.9)
    root = dice.uniform(0.6, 0.95) * (length - front)
    main = _wing((front, root), (front + 0.8 * root, 0.25 * root), (0, span, 0), 0.04).named(
        "wings"
    )
    glass = ellipsoid((1.0 * radius, 0.6, 1.6 * radius), (0, 0.3 * length, 0.9 * radius))
    tail = _wing((0.85 * length, 0.25), (length, 0.15), (0, 0.4, 0), 0.03)
    fin = _wing((0.75 * length, 0.4), (0.95 * length, 0.18), (0, 0.42, 0), 0.03).turn("y", -90)
    fins = fin.turn("y", 15).move(x=0.8 * radius).twice() if dice.chance(0.5) else fin
    rear = (tail.twice() + fins.move(z=0.8 * radius)).named("tail")
    return join([body, main.twice(), glass, rear])


def _small_plane(dice: Dice) -> Mesh:
    """A short body, straight wings above or below, a propeller and wheels."""
    length, radius = 1.7, dice.uniform(0.13, 0.18)
    span, chord, high = dice.uniform(0.9, 1.3), dice.uniform(0.26, 0.36), dice.chance(0.5)
    parts = [_fuselage(length, radius, 0.5)]
    main = _wing((0.42, chord), (0.42, 0.8 * chord), (0, span, 0.05), 0.05).twice().named("wings")
    parts.append(main.move(z=radius if high else -0.7 * radius))
    if dice.chance(0.25):
        struts = rod((0.5 * span, 0.55, -radius), (0.5 * span, 0.55, 1.6 * radius), 0.02).twice()
        parts.append(struts.named("wings") + main.move(z=1.6 * radius))
    parts.append(_tail(length, 0.38, 0.32, high=False).move(z=0.6 * radius))
    blade = box((0.6, 0.02, 0.07), (0, -0.03, -0.035)).turn("y", dice.uniform(0, 180))
    parts.append((blade + ellipsoid((0.1, 0.15, 0.1))).named("engines"))
    wheel = cylinder(0.09, 0.06).turn("y", 90).move(0.22, 0.45, -2.2 * radius)
    leg = rod((0.08, 0.5, -0.5 * radius), (0.25, 0.45, -2.2 * radius), 0.02)
    return join([*parts, (wheel + leg).twice().named("wheels")])


@kind
def car(dice: Dice) -> Mesh:
    """Saloons, hatchbacks, vans, sports cars and pick-ups."""
    style = dice.one_of(_SALOON, _SALOON, _HATCHBACK, _HATCHBACK, _VAN, _SPORTS, _PICK_UP)
    length, width = dice.uniform(3.7, 4.7), dice.uniform(1.6, 1.9)
    wheel, hood = dice.uniform(0.32, 0.4), dice.uniform(0.8, 0.98) * style.hood
    roof, tail = dice.uniform(1.35, 1.6) * style.roof, hood * style.tail
    parts = [_car_body(style, (length, width), (0.85 * wheel, hood, tail))]
    parts.append(_car_cabin(style, (length, width), (hood - 0.05, roof)))
    tyre = cylinder(wheel, 0.24, sides=20).turn("y", 90).move(width / 2 - 0.18, z=wheel)
    parts += [tyre.move(y=share * length).twice() for share in (0.19, 0.8)]
    mirror = (width / 2 + 0.05, (style.screen + 0.06) * length, hood)
    parts.append(box((0.2, 0.1, 0.13), mirror).twice())
    if style is _SPORTS and dice.chance(0.5):
        spoiler = box((0.9 * width, 0.25, 0.04), (0, 0.96 * length, tail + 0.18))
        post = box((0.05, 0.1, 0.2), (0.35 * width, 0.96 * length, tail))
        parts.append(spoiler + post.twice())
    if style is _PICK_UP:
        side = box((0.06, 0.4 * length, 0.25), (0.46 * width, 0.78 * length, tail - 0.03))
        gate = box((0.95 * width, 0.06, 0.25), (0, 0.98 * length, tail - 0.03))
        parts.append(side.twice() + gate)
    return join(parts)


@dataclass(frozen=True)
class _CarStyle:
    """Where windscreen, roof and boot begin (shares of the length); height factors of the parts."""

    screen: float
    front: float
    back: float
    boot: float
    hood: float = 1.0
    roof: float = 1.0
    tail: float = 1.0


_SALOON = _CarStyle(0.27, 0.42, 0.68, 0.86)
_HATCHBACK = _CarStyle(0.25, 0.4, 0.85, 0.97, tail=1.08)
_VAN = _CarStyle(0.1, 0.24, 0.93, 0.99, hood=1.05, roof=1.3, tail=1.08)
_SPORTS = _CarStyle(0.32, 0.48, 0.6, 0.85, roof=0.86)
_PICK_UP = _CarStyle(0.24, 0.36, 0.52, 0.57, roof=1.1)


def _car_body(style: _CarStyle, size: tuple[float, float], heights: Triple) -> Mesh:
    """Everything below the windows, from bumper to bumper."""
    (length, width), (low, hood, tail) = size, heights
    rows = [(0, 0.8, low + 0.12, 0.72 * hood), (0.03, 0.94, low, 0.8 * hood)]
    rows += [(style.screen, 1, low, hood), (style.boot, 1, low, tail)]
    rows += [(0.97, 0.95, low, 0.95 * tail), (1, 0.85, low + 0.12, 0.85 * tail)]
    return hull([(y * length, share * width, a, b) for y, share, a, b in rows], 6.0)


def _car_cabin(style: _CarStyle, size: tuple[float, float], heights: tuple[float, float]) -> Mesh:
    """The windows and the roof."""
    (length, width), (belt, roof) = size, heights
    steps = (
        (0.93, style.screen, style.boot, belt),
        (0.78, style.front, style.back, roof - 0.06),
        (0.7, style.front + 0.01, style.back - 0.01, roof),
    )
    rings = []
    for share, start, end, z in steps:
        flat = rectangle(share * width, (end - start) * length, 0.12)
        rings.append(level(flat, z) + np.array((0, (start + end) / 2 * length, 0)))
    return loft(rings)
