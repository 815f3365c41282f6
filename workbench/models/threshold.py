"""The one threshold of the Open set page, and everything that follows from it by looking up."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtCore import QObject, Signal

from engine.metrics.open_set import STEPS, Curve, Figures, Table
from engine.predictions import TEST, VALIDATION, Predictions
from workbench.models.swept import Rows, Shape, Swept

Who = Literal["student", "teacher"]


@dataclass(frozen=True)
class Guess:
    """One known kind and how likely the net finds it."""

    kind: str
    label: int
    probability: float


@dataclass(frozen=True)
class Verdict:
    """What is said of one sample at the threshold in force, and whether that is right.

    said: a known kind, None when turned away; outvoted: sure enough, but the trained unknown won.
    """

    name: str
    kind: str
    stranger: bool
    said: str | None
    right: bool
    outvoted: bool
    confidence: float
    top: tuple[Guess, ...]


class ThresholdModel(QObject):
    """The predictions of one run; `changed` while the value moves, `committed` when it rests."""

    changed = Signal(float)
    committed = Signal(float)
    replaced = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._step = STEPS // 2
        self._who: Who = "student"
        self._all: Predictions | None = None
        self._tested: Predictions | None = None
        self._swept: dict[tuple[Who, int], Swept] = {}

    def show(self, predictions: Predictions) -> None:
        """Take over another run's predictions, at that run's own threshold."""
        self._all = predictions
        self._tested = predictions.of(TEST)
        self._swept = {}
        self._who = "student"
        self._step = _step(predictions.threshold)
        self.replaced.emit()

    def use(self, who: Who) -> None:
        """Look at the student or, where the run has one, at its teacher."""
        if who != self._who and (who == "student" or self.has_teacher):
            self._who = who
            self.replaced.emit()

    @property
    def ready(self) -> bool:
        """Whether there is anything to look at."""
        return self._tested is not None and len(self._tested) > 0

    @property
    def predictions(self) -> Predictions:
        """The test part of the predictions."""
        if self._tested is None:
            raise LookupError("no predictions were shown yet")
        return self._tested

    @property
    def has_teacher(self) -> bool:
        """Whether the run stored what its teacher says."""
        return self._tested is not None and self._tested.teacher_logits is not None

    @property
    def who(self) -> Who:
        """Whose answers are looked at."""
        return self._who

    @property
    def value(self) -> float:
        """The threshold, a whole number of thousandths."""
        return self._step / STEPS

    @property
    def step(self) -> int:
        """The threshold in thousandths."""
        return self._step

    def set_value(self, value: float) -> None:
        """Move the threshold; it is rounded to a thousandth and kept within 0..1."""
        step = _step(value)
        if step != self._step:
            self._step = step
            self.changed.emit(self.value)

    def commit(self) -> None:
        """Say that the value rests now."""
        self.committed.emit(self.value)

    @property
    def own(self) -> float:
        """The threshold the run was made with."""
        return self.predictions.threshold

    @property
    def picked(self) -> float | None:
        """The threshold that the validation part would choose; None where it cannot."""
        step = self._side(VALIDATION).pick
        return None if step is None else step / STEPS

    @property
    def pick_words(self) -> str:
        """What that threshold is the best for."""
        if self._side(VALIDATION).has_strangers:
            return "keeps most known objects and turns most strangers away"
        return "still keeps 95 % of validation’s known objects; it has no strangers"

    @property
    def tuned_on_test(self) -> bool:
        """Whether the value is neither the run's own nor the one validation chose."""
        picked = self.picked
        return self._step not in {_step(self.own), -1 if picked is None else _step(picked)}

    def snap(self) -> None:
        """Move to the threshold that validation chose."""
        if self.picked is not None:
            self.set_value(self.picked)
            self.commit()

    def figures(self) -> Figures:
        """Shares and counts at the threshold."""
        return self._side().figures(self._step)

    def table(self) -> Table:
        """The confusion table at the threshold, (K+1, K+1)."""
        table: Table = self._side().tables[self._step]
        return table

    def curve(self) -> Curve:
        """Every threshold at once."""
        return self._side().curve

    def oscr(self) -> float:
        """The area under that curve."""
        return self._side().oscr

    def point(self) -> tuple[float, float, float]:
        """Where on the curve the threshold is: strangers accepted, known right, known accepted."""
        return self._side().point(self._step)

    def shape(self) -> Shape:
        """How sure the net is of known samples and of strangers."""
        return self._side().shape

    def nearest(self, count: int = 8, cell: tuple[int, int] | None = None) -> Rows:
        """Samples closest to the threshold, of all or of one (true, said) cell of the table."""
        return self._side().nearest(self._step, count, cell)

    def confidence(self, sample: int) -> float:
        """How sure the net is of one sample."""
        return float(self._side().confidence[sample])

    def named(self, sample: int) -> bool:
        """Whether a sample gets a name at the threshold."""
        return bool(self._side().score[sample] >= self.value)

    def verdict(self, sample: int) -> Verdict:
        """What is said of one sample."""
        side, tested = self._side(), self.predictions
        said = int(side.best[sample]) if self.named(sample) else side.unknown
        chances = side.probabilities[sample]
        order = np.argsort(-chances, kind="stable")[:3]
        return Verdict(
            name=tested.names[sample],
            kind=tested.kinds[tested.kind[sample]],
            stranger=bool(tested.labels[sample] == side.unknown),
            said=None if said == side.unknown else tested.known[said],
            right=bool(said == tested.labels[sample]),
            outvoted=said == side.unknown and bool(side.confidence[sample] >= self.value),
            confidence=float(side.confidence[sample]),
            top=tuple(Guess(tested.known[i], int(i), float(chances[i])) for i in order),
        )

    def _side(self, split: int = TEST) -> Swept:
        key = (self._who, split)
        if key not in self._swept:
            self._swept[key] = self._count(split)
        return self._swept[key]

    def _count(self, split: int) -> Swept:
        if self._all is None:
            raise LookupError("no predictions were shown yet")
        part = self.predictions if split == TEST else self._all.of(split)
        if self._who == "teacher" and part.teacher_logits is not None:
            return Swept(part.teacher_logits, part.labels, None)
        return Swept(part.logits, part.labels, part.unknown_column)


def _step(value: float) -> int:
    return min(STEPS, max(0, round(value * STEPS)))
