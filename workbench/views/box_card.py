"""The boxes of a scene as a list: what each holds, how sure it is, how well it lies, and what became of it."""

from math import isnan

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout

from engine.words import counted, say
from workbench import theme
from workbench.kit import Card, Text
from workbench.models.cells import Cell, CellTable, Row
from workbench.models.kinds import plain
from workbench.models.scenes import ERRORS, TRUE, SceneModel
from workbench.models.shown_boxes import EXTRA, FOUND, MISSED, ShownBoxes
from workbench.views.cell_list import CellList
from workbench.views.scene_dye import MARKS, tint_of

_HEADINGS = (say("Thing"), say("Sure (score)"), say("Lies well (IoU)"), say("Found or not"))
_TIPS = (
    say("What the box holds"),
    say("How sure the run is of the box; true boxes have no score"),
    say("Intersection over union with the best box of the same kind on the other side"),
    say("Found: it overlaps a true box of its kind enough, and no surer box has that one"),
)
_LATER_MS = (
    40  # the list follows a dragged handle a moment later, so that the scene follows at once
)
_STATES = {
    FOUND: (say("found"), "ink"),
    MISSED: (say("missed"), "bad"),
    EXTRA: (say("extra"), "warn"),
}
_TITLES = (say("What is there"), say("What the run says"), say("Said, and what was missed"))


class BoxCard(Card):
    """Follows a scene model; a click chooses a box everywhere."""

    def __init__(self, model: SceneModel) -> None:
        super().__init__()
        self._model = model
        self.body.setContentsMargins(14, 10, 10, 8)
        self.body.setSpacing(4)
        self.title = Text("", "h2")
        self.note = Text("", "small", "ink3", elide=True)
        self.list = CellList(CellTable(_HEADINGS, _TIPS), say("Boxes of this scene"), 28)
        self.list.set_widths([0, 190, 190, 130])
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.note, 1)
        self.body.addLayout(head)
        self.body.addWidget(self.list, 1)
        self.list.picked.connect(model.choose)
        self.list.pointed.connect(model.point)
        self._later = QTimer(self, singleShot=True, interval=_LATER_MS)
        self._later.timeout.connect(self._show)
        model.cut_changed.connect(self._later.start)
        for changed in (model.scene_changed, model.overlap_changed, model.looks_changed):
            changed.connect(self._show)
        model.chosen_changed.connect(lambda: self.list.choose(model.chosen))
        theme.changed().connect(self.list.viewport().update)

    def _show(self) -> None:
        model = self._model
        if not model.ready or not model.finds_boxes:
            return
        self._later.stop()
        boxes = model.shown()
        self.title.setText(_TITLES[model.looks])
        many = counted(len(boxes), "box")
        self.note.setText(say("{many} · click one to look at it", many=many))
        self.list.cells.set_rows([self._row(boxes, place) for place in range(len(boxes))])
        self.list.choose(model.chosen)

    def _row(self, boxes: ShownBoxes, place: int) -> Row:
        model, state = self._model, int(boxes.state[place])
        score, overlap = float(boxes.score[place]), float(boxes.overlap[place])
        thing = plain(model.all.things[int(boxes.labels[place])])
        mark = MARKS[state if model.looks == ERRORS else FOUND]
        words, ink = _STATES[state]
        if model.looks == TRUE and state == FOUND:
            ink = "ink2"
        bare = isnan(score)
        cells = (
            Cell(thing, thing, mark, tint_of(model, boxes, place)),
            Cell(
                "–" if bare else f"{score:.2f}", score, tint="known", share=None if bare else score
            ),
            Cell(f"{overlap:.2f}", overlap, tint="accent", share=overlap),
            Cell(words, state, ink=ink, strong=state != FOUND),
        )
        return Row(int(boxes.key[place]), cells)
