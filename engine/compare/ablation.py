"""Runs that differ in one temperature or weight only: the curves of the paper's Figures 3 and 4, and those of a grid of
weights."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.compare.lines import Line

AXES = (
    "losses.kd.temperature",
    "losses.crd.temperature",
    "losses.kd.weight",
    "losses.crd.weight",
    "losses.ce.weight",
)


@dataclass(frozen=True)
class Ablation:
    """One curve: (value, the line of runs with it) ascending; all else but the seed is equal."""

    points: tuple[tuple[float, Line], ...]


def ablations(lines: Iterable[Line], axis: str) -> list[Ablation]:
    """Curves of two values or more of a setting (dotted path) over tested, folded lines; those with most points first.

    A term of weight 0 is none, so its lines have no point.
    """
    groups: dict[object, list[tuple[float, Line]]] = {}
    for line in lines:
        if line.run.tested and axis in line.settings:
            rest = frozenset(item for item in line.settings.items() if item[0] != axis)
            groups.setdefault(rest, []).append((float(line.settings[axis]), line))
    curves = [
        Ablation(tuple(sorted(points, key=lambda point: point[0])))
        for points in groups.values()
        if len(points) > 1
    ]
    return sorted(curves, key=lambda curve: -len(curve.points))
