"""Lines in space over a 3D view. Painted, not drawn with the points: they change without the cloud being drawn again,
which alone takes longer than a frame where the processor draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engine.orbit import Floats, project

if TYPE_CHECKING:
    from workbench.views.cloud_frame import CloudFrame

_NEAREST = 0.95  # of the way to the eye: what lies nearer is beside or behind it
_DASH = (4.0, 3.0)
_MANY = 360  # lines: so many are smooth only once nothing moves any more


@dataclass(frozen=True)
class Stroke:
    """Lines (L, 2, 3) that look alike."""

    ends: Floats
    color: QColor
    width: float = 2.0
    dashed: bool = False


class LineLayer(QWidget):
    """Follows the eye of its view."""

    def __init__(self, view: "CloudFrame") -> None:
        super().__init__(view)
        self._view = view
        self.strokes: Sequence[Stroke] = ()
        self._hurried = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.moved.connect(self.update)
        self.hide()

    def show_strokes(self, strokes: Sequence[Stroke]) -> None:
        """Show these, the last above the others."""
        self.strokes = strokes
        self.setVisible(bool(strokes))
        self.update()

    def hurry(self, on: bool) -> None:
        """While something is dragged many lines are drawn quickly, not smoothly."""
        if on != self._hurried:
            self._hurried = on
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        many = sum(len(stroke.ends) for stroke in self.strokes) > _MANY
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not (self._hurried and many))
        self.paint(painter)

    def paint(self, painter: QPainter) -> None:
        """All of them, in pixels of the view."""
        for stroke, lines in zip(self.strokes, self._seen(), strict=True):
            pen = QPen(stroke.color, stroke.width, c=Qt.PenCapStyle.FlatCap)
            if stroke.dashed:
                pen.setDashPattern(list(_DASH))
            painter.setPen(pen)
            if lines:
                painter.drawLines([QLineF(*line) for line in lines])

    def _seen(self) -> list[list[list[float]]]:
        """Of each stroke the lines that lie before the eye: x, y, x, y."""
        frame, counts = self._view.frame, [len(stroke.ends) for stroke in self.strokes]
        if frame is None or not sum(counts):
            return [[] for _ in counts]
        ends = np.concatenate([stroke.ends.reshape(-1, 3) for stroke in self.strokes])
        size = self._view.width(), self._view.height()
        seen = project(ends, frame, self._view.orbit, *size).reshape(-1, 2, 4)
        before = (seen[..., 2] < _NEAREST * frame.distance).all(axis=1)
        owner = np.repeat(np.arange(len(counts)), counts)[before]
        lines = seen[before, :, :2].reshape(-1, 4).tolist()
        starts = np.searchsorted(owner, np.arange(len(counts) + 1)).tolist()
        return [lines[start:end] for start, end in pairwise(starts)]
