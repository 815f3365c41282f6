"""The picture the teacher saw, cut into its patches; those where the idea looks have an edge."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from engine.orbit import Floats
from engine.words import say
from workbench import theme
from workbench.kit import Card, Text
from workbench.kit.paint import painter_of, rounded_picture
from workbench.models.attention import per_cell
from workbench.models.concepts import ConceptModel

EDGE_FROM = 0.45  # of the largest sum of a patch
_NO_PLACES = say("It is not known where its camera stood")


class PictureCard(Card):
    """Follows a concept model."""

    def __init__(self, model: ConceptModel) -> None:
        super().__init__()
        self._model = model
        self.body.setContentsMargins(12, 10, 12, 10)
        self.body.setSpacing(8)
        self._patches = Text("", "small", "ink3", elide=True)
        self._patches.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.picture = TaughtPicture()
        self._caption = Text("", "small", "ink2", elide=True)
        heading = QHBoxLayout()
        heading.setSpacing(6)
        self.title = Text("", "strong")
        heading.addWidget(self.title)
        heading.addWidget(self._patches, 1)
        self.body.addLayout(heading)
        self.body.addWidget(self.picture, 1)
        self.body.addWidget(self._caption)
        for changed in (model.pair_changed, model.idea_changed, model.map_changed):
            changed.connect(self._show)

    def _show(self) -> None:
        model = self._model
        if not model.ready:
            return
        maps, pair = model.shown, model.pair
        sums = np.zeros((maps.grid, maps.grid), np.float32)
        if model.ideas:
            sums = per_cell(model.weights[model.idea], maps.cells[pair], maps.grid)
        placed = bool((maps.cells[pair] >= 0).any())
        self.title.setText(
            say("The teacher’s picture") if model.taught else say("The cloud’s picture")
        )
        self._patches.setText(say("{grid} × {grid} patches", grid=maps.grid))
        self._patches.setVisible(model.taught)
        caption = maps.captions[pair]
        self._caption.setText(caption[:1].upper() + caption[1:])
        self._caption.setToolTip(say("What the picture truly shows: {caption}", caption=caption))
        self._caption.setVisible(bool(caption))
        self.picture.show_picture(maps.images[pair], sums)
        said = (
            say("{edged} patches looked at", edged=len(self.picture.edged))
            if placed
            else _NO_PLACES
        )
        self.picture.setAccessibleDescription(said)
        self.picture.setToolTip(said)


class TaughtPicture(QWidget):
    """Square, as large as there is room; `edged` are the patches (row, column) that have an edge."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._grid = 1
        self.edged: list[tuple[int, int]] = []
        self.setAccessibleName(say("The teacher’s picture"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 96)
        theme.changed().connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, 200)

    def show_picture(self, image: NDArray[np.uint8], sums: Floats) -> None:
        """A picture (S, S, 3), and the attention summed in each of its patches (grid, grid)."""
        pixels = np.ascontiguousarray(image)
        high, wide = pixels.shape[:2]
        self._image = QImage(pixels.data, wide, high, 3 * wide, QImage.Format.Format_RGB888).copy()
        self._grid = len(sums)
        most = float(sums.max(initial=0))
        rows, columns = np.nonzero(sums > EDGE_FROM * most) if most > 0 else ((), ())
        self.edged = [(int(row), int(column)) for row, column in zip(rows, columns, strict=True)]
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        side = min(self.width(), self.height())
        frame = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        if self._image.isNull():
            return
        rounded_picture(painter, frame, self._image, QRectF(self._image.rect()), 8)
        self._paint_grid(painter, frame)
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        cell = side / self._grid
        for row, column in self.edged:
            rect = QRectF(frame.x() + column * cell, frame.y() + row * cell, cell, cell)
            painter.drawRoundedRect(rect.adjusted(1.5, 1.5, -1.5, -1.5), 3, 3)

    def _paint_grid(self, painter: QPainter, frame: QRectF) -> None:
        color = theme.color("ctl")
        color.setAlphaF(0.45)
        painter.setPen(QPen(color, 1))
        for line in range(1, self._grid):
            at = round(frame.width() * line / self._grid)
            painter.drawLine(
                int(frame.x()) + at, int(frame.y()), int(frame.x()) + at, int(frame.bottom())
            )
            painter.drawLine(
                int(frame.x()), int(frame.y()) + at, int(frame.right()), int(frame.y()) + at
            )
