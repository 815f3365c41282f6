"""Everything that can be read in a window: of widgets, models, menus, scenes of plots, and what is painted by hand."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QTextEdit,
    QWidget,
)

_ROWS = 60
_LETTERS = re.compile(r"[^\W\d_]{2,}")
# Terms of the field, units, keys, names of things: the same in every language. Export is a menu of
# pyqtgraph that is never shown.
_SAME = re.compile(
    r"\b(pcd-workbench|AUROC|AUPR|OSCR|IoU|mIoU|m?AP\d*|AR|FPR|TPR|CCR|ECE|NLL|MSP|CE|KD|CRD|SGD|Adam\w*|MSE|BCE|R²|"
    r"t-SNE|PCA|UMAP|CSV|SVG|PNG|HTML|TOML|PLY|OBJ|STL|OFF|GLB|PCD|PTS|XYZ|LAS|NPZ|Ctrl|Shift|Alt|Esc|Del|Return|Home|"
    r"End|Space|Tab|Left|Right|PgUp|PgDown|English|px|min|ms|GB|MB|cpu|cuda|obj|logits|float\d+|int\d+|"
    r"Inter|JetBrains Mono|adamw|msp|gamma|ROC|Enter|PySide6-Essentials|torch|numpy|h5py|pyqtgraph|vispy|Export)\b"
)


@contextmanager
def painted() -> Iterator[list[str]]:
    """What is painted with Python's own calls from now on."""
    words: list[str] = []
    kept = QPainter.drawText

    def draw(self: QPainter, *args: object) -> object:
        words.extend(arg for arg in args if isinstance(arg, str))
        return kept(self, *args)

    QPainter.drawText = draw
    try:
        yield words
    finally:
        QPainter.drawText = kept


def texts(window: QWidget) -> Iterator[str]:
    """Of everything visible in a window or dialog."""
    yield window.windowTitle()
    for widget in (window, *window.findChildren(QWidget)):
        if widget.isVisibleTo(window):
            yield from _of(widget)
    for action in window.findChildren(QAction):
        yield from (action.text(), action.toolTip())


def _of(widget: QWidget) -> Iterator[str]:
    yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(place) for place in range(widget.count()))
    elif isinstance(widget, QTextEdit):
        yield widget.toPlainText()
    elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _in_model(widget.model())
    elif isinstance(widget, QGraphicsView) and widget.scene() is not None:
        for item in widget.scene().items():
            yield getattr(item, "labelText", "") or ""
            yield getattr(item, "toPlainText", lambda: "")()


def _in_model(model: QAbstractItemModel) -> Iterator[str]:
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
    flat = isinstance(model, QAbstractListModel)  # it hides how many columns it has
    columns = range(1 if flat else model.columnCount(QModelIndex()))
    for column in columns:
        yield str(model.headerData(column, Qt.Orientation.Horizontal, roles[0]) or "")
    for row in range(min(_ROWS, model.rowCount(QModelIndex()))):
        for column in columns:
            told = (model.data(model.index(row, column), role) for role in roles)
            yield from (text for text in told if isinstance(text, str))


def unmarked(text: str, names: re.Pattern[str]) -> str:
    """What of a text was not looked up, and is neither a name nor the same in every language; empty where nothing."""
    bare, depth = [], 0
    for letter in html.unescape(re.sub(r"<[^>]+>", " ", text)):
        depth += letter == "⟦"
        if not depth:
            bare.append(letter)
        depth -= letter == "⟧" and depth > 0
    left = _SAME.sub(" ", names.sub(" ", "".join(bare)))
    return " ".join(_LETTERS.findall(left))
