"""Runs as lines of a table; runs that differ only in the seed can be one line with mean and deviation."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engine.compare.settings import Schema, protocol_of, settings_of
from engine.store import RunSummary
from engine.words import counted, of_100, say

# key in a run's results: (plain words, term)
FIGURES = {  # of known kinds and strangers
    "acc_closed": (say("Known right"), say("closed-set accuracy: known, kept and right")),
    "acc_open": (say("Strangers"), say("open-set accuracy: strangers turned away")),
    "f_measure": (say("Balance"), say("F-measure, weighted by how many clouds each kind has")),
    "acc_total": (
        say("Overall"),
        say("right overall: known kept and right, strangers turned away"),
    ),
    "auroc": (say("Ranking"), say("AUROC: a known thing is surer than a stranger")),
    "acc_known_no_threshold": (
        say("No threshold"),
        say("known kinds right when nothing is turned away"),
    ),
}
SEEN = {  # of a camera student, which meets no strangers
    "ap50": (say("Boxes found"), say("AP50: boxes found and named, overlap .5")),
    "depth_error": (
        say("Depth off by"),
        say("distance off by, in parts of it (median); less is better"),
    ),
    "r2/laser": (say("Laser copied"), say("R²: how much of what the laser teacher says is copied")),
}
BOXES = {  # of things in rooms
    "map25": (say("Things found"), say("mAP25: things found and named, overlap .25")),
    "map50": (say("Placed well"), say("mAP50: things found and named, overlap .5")),
}
POINTS = {  # of rooms and streets
    "miou": (say("Points named"), say("mIoU: overlap of said and true points, mean over classes")),
}
PARTS = {  # of shapes
    "instance_miou": (
        say("Parts by shape"),
        say("instance mIoU: overlap of parts, mean over shapes"),
    ),
    "category_miou": (
        say("Parts by kind"),
        say("category mIoU: the same, mean over kinds of shapes"),
    ),
}
LESS_IS_BETTER = ("depth_error",)


@dataclass(frozen=True)
class Figure:
    """A share over `count` seeds: its mean, and the standard deviation of the sample (None for one seed)."""

    mean: float
    deviation: float | None
    count: int

    @property
    def text(self) -> str:
        """In percent: “87.9 ± 0.4”, or “87.9” for one seed."""
        spread = f" ± {of_100(self.deviation, 1)}" if self.deviation is not None else ""
        return f"{of_100(self.mean, 1)}{spread}"


@dataclass(frozen=True)
class Line:
    """One or more runs that are the same but for the seed, newest first."""

    runs: tuple[RunSummary, ...]
    settings: Mapping[str, Any] = field(compare=False)

    @property
    def run(self) -> RunSummary:
        """The newest of them."""
        return self.runs[0]

    @property
    def protocol(self) -> str:
        """The strangers it was tested on."""
        return protocol_of(self.run.experiment)

    @cached_property
    def seeds(self) -> tuple[int, ...]:
        """The different seeds, ascending."""
        return tuple(sorted({run.experiment.seed for run in self.runs}))

    @property
    def measured_with(self) -> str:
        """“3 seeds · 20 passes · cpu”."""
        many = counted(len(self.seeds), "seed")
        passes = self.run.experiment.training.epochs
        devices = sorted({run.started.device for run in self.runs if run.started})
        long = counted(passes, "pass")
        return " · ".join([many, long, *devices])

    def figure(self, key: str) -> Figure | None:
        """A figure over the seeds where it was measured, None where it never was."""
        newest = {run.experiment.seed: run for run in reversed(self.runs) if run.tested}
        values = [value for run in newest.values() if (value := share(run, key)) is not None]
        return over_seeds(values)


def share(run: RunSummary, key: str) -> float | None:
    """One figure of a tested run; None when it was not measured."""
    value = run.results.get(key) if run.tested else None
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if good and value is not None else None


def over_seeds(values: Iterable[float]) -> Figure | None:
    """Mean and sample standard deviation (n - 1); None without values."""
    every = list(values)
    if not every:
        return None
    deviation = statistics.stdev(every) if len(every) > 1 else None
    return Figure(statistics.fmean(every), deviation, len(every))


def line_of(run: RunSummary, schema: Schema) -> Line:
    """One run as a line."""
    return Line((run,), settings_of(run, schema))


def folded(lines: Iterable[Line]) -> list[Line]:
    """Lines with equal settings as one, where the first of them was."""
    groups: dict[object, list[Line]] = {}
    for line in lines:
        key = frozenset(line.settings.items()) if line.run.tested else line.run.path
        groups.setdefault(key, []).append(line)
    return [
        Line(tuple(run for line in group for run in line.runs), group[0].settings)
        for group in groups.values()
    ]


def figures_of(lines: Sequence[Line]) -> dict[str, tuple[str, str]]:
    """The figures to compare these by: of each group of which anything was measured; of known kinds and strangers where
    nothing was."""
    found: dict[str, tuple[str, str]] = {}
    for group in (FIGURES, SEEN, BOXES, POINTS, PARTS):
        if any(share(run, key) is not None for line in lines for run in line.runs for key in group):
            found |= group
    return found or FIGURES
