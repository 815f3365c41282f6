"""The words of one step of the guided demo, with its buttons."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench import theme
from workbench.kit import Button, IconButton, Text
from workbench.kit.paint import painter_of, panel

_WIDTH = 430
_DASH = QSize(20, 5)


class Callout(QWidget):
    """Which step, a title, a few sentences; on, past it, or out."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.step = Text("", "caps", "accent")
        self.title = Text("", "title", wrap=True)
        self.words = Text("", "body", "ink2", wrap=True)
        self.dashes = Dashes()
        self.next = Button(say("Next"), role="primary")
        self.skip = Button(say("Skip"), role="quiet")
        self.leave = IconButton("close", say("Leave the demo (Esc)"), 26)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 16, 16)
        column.setSpacing(5)
        head = QHBoxLayout()
        head.addWidget(self.step, 1)
        head.addWidget(self.leave)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.dashes)
        foot.addStretch(1)
        foot.addWidget(self.skip)
        foot.addWidget(self.next)
        column.addLayout(head)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addSpacing(10)
        column.addLayout(foot)

    def say(self, title: str, words: str) -> None:
        """Say this; the same again costs nothing."""
        if (title, words) != (self.title.text(), self.words.text()):
            self.title.setText(title)
            self.words.setText(words)
            self.setAccessibleName(f"{self.step.text().capitalize()}: {title}. {words}")

    def count(self, place: int, of: int) -> None:
        """This is the how-manieth step, from 1; 0 while none is shown."""
        self.step.setText(
            say("Step {place} of {of}", place=place, of=of) if place else say("Guided demo")
        )
        self.dashes.show_step(place, of)
        last = place == of
        self.skip.set_look(say("Done") if last else say("Skip"))
        self.skip.setToolTip("" if last else say("Go to the next step without doing this one"))
        self.skip.setVisible(place > 0)
        self.next.setVisible(place > 0)

    def offer(self, words: str, enabled: bool = True) -> None:
        """What the main button says and whether it can be pressed."""
        if words != self.next.text():
            self.next.set_look(words)
        self.next.setEnabled(enabled)

    def fitting(self) -> QSize:
        """The size its words need."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        return QSize(_WIDTH, layout.totalHeightForWidth(_WIDTH))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        panel(painter_of(self), rect, theme.color("bg1"), theme.color("line2"), 14)


class Dashes(QWidget):
    """How far one is: as many dashes as steps, those done in the accent."""

    def __init__(self) -> None:
        super().__init__()
        self._place, self._of = 0, 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_step(self, place: int, of: int) -> None:
        """So many of so many."""
        self._place, self._of = place, of
        self.setFixedSize(max(1, of * (_DASH.width() + 6)), _DASH.height())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        for number in range(self._of):
            rect = QRectF(number * (_DASH.width() + 6), 0, _DASH.width(), _DASH.height())
            token = "accent" if number < self._place else "bg3"
            panel(painter, rect, theme.color(token), None, _DASH.height() / 2)
