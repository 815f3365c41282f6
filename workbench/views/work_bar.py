"""What is being done and how far it is: one line of words over a thin bar."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench import motion, theme
from workbench.kit.paint import painter_of, panel

_TICK_MS = 40
_LAP = 45  # ticks for the moving piece to cross the bar


class WorkBar(QWidget):
    """A bar that fills, or a piece that wanders while nobody can say how much is left."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self._fraction, self._tick = "", -1.0, 0
        self.setFixedHeight(44)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._step)
        self.hide()

    def show_work(self, text: str, fraction: float) -> None:
        """Say what goes on; a fraction below 0 means that it is not known."""
        self.text, self._fraction = text, min(1.0, fraction)
        share = f", {self._percent()}" if fraction >= 0 else ""
        self.setAccessibleName(text + share)
        self.show()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 44)

    def _percent(self) -> str:
        return f"{round(100 * self._fraction)} %"

    def _step(self) -> None:
        self._tick = (self._tick + 1) % _LAP
        if self._fraction < 0:
            self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not motion.reduced():
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        rect = QRectF(self.rect())
        panel(painter, rect, theme.color("bg1"), theme.color("line"), 10)
        self._paint_words(painter, rect.adjusted(16, 4, -16, -12))
        track = QRectF(16, rect.height() - 12, rect.width() - 32, 4)
        panel(painter, track, theme.color("bg3"), None, 2)
        panel(painter, self._done(track), theme.color("accent"), None, 2)

    def _paint_words(self, painter: QPainter, line: QRectF) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("ink"))
        room = int(line.width()) - 50
        shown = painter.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(line, middle, shown)
        if self._fraction >= 0:
            painter.setPen(theme.color("ink2"))
            painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, self._percent())

    def _done(self, track: QRectF) -> QRectF:
        if self._fraction >= 0:
            return QRectF(track.topLeft(), track.size()).adjusted(
                0, 0, -track.width() * (1 - self._fraction), 0
            )
        piece = track.width() / 5
        tick = _LAP // 2 if motion.reduced() else self._tick
        start = (track.width() + piece) * tick / _LAP - piece
        return track.intersected(QRectF(track.left() + start, track.top(), piece, track.height()))
