"""Settings: each is done at once or at the next start, kept in one file, and every animation asks for stillness."""

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from engine import language
from engine.places import runs_folder
from engine.words import say
from tests.workbench.made_clouds import made_clouds
from workbench import motion, prefs, theme
from workbench.views import make_cloud_view
from workbench.views.mixing_stage import MixingStage
from workbench.views.settings_dialog import SettingsDialog
from workbench.views.work_bar import WorkBar
from workbench.window import Window


@pytest.fixture
def dialog(qtbot):
    dialog = SettingsDialog()
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    with qtbot.waitActive(dialog):
        dialog.activateWindow()
    return dialog


def test_that_ctrl_comma_opens_it_and_escape_closes_it(qtbot, desk):
    shown = Window()
    qtbot.addWidget(shown)
    shown.show()
    shown.furnish(desk)
    with qtbot.waitActive(shown):
        shown.activateWindow()
    qtbot.keyClick(shown, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), SettingsDialog))
    qtbot.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def test_that_the_theme_changes_at_once_and_is_there_next_time(qtbot, dialog):
    qtbot.mouseClick(dialog.theme.option(2), Qt.MouseButton.LeftButton)
    assert not theme.is_dark()
    theme.use("dark")
    other = Window()
    qtbot.addWidget(other)
    assert not theme.is_dark()


def test_that_a_size_that_does_not_fit_on_the_screen_cannot_be_chosen(qtbot, monkeypatch):
    monkeypatch.setattr(SettingsDialog, "_fits", lambda self, percent: percent <= 150)
    dialog = SettingsDialog()
    qtbot.addWidget(dialog)
    can = [dialog.scale.option(place).isEnabled() for place in range(len(prefs.SCALES))]
    assert can == [percent <= 150 for percent in prefs.SCALES]
    assert "cannot be chosen" in dialog._scale_note.text()


def test_that_what_fits_is_measured_in_pixels_of_the_screen(dialog):
    room = dialog.screen().size() * dialog.screen().devicePixelRatio()
    for percent in prefs.SCALES:
        fits = 1280 * percent // 100 <= room.width() and 720 * percent // 100 <= room.height()
        assert dialog._fits(percent) == fits


def test_that_the_size_waits_for_the_next_start_and_says_what_it_needs(qtbot, dialog):
    dialog.scale.set_option_enabled(2, True)
    qtbot.mouseClick(dialog.scale.option(2), Qt.MouseButton.LeftButton)
    assert prefs.scale() == 150
    assert "From the next start on" in dialog._scale_note.text()
    assert "1920 × 1080" in dialog._scale_note.text()


@pytest.mark.parametrize(
    ("kept", "given", "used"), [(150, None, "1.5"), (100, None, None), (150, "2", "2")]
)
def test_that_qt_is_told_unless_the_surroundings_say_otherwise(monkeypatch, kept, given, used):
    monkeypatch.setattr(
        os, "environ", {**os.environ, **({"QT_SCALE_FACTOR": given} if given else {})}
    )
    prefs.put("scale", kept)
    prefs.apply_scale()
    assert os.environ.get("QT_SCALE_FACTOR") == used


def test_that_a_size_that_is_not_offered_counts_as_100():
    prefs.put("scale", 3000)
    assert prefs.scale() == 100


def test_that_the_window_is_really_drawn_larger():
    prefs.put("scale", 200)
    code = (
        "from workbench import prefs; prefs.apply_scale();"
        "from PySide6.QtWidgets import QApplication, QWidget;"
        "app = QApplication([]); w = QWidget(); w.resize(100, 80);"
        "print(w.grab().width())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "200"


def test_that_runs_lie_where_was_chosen_and_can_go_back(qtbot, dialog, monkeypatch, tmp_path):
    assert prefs.chosen_runs_folder() == runs_folder()
    assert not dialog.usual.isEnabled()
    asked = "workbench.views.settings_dialog.QFileDialog.getExistingDirectory"
    monkeypatch.setattr(asked, lambda *_: str(tmp_path / "elsewhere"))
    qtbot.mouseClick(dialog.change, Qt.MouseButton.LeftButton)
    assert prefs.chosen_runs_folder() == tmp_path / "elsewhere"
    assert str(tmp_path / "elsewhere") in dialog.folder.text()
    qtbot.mouseClick(dialog.usual, Qt.MouseButton.LeftButton)
    assert prefs.chosen_runs_folder() == runs_folder()


def test_that_a_cancelled_choice_changes_nothing(qtbot, dialog, monkeypatch):
    asked = "workbench.views.settings_dialog.QFileDialog.getExistingDirectory"
    monkeypatch.setattr(asked, lambda *_: "")
    qtbot.mouseClick(dialog.change, Qt.MouseButton.LeftButton)
    assert prefs.chosen_runs_folder() == runs_folder()


def test_that_reduced_motion_stills_at_once_and_is_remembered(qtbot, dialog):
    view = make_cloud_view()
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.show()
    view.show_cloud(made_clouds(points=64).points[0])
    view.set_turning(True)
    assert view.turntable._timer.isActive()
    qtbot.keyClick(dialog.still, Qt.Key.Key_Space)
    assert not view.turntable._timer.isActive()
    motion.forget()
    assert motion.reduced()
    assert motion.duration(160) == 0
    motion.reduce(False)
    assert view.turntable._timer.isActive()
    assert motion.duration(160) == 160


def test_that_with_reduced_motion_play_shows_the_next_picture_at_once(qtbot):
    motion.reduce(True)
    stage = MixingStage()
    qtbot.addWidget(stage)
    stage.show()
    seen = []
    for _ in range(4):
        qtbot.mouseClick(stage.play_button, Qt.MouseButton.LeftButton)
        assert not stage.playing
        seen.append(stage.scrubber.time)
    assert seen == [*sorted(seen[:3]), 0.0]
    assert seen[2] == 1.0


def test_that_with_reduced_motion_waiting_does_not_wander(qtbot):
    motion.reduce(True)
    bar = WorkBar()
    qtbot.addWidget(bar)
    bar.show_work("Opening the data", -1.0)
    assert not bar._timer.isActive()


def test_that_a_language_is_offered_only_where_there_are_several(qtbot, dialog, monkeypatch):
    assert not dialog.language.isVisibleTo(dialog)
    monkeypatch.setattr(language, "languages", lambda: ["en", "de"])
    dialog = SettingsDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.language.isVisible()
    shown = [dialog.language.itemText(place) for place in range(dialog.language.count())]
    assert shown == ["English", "Deutsch"]
    assert dialog.language.currentText() == "English"


def test_that_a_language_waits_for_the_next_start(qtbot, monkeypatch):
    monkeypatch.setattr(language, "languages", lambda: ["en", "de"])
    dialog = SettingsDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.language.setFocus()
    qtbot.keyClick(dialog.language, Qt.Key.Key_Down)
    assert language.kept() == language.chosen() == "de"
    assert say("Settings") == "Settings"
    again = SettingsDialog()
    qtbot.addWidget(again)
    assert again.language.currentText() == "Deutsch"
