"""The foot of a slide: back, how to get about, one bar for each slide, the time so far, and Next."""

from PySide6.QtCore import QElapsedTimer, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from engine.words import say
from workbench import theme
from workbench.kit import Button, IconButton, Text, pixmap
from workbench.kit.paint import painter_of, panel

_BAR, _GAP, _MANY = 48.0, 16.0, 6
_SMALLER = 56.0  # a bar and its gap, where there are many


class Large(Button):
    """The one primary button, 56 high, with an arrow after its word."""

    def __init__(self, text: str) -> None:
        super().__init__(text, role="primary")
        self.setFont(theme.font("aside"))
        self.setFixedHeight(56)
        self.arrow = True

    def sizeHint(self) -> QSize:
        return QSize(152, 56)

    def _paint_content(self, painter: QPainter, ink: str) -> None:
        painter.setFont(self.font())
        painter.setPen(theme.text_color(ink))
        room = QRectF(self.rect()).adjusted(0, 0, -30 if self.arrow else 0, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.text())
        if self.arrow:
            picture = pixmap("chevron-right", ink, 22)
            painter.drawPixmap(self.width() - 46, (self.height() - 22) // 2, picture)


class Bars(QWidget):
    """One for each slide, those up to the one on show filled."""

    def __init__(self) -> None:
        super().__init__()
        self._place, self._count = 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(8)

    def count(self, place: int, of: int) -> None:
        """The slide at `place` is on show."""
        self._place, self._count = place, of
        self.setAccessibleName(say("Slide {place} of {of}", place=place + 1, of=of))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        each = _BAR + _GAP if self._count <= _MANY else _SMALLER
        return QSize(round(self._count * each), 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        each = self.width() / max(1, self._count)
        for number in range(self._count):
            token = "accent" if number <= self._place else "bg3"
            bar = QRectF(number * each, 0, each - _GAP, 8)
            panel(painter, bar, theme.color(token), None, 4)


class _Round(IconButton):
    def paintEvent(self, event: QPaintEvent) -> None:
        edge = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        panel(painter_of(self), edge, theme.color("bg2"), theme.color("line2"), edge.width() / 2)
        super().paintEvent(event)


class Foot(QWidget):
    """`back` and `next` are the buttons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedHeight(56)
        self.back = _Round("chevron-left", say("The slide before (Left)"), 48)
        self.next = Large(say("Next"))
        self.bars = Bars()
        self.so_far = _quiet("")
        self._clock = QElapsedTimer()
        self._clock.start()
        self._beat = QTimer(self, interval=1000)
        self._beat.timeout.connect(self._tell_time)
        self._beat.start()
        self._tell_time()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(18)
        hint = _quiet(say("Esc leaves · arrow keys turn pages"))
        hint.setToolTip(
            say(
                "Home and End go to the first and the last; B shows a dark sheet; S saves the picture."
            )
        )
        row.addWidget(self.back)
        row.addWidget(_quiet(say("Esc leaves · arrow keys turn pages")), 1)
        row.addWidget(self.bars)
        row.addWidget(self.so_far, 1)
        row.addWidget(self.next)
        self.so_far.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def count(self, place: int, of: int) -> None:
        """The slide at `place` is on show."""
        last = place + 1 == of
        self.bars.count(place, of)
        self.back.setEnabled(place > 0)
        self.next.arrow = not last
        self.next.set_look(say("Done") if last else say("Next"))

    def _tell_time(self) -> None:
        minutes, seconds = divmod(self._clock.elapsed() // 1000, 60)
        self.so_far.setText(say("{minutes}:{seconds:02} so far", minutes=minutes, seconds=seconds))


def _quiet(words: str) -> Text:
    text = Text(words, "body", "ink3", elide=True)
    font = theme.font("body")
    font.setPixelSize(15)
    text.setFont(font)
    return text
