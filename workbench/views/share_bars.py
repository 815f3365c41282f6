"""How much of each new cloud is from each source: bars from zero, with a line where equal shares are."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.words import of_100, say
from workbench import theme
from workbench.kit.paint import painter_of, panel
from workbench.views.colours import token_color

HEIGHT = 84
_FOOT, _LABEL = 18.0, 34.0


class ShareBars(QWidget):
    """A group of bars for each new cloud; says so instead while nothing is dealt."""

    def __init__(self) -> None:
        super().__init__()
        self._shares: NDArray[np.float64] | None = None
        self._colors: tuple[str | int, ...] = ()
        self._waiting = ""
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.say("")

    def show_shares(
        self, shares: NDArray[np.float64], colors: Sequence[str | int], names: Sequence[str]
    ) -> None:
        """Shares (n, n), a row for each new cloud; the sources' colours and names."""
        self._shares, self._colors = shares, tuple(colors)
        lines = [
            say("New cloud {place}: ", place=place)
            + ", ".join(f"{of_100(share)}% {name}" for share, name in zip(row, names, strict=True))
            for place, row in enumerate(shares.tolist(), start=1)
        ]
        self.setAccessibleName(say("Shares of the sources. ") + ". ".join(lines))
        self.setToolTip("\n".join(lines))
        self.update()

    def say(self, words: str) -> None:
        """Show words, and no bars."""
        self._shares, self._waiting = None, words
        self.setAccessibleName(words or say("Shares of the sources: nothing is dealt yet"))
        self.setToolTip("")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        if self._shares is None:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("ink3"))
            wrap = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(self.rect()), int(wrap), self._waiting)
            return
        count = len(self._shares)
        area = QRectF(_LABEL, 4, self.width() - _LABEL, self.height() - _FOOT - 4)
        top = max(1.5 / count, float(self._shares.max())) * 1.05
        for place, row in enumerate(self._shares.tolist()):
            self._paint_group(painter, area, place, [share / top for share in row])
        self._paint_line(painter, area, 1 / count / top)

    def _paint_group(
        self, painter: QPainter, area: QRectF, place: int, heights: list[float]
    ) -> None:
        count = len(heights)
        room = area.width() / count
        bar = min(18.0, (room - 16) / count)
        left = area.left() + room * place + (room - bar * count) / 2
        for source, height in enumerate(heights):
            high = area.height() * height
            rect = QRectF(left + bar * source, area.bottom() - high, bar - 2, high)
            panel(painter, rect, token_color(self._colors[source]), None, min(2.0, high / 2))
        painter.setFont(theme.font("tick"))
        painter.setPen(theme.color("ink2"))
        foot = QRectF(area.left() + room * place, area.bottom() + 2, room, _FOOT - 2)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, say("cloud {place}", place=place + 1))

    def _paint_line(self, painter: QPainter, area: QRectF, height: float) -> None:
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        y = area.bottom() - area.height() * height
        painter.setPen(QPen(theme.color("ink"), 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.setFont(theme.font("tick"))
        painter.setPen(theme.color("ink2"))
        assert self._shares is not None
        label = QRectF(0, y - 9, _LABEL - 6, 18)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(label, right, f"1/{len(self._shares)}")
