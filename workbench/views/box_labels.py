"""Names over the boxes of a 3D view: the painted layer above it, at most sixteen, none over another or a control."""

from collections.abc import Callable, Sequence
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
_HEIGHT, _LEAD, _SLACK, _EDGE = 20.0, 20.0, 3.0, 6.0
_FAR = 90.0  # pixels from its place a name belongs to nothing any more


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
    """Follows the eye of its view; `covers` tells what else lies over it."""

    def __init__(self, view: CloudFrame, covers: Callable[[], Sequence[QWidget]] = list) -> None:
        super().__init__(view)
        self._view, self._covers = view, covers
        self.labels: Sequence[Label] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.moved.connect(self._follow)
        theme.changed().connect(self.update)
        self._follow()

    def show_labels(self, labels: Sequence[Label]) -> None:
        """The first ones, each where there is room for it near its place; the others go without."""
        self.labels = labels[:MOST]
        self.update()

    def _follow(self) -> None:
        self.setGeometry(self._view.rect())
        self.stackUnder(self._view.tools)
        self.update()

    def places(self) -> list[tuple[Label, QRectF]]:
        """The labels there is room for, and where each is."""
        frame = self._view.frame
        if frame is None or not self.labels:
            return []
        at = np.array([label.at for label in self.labels], np.float32)
        seen = project(at, frame, self._view.orbit, self.width(), self.height())
        metrics = QFontMetricsF(theme.font("strong"))
        taken = [QRectF(own.geometry()) for own in self._covers() if not own.isHidden()]
        found: list[tuple[Label, QRectF]] = []
        for label, (x, y) in zip(self.labels, seen[:, :2].tolist(), strict=True):
            width = metrics.horizontalAdvance(label.words) + _LEAD + 8
            place = QRectF(x - width / 2, y - _HEIGHT / 2, width, _HEIGHT)
            place.moveLeft(min(max(_EDGE, place.left()), self.width() - width - _EDGE))
            free = self._free(place, taken)
            if free is not None:
                taken.append(free)
                found.append((label, free))
        return found

    def _free(self, place: QRectF, taken: Sequence[QRectF]) -> QRectF | None:
        """The nearer of the free places above and below, None where neither is near and within the view."""
        both = pushed_up(place, taken), pushed_down(place, taken)
        within = QRectF(self.rect())
        near = [own for own in both if within.contains(own) and _apart(own, place) <= _FAR]
        return min(near, key=lambda own: _apart(own, place), default=None)

    def paintEvent(self, event: QPaintEvent) -> None:
        places = self.places()
        if not places:
            return
        painter = painter_of(self)
        painter.setFont(theme.font("strong"))
        ground, lit = theme.color("bg0"), theme.color("bg3")
        ground.setAlphaF(0.78)
        for label, place in places:
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


def pushed_down(place: QRectF, taken: Sequence[QRectF]) -> QRectF:
    """Moved downwards until it lies over none of the others."""
    place = QRectF(place)
    while True:
        above = [other for other in taken if other.intersects(place)]
        if not above:
            return place
        place.moveTop(max(other.bottom() for other in above) + _SLACK)


def _apart(first: QRectF, second: QRectF) -> float:
    return abs(first.top() - second.top())
