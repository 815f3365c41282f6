"""Walks a page with the Tab key, as a person without a mouse does, and tells what is wrong on the way."""

from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)

_INTERACTIVE = (
    QAbstractButton,
    QAbstractSlider,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
_PARTS = (QScrollBar, QHeaderView)  # of views, which have the keys themselves
_LONGEST = 300


def controls(root: QWidget) -> list[QWidget]:
    """Everything in it that can be operated now."""
    found = [w for kind in _INTERACTIVE for w in root.findChildren(kind)]
    return [w for w in dict.fromkeys(found) if _operable(w)]


def name_of(widget: QWidget) -> str:
    """What a screen reader says of it first."""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def walk(window: QWidget) -> list[QWidget]:
    """Every stop of Tab from where the focus is, until it is there again."""
    stops: list[QWidget] = []
    while len(stops) < _LONGEST:
        here = window.focusWidget()
        if here is None or here in stops:
            return stops
        stops.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not come back: {[told(stop) for stop in stops[-6:]]}")


def missed(root: QWidget, stops: list[QWidget]) -> list[str]:
    """Controls that Tab does not reach: neither they, nor the group whose arrow keys do."""
    return [told(w) for w in controls(root) if w not in stops and not _by_arrows(w, stops)]


def nameless(root: QWidget) -> list[str]:
    """Controls that a screen reader cannot name."""
    return [told(w) for w in controls(root) if not name_of(w)]


def out_of_order(root: QWidget, stops: list[QWidget]) -> list[str]:
    """Pairs of stops of which the later one is read earlier."""
    inside = [stop for stop in stops if root.isAncestorOf(stop)]
    return [
        f"{told(first)} before {told(second)}"
        for first, second in pairwise(inside)
        if _read_before(*_parted(second, first))
    ]


def from_the_top(stops: list[QWidget]) -> list[QWidget]:
    """The same round, begun where one begins to read: a dialog opens with the focus anywhere."""
    places = [_rect(stop).topLeft() for stop in stops]
    first = min(range(len(stops)), key=lambda at: (places[at].y() // 24, places[at].x()))
    return stops[first:] + stops[:first]


def invisible_focus(widget: QWidget) -> bool:
    """Whether it looks the same with the focus as without."""
    widget.clearFocus()
    QApplication.processEvents()
    before = widget.grab().toImage()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    widget.window().setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    QApplication.processEvents()
    return before == widget.grab().toImage()


def told(widget: QWidget) -> str:
    """A widget as a person would find it in the code."""
    parent = widget.parentWidget()
    return f"{type(widget).__name__} {name_of(widget)!r} in {type(parent).__name__}"


def _operable(widget: QWidget) -> bool:
    inner = isinstance(widget, QLineEdit) and isinstance(
        widget.parentWidget(), QAbstractSpinBox | QComboBox
    )
    within = isinstance(widget.parentWidget(), QLineEdit)  # the cross that clears it
    part = isinstance(widget, _PARTS) or isinstance(widget.parentWidget(), QHeaderView)
    corner = isinstance(widget.parentWidget(), QAbstractItemView) and not widget.accessibleName()
    popup = widget.window() is not widget.window().window() or widget.window().windowType() in (
        Qt.WindowType.Popup,
    )
    return (
        widget.isVisible()
        and widget.isEnabled()
        and not (inner or within or part or corner or popup)
    )


def _by_arrows(widget: QWidget, stops: list[QWidget]) -> bool:
    """One of an exclusive group is reached from the one that is on."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and any(b in stops for b in group.buttons())


def _parted(first: QWidget, second: QWidget) -> tuple[QRect, QRect]:
    """Where the two are, as parts of the smallest widget that holds both."""
    above = [first]
    while (parent := above[-1].parentWidget()) is not None:
        above.append(parent)
    other = second
    while other.parentWidget() not in above:
        other = other.parentWidget()
    common = other.parentWidget()
    place = above.index(common)
    own = above[max(0, place - 1)]
    return _rect(own), _rect(other)


def _rect(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), QPoint()), widget.size())


def _read_before(first: QRect, second: QRect) -> bool:
    """Left of it and no lower, or above it and no further right."""
    beside = min(first.bottom(), second.bottom()) - max(first.top(), second.top()) > 4
    under = min(first.right(), second.right()) - max(first.left(), second.left()) > 4
    left = first.right() <= second.left() + 4 and first.top() <= second.top() + 8
    above = first.bottom() <= second.top() + 4 and first.left() <= second.left() + 8
    return (beside and left) or (under and above)
