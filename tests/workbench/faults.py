"""What can be wrong with how a window looks, found by looking at its widgets: each fault is one sentence."""

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLayout,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from workbench.kit.text import Text

CONTROLS = (
    QAbstractButton, QAbstractSlider, QAbstractItemView, QLineEdit, QAbstractSpinBox, QComboBox,
)  # fmt: skip
_SLACK = 1  # pixels that rounding may take


def faults(window: QWidget) -> list[str]:
    """Of everything that is visible in a window."""
    shown = [
        w for w in window.findChildren(QWidget) if w.isVisible() and not w.visibleRegion().isEmpty()
    ]
    return [
        *(found for label in shown if isinstance(label, QLabel) for found in _clipped(label)),
        *(found for button in shown if isinstance(button, QAbstractButton) for found in _squeezed(button)),
        *(found for widget in (window, *shown) for found in _overlapping(widget)),
        *(found for control in shown if isinstance(control, CONTROLS) for found in _unnamed(control)),
        *(found for widget in shown for found in _outside(widget, window)),
    ]  # fmt: skip


def _clipped(label: QLabel) -> Iterator[str]:
    if not label.text() or (isinstance(label, Text) and label._elide):
        return
    room = label.contentsRect()
    if label.wordWrap():
        if label.heightForWidth(label.width()) > label.height() + _SLACK:
            yield f"the text {_words(label)} is cut below"
    elif label.sizeHint().width() > label.width() + _SLACK:
        yield f"the text {_words(label)} is cut at the side: {label.width()} of {label.sizeHint().width()}"
    elif label.fontMetrics().height() > room.height() + _SLACK:
        yield f"the text {_words(label)} is cut in height"


def _squeezed(button: QAbstractButton) -> Iterator[str]:
    if isinstance(button.parentWidget(), QLineEdit):
        return
    needs = button.minimumSizeHint()
    if needs.width() > button.width() + _SLACK or needs.height() > button.height() + _SLACK:
        yield f"the button {_words(button)} is smaller than it needs to be"


def _overlapping(parent: QWidget) -> Iterator[str]:
    """Two widgets that one layout put over each other."""
    layout = parent.layout()
    if layout is None or isinstance(parent, QAbstractScrollArea):
        return
    inside = [w for w in _placed(layout) if w.isVisible() and not w.geometry().isEmpty()]
    for one, other in combinations(inside, 2):
        both = one.geometry() & other.geometry()
        if both.width() > _SLACK and both.height() > _SLACK:
            yield f"{_words(one)} and {_words(other)} lie over each other in {type(parent).__name__}"


def _placed(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        inner = item.layout()
        if inner is not None:
            yield from _placed(inner)
        elif item.widget() is not None:
            yield item.widget()


def _unnamed(control: QWidget) -> Iterator[str]:
    if isinstance(control, QScrollBar | QHeaderView) or not control.isEnabled():
        return
    if isinstance(control.parentWidget(), QAbstractSpinBox | QComboBox | QLineEdit):
        return  # the part of a named whole
    interface = QAccessible.queryAccessibleInterface(control)
    if not interface.text(QAccessible.Text.Name):
        yield f"a {type(control).__name__} in {type(control.parentWidget()).__name__} has no name"


def _outside(widget: QWidget, window: QWidget) -> Iterator[str]:
    if _scrolls(widget) or widget.isWindow():
        return
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    if not window.rect().contains(place):
        yield f"{_words(widget)} reaches out of the window"


def _scrolls(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QAbstractScrollArea):
            return True
        above = above.parentWidget()
    return False


def _words(widget: QWidget) -> str:
    text = (
        getattr(widget, "text", lambda: "")()
        if isinstance(widget, QLabel | QAbstractButton)
        else ""
    )
    return f"“{text or widget.accessibleName() or type(widget).__name__}”"
