"""The patches' centres as dots over a 3D view, in the order they were chosen: farthest first."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engine.orbit import Floats, project
from workbench import theme
from workbench.kit.paint import painter_of
from workbench.views.cloud_frame import EMPTY, CloudFrame

BIG_FROM = 0.25  # of the largest weight
_SMALL, _BIG = 2.3, 4.2
_FAINT = 0.45  # of a dot at the far side


class CentreMarks(QWidget):
    """Follows the eye of its view. A dot is large where the idea looks at its patch."""

    def __init__(self, view: CloudFrame) -> None:
        super().__init__(view)
        self._view = view
        self.centres, self.big = EMPTY, np.zeros(0, dtype=bool)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.moved.connect(self._follow)
        theme.changed().connect(self.update)
        self._follow()

    def show_centres(self, centres: Floats, share: Floats) -> None:
        """Show these centres (n, 3), whose patches have this share (n,) of the largest weight."""
        self.centres, self.big = centres, share > BIG_FROM
        self.update()

    def _follow(self) -> None:
        self.setGeometry(self._view.rect())
        self.stackUnder(self._view.tools)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        frame = self._view.frame
        if frame is None or not len(self.centres):
            return
        painter = painter_of(self)
        seen = project(self.centres, frame, self._view.orbit, self.width(), self.height())
        near = np.clip(0.5 + seen[:, 2] / (2 * frame.radius), 0, 1)
        painter.setPen(QPen(theme.color("bg0"), 1.4))
        painter.setBrush(theme.color("ink"))
        for place in np.argsort(seen[:, 2]):
            x, y = float(seen[place, 0]), float(seen[place, 1])
            size = _BIG if self.big[place] else _SMALL
            painter.setOpacity(float(_FAINT + (1 - _FAINT) * near[place]))
            painter.drawEllipse(QPointF(x, y), size, size)
