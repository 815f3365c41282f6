"""Run by test_every_word.py where the made-up language is spoken: no word of any page or dialog is unmarked."""

import re

import pytest
from PySide6.QtWidgets import QApplication

from tests.workbench.full_window import full_window, settled
from tests.workbench.read_all import painted, texts, unmarked
from workbench.window import PLACES

# Made by the tests, not by the program: kinds, runs, files and what stands in them.
NAMES = re.compile(
    r"(?i)\b(ball|cone|night[_ ]stand|tube|ghost|lamp|bed|chair|sofa|table|desk|guitar|car|truck|cyclist|pedestrian"
    r"|simple shapes|joint|student|pictures|rooms|class|my_chair\w*)\b"
    r"|(an? )?(small|large) pink chair seen from the side"
    r"|^(small|large|pink|seen|from|the|side)$"
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


def _unmarked(where, read):
    return [
        f"{where}: {left}  «{text[:100]}»"
        for text in dict.fromkeys(read)
        if (left := unmarked(text, NAMES))
    ]
