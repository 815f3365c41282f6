"""The left of the Classroom page: four pictures on one scale, and the boxes as a list."""

from PySide6.QtWidgets import QHBoxLayout

from engine.words import say
from workbench.kit import Card, Chip, Segmented, Text
from workbench.models.classroom import BOTH, SAID, TRUE, ClassroomModel
from workbench.views.picture_column import PictureColumn
from workbench.views.seen_list import SeenList

_NOTE = say("right of the line: laser points laid over it")
_TIPS = (
    (TRUE, say("What is there (1)")),
    (SAID, say("What the student says (2)")),
    (BOTH, say("Said as solid lines, true as dashed ones (3)")),
)


class LookCard(Card):
    """Follows a classroom model."""

    def __init__(self, model: ClassroomModel) -> None:
        super().__init__()
        self._model = model
        self.body.setContentsMargins(14, 10, 14, 14)
        self.body.setSpacing(8)
        self.looks = Segmented([say("True"), say("Said"), say("Both")])
        for place, words in _TIPS:
            self.looks.set_option_enabled(place, True, words)
        self.chip = Chip("", "good", icon="check")
        self.seen = SeenList(model)
        self.pictures = PictureColumn(model, self.seen)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Text(say("What the camera sees"), "h2"))
        head.addWidget(Text(_NOTE, "small", "ink3", elide=True), 1)
        head.addWidget(self.looks)
        head.addWidget(self.chip)
        self.body.addLayout(head)
        self.body.addWidget(self.pictures, 1)
        self.looks.changed.connect(model.set_looks)
        model.looks_changed.connect(lambda: self.looks.set_index(model.looks))
        for changed in (model.frame_changed, model.cut_changed, model.shaken_changed):
            changed.connect(self._count)

    def _count(self) -> None:
        if not self._model.ready:
            return
        self.looks.set_index(self._model.looks)
        found, missed, extra = self._model.counts()
        look = ("warn", "warning") if missed else ("good", "check")
        self.chip.set_text(
            say("{found} found, {there} there", found=found, there=found + missed), *look
        )
        self.chip.setToolTip(
            say("{missed} missed, {extra} said that are not there", missed=missed, extra=extra)
        )
