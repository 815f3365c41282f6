"""The ideas as tiles, four across: each a picture of where it looks, with its number and its name."""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from engine.words import say
from workbench import theme
from workbench.kit.paint import focused
from workbench.models.concepts import ConceptModel
from workbench.views.idea_tiles import GAP, LINE, IdeaTiles, Index, TilePainter
from workbench.views.thumbnails import Thumbnails

COLUMNS = 4
HOVER_MS = 150
_SCROLL_BAR = 14
_LOW, _TALL = 58, 86


class IdeaGrid(QListView):
    """`pointed(idea, rect)` after a moment of rest on a tile, or when the keys come to it; (-1, -) when it is left."""

    pointed = Signal(int, QRect)
    failed = Signal(str)

    def __init__(self, model: ConceptModel) -> None:
        super().__init__()
        self._model, self._resting = model, -1
        self.thumbnails = Thumbnails(self)
        self.tiles = IdeaTiles(model, self.thumbnails, self)
        self.setModel(self.tiles)
        self.setItemDelegate(TilePainter(self, self.tiles))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(say("The ideas (concept tokens)"))
        self._rest = QTimer(self, singleShot=True, interval=HOVER_MS)
        self._rest.timeout.connect(self._point)
        self.entered.connect(lambda index: self._rest_on(index.row()))
        self.viewportEntered.connect(self.leave)
        self.verticalScrollBar().valueChanged.connect(self.leave)
        self.tiles.failed.connect(self.failed)
        model.pair_changed.connect(self._replace)
        model.map_changed.connect(self._repaint)
        model.renamed.connect(self.viewport().update)
        model.idea_changed.connect(self._follow)
        theme.changed().connect(self._repaint)

    def sort(self, by: int) -> None:
        """By number, strength or likeness; every idea keeps its number."""
        self.tiles.sort_by(by)
        self.fit()
        self._follow()

    def fit(self) -> None:
        """Tiles as tall as lets all of them be seen, within limits."""
        # Qt keeps room for a scroll bar that may come, unless told that none will.
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if self._scrolls else policy.ScrollBarAlwaysOff
        )
        self.setGridSize(self.cell_size())
        self.thumbnails.set_size(self.picture_size(), self.devicePixelRatioF())

    def cell_size(self) -> QSize:
        """What each tile has for itself, and the gap after it."""
        room = self.contentsRect()
        # Two pixels spare: a row that fills the view to the last one breaks.
        wide = (room.width() - (_SCROLL_BAR if self._scrolls else 2)) // COLUMNS
        return QSize(max(48, wide), min(_TALL, max(_LOW, room.height() // self._rows)))

    @property
    def _rows(self) -> int:
        return max(1, -(-self.tiles.rowCount() // COLUMNS))

    @property
    def _scrolls(self) -> bool:
        return self._rows * _LOW > self.contentsRect().height()

    def picture_size(self) -> QSize:
        """The room for the picture on a tile."""
        return self.cell_size() - QSize(GAP + 4, GAP + LINE + 2)

    def leave(self) -> None:
        """Nothing is pointed at any more."""
        self._rest.stop()
        if self._resting >= 0:
            self._resting = -1
            self.pointed.emit(-1, QRect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit()
        super().resizeEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Leave, QEvent.Type.MouseButtonDblClick):
            self.leave()
        return super().viewportEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.leave()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._rest_on(self.currentIndex().row())

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self._model.choose_idea(self.tiles.idea(current))
            if focused(self):
                self._rest_on(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:  # is for the film
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _rest_on(self, row: int) -> None:
        if row != self._resting or not self._rest.isActive():
            self.leave()
            self._resting = row
            self._rest.start()

    def _point(self) -> None:
        index = self.tiles.index(self._resting)
        if index.isValid() and self.state() != QAbstractItemView.State.EditingState:
            corner = self.viewport().mapToGlobal(QPoint())
            rect = self.visualRect(index).translated(corner)
            self.pointed.emit(self.tiles.idea(index), rect)

    def _replace(self) -> None:
        self.leave()
        self.thumbnails.forget_waiting()
        self.tiles.refresh()
        self.fit()
        self._follow()

    def _repaint(self) -> None:
        self.thumbnails.forget_waiting()
        self.viewport().update()

    def _follow(self) -> None:
        place = self.tiles.place_of(self._model.idea)
        if place >= 0 and place != self.currentIndex().row():
            self.setCurrentIndex(self.tiles.index(place))
