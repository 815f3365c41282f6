"""The phases of a run in a row, the one it is in lit, with the time it has taken so far."""

import time

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.words import say
from workbench import theme
from workbench.kit.icon import pixmap
from workbench.kit.paint import painter_of, panel
from workbench.models.run_words import phase_lasting

_HEIGHT = 26


class PhaseStrip(QWidget):
    """Data, Nets, First batch, Learning, Test."""

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._at = 0
        self._began = 0.0
        self._fraction: float | None = None
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.update)

    def show_phase(
        self, names: tuple[str, ...], at: int, began: float, fraction: float | None
    ) -> None:
        """Light one phase that began then (seconds since 1970); a fraction is drawn below it."""
        self._names, self._at, self._began, self._fraction = names, at, began, fraction
        self.setAccessibleName(
            say("Phase {at} of {count}: {name}", at=at + 1, count=len(names), name=names[at])
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, _HEIGHT)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        left = 0.0
        for position, name in enumerate(self._names):
            left = self._paint_phase(painter, left, position, name)

    def _paint_phase(self, painter: QPainter, left: float, position: int, name: str) -> float:
        now = position == self._at
        words = name
        if now and self._began:
            words = phase_lasting(name, time.time() - self._began, self._fraction)
        painter.setFont(theme.font("strong" if now else "small"))
        width = painter.fontMetrics().horizontalAdvance(words)
        rect = QRectF(left, 0, width + 36, _HEIGHT)
        if now:
            panel(painter, rect, theme.color("accentSoft"), None, _HEIGHT / 2)
        done = position < self._at
        middle = QPointF(left + 15, _HEIGHT / 2)
        if done:
            painter.drawPixmap(middle - QPointF(7, 7), pixmap("check", "accent", 14))
        else:
            painter.setPen(QPen(theme.color("accent" if now else "ctl"), 1.8))
            painter.setBrush(theme.color("accent") if now else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, 3.5, 3.5)
        painter.setPen(theme.color("ink" if now else "ink2" if done else "ink3"))
        painter.drawText(rect.adjusted(26, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)
        if now and self._fraction is not None:
            track = QRectF(left + 12, _HEIGHT - 4, (rect.width() - 24) * self._fraction, 2)
            panel(painter, track, theme.color("accent"), None, 1)
        return rect.right() + 6
