"""The finder of faults finds each kind of fault, and none in a sound window."""

import pytest
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tests.workbench.faults import faults
from workbench.kit.button import Button
from workbench.kit.text import Text


@pytest.fixture
def window(qtbot):
    shown = QWidget()
    qtbot.addWidget(shown)
    QVBoxLayout(shown)
    shown.resize(300, 200)
    with qtbot.waitExposed(shown):
        shown.show()
    return shown


def put(window, widget):
    window.layout().addWidget(widget)
    window.layout().activate()
    widget.show()
    return widget


def test_that_a_sound_window_has_none(window):
    put(window, Text("Words that fit", "body"))
    put(window, Button("Start", "play"))
    assert faults(window) == []


def test_that_words_cut_at_the_side_or_below_are_found(window):
    put(window, Text("Words that need more room than this")).setFixedWidth(60)
    put(window, Text("Words that need more than one line here", wrap=True)).setFixedSize(80, 14)
    assert [fault.rsplit(" is ", 1)[1][:6] for fault in faults(window)] == ["cut at", "cut be"]


def test_that_elided_words_are_not_a_fault(window):
    put(window, Text("Words that may end in an ellipsis", elide=True)).setFixedWidth(60)
    assert faults(window) == []


def test_that_a_squeezed_button_is_found(window):
    put(window, Button("A button with words", "play")).setFixedWidth(30)
    assert "smaller than it needs" in faults(window)[0]


def test_that_widgets_over_each_other_are_found(window):
    row = QHBoxLayout()
    window.layout().addLayout(row)
    one, other = Text("one"), Text("other")
    row.addWidget(one)
    row.addWidget(other)
    one.show()
    other.show()
    window.layout().activate()
    assert faults(window) == []
    other.setGeometry(one.geometry())
    assert "lie over each other" in faults(window)[0]


def test_that_a_control_without_a_name_is_found(window):
    put(window, QPushButton())
    assert any("has no name" in fault for fault in faults(window))


def test_that_a_widget_that_reaches_out_of_the_window_is_found(window):
    stray = Text("stray")
    stray.setParent(window)
    stray.move(290, 10)
    stray.show()
    assert any("reaches out" in fault for fault in faults(window))
