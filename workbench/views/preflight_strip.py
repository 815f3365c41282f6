"""Before you start: what was looked at before a run, at a glance; the rest opens as a list."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout

from engine.checks import Check
from engine.words import say
from workbench import theme
from workbench.kit import Button, Card, Text
from workbench.kit.paint import focus_ring, focused, painter_of, panel
from workbench.models.classroom_words import measured, standing, urgent_first
from workbench.views.check_dialog import BEFORE, CheckDialog
from workbench.views.check_mark import paint_check
from workbench.views.diagram import width_of, write

_MOST, _LEAST_WIDTH = 5, 178
_TEXT = 38


class PreflightStrip(Card):
    """`show_checks` says everything. Where there is no room for all, what is to mend is shown before what is fine."""

    around = 310  # width of what is not a check

    def __init__(self, title: str = BEFORE) -> None:
        super().__init__()
        self.title = title
        self._checks: tuple[Check, ...] = ()
        self.dialog: CheckDialog | None = None
        self.body.setContentsMargins(16, 6, 14, 6)
        self.setFixedHeight(60)
        self.standing = Text("", "small", "ink3", elide=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(Text(title, "strong"))
        words.addWidget(self.standing)
        words.addStretch(1)
        self.items = [_Item() for _ in range(_MOST)]
        self.look = Button(say("Look"))
        self.look.setToolTip(say("Show all checks, with what they mean"))
        self.look.clicked.connect(lambda: self._open(0))
        self.row = row = QHBoxLayout()
        row.setSpacing(10)
        row.addLayout(words)
        for item in self.items:
            item.hide()
            item.clicked.connect(lambda _=False, item=item: self._open_at(item))
            row.addWidget(item, 1)
        row.addWidget(self.look)
        self.body.addLayout(row)

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show these instead, in their order."""
        self._checks = tuple(checks)
        self.standing.setText(standing(checks))
        self.standing.setToolTip(standing(checks))
        self.standing.setMinimumWidth(146)
        self.look.setVisible(bool(checks))
        self._fit()

    @property
    def shown(self) -> list[Check]:
        """Those there is room for."""
        return [item.check for item in self.items if item.check is not None]

    def chosen(self, room: int) -> Sequence[Check]:
        """Which are shown where there is room for so many."""
        return urgent_first(self._checks, room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(1, min(_MOST, (self.width() - self.around) // _LEAST_WIDTH))
        shown: list[Check | None] = list(self.chosen(room))
        for item, check in zip(self.items, shown + [None] * (_MOST - len(shown)), strict=True):
            item.show_check(check)

    def _open_at(self, item: "_Item") -> None:
        if item.check is not None:
            self._open(self._checks.index(item.check))

    def _open(self, place: int) -> None:
        self.dialog = CheckDialog(self._checks, self.window(), self.title)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.destroyed.connect(self._forget)
        self.dialog.show_from(place)

    def _forget(self) -> None:
        self.dialog = None


class _Item(QAbstractButton):
    def __init__(self) -> None:
        super().__init__()
        self.check: Check | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH, 46)

    def show_check(self, check: Check | None) -> None:
        """Another one, or none."""
        self.check = check
        self.setVisible(check is not None)
        if check is not None:
            self.setAccessibleName(
                f"{check.name} ({check.term}): {measured(check)} {check.note}".strip()
            )
            self.setAccessibleDescription(check.sentence)
            self.setToolTip(f"{check.sentence} ({check.term})")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        check, painter = self.check, painter_of(self)
        if check is None:
            return
        rect = QRectF(self.rect())
        if self.underMouse():
            panel(painter, rect, theme.color("bg2"), None, 8)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(QPointF(0, 10), QPointF(0, rect.height() - 10))
        middle = rect.height() / 2
        paint_check(painter, QPointF(22, middle), check.state)
        room = rect.width() - _TEXT - 8
        top, foot = QRectF(_TEXT + 4, middle - 19, room, 18), QRectF(_TEXT + 4, middle, room, 18)
        write(painter, top, check.name, ("small", "ink2"))
        write(painter, foot, measured(check), ("strong", "ink"))
        used = width_of(measured(check), "strong") + 6
        write(painter, foot.adjusted(used, 0, 0, 0), check.note, ("small", "ink3"))
        if focused(self):
            focus_ring(painter, rect, 8)
