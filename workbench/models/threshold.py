"""The one threshold of the Open set page, and everything that follows from it by looking up."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from engine.evaluation import rule_of
from engine.metrics.open_set import STEPS, Figures, Table
from engine.metrics.scale import Scale
from engine.predictions import TEST, Predictions
from engine.words import say
from workbench.background import in_background
from workbench.models.counted import Counted, ScoreOffer, Who, count, offers
from workbench.models.points import Points, points
from workbench.models.snapping import ON_VALIDATION, Pick, Rule, Targets
from workbench.models.swept import Rows
from workbench.models.verdict import Verdict, judge

_AT_ONCE = 20_000
"""So many samples are counted while one waits; more are counted in the background."""


class ThresholdModel(QObject):
    """The predictions of one run; `changed` while the value moves, `committed` when it rests.

    The threshold is a step 0..1000 on the scale of the score, or between two steps where a rule put it.
    """

    changed = Signal(float)
    committed = Signal(float)
    replaced = Signal()
    counting = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: Predictions | None = None
        self._tested: Predictions | None = None
        self._counted: dict[tuple[Who, str], Counted] = {}
        self._offers: dict[Who, list[ScoreOffer]] = {}
        self._wanted: tuple[Who, str] = ("student", "msp")
        self._now: Counted | None = None
        self._step = STEPS // 2
        self._value = 0.5
        self._table: Table | None = None
        self._rule: Rule = "recall"
        self._picked: Rule = "own"  # the last one that was asked for; it lasts while others answer
        self.reason: Pick | None = None  # the rule that put the value where it is, None: a hand
        self.targets = Targets()

    # --- what is looked at ---

    def show(self, predictions: Predictions, counted: Counted | None = None) -> None:
        """Take over another run's predictions, at that run's own score and threshold."""
        self._all, self._tested = predictions, predictions.of(TEST)
        self._counted = {} if counted is None else {(counted.who, counted.score): counted}
        self._offers = {}
        self._rule, self._picked = "recall", "own"
        self._wanted = ("student", predictions.score)
        found = self._counted.get(self._wanted) or count(predictions, *self._wanted)
        self._take(predictions, found)

    def use(self, who: Who) -> None:
        """Look at the student or, where the run has one, at its teacher; by another score where it lacks this one."""
        if who != self.who and (who == "student" or self.has_teacher):
            has = {offer.name for offer in self.offers(who) if not offer.why_not}
            self._look(who, self.score if self.score in has else "msp")

    def use_score(self, score: str) -> None:
        """Decide by another score; of a large run it is counted in the background first."""
        if score != self.score and any(o.name == score and not o.why_not for o in self.offers()):
            self._look(self.who, score)

    def offers(self, who: Who | None = None) -> list[ScoreOffer]:
        """The scores of the student or the teacher."""
        who = who or self.who
        if who not in self._offers:
            self._offers[who] = offers(self.every, who)
        return self._offers[who]

    def _look(self, who: Who, score: str) -> None:
        predictions, self._wanted = self.every, (who, score)
        if self._wanted in self._counted:
            self._take(predictions, self._counted[self._wanted])
        elif len(self.predictions) <= _AT_ONCE:
            self._take(predictions, count(predictions, who, score))
        else:
            self.counting.emit(True)
            work = partial(count, predictions, who, score)
            in_background(self, work, partial(self._take, predictions))

    def _take(self, predictions: Predictions, found: Counted) -> None:
        if predictions is not self._all:
            return
        key = (found.who, found.score)
        self._counted[key] = found
        if key != self._wanted:
            return
        self._now = found
        picks = self.pick(self._picked), self.pick("own"), self.ghost
        self._put(next((pick for pick in picks if pick.value is not None), None))
        self.counting.emit(False)
        self.replaced.emit()

    @property
    def ready(self) -> bool:
        """Whether there is anything to look at."""
        return self._tested is not None and len(self._tested) > 0

    @property
    def predictions(self) -> Predictions:
        """The test part of the predictions."""
        if self._tested is None:
            raise LookupError(say("no predictions were shown yet"))
        return self._tested

    @property
    def has_teacher(self) -> bool:
        """Whether the run stored what its teacher says."""
        return self._tested is not None and self._tested.teacher_logits is not None

    @property
    def now(self) -> Counted:
        """Everything counted for the answerer and the score looked at."""
        if self._now is None:
            raise LookupError(say("no predictions were shown yet"))
        return self._now

    @property
    def who(self) -> Who:
        """Whose answers are looked at."""
        return "student" if self._now is None else self._now.who

    @property
    def score(self) -> str:
        """By which score, by its registered name."""
        return "msp" if self._now is None else self._now.score

    @property
    def scale(self) -> Scale:
        """Where that score's values lie on the handle's way."""
        return Scale() if self._now is None else self._now.scale

    @property
    def outvotes(self) -> bool:
        """Whether a trained unknown may turn away what is sure enough."""
        return rule_of(self.score) == "either"

    # --- the value ---

    @property
    def value(self) -> float:
        """The threshold, in the unit of the score."""
        return self._value

    @property
    def step(self) -> int:
        """The step closest to it."""
        return self._step

    def set_step(self, step: int) -> None:
        """Move the threshold by hand, to one of the steps."""
        step = min(STEPS, max(0, step))
        value = self.scale.value(step)
        if value != self._value:
            self._step, self._value, self._table, self.reason = step, value, None, None
            self.changed.emit(value)

    def set_value(self, value: float) -> None:
        """The same by a value; it goes to the step closest to it."""
        self.set_step(self.scale.step(value))

    def commit(self) -> None:
        """Say that the value rests now."""
        self.committed.emit(self._value)

    def _put(self, reason: Pick | None) -> None:
        """To exactly the value of a rule, on a step or between; to the middle where there is none."""
        side, self.reason = self.now, reason
        given = None if reason is None else reason.value
        value = side.scale.value(STEPS // 2) if given is None else given
        self._value, self._step = value, side.scale.step(value)
        on_step = side.scale.value(self._step) == value
        self._table = None if on_step else side.swept.table(value)

    # --- rules ---

    @property
    def own(self) -> float | None:
        """The threshold the run was made with; None where another score decides."""
        return self.now.picks.own

    @property
    def ghost(self) -> Pick:
        """What validation would choose, by the rule that was last used."""
        return self.pick(self._rule)

    def pick(self, rule: Rule) -> Pick:
        """What one rule gives."""
        return self.now.picks.of(rule, self.targets)

    @property
    def tuned_on_test(self) -> bool:
        """Whether a hand put the value elsewhere than where the run was tested, its curves on screen."""
        return self.reason is None and self._value != self.own

    @property
    def score_by_hand(self) -> bool:
        """Whether the score is neither the run's own nor what tells best on validation."""
        offers = self.offers()
        has = {offer.name for offer in offers if not offer.why_not}
        usual = self.every.score if self.every.score in has else "msp"
        best = offers[0].name if offers[0].rank is not None else usual
        return self.score not in (usual, best)

    def aim(self, recall: float | None = None, cost_ratio: float | None = None) -> None:
        """Ask for another share of known kept, or another cost of a stranger let in."""
        asked = {"recall": recall, "cost_ratio": cost_ratio}
        self.targets = replace(self.targets, **{k: v for k, v in asked.items() if v is not None})

    def snap(self, rule: Rule) -> None:
        """Move to exactly the threshold of a rule, where it gives one."""
        found = self.pick(rule)
        if found.value is None:
            return
        self._picked = rule
        if rule in ON_VALIDATION:
            self._rule = rule
        self._put(found)
        self.changed.emit(found.value)
        self.committed.emit(found.value)

    # --- what follows ---

    def figures(self) -> Figures:
        """Shares and counts at the threshold."""
        return self.now.swept.figures(self.table())

    def figures_at(self, step: int) -> Figures:
        """Shares and counts at any step."""
        swept = self.now.swept
        return swept.figures(swept.tables[step])

    def table(self) -> Table:
        """The confusion table at the threshold, (K+1, K+1)."""
        tables: Table = self.now.swept.tables
        return tables[self._step] if self._table is None else self._table

    def point(self) -> Points:
        """Where on the curves the threshold is, arrays of one."""
        return points(self.table()[None])

    def nearest(self, count: int = 8, among: Rows | None = None) -> Rows:
        """Samples closest to the threshold, of all or among some."""
        return self.now.swept.nearest(self._value, count, among)

    def in_cell(self, cell: tuple[int, int]) -> Rows:
        """The samples of one (true, said) cell of the table."""
        return self.now.swept.in_cell(self._value, cell)

    def in_band(self, low: int, high: int) -> Rows:
        """The samples rated from one step to another."""
        return self.now.swept.in_band(low, high)

    def rating(self, sample: int) -> float:
        """The score of one sample."""
        return float(self.now.swept.values[sample])

    def named(self, sample: int) -> bool:
        """Whether a sample gets a name at the threshold."""
        return self.now.swept.named(sample, self._value)

    def verdict(self, sample: int) -> Verdict:
        """What is said of one sample."""
        return judge(self.predictions, self.now.swept, sample, self._value, self.outvotes)

    @property
    def every(self) -> Predictions:
        """All parts of the predictions."""
        if self._all is None:
            raise LookupError(say("no predictions were shown yet"))
        return self._all
