"""How well a run still finds things when its picture is shaken, and other runs of the same data to compare it with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py

from engine.classroom_answers import NAME, Robustness
from engine.classroom_file import About, told
from engine.store import RunSummary
from workbench.models.run_table import names_of

_TOTAL, _FIGURE = "total", "ap50"


@dataclass(frozen=True)
class RivalCurve:
    """epsilons in grey levels of 255, rising from 0; values: AP50 at each, None where not measured."""

    run: Path
    name: str
    teachers: tuple[str, ...]
    epsilons: tuple[float, ...] = ()
    values: tuple[float | None, ...] = ()

    @property
    def measured(self) -> list[tuple[float, float]]:
        """(epsilon, AP50) where there is one."""
        both = zip(self.epsilons, self.values, strict=True)
        return [(epsilon, value) for epsilon, value in both if value is not None]

    def at(self, epsilon: float) -> float | None:
        """The value measured there, None where nothing was."""
        return dict(self.measured).get(epsilon)


def term_of(robustness: Robustness) -> str:
    """The loss that was attacked for the curve: all of it, or else the first; empty: none was."""
    terms = robustness.terms
    return _TOTAL if _TOTAL in terms else next(iter(terms), "")


def total_of(
    run: Path,
    name: str,
    teachers: tuple[str, ...],
    robustness: Robustness,
    figures: Mapping[str, float | None],
) -> RivalCurve:
    """The curve of a run; where 0 was not attacked it begins with what the run can on whole pictures."""
    own = robustness.terms.get(term_of(robustness), {}).get(_FIGURE, ())
    if len(own) != len(robustness.epsilons):
        return RivalCurve(run, name, teachers)
    points = {0.0: figures.get(_FIGURE)} | dict(zip(robustness.epsilons, own, strict=True))
    rising = sorted(points)
    return RivalCurve(run, name, teachers, tuple(rising), tuple(points[one] for one in rising))


def rivals_of(run: RunSummary, others: Sequence[RunSummary]) -> list[RivalCurve]:
    """Those of the same data that were shaken too, the newest first; what cannot be read is left out."""
    names = names_of([run, *others])
    same = [
        one for one in others if one.path != run.path and one.experiment.data == run.experiment.data
    ]
    curves = [_read(one.path, names[one.path]) for one in same]
    return [curve for curve in curves if curve is not None and curve.measured]


def _read(run: Path, name: str) -> RivalCurve | None:
    """Words and figures alone are read, no picture."""
    try:
        with h5py.File(run / NAME, "r") as file:
            about = About(told(file))
        shaken = About(about.part("robustness"))
        terms = About(shaken.part("terms"))
        table = {
            term: {figure: About(terms.part(term)).maybe(figure) for figure in terms.part(term)}
            for term in terms.values
        }
        robustness = Robustness(shaken.numbers("epsilons"), table)
        return total_of(run, name, about.words("teachers"), robustness, about.figures("figures"))
    except (OSError, RuntimeError, AttributeError, KeyError, TypeError, ValueError):
        return None
