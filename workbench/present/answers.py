"""What a story of a run that names kinds is made from: its answers, judged at a threshold, and its clouds."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.clouds import Clouds
from engine.datasets.cache import read_rows
from engine.errors import EngineError
from engine.evaluation import rule_of
from engine.events import Started
from engine.orbit import Floats
from engine.predictions import TEST, Predictions
from engine.store import Run
from workbench.models.counted import Counted, count
from workbench.models.swept import Swept
from workbench.models.verdict import Verdict, judge

MOST_KINDS = 12
_TYPICAL = 0.5


@dataclass(frozen=True, eq=False)
class Answers:
    """decided (S,): the label said of each tested cloud there, K for turned away; results: figures there."""

    run: Run
    results: Mapping[str, Any]
    counted: Counted
    tested: Predictions
    decided: NDArray[np.int64]
    threshold: float

    @classmethod
    def of(cls, run: Run, results: Mapping[str, Any], line: float | None = None) -> "Answers":
        """Read and count them, at the run's threshold or at `line`; raises RunError where the file cannot be read."""
        predictions = run.predictions()
        counted = count(predictions, "student", predictions.score)
        threshold = predictions.threshold if line is None else line
        if threshold != predictions.threshold:
            swept = counted.swept
            results = {**results, **swept.figures(swept.table(threshold))}
        decided = counted.swept.decided(threshold)
        return cls(run, results, counted, predictions.of(TEST), decided, threshold)

    @property
    def swept(self) -> Swept:
        """The tested part, counted for all thresholds."""
        return self.counted.swept

    @property
    def own(self) -> float:
        """The threshold the run was made with."""
        return self.tested.threshold

    @property
    def unknown(self) -> int:
        """The label of strangers."""
        return len(self.tested.known)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many were tested, and how many of them right."""
        found: Mapping[str, int] = self.results["counts"]
        return found

    @cached_property
    def started(self) -> Started | None:
        """What its beginning said."""
        events = self.run.events()
        return next((event for event in events if isinstance(event, Started)), None)

    @cached_property
    def clouds(self) -> Clouds | None:
        """The few that are shown, in the order of `shown`; None where the data are gone from this computer."""
        try:
            return read_rows(Path(self.tested.cache), [int(self.tested.row[i]) for i in self.shown])
        except (EngineError, OSError):
            return None

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """The samples whose clouds a story shows."""
        chosen = [*self.each_kind, self.named_right, self.turned_away, self.let_in]
        return tuple(dict.fromkeys(one for one in chosen if one is not None))

    def points(self, sample: int | None) -> Floats | None:
        """(N, 3) of one of `shown`."""
        if sample is None or self.clouds is None:
            return None
        found: Floats = self.clouds.points[self.shown.index(sample)]
        return found

    @cached_property
    def each_kind(self) -> tuple[int, ...]:
        """One tested cloud of each of the first known kinds."""
        labels = self.tested.labels
        found = [np.flatnonzero(labels == label) for label in range(self.unknown)]
        return tuple(int(rows[0]) for rows in found if rows.size)[:MOST_KINDS]

    @cached_property
    def named_right(self) -> int | None:
        """A known one that is named right, about as sure as most of those are."""
        labels = self.tested.labels
        return self._typical((labels < self.unknown) & (self.decided == labels))

    @cached_property
    def turned_away(self) -> int | None:
        """A stranger that is turned away, about as unsure as most of those are."""
        return self._typical((self.tested.labels == self.unknown) & (self.decided == self.unknown))

    @cached_property
    def let_in(self) -> int | None:
        """A stranger that gets a name."""
        return self._typical((self.tested.labels == self.unknown) & (self.decided < self.unknown))

    def verdict(self, sample: int) -> Verdict:
        """What is said of one sample."""
        outvotes = rule_of(self.counted.score) == "either"
        return judge(self.tested, self.swept, sample, self.threshold, outvotes)

    def _typical(self, among: NDArray[np.bool_]) -> int | None:
        """The middle one of some, by their scores: neither the best nor the worst is shown for all."""
        rows = np.flatnonzero(among & np.isfinite(self.swept.values))
        if not rows.size:
            return None
        order = rows[np.argsort(self.swept.values[rows], kind="stable")]
        return int(order[int(_TYPICAL * (len(order) - 1))])
