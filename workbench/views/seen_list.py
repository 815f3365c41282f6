"""How sure a box must be, and the boxes of the frame as a list."""

from math import isnan

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench.kit import Text
from workbench.models.cells import DOT, RING, SQUARE, Cell, CellTable, Row
from workbench.models.classroom import CUTS, SAID, TRUE, ClassroomModel
from workbench.views.cell_list import CellList
from workbench.views.score_slider import ScoreSlider

_HEADINGS = (say("Thing"), say("Said · true"), say("Sure"))
_TIPS = (
    say("What the box holds; a ring: missed, a square: said but not there"),
    say("Distance in metres along the camera’s axis: what the student says · what is true"),
    say("How sure the student is of the box (score); a missed one has none"),
)
_LATER_MS = 40


class SeenList(QWidget):
    """Follows a classroom model; a click chooses a box everywhere."""

    def __init__(self, model: ClassroomModel) -> None:
        super().__init__()
        self._model = model
        self.slider = ScoreSlider()
        self.slider.setFixedHeight(104)
        self.sentence = Text("", "small", "ink2", elide=True)
        self.list = CellList(CellTable(_HEADINGS, _TIPS), say("Boxes of this frame"), 28)
        self.list.set_widths([0, 92, 46])
        head = QHBoxLayout()
        head.addWidget(Text(say("How sure?"), "strong"))
        head.addWidget(Text(say("score"), "small", "ink3", elide=True), 1)
        rule = Text(say("found: half of it overlaps (IoU ≥ .5)"), "small", "ink3", elide=True)
        rule.setToolTip(
            say("Found: it overlaps a true box of its kind by a half or more (IoU ≥ .5)")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.slider)
        column.addWidget(self.sentence)
        column.addWidget(rule)
        column.addWidget(self.list, 1)
        self._later = QTimer(self, singleShot=True, interval=_LATER_MS)
        self._later.timeout.connect(self._show)
        self.slider.valueChanged.connect(lambda step: model.set_cut(step / CUTS))
        self.list.picked.connect(model.choose)
        model.cut_changed.connect(self._later.start)
        model.cut_changed.connect(self._say)
        model.frame_changed.connect(self._place)
        model.shaken_changed.connect(self._place)
        model.looks_changed.connect(self._show)
        model.chosen_changed.connect(self._mark)

    def _place(self) -> None:
        """Another frame, or another picture of it."""
        if self._model.ready:
            self.slider.set_scores(self._model.said.scores)
            self.slider.setValue(round(self._model.cut * CUTS))
            self._say()
            self._show()

    def _say(self) -> None:
        if not self._model.ready:
            return
        found, missed, extra = self._model.counts()
        said = say(
            "{found} found, {missed} missed, {extra} too many",
            found=found,
            missed=missed,
            extra=extra,
        )
        self.sentence.setText(said)
        self.slider.setAccessibleDescription(f"{self._model.cut:.2f}: {said}")

    def _show(self) -> None:
        if not self._model.ready:
            return
        self._later.stop()
        self.list.cells.set_rows([self._row(key) for key in self._listed()])
        self._mark()

    def _listed(self) -> list[int]:
        """A true box that is found has no row of its own beside the one that finds it."""
        model = self._model
        alone = model.looks in (TRUE, SAID)
        return [key for key in model.shown() if alone or key >= 0 or model.partner_of(key) is None]

    def _mark(self) -> None:
        own = [key for key in self._model.lit if self.list.cells.place_of(key) >= 0]
        self.list.choose(own[0] if own else None)

    def _row(self, key: int) -> Row:
        model = self._model
        _, label, away = model.box_of(key)
        thing, partner = model.all.things[label], model.partner_of(key)
        lonely = partner is None and model.looks != TRUE
        state = "" if not lonely else say("extra ") if key >= 0 else say("missed ")
        mark = DOT if not lonely else SQUARE if key >= 0 else RING
        true = model.box_of(partner)[2] if key >= 0 and partner is not None else float("nan")
        score = float(model.said.scores[key]) if key >= 0 else float("nan")
        ink = "ink" if not lonely else "warn" if key >= 0 else "bad"
        return Row(
            key,
            (
                Cell(state + thing, thing, mark, model.tints[label], ink=ink, tip=state + thing),
                _distances(away, true, key >= 0),
                Cell("–" if isnan(score) else f"{score:.2f}", score, ink="ink2"),
            ),
        )


def _distances(away: float, true: float, is_said: bool) -> Cell:
    """What is said, then what is true; in full words for whoever hears or points."""
    said, there = (away, true) if is_said else (float("nan"), away)
    words = f"{_metres(said)} · {_metres(there)}"
    told = []
    if not isnan(said):
        told.append(say("said {metres} m", metres=_metres(said)))
    if not isnan(there):
        told.append(say("true {metres} m", metres=_metres(there)))
    return Cell(words, away, tip=", ".join(told) or say("not told"))


def _metres(away: float) -> str:
    return "–" if isnan(away) else f"{away:.1f}"
