"""The camera's picture above three maps on one scale from side to side, and beside them whatever there is room for."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from workbench.models.classroom import ClassroomModel
from workbench.views.camera_picture import CameraPicture
from workbench.views.linked_picture import LinkedPicture
from workbench.views.map_picture import DifferenceMap, StudentMap, TeacherMap

GAP, SIDE_GAP, LEAST_SIDE = 8, 14, 240
_LEAST_SHARE = 0.4  # of its height, that a map shows at least


class PictureColumn(QWidget):
    """The pictures are as wide as lets all four be seen; maps show the rows where most boxes are. Of a run without a
    teacher there is the camera's alone."""

    def __init__(self, model: ClassroomModel, side: QWidget) -> None:
        super().__init__()
        self._model = model
        self.camera = CameraPicture(model)
        self.teacher, self.student = TeacherMap(model), StudentMap(model)
        self.difference = DifferenceMap(model)
        self._side = side
        self._busy = np.zeros(0)  # (H,): how many boxes of all frames cross each row
        for widget in (*self.pictures, side):
            widget.setParent(self)
        for first, second in zip((*self.pictures,), (*self.pictures[1:], side), strict=True):
            self.setTabOrder(first, second)
        model.replaced.connect(self._count)
        model.frame_changed.connect(self._arrange)

    @property
    def pictures(self) -> tuple[LinkedPicture, ...]:
        """From top to bottom."""
        return self.camera, self.teacher, self.student, self.difference

    def sizeHint(self) -> QSize:
        return QSize(760, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * LEAST_SIDE, 360)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _count(self) -> None:
        frames = self._model.all.frames
        high = frames[0].image.shape[0]
        rows = np.arange(high)[:, None] + 0.5
        boxes = np.concatenate([frame.boxes for frame in frames])
        self._busy = ((boxes[:, 1] <= rows) & (rows <= boxes[:, 3])).sum(axis=1).astype(np.float64)

    def _arrange(self) -> None:
        if not self._model.ready:
            return
        high, wide = self._model.frame.image.shape[:2]
        maps = 3 if self._model.all.teachers else 0
        slope, room = high / wide, self.height() - maps * GAP
        width = min(
            self.width() - LEAST_SIDE - SIDE_GAP, room / (slope * (1 + maps * _LEAST_SHARE))
        )
        tall = width * slope
        small = min(tall, (room - tall) / 3)
        top, foot = busiest(self._busy, small / tall)
        place = 0.0
        for picture, height in zip(self.pictures, (tall, small, small, small), strict=True):
            if picture is not self.camera:
                picture.setVisible(maps > 0)
                picture.crop(top, foot)
            picture.setGeometry(0, round(place), round(width), round(place + height) - round(place))
            place += height + GAP
        left = round(width) + SIDE_GAP
        self._side.setGeometry(left, 0, self.width() - left, self.height())


def busiest(rows: NDArray[np.float64], share: float) -> tuple[float, float]:
    """Top and foot of the part of so large a share of all rows (H,) that holds most of them, as shares."""
    count = max(1, min(len(rows), round(share * len(rows))))
    sums = np.convolve(rows, np.ones(count), "valid") if len(rows) else np.zeros(1)
    best = np.flatnonzero(sums >= sums.max() - 1e-9)
    top = int(best[len(best) // 2]) / max(1, len(rows))
    return min(top, 1 - share), min(top, 1 - share) + share
