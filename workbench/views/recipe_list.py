"""The list of recipes, each with its pictogram."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from engine.words import say
from workbench import theme
from workbench.kit.paint import focus_ring, focused, panel
from workbench.models.recipes import Recipe
from workbench.views.diagram import width_of, write

ROW = 66
_ROLE = Qt.ItemDataRole.UserRole


class RecipeList(QListWidget):
    """One row for each recipe; `chosen(name)` when a person picks another."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(say("Recipes"))
        self.setItemDelegate(_RecipeRow(self))
        self.setSpacing(0)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.currentItemChanged.connect(self._picked)
        theme.changed().connect(self.viewport().update)

    def show_recipes(self, recipes: list[Recipe], current: str) -> None:
        """Show these recipes with one of them chosen, telling nobody."""
        self.blockSignals(True)
        if [item.data(_ROLE) for item in self._items()] != recipes:
            self.clear()
            for recipe in recipes:
                item = QListWidgetItem(recipe.title)
                item.setData(_ROLE, recipe)
                item.setToolTip(recipe.words)
                self.addItem(item)
        for item in self._items():
            if item.data(_ROLE).name == current:
                self.setCurrentItem(item)
        self.blockSignals(False)
        self.viewport().update()

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(row) for row in range(self.count())]

    def _picked(self, current: QListWidgetItem | None) -> None:
        if current is not None:
            self.chosen.emit(current.data(_ROLE).name)


class _RecipeRow(QStyledItemDelegate):
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(180, ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        recipe: Recipe = index.data(_ROLE)
        on = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)  # type: ignore[attr-defined]
        tile = QRectF(option.rect).adjusted(0, 0, -2, -8)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = "accentSoft" if on else ("bg3" if over else "bg2")
        panel(painter, tile, theme.color(fill), theme.color("accent") if on else None, 10)
        if on:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(tile.adjusted(1, 1, -1, -1), 10, 10)
        paint_pictogram(painter, QRectF(tile.left() + 10, tile.top(), 36, tile.height()), recipe)
        words = tile.adjusted(56, 0, -10, 0)
        fits = width_of(recipe.about, "small") <= words.width()
        words.setTop(tile.top() + (9 if fits else 2))
        write(painter, QRectF(words.topLeft(), QSize(int(words.width()), 20)), recipe.title, _TITLE)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(words.adjusted(0, 20, 0, 0), int(_WRAPPED), recipe.about)
        view = option.widget  # type: ignore[attr-defined]
        if on and focused(view):
            focus_ring(painter, tile.adjusted(3, 3, -3, -3), 7)
        painter.restore()


_TITLE = ("strong", "ink")
_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap


def paint_pictogram(painter: QPainter, where: QRectF, recipe: Recipe) -> None:
    """Who takes part: teacher violet and large, student teal and small, a stranger as a ring, a picture with a hill."""
    middle = where.center()
    if recipe.stacked:
        _paint_stacked(painter, middle)
        return
    if recipe.trains_teacher:
        _dot(painter, middle, 11, "kd")
        return
    taught = recipe.needs_teacher or recipe.pairs
    if taught:
        painter.setPen(QPen(theme.color("kd"), 3.5))
        painter.drawLine(middle - QPointF(8, 0), middle + QPointF(10, 0))
    if recipe.needs_teacher:
        _dot(painter, middle - QPointF(10, 0), 8, "kd")
    if recipe.pairs:
        _picture(painter, QRectF(middle.x() - 19, middle.y() - 8, 18, 16))
    student = middle + QPointF(12 if taught else -3 if recipe.unknown else 0, 0)
    _dot(painter, student, 5.5 if taught else 7, "accent")
    if recipe.unknown:
        painter.setPen(QPen(theme.color("unknown"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle + QPointF(12, -12), 4.5, 4.5)


def _paint_stacked(painter: QPainter, middle: QPointF) -> None:
    """Two teachers, and a camera that learns from both."""
    camera = middle + QPointF(11, 0)
    for up, token in ((-9, "kd"), (9, "crd")):
        teacher = middle + QPointF(-11, up)
        painter.setPen(QPen(theme.color(token), 3))
        painter.drawLine(teacher, camera)
        _dot(painter, teacher, 6.5, token)
    panel(painter, QRectF(camera.x() - 9, camera.y() - 6.5, 18, 13), theme.color("accent"), None, 3)
    panel(painter, QRectF(camera.x() - 4, camera.y() - 9, 8, 4), theme.color("accent"), None, 1.5)
    _dot(painter, camera, 3.6, "bg1")


def _picture(painter: QPainter, frame: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("kd"))
    painter.drawRoundedRect(frame, 3, 3)
    painter.setBrush(theme.color("bg1"))
    corners = (frame.bottomLeft(), frame.center() - QPointF(2, 2), frame.bottomRight())
    inside = QPointF(0, -3)
    painter.drawPolygon(QPolygonF([corner + inside for corner in corners]))
    painter.drawEllipse(frame.topRight() + QPointF(-5, 5), 1.8, 1.8)


def _dot(painter: QPainter, middle: QPointF, radius: float, token: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(token))
    painter.drawEllipse(middle, radius, radius)
