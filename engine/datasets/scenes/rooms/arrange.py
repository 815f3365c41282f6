"""Putting furniture into an empty room: backs to the walls, chairs at tables, nothing over anything else.

A footprint (5,) is the middle x and y, the length along its heading, the width across, and the heading in radians.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.datasets.scenes.rooms.furniture import FREE, SEATED_AT, Piece, build, wishes
from engine.datasets.scenes.rooms.plan import Plan
from engine.datasets.shapes.catalogue import Dice

Floats = NDArray[np.float64]
_TRIES = 48
_NEAR = 0.12  # how far from its table or bed a piece stands at most


@dataclass(frozen=True)
class Standing:
    """A piece and its footprint."""

    piece: Piece
    place: Floats


def furnish(plan: Plan, dice: Dice, count: int, gap: float) -> list[Standing]:
    """As many of `count` pieces as there is place for, at least `gap` metres from each other and from the walls."""
    standing: list[Standing] = []
    for kind in wishes(dice, count):
        piece = build(kind, dice)
        for candidates in _offers(piece, plan, standing, dice, gap):
            fit = candidates[_fits(candidates, plan, standing, gap)]
            if len(fit):
                standing.append(Standing(piece, fit[0]))
                break
    return standing


def overlapping(first: Floats, second: Floats) -> NDArray[np.bool_]:
    """(T, 5), (K, 5) -> (T, K): which footprints have an area in common (theorem of the separating axis)."""
    apart = np.zeros((len(first), len(second)), bool)
    between = second[None, :, :2] - first[:, None, :2]
    axes_first, axes_second = _axes(first)[:, None], _axes(second)[None]
    halves_first, halves_second = first[:, None, 2:4] / 2, second[None, :, 2:4] / 2
    for axes in (axes_first, axes_second):
        for axis in (axes[..., 0, :], axes[..., 1, :]):
            reach = sum(
                (np.abs((own * axis[..., None, :]).sum(-1)) * halves).sum(-1)
                for own, halves in ((axes_first, halves_first), (axes_second, halves_second))
            )
            apart |= np.abs((between * axis).sum(-1)) >= reach
    return ~apart


def grown(places: Floats, by: float) -> Floats:
    """Footprints (K, 5) with `by` metres more on every side."""
    return np.asarray(places + np.array((0, 0, 2 * by, 2 * by, 0)))


def corners_of(places: Floats) -> Floats:
    """(K, 5) -> (K, 4, 2): the corners of footprints."""
    axes, halves = _axes(places), places[:, 2:4] / 2
    signs = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    return np.asarray(places[:, None, :2] + (signs * halves[:, None]) @ axes)


def footprints(standing: Sequence[Standing]) -> Floats:
    """(K, 5): where all pieces stand."""
    return np.reshape([one.place for one in standing], (-1, 5))


def _axes(places: Floats) -> Floats:
    """(K, 2, 2): the unit vectors along and across each footprint."""
    cos, sin = np.cos(places[:, 4]), np.sin(places[:, 4])
    return np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], axis=1)


def _fits(
    candidates: Floats, plan: Plan, standing: Sequence[Standing], gap: float
) -> NDArray[np.bool_]:
    """Which candidates (T, 5) stand in the room and touch nothing."""
    within = (np.abs(corners_of(candidates)) <= plan.half - gap).all(axis=(1, 2))
    taken = np.concatenate([plan.kept_free(), footprints(standing)])
    return np.asarray(within & ~overlapping(grown(candidates, gap), taken).any(axis=1))


def _offers(
    piece: Piece, plan: Plan, standing: Sequence[Standing], dice: Dice, gap: float
) -> list[Floats]:
    """Lists of footprints where a piece could stand, the most sensible first."""
    hosts = SEATED_AT if piece.kind == "chair" else ("bed",) if piece.kind == "night_stand" else ()
    offers = [
        (_seats if piece.kind == "chair" else _bedsides)(piece, one, dice, gap)
        for one in standing
        if one.piece.kind in hosts
    ]
    order = dice.permutation(len(offers))
    away = (_anywhere if piece.kind in FREE else _at_walls)(piece, plan, dice, gap)
    return [*(offers[row] for row in order), away]


def _seats(chair: Piece, host: Standing, dice: Dice, gap: float) -> Floats:
    """Places around a table, or before a desk, from which a chair looks at it."""
    length, width = host.piece.size[:2]
    side = dice.integers(0, 1 if host.piece.kind == "desk" else 4, _TRIES)
    angle = side * np.pi / 2
    reach = np.where(side % 2 == 0, length, width) / 2 + chair.size[0] / 2
    reach = reach + gap + dice.uniform(0.01, _NEAR, _TRIES)
    slide = dice.uniform(-0.5, 0.5, _TRIES) * np.maximum(
        np.where(side % 2 == 0, width, length) - chair.size[1], 0
    )
    local = np.stack([reach, slide], axis=1)
    heading = host.place[4] + angle
    xy = host.place[:2] + _turned(local, heading)
    return _rows(xy, chair, heading + np.pi + dice.uniform(-0.15, 0.15, _TRIES))


def _bedsides(stand: Piece, bed: Standing, dice: Dice, gap: float) -> Floats:
    """Places at both sides of a bed's head, looking where the bed looks."""
    aside = (bed.piece.size[1] + stand.size[1]) / 2 + gap + dice.uniform(0.01, _NEAR, _TRIES)
    aside = aside * dice.choice((-1, 1), _TRIES)
    ahead = np.full(_TRIES, (stand.size[0] - bed.piece.size[0]) / 2)
    heading = np.full(_TRIES, bed.place[4])
    return _rows(bed.place[:2] + _turned(np.stack([ahead, aside], axis=1), heading), stand, heading)


def _at_walls(piece: Piece, plan: Plan, dice: Dice, gap: float) -> Floats:
    """Places along the walls, the back to the wall."""
    lengths = np.linalg.norm(plan.along, axis=1)
    wall = dice.choice(len(lengths), _TRIES, p=lengths / lengths.sum())
    room = np.maximum(lengths[wall] - piece.size[1] - 2 * gap, 0)
    along = (lengths[wall] + dice.uniform(-1, 1, _TRIES) * room) / 2
    away = piece.size[0] / 2 + gap + dice.uniform(0.001, 0.05, _TRIES)
    inward = plan.inward[wall]
    start = plan.corners[wall] + along[:, None] * plan.along[wall] / lengths[wall][:, None]
    return _rows(start + away[:, None] * inward, piece, np.arctan2(inward[:, 1], inward[:, 0]))


def _anywhere(piece: Piece, plan: Plan, dice: Dice, gap: float) -> Floats:
    """Places all over the room; tables stand straight, all else is turned at random."""
    xy = dice.uniform(-1, 1, (_TRIES, 2)) * (plan.half - gap)
    heading = dice.integers(0, 4, _TRIES) * np.pi / 2 + dice.uniform(-0.1, 0.1, _TRIES)
    if piece.kind not in SEATED_AT:
        heading = dice.uniform(-np.pi, np.pi, _TRIES)
    return _rows(xy, piece, heading)


def _rows(xy: Floats, piece: Piece, heading: Floats) -> Floats:
    size = np.broadcast_to(piece.size[:2], xy.shape)
    straight = np.arctan2(np.sin(heading), np.cos(heading))
    return np.column_stack([xy, size, straight])


def _turned(local: Floats, heading: Floats) -> Floats:
    """(T, 2) turned by (T,) angles."""
    cos, sin = np.cos(heading), np.sin(heading)
    x, y = local.T
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=1)
