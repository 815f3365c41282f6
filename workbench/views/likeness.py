"""How like the student's thought is to the teacher's, and what it would be without each idea."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.orbit import Floats
from engine.words import say
from workbench import theme
from workbench.kit.paint import painter_of, panel
from workbench.models.attention import relative
from workbench.models.concepts import ConceptModel

_FOOT = 16


class LikenessBars(QWidget):
    """One bar for each idea, from zero to the likeness without it; the line is the likeness with all of them.

    The more the likeness needs an idea, the more its bar stands out.
    """

    def __init__(self, model: ConceptModel) -> None:
        super().__init__()
        self._model = model
        self.without: Floats = np.zeros(0, np.float32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 52)
        self.setAccessibleName(say("Likeness without each idea"))
        self.setToolTip(
            say(
                "Bars: the likeness without each idea, stronger where it is needed more. Line: with all "
                "of them."
            )
        )
        for changed in (model.pair_changed, model.idea_changed):
            changed.connect(self._show)
        theme.changed().connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(300, 64)

    def _show(self) -> None:
        model = self._model
        if model.ready and model.ideas:
            self.without = model.without
            fall = model.strength[model.idea]
            self.setAccessibleDescription(
                say(
                    "{likeness:.3f} with all; without idea {idea} {fall:+.3f} less",
                    likeness=model.likeness,
                    idea=model.idea + 1,
                    fall=fall,
                )
            )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        model = self._model
        if not model.ready or not len(self.without):
            return
        painter = painter_of(self)
        whole = model.likeness
        low = min(0.0, whole, float(self.without.min()))
        high = max(whole, float(self.without.max()), 0.01)
        room = self.height() - _FOOT

        def y_of(value: float) -> float:
            return 6 + (room - 8) * (high - value) / max(high - low, 1e-6)

        needed = 0.15 + 0.75 * relative(np.maximum(model.strength, 0)).clip(0, 1)
        pitch = self.width() / len(self.without)
        for idea, value in enumerate(self.without):
            top, foot = sorted((y_of(float(value)), y_of(0.0)))
            rect = QRectF(idea * pitch + 1, top, max(1.0, pitch - 2), max(1.0, foot - top))
            chosen = idea == model.idea
            fill = theme.color("accent") if chosen else theme.mix("bg3", "ink2", needed[idea])
            panel(painter, rect, fill, None, min(3.0, pitch / 4))
        painter.setPen(QPen(theme.color("ink2"), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(0, y_of(whole)), QPointF(self.width(), y_of(whole)))
        self._paint_numbers(painter, pitch)

    def _paint_numbers(self, painter: QPainter, pitch: float) -> None:
        last, chosen = len(self.without) - 1, self._model.idea
        painter.setFont(theme.font("tick"))
        for idea in {0, last, chosen}:
            if idea != chosen and abs(idea - chosen) * pitch < 22:
                continue
            middle = min(max((idea + 0.5) * pitch, 8.0), self.width() - 8.0)
            painter.setPen(theme.color("ink" if idea == chosen else "ink3"))
            place = QRectF(middle - 16, self.height() - _FOOT, 32, _FOOT)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(idea + 1))
