"""Every threshold at once: known kept and right against strangers let in."""

from math import isnan

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.metrics.open_set import Curve
from workbench import theme
from workbench.kit.paint import painter_of
from workbench.views.layers import layer

_LEFT, _TOP, _RIGHT = 40.0, 10.0, 14.0
_KEY_ROW = 16.0
_KEY = (
    ("kept and right", "known", Qt.PenStyle.SolidLine, 2.4),
    ("kept, right or wrong", "ink2", Qt.PenStyle.DashLine, 1.8),
    ("chance", "ink3", Qt.PenStyle.DotLine, 1.4),
)
_RESOLUTION = 500


class OscrView(QWidget):
    """The OSCR curve with a dot at the threshold; the curve is painted once, the dot each time."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(180, 170)
        self.setAccessibleName("Every threshold at once, OSCR curve")
        self._curve: Curve | None = None
        self._point = (float("nan"), float("nan"))
        self._picture: QPixmap | None = None
        theme.changed().connect(self._forget)

    def sizeHint(self) -> QSize:
        return QSize(260, 300)

    def set_curve(self, curve: Curve) -> None:
        """Another run's curve."""
        self._curve = curve
        self._forget()

    def set_point(self, strangers_in: float, right: float) -> None:
        """Where the threshold is now; NaN hides the dot."""
        self._point = strangers_in, right
        if isnan(right):
            self.setToolTip("")
        else:
            words = f"{right:.1%} of known kept and right, {strangers_in:.1%} of strangers let in"
            self.setToolTip(words)
            self.setAccessibleDescription(words)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget()

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = layer(self, self._paint_still)
        painter = painter_of(self)
        painter.drawPixmap(0, 0, self._picture)
        if not isnan(self._point[0]):
            self._paint_point(painter)

    def _forget(self) -> None:
        self._picture = None
        self.update()

    def _area(self) -> QRectF:
        foot = 40 + _KEY_ROW * len(_KEY)
        return QRectF(
            _LEFT, _TOP, self.width() - _LEFT - _RIGHT, max(20.0, self.height() - _TOP - foot)
        )

    def _at(self, x: float, y: float) -> QPointF:
        area = self._area()
        return QPointF(area.left() + x * area.width(), area.bottom() - y * area.height())

    def _paint_still(self, painter: QPainter) -> None:
        self._paint_axes(painter)
        if self._curve is None or not self._curve.correct.size:
            painter.setPen(theme.color("ink2"))
            painter.setFont(theme.font("small"))
            words = "Needs known kinds\nand strangers"
            painter.drawText(self._area(), Qt.AlignmentFlag.AlignCenter, words)
            return
        _, token, style, width = _KEY[2]
        painter.setPen(QPen(theme.color(token), width, style))
        painter.drawLine(self._at(0, 0), self._at(1, 1))
        self._paint_curves(painter, self._curve)
        self._paint_key(painter)

    def _paint_axes(self, painter: QPainter) -> None:
        area = self._area()
        painter.setFont(theme.font("tick"))
        for share, words in ((0.0, "0"), (0.5, "50%"), (1.0, "100%")):
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(self._at(0, share), self._at(1, share))
            painter.setPen(theme.color("ink2"))
            row = QRectF(0, self._at(0, share).y() - 9, _LEFT - 6, 18)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(row, right, words)
            column = QRectF(self._at(share, 0).x() - 24, area.bottom() + 3, 48, 16)
            if share == 1:
                column.moveRight(self.width())
            painter.drawText(column, Qt.AlignmentFlag.AlignCenter, words)
        painter.setPen(theme.color("ink3"))
        below = QRectF(area.left(), area.bottom() + 18, area.width(), 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, "strangers let in  →")

    def _paint_curves(self, painter: QPainter, curve: Curve) -> None:
        kept = self._line(curve.false_accepted, curve.accepted)
        right = self._line(curve.false_accepted, curve.correct)
        under = QPainterPath()
        under.addPolygon(right)
        under.lineTo(self._at(1, 0))
        under.lineTo(self._at(0, 0))
        fill = theme.color("known")
        fill.setAlphaF(0.12)
        painter.fillPath(under, fill)
        for line, (_, token, style, width) in ((kept, _KEY[1]), (right, _KEY[0])):
            painter.setPen(QPen(theme.color(token), width, style))
            painter.drawPolyline(line)

    def _line(self, x: np.ndarray, y: np.ndarray) -> QPolygonF:
        """A polygon of the curve, without the points that fall on the one before."""
        steps = np.round(np.stack([x, y]) * _RESOLUTION)
        moved = np.r_[True, np.any(np.diff(steps) != 0, axis=0)]
        moved[-1] = True
        return QPolygonF([self._at(a, b) for a, b in zip(x[moved], y[moved], strict=True)])

    def _paint_key(self, painter: QPainter) -> None:
        top = self.height() - _KEY_ROW * len(_KEY)
        painter.setFont(theme.font("tick"))
        for row, (words, token, style, width) in enumerate(_KEY):
            middle = top + _KEY_ROW * (row + 0.5)
            painter.setPen(QPen(theme.color(token), width, style))
            painter.drawLine(QPointF(4, middle), QPointF(28, middle))
            painter.setPen(theme.color("ink2"))
            place = QRectF(36, middle - 9, self.width() - 36, 18)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_point(self, painter: QPainter) -> None:
        x, y = self._point
        middle = self._at(x, y)
        painter.setPen(QPen(theme.color("ink2"), 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(middle, self._at(x, 0))
        painter.drawLine(middle, self._at(0, y))
        painter.setPen(QPen(theme.color("accent"), 3))
        painter.setBrush(theme.knob())
        painter.drawEllipse(middle, 6.5, 6.5)
