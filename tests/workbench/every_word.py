"""Run by test_every_word.py where the made-up language is spoken: no word of any page or dialog is unmarked."""

import re

import pytest
from PySide6.QtWidgets import QApplication

from tests.workbench.full_window import full_window, settled
from tests.workbench.read_all import painted, texts, unmarked
from workbench.error_dialog import ErrorDialog
from workbench.leaving import LeavingDialog
from workbench.views.notes_dialog import NotesDialog
from workbench.views.trash_dialog import TrashDialog
from workbench.window import PLACES

# Made by the tests, not by the program: kinds, runs, files and what stands in them.
NAMES = re.compile(
    r"(?i)\b(ball|cone|night[_ ]stand|tube|ghost|lamp|bed|chair|sofa|table|desk|guitar|car|truck|cyclist|pedestrian"
    r"|simple shapes|joint|student|pictures|rooms|class|my_chair\S*)\b"
    r"|(an? )?(small|large) pink chair seen from the side"
    r"|^(small|large|pink|seen|from|the|side)$"
    r"|\w+…\S*"  # a name that is cut
    r"|\d{8}-\d{6}-\S+|\S*[/\\]\S*|\w+\.\w{2,4}\b|\b\w+_\w+\b"
)


@pytest.fixture
def window(tmp_path, qtbot):
    shown = full_window(tmp_path, qtbot)
    yield shown
    shown.desk.live.attached = False
    shown.close()


def test_that_every_word_of_every_page_was_looked_up(window, qtbot):
    found: list[str] = []
    for place in PLACES:
        with painted() as words:
            settled(window, place.key, qtbot)
        found += _unmarked(place.key, [*texts(window), *words])
    assert not found, "\n".join(found)


def test_that_every_word_of_every_dialog_was_looked_up(window, qtbot):
    habits = window.habits
    found: list[str] = []
    for opens in (
        habits.show_palette,
        lambda: habits.show_sheet(0),
        lambda: habits.show_sheet(1),
        habits.show_settings,
        habits.show_doctor,
        LeavingDialog(window, "Joint").open,
        _trash(window).open,
        NotesDialog(window.desk, window.desk.store.runs()[0], window).open,
        _trouble(qtbot).open,
    ):
        with painted() as words:
            opens()
            qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
            dialog = QApplication.activeModalWidget()
            qtbot.wait(300)
        found += _unmarked(type(dialog).__name__, [*texts(dialog), *words])
        dialog.close()
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert not found, "\n".join(found)


def test_that_every_word_of_a_story_was_looked_up(window, qtbot):
    found: list[str] = []
    settled(window, "openset", qtbot)  # its run is the one that is told
    with painted() as words:
        window.present()
        show = window.presenter.show
        qtbot.waitUntil(lambda: show.tale is not None, timeout=20_000)
        for place in range(len(show.tale.slides)):
            show.go(place)
            qtbot.wait(150)
            found += _unmarked(f"slide {place}", texts(show))
    found += _unmarked("slides", words)
    window.presenter.leave()
    assert not found, "\n".join(found)


def _trash(window):
    """With a run in it, and asked whether to empty it."""
    store = window.desk.store
    store.discard(store.runs()[-1].path)
    dialog = TrashDialog(window.desk, window)
    dialog.empty.click()
    return dialog


def _trouble(qtbot):
    dialog = ErrorDialog()
    qtbot.addWidget(dialog)
    dialog.setModal(True)
    dialog.add("ghost", "", 2)
    dialog.hide()
    return dialog


def _unmarked(where, read):
    return [
        f"{where}: {left}  «{text[:100]}»"
        for text in dict.fromkeys(read)
        if (left := unmarked(text, NAMES))
    ]
