"""Names over the boxes of a 3D view: the painted layer above it, at most sixteen, none over another."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.orbit import Floats, project
from workbench import theme
from workbench.kit.paint import painter_of, panel
from workbench.models.tints import Tint
from workbench.views.cell_list import paint_mark
from workbench.views.cloud_frame import CloudFrame
from workbench.views.colours import token_color

MOST = 16
_HEIGHT, _LEAD, _SLACK = 20.0, 20.0, 2.0


@dataclass(frozen=True)
class Label:
    """Words at a place (3,) in space, with a mark in a tint; `lit` where one points at it or chose it."""

    words: str
    at: Floats
    mark: str
    tint: Tint
    ink: str = "ink"
    lit: bool = False


class BoxLabels(QWidget):
    """Follows the eye of its view."""

    def __init__(self, view: CloudFrame) -> None:
        super().__init__(view)
        self._view = view
        self.labels: Sequence[Label] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.moved.connect(self._follow)
        theme.changed().connect(self.update)
        self._follow()

    def show_labels(self, labels: Sequence[Label]) -> None:
        """The first ones, each where there is room for it at its place or above."""
        self.labels = labels[:MOST]
        self.update()

    def _follow(self) -> None:
        self.setGeometry(self._view.rect())
        self.stackUnder(self._view.tools)
        self.update()

    def places(self) -> list[QRectF]:
        """Where each label is."""
        frame = self._view.frame
        if frame is None or not self.labels:
            return []
        at = np.array([label.at for label in self.labels], np.float32)
        seen = project(at, frame, self._view.orbit, self.width(), self.height())
        metrics = QFontMetricsF(theme.font("strong"))
        taken: list[QRectF] = []
        for label, (x, y) in zip(self.labels, seen[:, :2].tolist(), strict=True):
            width = metrics.horizontalAdvance(label.words) + _LEAD + 8
            place = QRectF(x - width / 2, y - _HEIGHT / 2, width, _HEIGHT)
            place.moveLeft(min(max(6.0, place.left()), self.width() - width - 6.0))
            taken.append(pushed_up(place, taken))
        return taken

    def paintEvent(self, event: QPaintEvent) -> None:
        places = self.places()
        if not places:
            return
        painter = painter_of(self)
        painter.setFont(theme.font("strong"))
        ground, lit = theme.color("bg0"), theme.color("bg3")
        ground.setAlphaF(0.78)
        for label, place in zip(self.labels, places, strict=True):
            edge = theme.color("accent") if label.lit else None
            panel(painter, place, lit if label.lit else ground, edge, 6)
            centre = QPointF(place.left() + 11, place.center().y())
            paint_mark(painter, centre, label.mark, token_color(label.tint))
            painter.setPen(theme.text_color(label.ink))
            words = place.adjusted(_LEAD, 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, label.words)


def pushed_up(place: QRectF, taken: Sequence[QRectF]) -> QRectF:
    """Moved upwards until it lies over none of the others."""
    place = QRectF(place)
    while True:
        below = [other for other in taken if other.intersects(place)]
        if not below:
            return place
        place.moveBottom(min(other.top() for other in below) - _SLACK)
