"""Runs that differ in one temperature only: the curves of the paper's Figures 3 and 4."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.compare.lines import Line

TEMPERATURES = {"kd": "losses.kd.temperature", "crd": "losses.crd.temperature"}


@dataclass(frozen=True)
class Ablation:
    """One curve: (temperature, the line of runs with it) ascending; all else but the seed is equal."""

    points: tuple[tuple[float, Line], ...]


def ablations(lines: Iterable[Line], loss: str) -> list[Ablation]:
    """Curves of two temperatures or more over tested, folded lines; those with the most points first."""
    path = TEMPERATURES[loss]
    groups: dict[object, list[tuple[float, Line]]] = {}
    for line in lines:
        if line.run.tested and path in line.settings:
            rest = frozenset(item for item in line.settings.items() if item[0] != path)
            groups.setdefault(rest, []).append((float(line.settings[path]), line))
    curves = [
        Ablation(tuple(sorted(points, key=lambda point: point[0])))
        for points in groups.values()
        if len(points) > 1
    ]
    return sorted(curves, key=lambda curve: -len(curve.points))
