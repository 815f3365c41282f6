"""What a second run says more or less often than a first one, in points of each row."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from engine.words import say
from workbench import theme
from workbench.views.matrix import MatrixView

_LEAST = 0.005  # half a point: what rounds to nothing is not coloured
_FULL = 0.25  # a quarter of a row has the full colour


class MatrixDifference(MatrixView):
    """Green where the second run does better: more on the diagonal, less beside it. Signs say so too."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(say("Difference of two confusion matrices"))
        self._apart: NDArray[np.float64] = np.zeros((0, 0))

    def set_difference(self, apart: NDArray[np.float64]) -> None:
        """Other differences, (K+1, K+1) shares, rows = true."""
        self._apart = apart
        self.set_table(np.zeros(apart.shape, dtype=np.int32))

    def say(self, true: int, said: int) -> str:
        last = len(self._names) - 1
        who = say("strangers") if true == last else self._names[true]
        taken = (
            say("turned away") if said == last else say("called {names}", names=self._names[said])
        )
        return say(
            "{who} {taken}: {apart:+.1f} points",
            who=who,
            taken=taken,
            apart=100 * self._apart[true, said],
        )

    def _paint_cells(self, painter: QPainter) -> None:
        cell = self._rects[0][0]
        room = cell.width() >= 20 and cell.height() >= 10.5
        painter.setFont(theme.font("tick"))
        for row, cells in enumerate(self._rects):
            for column, rect in enumerate(cells):
                apart = float(self._apart[row, column])
                better = (apart > 0) == (row == column)
                size = abs(apart)
                share = 0.0 if size < _LEAST else 0.15 + 0.75 * min(1.0, size / _FULL)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.mix("bg2", "good" if better else "bad", share))
                painter.drawRoundedRect(rect, 3, 3)
                if size >= _LEAST:
                    painter.setPen(theme.color("bg0" if share > 0.6 else "ink"))
                    words = f"{100 * apart:+.0f}" if room else "+" if apart > 0 else "−"
                    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, words)
