"""Tab goes as one reads: in the order of the layouts, whatever the order in which widgets were made."""

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QStackedWidget, QWidget


def put_in_reading_order(root: QWidget) -> None:
    """Set the tab order of everything in a widget that Tab can reach."""
    for first, second in pairwise(_stops(root)):
        QWidget.setTabOrder(first, second)


def _stops(widget: QWidget) -> Iterator[QWidget]:
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
        yield widget
    for child in _children(widget):
        yield from _stops(child)


def _children(widget: QWidget) -> list[QWidget]:
    """Parts in the order they are read: those of the layout, then what lies above them, by rows."""
    if isinstance(widget, QStackedWidget):
        return [sheet] if (sheet := widget.currentWidget()) is not None else []
    if isinstance(widget, QScrollArea):
        return [inner] if (inner := widget.widget()) is not None else []
    layout = widget.layout()
    laid = list(dict.fromkeys(_of_layout(layout))) if layout is not None else []
    others = [child for child in widget.children() if isinstance(child, QWidget)]
    free = [child for child in others if child not in laid and not child.isWindow()]
    return laid + sorted(free, key=lambda child: (child.y(), child.x()))


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        assert item is not None
        inner, child = item.layout(), item.widget()
        if inner is not None:
            yield from _of_layout(inner)
        elif child is not None:
            yield child
