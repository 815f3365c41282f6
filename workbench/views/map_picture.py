"""What a teacher says, what the student says, and where they differ: maps on the same scale as the camera's picture."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QResizeEvent

from engine.classroom_answers import MapShown
from engine.legible import BACKGROUND
from engine.words import say
from workbench import theme
from workbench.kit import Segmented
from workbench.models.classroom import ClassroomModel
from workbench.models.classroom_words import group_tint, group_word, teacher_word
from workbench.views.cell_list import paint_mark
from workbench.views.colours import ramped, token_color
from workbench.views.linked_picture import LinkedPicture, image_of
from workbench.views.ramp_key import RampKey, plate

_INSET, _PILL = 8, 24
_NO_MAP = say("Nothing is kept of what this teacher says of this frame.")


class MapPicture(LinkedPicture):
    """Subclasses give the pixels; a plate in the corner says whose they are."""

    mark = "dot"

    def __init__(self, model: ClassroomModel, name: str) -> None:
        super().__init__(model, name)
        model.teacher_changed.connect(self._follow)
        model.replaced.connect(self._follow)

    def sizeHint(self) -> QSize:
        return QSize(480, 110)

    def pixels(self, shown: MapShown) -> NDArray[np.uint8]:
        """(h, w, 4): see-through where there is no value."""
        raise NotImplementedError

    def plate(self) -> tuple[str, str, str | int]:
        """Title, note, and the tint of the dot before them."""
        raise NotImplementedError

    def picture(self) -> QImage | None:
        shown = self._model.map
        return None if shown is None else image_of(self.pixels(shown))

    def missing(self) -> str:
        return _NO_MAP

    def _follow(self) -> None:
        self.setAccessibleName(self.plate()[0])
        self.forget()

    def value_at_cursor(self, values: NDArray[np.generic]) -> NDArray[np.generic]:
        """Of the cell of (h, w) or (h, w, ...) under the cursor."""
        across, down = self._model.cursor
        high, wide = values.shape[:2]
        cell: NDArray[np.generic] = values[
            min(high - 1, int(down * high)), min(wide - 1, int(across * wide))
        ]
        return cell

    def paint_top(self, painter: QPainter) -> None:
        title, note, tint = self.plate()
        strong, small = QFontMetricsF(theme.font("strong")), QFontMetricsF(theme.font("small"))
        first, rest = strong.horizontalAdvance(title), small.horizontalAdvance(note)
        wide = 28 + first + (10 + rest if note else 0) + 10
        room = self.room() - 2 * _INSET
        if wide > room:
            note, wide = "", 28 + first + 10
        rect = QRectF(_INSET, _INSET, min(wide, room), _PILL)
        plate(painter, rect)
        paint_mark(
            painter, QPointF(rect.left() + 14, rect.center().y()), self.mark, token_color(tint)
        )
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("ink"))
        painter.drawText(rect.adjusted(26, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(rect.adjusted(36 + first, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, note)

    def room(self) -> float:
        """Pixels that the plate may take."""
        return float(self.width())


class TeacherMap(MapPicture):
    """What the chosen teacher says; the switch chooses."""

    def __init__(self, model: ClassroomModel) -> None:
        super().__init__(model, say("What the teacher says"))
        self.switch: Segmented | None = None
        model.replaced.connect(self._offer)

    def pixels(self, shown: MapShown) -> NDArray[np.uint8]:
        return see_through(shown.teacher, shown.valid)

    def plate(self) -> tuple[str, str, str | int]:
        teacher = self._model.teacher
        if not teacher:
            return say("Teacher says"), "", "ctl"
        kinds = teacher in self._model.all.by_kind
        note = say("one colour a kind") if kinds else say("features as 3 colours")
        return say("{group_word} says", group_word=group_word(teacher)), note, group_tint(teacher)

    def told(self) -> str:
        shown = self._model.map
        if shown is None or self.value_at_cursor(shown.valid):
            return super().told()
        return say("{told}; the teacher has no value there", told=super().told())

    def room(self) -> float:
        return float(self.width() if self.switch is None else self.switch.x())

    def _offer(self) -> None:
        """A switch with the teachers of the run, where there is something to choose."""
        if self.switch is not None:
            self.switch.hide()
            self.switch.deleteLater()
            self.switch = None
        teachers = self._model.all.teachers
        if len(teachers) > 1:
            self.switch = Segmented([teacher_word(name) for name in teachers])
            self.switch.setParent(self)
            self.switch.setAccessibleName(say("Which teacher"))
            self.switch.setCursor(Qt.CursorShape.ArrowCursor)
            self.switch.changed.connect(lambda place: self._model.set_teacher(teachers[place]))
            self.switch.adjustSize()
            self.switch.show()
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if self.switch is not None:
            self.switch.move(self.width() - self.switch.width() - _INSET, _INSET - 4)


class StudentMap(MapPicture):
    """What the student says in the same colours."""

    def __init__(self, model: ClassroomModel) -> None:
        super().__init__(model, say("Student says"))

    def pixels(self, shown: MapShown) -> NDArray[np.uint8]:
        return see_through(shown.student, (shown.student != BACKGROUND).any(axis=2))

    def plate(self) -> tuple[str, str, str | int]:
        return say("Student says"), say("from the picture alone"), "accent"


class DifferenceMap(MapPicture):
    """Where the two differ, from the same to two deviations off."""

    mark = "square"

    def __init__(self, model: ClassroomModel) -> None:
        super().__init__(model, say("Where they differ"))
        self.key = RampKey(self, "error", say("same"), say("off"))

    def pixels(self, shown: MapShown) -> NDArray[np.uint8]:
        flat = np.nan_to_num(shown.difference.astype(np.float32)).clip(0, 1)
        table = (ramped(np.linspace(0, 1, 256, dtype=np.float32), "error") * 255).round()
        colours = table.astype(np.uint8)[(flat * 255).round().astype(np.int64)]
        return see_through(colours, shown.valid)

    def plate(self) -> tuple[str, str, str | int]:
        return say("Where they differ"), self._here(), "bad"

    def told(self) -> str:
        here = self._here()
        return f"{super().told()}; {here}" if here else super().told()

    def room(self) -> float:
        return float(self.key.x())

    def _here(self) -> str:
        shown = self._model.map if self._model.ready else None
        if shown is None:
            return ""
        if not self.value_at_cursor(shown.valid):
            return say("no value here")
        return say(
            "{value_at_cursor:.0%} off here",
            value_at_cursor=float(self.value_at_cursor(shown.difference)),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.key.move(self.width() - self.key.width() - _INSET, _INSET)


def see_through(colours: NDArray[np.uint8], there: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """(h, w, 3) with a fourth channel that is 0 where there is nothing."""
    return np.dstack((colours, np.where(there, 255, 0).astype(np.uint8)))
