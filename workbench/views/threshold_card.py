"""The largest card of Open set: whose sureness by which score, the handle, and where rules would put it."""

from collections.abc import Mapping
from functools import partial
from math import isnan
from typing import Any

from engine.words import of_100, say
from workbench.kit import Button, Segmented
from workbench.models.sheets import sweep_sheet
from workbench.models.snapping import ON_VALIDATION
from workbench.models.threshold import ThresholdModel
from workbench.views.plot_card import PlotCard
from workbench.views.score_picker import ScorePicker, titled
from workbench.views.snap_panel import SnapPanel
from workbench.views.threshold_plot import ThresholdPlot

_TUNED = say("You are looking at the test set: choose on validation.")
_PICKED = say("You chose this score looking at the test set: choose on validation.")
_FEW = 0.5
_COUNTING = say("Counting this score for every threshold …")


class ThresholdCard(PlotCard):
    """Moves a threshold model and follows it."""

    def __init__(self, model: ThresholdModel) -> None:
        self._model = model
        self._schema: Mapping[str, Any] = {}
        self._guided = False
        self.plot = ThresholdPlot()
        numbers = partial(sweep_sheet, model)
        super().__init__(say("How sure must it be?"), "", self.plot, numbers, long_term=True)
        self.note = self.term
        self.snap = Button(say("Snap to"), "chevron-down")
        self.panel = SnapPanel(model, self)
        self.who = Segmented([say("Student"), say("Teacher")])
        self.scores = ScorePicker()
        for place, widget in enumerate((self.scores, self.snap, self.who)):
            self.header.insertWidget(1 + place, widget)
        self.plot.valueChanged.connect(self._moved)
        self.plot.sliderReleased.connect(model.commit)
        self.snap.clicked.connect(lambda: self.panel.open_below(self.snap))
        self.who.changed.connect(lambda index: model.use("teacher" if index else "student"))
        self.scores.picked.connect(model.use_score)
        model.replaced.connect(self._replace)
        model.changed.connect(self._follow)
        model.committed.connect(self._rest)
        model.counting.connect(self._wait)

    def name_scores(self, schema: Mapping[str, Any]) -> None:
        """The engine's words for every score."""
        self._schema = schema
        if self._model.ready:
            self._offer()

    def guide(self, guided: bool) -> None:
        """While a guide says to move the handle, nothing warns of it."""
        self._guided = guided
        if self._model.ready:
            self._follow()

    def _moved(self, step: int) -> None:
        if step != self._model.step:
            self._model.set_step(step)
            if not self.plot.isSliderDown():
                self._model.commit()

    def _wait(self, counting: bool) -> None:
        self.scores.setEnabled(not counting)
        if counting:
            self._say(_COUNTING, "ink3")

    def _replace(self) -> None:
        model = self._model
        self.title.setText(say("How sure must the {who} be?", who=model.who))
        self.who.setVisible(model.has_teacher)
        self.who.set_index(1 if model.who == "teacher" else 0)
        self._offer()
        self.plot.set_shape(model.now.swept.shape, model.scale)
        self._follow()
        self._rest()
        self.refresh()

    def _offer(self) -> None:
        model, teacher = self._model, self._model.who == "teacher"
        self.scores.show_offers(model.offers(), model.score, self._schema, teacher)
        if model.has_teacher:
            has = {offer.name for offer in model.offers("teacher") if not offer.why_not}
            usual = model.score in has
            why = (
                ""
                if usual or teacher
                else say("The teacher's logits are not enough for this score.")
            )
            self.who.set_option_enabled(1, usual or teacher, why)

    def _follow(self) -> None:
        model = self._model
        self.plot.setValue(model.step)
        self.plot.set_exact(model.value)
        warning = _TUNED if model.tuned_on_test else _PICKED if model.score_by_hand else ""
        warning = "" if self._guided else warning
        hint = self._hint()
        told = " ".join(filter(None, (hint, warning))) or self._reason()
        self._say(told, "warn" if hint or warning else "ink3")

    def _hint(self) -> str:
        """What a balance of a half or more hides where most of what is known is refused: each stranger turned away
        adds to it."""
        kept = float(self._model.point().kept[0])
        if isnan(kept) or kept >= _FEW:
            return ""
        figures = self._model.figures()
        if not figures["counts"]["n_open"] or figures["f_measure"] < _FEW:
            return ""  # the balance says as much
        return say(
            "Only {kept} of 100 known things get a name; the balance hides that, as strangers turned "
            "away count too.",
            kept=of_100(kept),
        )

    def _reason(self) -> str:
        """Which rule chose the threshold, where that is more than the run's own; else what it is a threshold on."""
        model, reason = self._model, self._model.reason
        if model.value == model.ghost.value:
            reason = model.ghost
        if reason is not None and reason.rule in ON_VALIDATION:
            return say("chosen on validation: {words}", words=reason.words)
        if reason is not None and reason.rule == "fixed":
            return say("fixed beforehand: {words}", words=reason.words)
        if model.outvotes:
            return say("rejection threshold on the highest probability")
        return say(
            "rejection threshold on the score “{titled}”", titled=titled(model.score, self._schema)
        )

    def _say(self, words: str, ink: str) -> None:
        self.note.setText(words)
        self.note.set_ink(ink)
        self.note.setToolTip(words)

    def _rest(self) -> None:
        model, figures = self._model, self._model.figures()
        self.plot.set_ghost(model.ghost.value, model.ghost.words)
        said = [say("Threshold {model}", model=model.scale.say(model.value))]
        for name, words in (
            (figures["acc_closed"], say("of known kept and right")),
            (figures["acc_open"], say("of strangers turned away")),
        ):
            said += [] if isnan(name) else [f"{of_100(name)}% {words}"]
        self.plot.set_spoken("; ".join(said))
