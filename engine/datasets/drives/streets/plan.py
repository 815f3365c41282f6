"""Where everything stands in a street: the road, what lines it, and the things on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.datasets.drives.streets import scenery
from engine.datasets.drives.streets.blocks import Floats, Row, solids
from engine.datasets.drives.streets.road import GRASS, PAVED, ZEBRA, Road
from engine.datasets.drives.streets.things import BUILDERS
from engine.datasets.scenes.rooms.arrange import overlapping
from engine.datasets.shapes.catalogue import Dice

_TRIES = 12
_LANE = 3.4
FOOT = [0, 1, 3, 4, 6]  # of a solid, what it is on the ground
_FAR_OFF = 60.0  # metres; no thing stands there
_END = 95.0  # metres, to which houses line the street
_KINDS = {"car": 0.4, "truck": 0.11, "pedestrian": 0.2, "cyclist": 0.14, "sign": 0.15}
_IN_VIEW = 0.9  # of half the picture's width, where the middle of a thing may be
_AROUND = np.array((0, 0, 0.35, 0.35, 0))  # metres that nothing else may be in

Place = tuple[float, float, float]


@dataclass(frozen=True)
class Piece:
    """Something that stands in a street: its blocks, what it is (a thing, “structure” or “vegetation”), and its place
    (x, y, heading)."""

    rows: Sequence[Row]
    name: str
    place: Place


@dataclass
class Plan:
    """A street as it stands. lamps: where street lamps shine (x, y)."""

    road: Road
    pieces: list[Piece] = field(default_factory=list)
    lamps: list[tuple[float, float]] = field(default_factory=list)

    def put(self, rows: Sequence[Row], name: str, place: Place) -> None:
        """Stand something there, whatever else does."""
        self.pieces.append(Piece(rows, name, place))


def draw_plan(dice: Dice, count: int, reach: float) -> Plan:
    """A street with so many things in view; reach: how far to a side the picture shows, as a share of the way ahead."""
    road, sides = _road(dice)
    plan = Plan(road)
    for side, sort in zip((-1, 1), sides, strict=True):
        _line(plan, side, sort, dice)
    _close(plan, dice)
    taken = solids([one.rows for one in plan.pieces], [one.place for one in plan.pieces], 0.0)
    taken = taken[taken[:, 0] < _FAR_OFF][:, FOOT]
    names = list(_KINDS)
    for number in dice.choice(len(names), count, p=list(_KINDS.values())):
        taken = _add(plan, names[number], taken, reach, dice)
    return plan


def _road(dice: Dice) -> tuple[Road, tuple[str, str]]:
    """A road, and what lines it to the right and to the left."""
    sorts = ("city", "city", "suburb", "park", "square")
    sides = dice.one_of(*sorts), dice.one_of(*sorts)
    extra = dice.chance(0.25)
    parking = tuple(2.2 if dice.chance(0.5) else 0.0 for _ in range(2))
    parking = (0.0 if extra else parking[0], parking[1])
    middle, right = _LANE / 2, -_LANE / 2 - parking[0] - (_LANE if extra else 0)
    tint = dice.one_of((0.3, 0.29, 0.28), (0.34, 0.3, 0.27), (0.26, 0.27, 0.28), (0.36, 0.35, 0.33))
    green = {"city": PAVED, "square": PAVED, "suburb": GRASS, "park": GRASS}
    road = Road(
        turn=float(dice.uniform(-0.03, 0.03)),
        bend=float(dice.normal(0, 0.0012)),
        right=right,
        left=middle + _LANE + parking[1],
        middle=middle,
        lane=-_LANE / 2 if extra else np.nan,
        parking=parking,
        walks=(float(dice.uniform(1.8, 3.6)), float(dice.uniform(1.8, 3.6))),
        beyond=(green[sides[0]], green[sides[1]]),
        zebra=float(dice.uniform(9, 24)) if dice.chance(0.3) else np.nan,
        shade=float(dice.uniform(0.075, 0.13)),
        tint=tint,
        which=int(dice.integers(0, 2**16)),
    )
    return road, sides


def _edge(road: Road, side: int) -> tuple[float, float]:
    """Where the driving ground ends to a side, and how wide the pavement is."""
    return (road.left, road.walks[1]) if side > 0 else (road.right, road.walks[0])


def _line(plan: Plan, side: int, sort: str, dice: Dice) -> None:
    """Houses, trees, lamps and what else stands along one side."""
    edge, walk = _edge(plan.road, side)
    outer = edge + side * walk
    setback = {"city": 0.0, "square": 9.0, "suburb": 4.5, "park": 0.0}[sort]
    if sort != "park":
        _houses(plan, side, outer + side * setback, sort, dice)
    rhythm = {"city": 15.0, "square": 9.0, "suburb": 11.0, "park": 6.5}[sort]
    kerb = edge + side * 0.55
    green = outer + side * (1.6 if sort in ("suburb", "park") else -walk + 0.55)
    for along in np.arange(dice.uniform(5, 10), _END, rhythm):
        spot = along + dice.uniform(-1, 1)
        if sort == "park":
            _stand(
                plan,
                scenery.tree(dice),
                "vegetation",
                spot,
                outer + side * dice.uniform(1.5, 12),
                dice,
            )
            bush = scenery.bush(dice)
            _stand(plan, bush, "vegetation", spot + 2.5, outer + side * dice.uniform(1.2, 5), dice)
        elif dice.chance(0.3 if sort == "city" else 0.7):
            _stand(plan, scenery.tree(dice), "vegetation", spot, green, dice)
        if sort == "suburb" and dice.chance(0.75):
            _border(plan, side, spot + rhythm / 2, outer + side * 0.6, rhythm * 0.8, dice)
    for along in np.arange(dice.uniform(6, 16), _END, 24):
        x, y, heading = plan.road.place(along, kerb)
        lamp = scenery.lamp(dice)
        plan.put(lamp, "structure", (x, y, heading - side * np.pi / 2))
        plan.lamps.append((x, y - side * 1.3))
    for _ in range(int(dice.integers(0, 4))):
        lateral = edge + side * dice.uniform(0.6, walk - 0.3)
        _stand(plan, scenery.small(dice), "structure", dice.uniform(6, 30), lateral, dice, -side)
    if side < 0 and not np.isnan(plan.road.zebra) and dice.chance(0.6):
        rows = scenery.signals(dice)
        plan.put(rows, "structure", plan.road.place(plan.road.zebra - 0.6, edge + side * 0.4))


def _houses(plan: Plan, side: int, front: float, sort: str, dice: Dice) -> None:
    along = dice.uniform(-2, 5)
    while along < _END:
        deep = dice.uniform(7, 11)
        wide = dice.uniform(8, 13) if sort == "suburb" else dice.uniform(8, 20)
        rows = (scenery.cottage if sort == "suburb" else scenery.building)(dice, wide, deep)
        lateral = front + side * (deep / 2 + (dice.uniform(0, 2) if sort == "suburb" else 0.0))
        x, y, heading = plan.road.place(along + wide / 2, lateral)
        plan.put(rows, "structure", (x, y, heading - side * np.pi / 2))
        gap = dice.uniform(2, 7) if sort == "suburb" else (0.0 if dice.chance(0.75) else 5.0)
        along += wide + gap


def _border(plan: Plan, side: int, along: float, lateral: float, wide: float, dice: Dice) -> None:
    """A hedge or a fence before a garden."""
    x, y, heading = plan.road.place(along, lateral)
    place = (x, y, heading - side * np.pi / 2)
    if dice.chance(0.6):
        plan.put(scenery.hedge(dice, wide), "vegetation", place)
    else:
        plan.put(scenery.fence(dice, wide), "structure", place)


def _stand(
    plan: Plan, rows: Sequence[Row], name: str, along: float, lateral: float, dice: Dice, facing: int = 0
) -> None:  # fmt: skip
    x, y, heading = plan.road.place(along, lateral)
    turned = heading + facing * np.pi / 2 if facing else dice.uniform(-np.pi, np.pi)
    plan.put(rows, name, (x, y, turned))


def _close(plan: Plan, dice: Dice) -> None:
    """What stands at the far end, where the street goes on out of sight."""
    for lateral in np.arange(-66, 67, 22.0):
        x, y, _ = plan.road.place(dice.uniform(125, 160), lateral + dice.uniform(-8, 8))
        if dice.chance(0.45):
            rows = scenery.building(dice, dice.uniform(14, 24), 10)
            plan.put(rows, "structure", (x, y, np.pi))
        else:
            plan.put(scenery.wood(dice), "vegetation", (x, y, 0.0))


def _add(plan: Plan, name: str, taken: Floats, reach: float, dice: Dice) -> Floats:
    """One thing at the first free place of several drawn, if there is one; what is taken with it."""
    rows = BUILDERS[name](dice)
    places = [_SPOTS[name](plan.road, dice) for _ in range(_TRIES)]
    feet = solids([rows] * _TRIES, places, 0.0)[:, FOOT] + _AROUND
    seen = np.abs(feet[:, 1]) < _IN_VIEW * reach * feet[:, 0]
    free = seen & ~overlapping(feet, taken).any(axis=1)
    if not free.any():
        return taken
    chosen = int(np.argmax(free))
    plan.put(rows, name, places[chosen])
    if name == "sign":
        plan.put(scenery.pole(), "structure", places[chosen])
    return np.concatenate([taken, feet[chosen, None] - _AROUND])


def _far(dice: Dice, near: float, far: float) -> float:
    """So many metres ahead; as many between 5 and 10 as between 10 and 20."""
    return float(np.exp(dice.uniform(np.log(near), np.log(far))))


def _car_spot(road: Road, dice: Dice) -> Place:
    spots = [(0.0, 0.0, 8.0), (road.middle + _LANE / 2, np.pi, 6.0)] * 2
    if not np.isnan(road.lane):
        spots += [(-_LANE, 0.0, 6.0)] * 2
    if road.parking[0]:
        spots += [(road.right + 1.12, 0.0, 5.0)] * 3
    if road.parking[1]:
        spots += [(road.left - 1.12, np.pi, 7.0)] * 2
    lateral, turned, near = dice.one_of(*spots)
    x, y, heading = road.place(_far(dice, near, 36), lateral + dice.uniform(-0.2, 0.2))
    return x, y, heading + turned + dice.normal(0, 0.02)


def _truck_spot(road: Road, dice: Dice) -> Place:
    spots = [(0.0, 0.0, 12.0), (road.middle + _LANE / 2, np.pi, 9.0)]
    if not np.isnan(road.lane):
        spots.append((-_LANE, 0.0, 9.0))
    lateral, turned, near = dice.one_of(*spots)
    x, y, heading = road.place(_far(dice, near, 42), lateral + dice.uniform(-0.15, 0.15))
    return x, y, heading + turned + dice.normal(0, 0.015)


def _pedestrian_spot(road: Road, dice: Dice) -> Place:
    if not np.isnan(road.zebra) and dice.chance(0.35):
        along = road.zebra + dice.uniform(0.4, ZEBRA - 0.4)
        x, y, heading = road.place(along, dice.uniform(road.right, road.left))
        return x, y, heading + dice.one_of(-1, 1) * np.pi / 2 + dice.normal(0, 0.15)
    edge, walk = _edge(road, side := dice.one_of(-1, 1))
    x, y, heading = road.place(_far(dice, 4, 22), edge + side * dice.uniform(0.4, walk - 0.2))
    return x, y, heading + dice.one_of(0.0, np.pi) + dice.normal(0, 0.5)


def _cyclist_spot(road: Road, dice: Dice) -> Place:
    if dice.chance(0.65):
        lateral, turned = road.right + road.parking[0] + dice.uniform(0.5, 0.9), 0.0
    else:
        lateral, turned = road.left - road.parking[1] - dice.uniform(0.5, 0.9), np.pi
    x, y, heading = road.place(_far(dice, 5, 24), lateral)
    return x, y, heading + turned + dice.normal(0, 0.12)


def _sign_spot(road: Road, dice: Dice) -> Place:
    edge, _ = _edge(road, side := dice.one_of(-1, -1, 1))
    x, y, heading = road.place(_far(dice, 5.5, 20), edge + side * dice.uniform(0.35, 0.7))
    return x, y, heading + np.pi + dice.normal(0, 0.12)


_SPOTS = {
    "car": _car_spot,
    "truck": _truck_spot,
    "pedestrian": _pedestrian_spot,
    "cyclist": _cyclist_spot,
    "sign": _sign_spot,
}
