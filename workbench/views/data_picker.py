"""Which data set is open, and a menu to open another."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy

from engine.clouds import Clouds
from engine.experiment import Choice
from engine.words import say
from workbench import theme
from workbench.kit.icon import pixmap
from workbench.kit.paint import focus_ring, focused, painter_of, panel
from workbench.models.recent_data import recent

BUILT_IN = Choice(name="shapes")


class DataPicker(QAbstractButton):
    """A tile with the title and the counts of the open data set; pressing it shows what can be opened."""

    wanted = Signal(object)  # a Choice
    folder_wanted = Signal()
    file_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title, self._counts = say("No data set"), say("Press to open one")
        self.setFixedHeight(52)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip(say("Open another data set"))
        self.clicked.connect(self._show_menu)

    def show_clouds(self, clouds: Clouds | None) -> None:
        """Say what is open."""
        if clouds is not None:
            self._title = clouds.title
            self._counts = say(
                "{clouds:,} objects · {kinds} kinds", clouds=len(clouds), kinds=len(clouds.kinds)
            )
        self.setToolTip(f"{self._title}: {self._counts}")
        self.setAccessibleName(
            say("Data set: {title}, {counts}", title=self._title, counts=self._counts)
        )
        self.update()

    def menu(self) -> QMenu:
        """Built-in data, a folder, a file, and what was opened before."""
        menu = QMenu(self)
        menu.addAction(say("Built-in shapes"), lambda: self.wanted.emit(BUILT_IN))
        menu.addAction(say("ModelNet, or any folder…"), self.folder_wanted.emit)
        menu.addAction(say("A file of many objects…"), self.file_wanted.emit)
        others = [entry for entry in recent() if entry.choice != BUILT_IN]
        if others:
            menu.addSeparator()
        for entry in others:
            menu.addAction(entry.title, lambda choice=entry.choice: self.wanted.emit(choice))
        return menu

    def _show_menu(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def sizeHint(self) -> QSize:
        return QSize(200, 52)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        rect = QRectF(self.rect())
        lit = self.underMouse() or self.isDown()
        panel(painter, rect, theme.color("bg3" if lit else "bg2"), None, 10)
        panel(painter, QRectF(10, 11, 30, 30), theme.color("accentSoft"), None, 8)
        painter.drawPixmap(QPointF(17, 18), pixmap("cube", "accent", 16))
        painter.drawPixmap(QPointF(rect.right() - 24, 19), pixmap("chevron-down", "ink2", 14))
        for words, style, ink, top in (
            (self._title, "strong", "ink", 7),
            (self._counts, "small", "ink2", 26),
        ):
            painter.setFont(theme.font(style))
            painter.setPen(theme.color(ink))
            line = QRectF(50, top, rect.width() - 50 - 28, 19)
            shown = painter.fontMetrics().elidedText(
                words, Qt.TextElideMode.ElideRight, int(line.width())
            )
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, shown)
        if focused(self):
            focus_ring(painter, rect, 9)
