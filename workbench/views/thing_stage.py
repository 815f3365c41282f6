"""A thing that was brought, in space: the points it was decided by are bright and large, the others dim."""

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.orbit import Floats
from engine.words import say
from workbench import theme
from workbench.background import read_in_background
from workbench.kit import Segmented
from workbench.kit.paint import painter_of, panel
from workbench.models import brought_words as words
from workbench.models.brought import Brought
from workbench.models.whole_scan import WholeScan, whole_scan
from workbench.views import make_cloud_view
from workbench.views.colours import by_height, rgb, token_color

LARGER, REST = 1.4, 0.42
_SEEN, _WHOLE = range(2)


class ThingStage(QObject):
    """Draws in `view`, a 3D view; `point_at` lights one region, `switch` shows all points of a scan instead."""

    def __init__(self) -> None:
        view = make_cloud_view()
        super().__init__(view)  # it goes with its view, which themes must not reach any more
        self.view = view
        self.view.setMinimumHeight(240)
        self.key = _Key(self.view)
        self._brought: Brought | None = None
        self._region = 0
        self.switch = Segmented([say("What it saw"), say("Whole scan")])
        self.switch.setParent(self.view)
        self.switch.setAccessibleName(say("Which points of the scan"))
        self.switch.hide()
        self.switch.changed.connect(self._turn)
        self.view.moved.connect(self._place)
        theme.changed().connect(self._dye)

    def show_answer(self, brought: Brought) -> None:
        """Another thing."""
        again = self._brought is not None and np.array_equal(self._brought.points, brought.points)
        self._brought, self._region = brought, 0
        self.switch.setVisible(brought.whole is not None)
        self._place()
        if self.switch.index == _WHOLE:
            self.switch.set_index(_SEEN)
        else:
            self._show_seen(anew=not again)

    def show_other(self) -> None:
        """All points of a scan, or those the model saw again."""
        if self.switch.isVisibleTo(self.view):
            self.switch.set_index(1 - self.switch.index)

    def _turn(self, index: int) -> None:
        brought = self._brought
        if brought is None:
            return
        if index == _WHOLE and brought.whole is not None:
            read = partial(whole_scan, brought.whole, self.view.reach[0])
            read_in_background(self, read, partial(self._show_whole, brought))
        else:
            self._show_seen(anew=True)

    def _show_seen(self, anew: bool) -> None:
        brought = self._brought
        if brought is None:
            return
        if anew:
            self.view.show_cloud(brought.points, self._colors(brought), brought.file.name)
        self.view.set_chips(words.chips(brought))
        self.view.set_legend("")
        self._dye()

    def _show_whole(self, brought: Brought, found: WholeScan | str) -> None:
        if brought is not self._brought or self.switch.index != _WHOLE:
            return
        if isinstance(found, str):
            self.switch.set_index(_SEEN)
            self.switch.hide()
            self.view.set_chips([brought.file.name, words.GONE])
            return
        points, few = found.points, self.view.reach[1]
        colors = by_height(points)
        self.view.show_scene(points, colors, found.light, found.frame, brought.file.name, few)
        self.view.set_chips(words.whole_chips(brought, len(points), few))
        self.view.set_legend("height", say("floor"), say("top"))
        self.key.show_words("", "", QColor())

    def point_at(self, number: int) -> None:
        """Show a region by its number alone in full colour; 0: what it decided by again."""
        if number != self._region:
            self._region = number
            self._dye()

    def _dye(self) -> None:
        if self._brought is not None and self.switch.index == _SEEN:
            self.view.set_colors(self._colors(self._brought))
            self.view.set_sizes(self._sizes(self._brought))
            self.key.show_words(*words.legend(self._brought), token_color(self._brought.color))

    def _place(self) -> None:
        view = self.view
        self.key.place()
        self.switch.adjustSize()
        self.switch.move(
            view.width() - self.switch.width() - 12, view.height() - self.switch.height() - 12
        )
        self.switch.raise_()

    def _bright(self, brought: Brought) -> Any:
        """(N,): which points are in full colour."""
        if self._region:
            return brought.region == self._region - 1
        if len(brought.decided):
            return brought.decided
        return np.ones(len(brought.points), bool)

    def _colors(self, brought: Brought) -> Floats:
        full = np.array(rgb(token_color("accent" if self._region else brought.color)), np.float32)
        dim = REST * np.array(rgb(token_color(brought.color)), np.float32)
        dim += (1 - REST) * np.array(rgb(theme.color("view0")), np.float32)
        return np.where(self._bright(brought)[:, None], full, dim).astype(np.float32)

    def _sizes(self, brought: Brought) -> Floats | None:
        if not self._region and not len(brought.decided):
            return None
        return np.where(self._bright(brought), LARGER, 1.0).astype(np.float32)


class _Key(QWidget):
    """A large bright dot and a small dim one with their words, at the foot of the view."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._bright, self._rest, self._color = "", "", QColor()
        self.setFont(theme.font("small"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_words(self, bright: str, rest: str, color: QColor) -> None:
        """Explain the points; without words nothing is shown."""
        self._bright, self._rest, self._color = bright, rest, color
        self.setAccessibleName(
            say("Large points: {bright}. Small: {rest}.", bright=bright, rest=rest)
            if bright
            else ""
        )
        self.setVisible(bool(bright))
        self.resize(self.sizeHint())
        self.place()
        self.update()

    def place(self) -> None:
        """In the lower left corner, over everything."""
        view = self.parentWidget()
        if view is not None:
            self.move(12, view.height() - self.height() - 12)
            self.raise_()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        wide = sum(metrics.horizontalAdvance(word) for word in (self._bright, self._rest))
        return QSize(wide + 82, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        panel(painter, QRectF(self.rect()), theme.color("bg1"), theme.color("line"), 8)
        left, middle = 16.0, self.height() / 2
        for word, radius, ink, share in (
            (self._bright, 5.0, "ink", 1.0),
            (self._rest, 3.5, "ink2", REST),
        ):
            dim = theme.color("view0")
            mixed = [
                share * a + (1 - share) * b for a, b in zip(rgb(self._color), rgb(dim), strict=True)
            ]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor.fromRgbF(*mixed))
            painter.drawEllipse(QPointF(left, middle), radius, radius)
            painter.setPen(theme.color(ink))
            place = QRectF(left + 12, 0, self.width(), self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, word)
            left += 12 + self.fontMetrics().horizontalAdvance(word) + 26
