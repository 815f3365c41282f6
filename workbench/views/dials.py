"""One dial for each loss of a recipe: how much that lesson counts."""

import math
from collections.abc import Collection

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench.kit import FadingScroll, IconButton, Slider, Text
from workbench.models.mix import Lesson, amount

MOST = 3
_FOUR_FROM = 700  # so wide that four dials have room in one row
STEPS = 200
_OF_WINDOW = 0.32  # of its height, above which dials scroll
_EXPLAINED = 6  # more dials than these are narrow and say what they mean in a tip


class Dials(QWidget):
    """The dials of a recipe; `turned(loss, weight)` while a person moves one, `removed(loss)` with a cross."""

    turned = Signal(str, float)
    removed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.dials: dict[str, Dial] = {}
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(28)
        self._grid.setVerticalSpacing(16)

    def show_lessons(self, lessons: tuple[Lesson, ...], added: Collection[str] = ()) -> None:
        """Show these weights, with new dials only when the lessons are others; those added can be taken away."""
        crossed = [name for name, dial in self.dials.items() if dial.cross.isVisibleTo(dial)]
        if list(self.dials) != [lesson.name for lesson in lessons] or crossed != list(added):
            self._rebuild(lessons, added)
        for lesson in lessons:
            self.dials[lesson.name].show_weight(lesson.weight)

    def _rebuild(self, lessons: tuple[Lesson, ...], added: Collection[str]) -> None:
        for dial in self.dials.values():
            self._grid.removeWidget(dial)
            dial.hide()
            dial.deleteLater()
        self.dials = {lesson.name: Dial(lesson, len(lessons) > _EXPLAINED) for lesson in lessons}
        for name, dial in self.dials.items():
            dial.turned.connect(lambda weight, name=name: self.turned.emit(name, weight))
            dial.cross.clicked.connect(lambda _=False, name=name: self.removed.emit(name))
            dial.cross.setVisible(name in added)
        self._columns = 0
        self._arrange()

    def _arrange(self) -> None:
        """Up to three in a row; four in one row where there is room, else two by two; many always in fours."""
        many = len(self.dials) > _EXPLAINED
        self._grid.setHorizontalSpacing(16 if many else 28)
        columns = MOST + 1 if many else MOST
        if len(self.dials) == MOST + 1:
            columns = MOST + 1 if self.width() >= _FOUR_FROM else 2
        if columns == self._columns:
            return
        self._columns = columns
        for place, dial in enumerate(self.dials.values()):
            self._grid.removeWidget(dial)
            self._grid.addWidget(dial, place // columns, place % columns)
        used = min(columns, max(len(self.dials), 2))
        for column in range(MOST + 1):
            self._grid.setColumnStretch(column, int(column < used))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


class ManyDials(FadingScroll):
    """As high as its dials need, and no higher than a share of the window: then they scroll."""

    def __init__(self, dials: Dials) -> None:
        super().__init__("bg1")
        self.dials = dials
        self.setWidget(dials)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its dials have it
        dials.setProperty("plain", "true")
        dials.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, Dials) and event.type() in (
            QEvent.Type.LayoutRequest,
            QEvent.Type.Resize,
        ):
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = self.viewport().width()
        wanted = self.dials.heightForWidth(width)
        wanted = wanted if wanted >= 0 else self.dials.sizeHint().height()
        self.setFixedHeight(min(wanted, round(self.window().height() * _OF_WINDOW)))


class Dial(QWidget):
    """Word, weight, slider, and what it means; brief: in a tip."""

    turned = Signal(float)

    def __init__(self, lesson: Lesson, brief: bool = False) -> None:
        super().__init__()
        self._word = lesson.word
        self._top = top_of(lesson.weight)
        self.slider = Slider(0, STEPS, 0, lesson.token)
        self.slider.setSingleStep(STEPS // 40)
        self.number = Text("", "strong")
        self.cross = IconButton("close", say("Take this term away: {word}", word=lesson.word), 18)
        self._lay_out(lesson, brief)
        self.slider.valueChanged.connect(self._moved)
        self.show_weight(lesson.weight)

    def show_weight(self, weight: float) -> None:
        """Show a weight without telling anyone; one beyond the dial's end makes the dial longer."""
        if weight > self._top:
            self._top = top_of(weight)
        self.slider.blockSignals(True)
        self.slider.setValue(round(weight / self._top * STEPS))
        self.slider.blockSignals(False)
        self.number.setText(amount(weight))
        self.slider.setAccessibleName(
            say("{word}, weight {amount}", word=self._word, amount=amount(weight))
        )

    def _moved(self, position: int) -> None:
        weight = float(f"{position * self._top / STEPS:.6g}")
        self.number.setText(amount(weight))
        self.turned.emit(weight)

    def _lay_out(self, lesson: Lesson, brief: bool) -> None:
        moved = QHBoxLayout()
        moved.addWidget(self.slider, 1)
        moved.addWidget(self.number)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.addWidget(Text(lesson.word, "strong", lesson.token, wrap=True), 1)
        head.addWidget(self.cross)
        column.addLayout(head)
        column.addLayout(moved)
        if brief:
            self.setToolTip(lesson.why)
        else:
            column.addWidget(Text(lesson.why, "small", "ink2", wrap=True))
        column.addWidget(Text(f"{lesson.symbol} · {lesson.term}".strip(" ·"), "small", "ink3"))
        column.addStretch(1)


def top_of(weight: float) -> float:
    """Where a dial ends: 2 for ordinary weights, the next of 1, 2, 5 ... above twice any other."""
    if weight == 0 or 0.1 <= weight <= 2:
        return 2.0
    power = 10.0 ** math.floor(math.log10(2 * weight))
    return next(mark * power for mark in (1, 2, 5, 10) if mark * power >= 2 * weight * (1 - 1e-9))
