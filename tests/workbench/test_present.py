"""Present, driven by keys as a speaker does it: F5, arrows, Home, End, B and Esc."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from engine import evaluation
from engine.predictions import TEST, write
from tests.workbench.made_predictions import made, with_clouds
from workbench import gl_probe, motion, theme
from workbench.present.presenter import NOTHING
from workbench.present.show import DEGREES_PER_SECOND
from workbench.window import Window


@pytest.fixture
def window(qtbot, desk):
    shown = Window()
    qtbot.addWidget(shown)
    if gl_probe.probe().chip:
        shown.prepare_for_3d()
    shown.resize(1280, 720)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.furnish(desk)
    motion.reduce(True)
    with qtbot.waitActive(shown):
        shown.activateWindow()
    return shown


@pytest.fixture
def run(make_run, tmp_path, desk, qtbot):
    predictions = with_clouds(made(threshold=0.45), tmp_path)
    results = evaluation.evaluate(predictions.of(TEST), "msp", 0.45)
    made_one = make_run("Joint", results=results)
    write(made_one.predictions_path, predictions)
    desk.shelf.read()
    qtbot.waitUntil(lambda: any(run.tested for run in desk.shelf.runs))
    return made_one


@pytest.fixture
def show(window, run, qtbot):
    press(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.presenter.show is not None)
    qtbot.waitUntil(lambda: window.presenter.show.place == 0)
    with qtbot.waitActive(window):
        window.activateWindow()
    return window.presenter.show


def press(key, modifier=Qt.KeyboardModifier.NoModifier):
    """As the keyboard does it: whatever has the focus gets it."""
    QTest.keyClick(QApplication.focusWidget() or QApplication.activeWindow(), key, modifier)


def test_that_f5_covers_the_whole_window_and_puts_the_page_away(show, window):
    assert show.geometry() == window.rect()
    assert not window.rail.isVisible()
    window.resize(1400, 800)
    assert show.geometry() == window.rect()
    assert show.foot.next.height() == 56
    assert show.words.geometry().left() == 56


def test_that_the_keys_step_through_the_whole_story(show, window):
    told = []
    for place in range(7):
        assert show.place == place
        told.append(show.words.accessibleName())
        assert told[-1].startswith(f"Step {place + 1} of 7")
        press(Qt.Key.Key_Right if place % 2 else Qt.Key.Key_PageDown)
    assert show.place == 6  # a key never ends the show
    assert len(set(told)) == 7
    press(Qt.Key.Key_Left)
    assert show.place == 5
    press(Qt.Key.Key_Home)
    assert show.place == 0
    press(Qt.Key.Key_Left)
    assert show.place == 0
    press(Qt.Key.Key_End)
    assert show.place == 6
    assert window.presenter.show is show


def test_that_next_goes_on_and_done_ends_it(show, window, qtbot):
    for _ in range(6):
        qtbot.mouseClick(show.foot.next, Qt.MouseButton.LeftButton)
    assert show.foot.next.text() == "Done"
    press(Qt.Key.Key_Space)  # the focus is on it
    assert window.presenter.show is None
    assert window.rail.isVisible()


def test_that_back_is_there_from_the_second_slide_on(show, qtbot):
    assert not show.foot.back.isEnabled()
    press(Qt.Key.Key_Right)
    qtbot.mouseClick(show.foot.back, Qt.MouseButton.LeftButton)
    assert show.place == 0


def test_that_esc_leaves_and_f5_leaves_too_and_the_focus_goes_back(show, window, qtbot):
    press(Qt.Key.Key_Escape)
    assert window.presenter.show is None
    assert window.rail.isVisible()
    press(Qt.Key.Key_F5)
    assert window.presenter.show is not None
    press(Qt.Key.Key_F5)
    assert window.presenter.show is None


def test_that_b_blanks_and_the_next_key_only_brings_the_slide_back(show, window):
    press(Qt.Key.Key_B)
    assert show.blank.isVisible()
    press(Qt.Key.Key_Right)
    assert not show.blank.isVisible()
    assert show.place == 0
    press(Qt.Key.Key_B)
    press(Qt.Key.Key_Escape)
    assert not show.blank.isVisible()
    assert window.presenter.show is show
    press(Qt.Key.Key_B)
    press(Qt.Key.Key_B)
    assert not show.blank.isVisible()


def test_that_a_thing_turns_slowly_unless_nothing_is_to_move(show, window, qtbot):
    show.go(2)
    assert show.view.isVisible()
    assert not show.view.turntable.moving
    assert show.pill.height() == 76
    assert show.view.rect().contains(show.pill.geometry())
    motion.reduce(False)
    turntable = show.view.turntable
    assert turntable.moving
    assert turntable.speed == DEGREES_PER_SECOND == 6.0


def test_that_the_thing_keeps_its_colour_when_the_theme_changes(show):
    show.go(3)
    before = show.view.colors[0].copy()
    theme.use("light")
    assert not np.allclose(before, show.view.colors[0])
    orange = theme.color("unknown")
    assert np.allclose(show.view.colors[0], orange.getRgbF()[:3], atol=1e-3)


def test_that_s_keeps_the_thing_with_the_name_of_the_run(show, tmp_path, monkeypatch):
    target = tmp_path / "thing.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    show.go(2)
    press(Qt.Key.Key_S)
    assert target.exists()
    assert "run “Joint”" in show.view.keeper.caption


def test_that_all_words_fit_in_both_sizes_and_nothing_overlaps(show, window, qtbot):
    for size in ((1280, 720), (1920, 1080)):
        window.resize(*size)
        for place in range(7):
            show.go(place)
            QTest.qWait(20)
            show.grab()
            assert show.words._height(show.words.sizes) <= show.words.height()
            shown = [show.words, show.foot]
            shown += [show.below] if show.below.isVisible() else []
            shown += [show.view] if show.view and show.view.isVisible() else [show.panel]
            for number, one in enumerate(shown):
                assert show.rect().contains(one.geometry())
                assert not any(one.geometry().intersects(two.geometry()) for two in shown[:number])


def test_that_going_to_a_page_leaves(show, window):
    press(Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert window.presenter.show is None
    assert window.stack.currentWidget() is window.page("setup")


def test_that_clicks_do_not_fall_through(show, window, qtbot):
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton, pos=QPoint(20, 200))
    assert window.stack.currentWidget() is window.page("home")


def test_that_the_open_set_page_has_a_button_for_its_run(window, run, desk, qtbot):
    press(Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    page = window.page("openset")
    qtbot.waitUntil(lambda: page.on_show == run.path)
    qtbot.mouseClick(page.present, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.presenter.show.place == 0)
    assert window.presenter.show.name.text() == "Joint"
    press(Qt.Key.Key_Escape)
    assert page.isVisible()


def test_that_without_a_run_the_window_says_so(window, desk, qtbot):
    with qtbot.waitSignal(desk.message) as said:
        press(Qt.Key.Key_F5)
    assert said.args == ["info", NOTHING]
    assert window.presenter.show is None


def test_that_a_run_that_cannot_be_told_says_why(window, run, desk, qtbot):
    run.predictions_path.write_bytes(b"nothing of the kind")
    with qtbot.waitSignal(desk.message) as said:
        press(Qt.Key.Key_F5)
    assert said.args[0] == "info"
    assert window.presenter.show is None
    assert window.rail.isVisible()


def test_that_a_line_moved_by_hand_is_presented_and_said_beside_the_runs_own(
    window, run, desk, qtbot
):
    press(Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    page = window.page("openset")
    qtbot.waitUntil(lambda: page.on_show == run.path)
    assert desk.lines[run.path] == 0.45
    page.model.set_step(700)
    counts = page.model.figures()["counts"]
    qtbot.mouseClick(page.present, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.presenter.show.place == 0)
    tale = window.presenter.show.tale
    assert tale.note == "told with the line at 70 %; the run's own is 45 %"
    told = next(slide.sentence for slide in tale.slides if slide.caps == "How right it is")
    assert f"{counts['correct_closed']:,} were named right" in told
    assert tale.note in window.presenter.show.name.text()
