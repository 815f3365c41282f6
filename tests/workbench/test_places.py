"""Editors of files and folders: typed, looked for, or picked from what is at hand."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from workbench.forms.editors import make_editor
from workbench.forms.fields import Field
from workbench.forms.places import OfferEditor, PlaceEditor

START = Field(
    "recipe.start",
    "Starts from",
    "text",
    "",
    place="file",
    offers=(("", "From scratch"), ("run-1", "Mine")),
)


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What the dialogs answer, and which were shown."""
    found = {"answer": str(tmp_path / "there.pth"), "shown": []}

    def show(_parent, title, _start):
        found["shown"].append(title)
        return found["answer"]

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", show)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *words: (show(*words), ""))
    return found


def edited(editor):
    heard = []
    editor.edited.connect(heard.append)
    return heard


def test_that_a_path_is_typed_or_looked_for(qtbot, asked):
    editor = make_editor(Field("data.path", "Folder", "text", None, minimum=1, place="folder"))
    qtbot.addWidget(editor)
    assert isinstance(editor, PlaceEditor)
    heard, wrong = edited(editor), []
    editor.complained.connect(wrong.append)
    qtbot.keyClicks(editor.line, "/a")
    assert heard[-1] == "/a"
    editor.line.selectAll()
    qtbot.keyClick(editor.line, Qt.Key.Key_Backspace)
    assert (heard[-1], wrong[-1]) == ("/a", "Something must stand here.")
    qtbot.mouseClick(editor.button, Qt.MouseButton.LeftButton)
    assert asked["shown"] == ["Choose a folder: Folder"]
    assert heard[-1] == editor.line.text() == asked["answer"]


def test_that_what_is_at_hand_is_picked_and_a_file_is_asked_for(qtbot, asked):
    editor = make_editor(START)
    qtbot.addWidget(editor)
    assert isinstance(editor, OfferEditor)
    editor.show()
    heard = edited(editor)
    editor.show_value("")
    assert editor.picker.currentText() == "From scratch"
    editor.picker.setFocus()
    qtbot.keyClick(editor.picker, Qt.Key.Key_Down)
    assert heard[-1] == "run-1"
    qtbot.keyClick(editor.picker, Qt.Key.Key_Down)
    assert asked["shown"] == ["Choose a file: Starts from"]
    assert heard[-1] == asked["answer"]
    assert editor.picker.currentText() == "there.pth"


def test_that_nothing_chosen_leaves_what_was(qtbot, asked):
    editor = make_editor(START)
    qtbot.addWidget(editor)
    editor.show_value("run-1")
    asked["answer"] = ""
    editor.picker.activated.emit(editor.picker.count() - 1)
    assert editor.picker.currentText() == "Mine"


def test_that_a_run_that_is_gone_is_still_shown(qtbot):
    editor = make_editor(START)
    qtbot.addWidget(editor)
    editor.show_value("run-9")
    assert editor.picker.currentText() == "run-9"
