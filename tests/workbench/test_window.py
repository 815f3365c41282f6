"""The window: its pages, keys, messages, and the one way out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent, QUndoCommand, QUndoStack
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget

from engine.errors import DataError
from engine.events import Started
from engine.experiment import Choice, Experiment
from workbench import gl_probe, leaving, theme, typeface, window
from workbench.desk import Desk
from workbench.leaving import LeavingDialog
from workbench.pages.page import Page
from workbench.rail import Place
from workbench.views.cloud_frame import CloudFrame
from workbench.window import PLACES, Window


@pytest.fixture
def shown(qtbot, desk):
    """A furnished window on screen."""
    shown = Window()
    qtbot.addWidget(shown, before_close_func=lambda w: setattr(w.desk.live, "attached", False))
    shown.resize(1440, 900)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.furnish(desk)
    shown.activateWindow()
    return shown


def running(desk: Desk, state: str = "running") -> None:
    desk.live.begin(Experiment(name="My run"))
    desk.live.state = state
    desk.live.changed.emit()


def in_process(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_that_importing_the_window_pulls_nothing_heavy():
    heavy = ("torch", "scipy", "h5py", "pyqtgraph", "vispy", "sklearn", "trimesh", "workbench.desk")
    code = f"import sys, workbench.window; print([m for m in {heavy!r} if m in sys.modules])"
    assert in_process(code).stdout.strip() == "[]"


def test_that_importing_the_desk_and_home_pulls_no_torch_and_no_scipy():
    code = (
        "import sys, workbench.desk, workbench.pages.home;"
        "print([m for m in ('torch', 'scipy', 'pyqtgraph', 'vispy') if m in sys.modules])"
    )
    assert in_process(code).stdout.strip() == "[]"


def test_that_the_shell_is_painted_before_there_is_a_desk(qtbot):
    shell = Window()
    qtbot.addWidget(shell)
    with qtbot.waitExposed(shell):
        shell.show()
    shell.go("data")
    assert shell.stack.count() == 0
    assert shell.rail.isVisible()


def test_that_only_visited_pages_are_built(shown):
    assert shown.page("home") is shown.stack.currentWidget()
    assert all(shown.page(place.key) is None for place in PLACES[1:])


@pytest.mark.parametrize("key", [place.key for place in PLACES])
def test_that_every_page_fits_the_smallest_window(shown, qtbot, key):
    shown.resize(*window.SMALLEST)
    shown.go(key)
    page = shown.page(key)
    assert isinstance(page, Page), "the page could not be built"
    assert (page.key, shown.stack.currentWidget()) == (key, page)
    qtbot.wait(50)
    room = shown.stack.size()
    needs = page.minimumSizeHint()
    assert needs.width() <= room.width()
    assert needs.height() <= room.height()
    assert (shown.width(), shown.height()) == window.SMALLEST


@pytest.fixture
def fallback_font(monkeypatch, qapp):
    """The typeface of a computer without Inter, which is wider in places."""
    monkeypatch.setattr(typeface.QFontDatabase, "families", lambda: [])
    for remembered in (typeface.sans_family, typeface._mono_family, theme._font):
        remembered.cache_clear()
    qapp.setFont(theme.font("body"))
    yield theme.font("body").family()
    monkeypatch.undo()
    for remembered in (typeface.sans_family, typeface._mono_family, theme._font):
        remembered.cache_clear()
    qapp.setFont(theme.font("body"))


@pytest.mark.parametrize("key", [place.key for place in PLACES])
def test_that_every_page_fits_in_the_fallback_font(fallback_font, shown, qtbot, key):
    assert fallback_font == "Hanken Grotesk"
    test_that_every_page_fits_the_smallest_window(shown, qtbot, key)


def test_that_messages_leave_title_and_actions_free(shown):
    shown.toasts.say("warn", "A message of some length that could lie over the title of a page.")
    page = shown.page("home")
    header = page.layout().itemAt(0).geometry()
    assert shown.toasts.geometry().top() > header.bottom()
    assert shown.toasts.geometry().bottom() <= shown.stack.height()


def test_that_the_rail_shows_icons_alone_below_1400(shown):
    assert shown.rail.width() == 188
    shown.resize(1399, 900)
    assert shown.rail.width() == 64
    shown.resize(1400, 900)
    assert shown.rail.width() == 188


def test_that_the_desk_can_send_to_a_page(shown, monkeypatch):
    asked = []
    monkeypatch.setattr(shown.page("home"), "shown", lambda: asked.append("home"))
    shown.desk.go("home")
    assert asked == ["home"]


def test_that_a_page_that_breaks_says_so_and_leaves_the_others(shown, monkeypatch):
    broken = (Place("data", "Data", "cube", "", "workbench.pages.nowhere:Nothing"),)
    monkeypatch.setattr(window, "PLACES", broken)
    shown.go("data")
    words = [label.text() for label in shown.stack.currentWidget().findChildren(QLabel)]
    assert "This page could not be opened" in words
    shown.go("home")
    assert shown.stack.currentWidget() is shown.page("home")


def test_that_a_dot_and_the_device_show_while_a_run_is_alive(shown):
    dot = shown.rail._buttons["training"]
    assert dot.accessibleDescription() == ""
    running(shown.desk)
    assert dot.accessibleDescription() != ""
    shown.desk.live.take([Started(**started("cuda:0"))])
    assert "cuda:0" in shown.rail.meter.toolTip()
    shown.desk.live.clear()
    assert dot.accessibleDescription() == ""
    assert "cuda" not in shown.rail.meter.toolTip()


def started(device: str) -> dict[str, object]:
    numbers = dict.fromkeys(
        ("threads", "parameters", "epochs", "steps_per_epoch", "train", "validation"), 1
    )
    lists = {"known": [], "strangers": [], "terms": []}
    return {"name": "My run", "recipe": "student", "device": device, **numbers, **lists}


def press(shown: Window, text: str) -> None:
    next(action for action in shown.actions() if action.text() == text).trigger()


def test_that_every_action_has_keys_of_its_own(shown):
    keys = [action.shortcut().toString() for action in shown.findChildren(QAction) if action.text()]
    keys = [key for key in keys if key]
    assert len(keys) == len(set(keys)) >= 10
    assert {"Ctrl+1", "Ctrl+5", "Ctrl+O", "Ctrl+N", "Ctrl+T", "Ctrl+Return"} <= set(keys)


def test_that_the_theme_is_switched_by_key_and_remembered(shown, qtbot):
    press(shown, "Dark or light")
    assert not theme.is_dark()
    theme.use("dark")
    other = Window()
    qtbot.addWidget(other)
    assert not theme.is_dark()


class PageWithSteps(QWidget):
    """Something to start, and steps to take back."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = QUndoStack(self)
        self.undo.push(QUndoCommand("a step"))
        self.starts = 0

    def start(self) -> None:
        self.starts += 1


def test_that_start_is_left_to_the_set_up_page(shown, monkeypatch):
    page = PageWithSteps()
    monkeypatch.setattr(shown, "_build", lambda key: page)
    press(shown, "Start learning")
    assert shown.stack.currentWidget() is page
    assert page.starts == 1


def test_that_steps_are_taken_back_on_the_page_that_has_them(shown, monkeypatch):
    page = PageWithSteps()
    monkeypatch.setattr(shown, "_build", lambda key: page)
    monkeypatch.setattr(shown.desk, "restore", lambda: pytest.fail("not what was meant"))
    shown.go("setup")
    press(shown, "Take the last step back")
    assert page.undo.index() == 0
    press(shown, "Take the step again")
    assert page.undo.index() == 1


def test_that_elsewhere_the_last_step_is_a_removed_run(shown, monkeypatch):
    asked = []
    monkeypatch.setattr(shown.desk, "restore", lambda: asked.append("restore"))
    press(shown, "Take the last step back")
    press(shown, "Take the step again")
    assert asked == ["restore"]


@pytest.mark.parametrize(("downs", "chosen"), [(0, "folder"), (1, "many.h5")])
def test_that_open_offers_a_folder_or_a_file_by_keys(
    shown, monkeypatch, tmp_path, qtbot, downs, chosen
):
    opened = []
    dialog = "workbench.opening.QFileDialog"
    monkeypatch.setattr(f"{dialog}.getExistingDirectory", lambda *_: str(tmp_path / "folder"))
    monkeypatch.setattr(f"{dialog}.getOpenFileName", lambda *_: (str(tmp_path / "many.h5"), ""))
    monkeypatch.setattr("workbench.opening.open_path", lambda _desk, path: opened.append(path))
    press(shown, "Open data")
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    for key in [Qt.Key.Key_Down] * downs + [Qt.Key.Key_Return]:
        qtbot.keyClick(menu, key)
    assert opened == [tmp_path / chosen]


def drop(shown: Window, *paths: Path) -> QDropEvent:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(700, 400),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.keep = data
    shown.dropEvent(event)
    return event


def test_that_a_dropped_folder_is_opened_as_data(shown, monkeypatch, tmp_path):
    opened, went = [], []
    shown.desk.navigate.disconnect(shown.go)
    shown.desk.navigate.connect(went.append)
    choice = Choice(name="folder", path=str(tmp_path))
    monkeypatch.setattr("engine.datasets.detect.detect", lambda path: choice)
    monkeypatch.setattr(shown.desk, "open_data", opened.append)
    drop(shown, tmp_path)
    assert (opened, went) == ([choice], ["data"])


def test_that_two_things_dropped_at_once_open_nothing(shown, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(shown.desk, "open_data", opened.append)
    drop(shown, tmp_path, tmp_path)
    assert opened == []


def test_that_a_folder_that_is_no_data_set_is_refused_in_a_sentence(shown, monkeypatch, tmp_path):
    def refuse(path: Path) -> Choice:
        raise DataError("There is nothing to open. Nothing was changed.")

    monkeypatch.setattr("engine.datasets.detect.detect", refuse)
    drop(shown, tmp_path)
    assert said(shown) == ["There is nothing to open. Nothing was changed."]


def said(shown: Window) -> list[str]:
    return [banner.text() for banner in shown.toasts.banners()]


def test_that_messages_are_shown_once_two_at_most_and_can_be_put_away(shown):
    for number in (1, 2, 2, 3):
        shown.desk.message.emit("bad", f"Message {number}.")
    assert said(shown) == ["Message 2.", "Message 3."]
    assert shown.toasts.isVisible()
    assert shown.stack.rect().contains(shown.toasts.geometry())
    for banner in shown.toasts.banners():
        banner.close_button.click()
    assert said(shown) == []
    assert shown.toasts.isHidden()


def test_that_good_news_goes_by_itself_and_trouble_stays(shown, qtbot, monkeypatch):
    monkeypatch.setattr("workbench.toasts._SECONDS", {"info": 0.05, "warn": 0.05})
    monkeypatch.setattr("workbench.toasts.QApplication.activeWindow", lambda: shown)
    shown.desk.message.emit("info", "All is well.")
    qtbot.waitUntil(lambda: said(shown) == [])
    shown.desk.message.emit("warn", "That cannot be done now.")
    shown.desk.message.emit("bad", "Something is wrong.")
    qtbot.waitUntil(lambda: said(shown) == ["Something is wrong."])


def test_that_a_message_stays_while_its_button_has_the_focus(shown, qtbot, monkeypatch):
    monkeypatch.setattr("workbench.toasts._SECONDS", {"info": 0.02})
    monkeypatch.setattr("workbench.toasts.QApplication.activeWindow", lambda: shown)
    shown.toasts.say("info", "All is well.")
    button = shown.toasts.banners()[0].close_button
    monkeypatch.setattr("workbench.toasts.QApplication.focusWidget", lambda: button)
    qtbot.wait(80)
    assert said(shown) == ["All is well."]
    monkeypatch.setattr("workbench.toasts.QApplication.focusWidget", lambda: None)
    qtbot.waitUntil(lambda: said(shown) == [])


@pytest.mark.parametrize("go_on", ["page", "draft"])
def test_that_an_error_is_old_once_the_person_goes_on(shown, monkeypatch, go_on):
    monkeypatch.setattr(shown, "_build", lambda key: QWidget())
    shown.toasts.say("bad", "Something is wrong.")
    shown.toasts.say("info", "All is well.")
    shown.go("home")
    assert said(shown) == ["Something is wrong.", "All is well."]
    if go_on == "page":
        shown.go("data")
    else:
        shown.desk.set_draft(Experiment(seed=3))
    assert said(shown) == ["All is well."]


def test_that_messages_show_every_line_and_never_lie_on_each_other(shown):
    long = "A sentence that goes on for longer than one line has room, and on. " * 4
    shown.toasts.say("bad", long)
    shown.toasts.say("warn", f"Short, with a path: /{'folder/' * 30}", "Show it")
    first, second = shown.toasts.banners()
    assert first.geometry().bottom() < second.geometry().top()
    for banner in (first, second):
        banner.layout().activate()
        label = banner._text
        assert label.height() >= label.heightForWidth(label.width())
        assert banner.height() < 200
    corner = shown.toasts.geometry().bottomRight()
    page = shown.stack.rect().bottomRight()
    assert 0 < page.x() - corner.x() <= 32
    assert 0 < page.y() - corner.y() <= 32


def test_that_messages_leave_the_start_button_free(shown, qtbot):
    shown.go("setup")
    shown.toasts.say("warn", "Stop it first; nothing was started.")
    start = shown.page("setup").side.start
    corner = start.mapTo(shown.stack, start.rect().topLeft())
    assert not shown.toasts.geometry().intersects(start.rect().translated(corner))


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
def test_that_messages_leave_the_sliders_of_set_up_free(shown, qtbot, size):
    shown.resize(*size)
    shown.go("setup")
    shown.toasts.say("info", "Something was done.")
    card = shown.page("setup").sliders_below
    place = card.rect().translated(card.mapTo(shown.stack, card.rect().topLeft()))
    qtbot.waitUntil(lambda: not shown.toasts.geometry().intersects(place))
    assert shown.stack.rect().contains(shown.toasts.geometry())


def test_that_a_saved_file_can_be_opened_and_what_was_said_before_goes(
    shown, monkeypatch, tmp_path
):
    opened = []
    monkeypatch.setattr("workbench.window.QDesktopServices.openUrl", opened.append)
    shown.desk.message.emit("info", "The report is being written.")
    shown.desk.unsaid.emit("The report is being written.")
    shown.desk.saved.emit("The report is saved as a.html.", tmp_path / "a.html")
    assert said(shown) == ["The report is saved as a.html."]
    shown.toasts.banners()[0].button.click()
    assert [url.toLocalFile() for url in opened] == [str(tmp_path / "a.html")]
    shown.desk.saved.emit("The table is saved as a.csv.", tmp_path)
    assert shown.toasts.banners()[0].button.text() == "Open folder"


def test_that_a_run_left_behind_is_one_click_away(shown, monkeypatch):
    monkeypatch.setattr(shown, "_build", lambda key: QWidget())
    shown.desk.left_behind.emit("“My run” is paused. Training can continue it.")
    button = shown.toasts.banners()[0].button
    assert button.text() == "Show it"
    button.click()
    assert shown.stack.currentWidget() is shown.page("training")


def test_that_an_entry_the_mouse_has_left_unseen_is_not_lit(shown, monkeypatch):
    monkeypatch.setattr(shown, "_build", lambda key: QWidget())
    button = shown.rail._buttons["data"]
    button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    monkeypatch.setattr("workbench.rail.QCursor.pos", lambda: shown.mapToGlobal(QPoint(700, 400)))
    shown.go("data")
    assert not button.underMouse()


@pytest.mark.gl
def test_that_the_native_window_stays_the_same_when_a_3d_view_comes(qtbot, desk):
    if not gl_probe.probe().gl:
        pytest.skip("there is no OpenGL here")
    one = Window()
    qtbot.addWidget(one)
    chip = gl_probe.probe().chip
    if chip:
        one.prepare_for_3d()
    with qtbot.waitExposed(one):
        one.show()
    before = one.winId()
    one.furnish(desk)
    one.go("data")
    qtbot.wait(100)
    assert isinstance(one.page("data"), Page)
    assert one.findChildren(CloudFrame), "no 3D view came"
    # One such widget and every repaint of the window is put together by OpenGL.
    assert bool(one.findChildren(QOpenGLWidget)) == chip
    assert one.winId() == before


def test_that_a_removed_run_can_be_taken_back(shown, make_run):
    path = make_run("Old").path
    shown.desk.forget(path)
    assert not path.exists()
    banner = shown.toasts.banners()[0]
    assert banner.button.text() == "Take it back"
    banner.button.click()
    assert path.exists()
    assert said(shown) == []


def test_that_the_same_run_can_be_removed_and_taken_back_twice(shown, make_run, qtbot):
    path = make_run("Old").path
    for _ in range(2):
        shown.desk.forget(path)
        assert [banner.button.text() for banner in shown.toasts.banners()] == ["Take it back"]
        shown.desk.restore()
        qtbot.waitUntil(lambda: said(shown) == [])
        assert path.exists()


def test_that_the_keyboard_reaches_rail_and_page(shown, qtbot):
    shown.page("home").demo.setFocus()
    reached = set()
    for _ in range(30):
        qtbot.keyClick(shown.focusWidget(), Qt.Key.Key_Tab)
        reached.add(shown.focusWidget())
    home = shown.page("home")
    assert {home.demo, home.folder, home.set_up, shown.rail._buttons["home"]} <= reached
    assert shown.rail._theme_button in reached


def test_that_arrows_move_along_the_rail(shown, qtbot, monkeypatch):
    monkeypatch.setattr(shown, "_build", lambda key: QWidget())
    button = shown.rail._buttons["home"]
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Down)
    assert shown.stack.currentWidget() is shown.page("data")


def test_that_everything_on_home_has_a_name(shown):
    controls = [
        widget
        for widget in shown.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
    ]
    assert controls
    assert [type(widget) for widget in controls if not widget.accessibleName()] == []


def test_that_the_size_of_the_window_is_restored(qtbot, qapp):
    if qapp.primaryScreen().size().width() < 1300:
        pytest.skip("the screen of this test is smaller than the smallest window")
    first = Window()
    qtbot.addWidget(first)
    first.show()
    first.resize(1290, 730)
    first.close()
    second = Window()
    qtbot.addWidget(second)
    assert (second.width(), second.height()) == (1290, 730)


@pytest.mark.parametrize("state", ["idle", "paused"])
def test_that_the_window_closes_at_once_when_nothing_can_be_lost(shown, state, monkeypatch):
    monkeypatch.setattr(leaving, "ask_how_to_leave", lambda *_: pytest.fail("nothing to ask"))
    running(shown.desk, state)
    shown.desk.live.attached = state == "paused"
    assert shown.close()


def test_that_a_run_going_on_is_asked_about_and_cancel_stays(shown, monkeypatch):
    asked = []
    monkeypatch.setattr(
        leaving, "ask_how_to_leave", lambda _, live: asked.append(live.name) or "cancel"
    )
    running(shown.desk)
    assert not shown.close()
    assert shown.isVisible()
    assert asked == ["My run"]


@pytest.mark.parametrize(("answer", "end"), [("pause", "paused"), ("finish", "finished")])
def test_that_the_window_waits_for_the_run_and_then_closes(shown, monkeypatch, answer, end):
    wishes = []
    monkeypatch.setattr(leaving, "ask_how_to_leave", lambda *_: answer)
    monkeypatch.setattr(shown.desk, "ask", wishes.append)
    running(shown.desk)
    assert not shown.close()
    assert wishes == [answer]
    shown.desk.live.changed.emit()
    assert shown.isVisible()
    shown.desk.live.state = end
    shown.desk.live.attached = end == "paused"
    shown.desk.live.changed.emit()
    assert not shown.isVisible()


def test_that_a_run_that_does_not_save_in_time_can_be_left_behind(shown, monkeypatch, qtbot):
    monkeypatch.setattr(leaving, "ask_how_to_leave", lambda *_: "pause")
    monkeypatch.setattr(shown.desk, "ask", lambda _wish: None)
    shown.way_out.patience.setInterval(10)
    running(shown.desk)
    assert not shown.close()
    qtbot.waitUntil(lambda: any("longer than usual" in words for words in said(shown)))
    shown.toasts.banners()[-1].button.click()
    assert not shown.isVisible()


def test_that_a_run_that_ended_while_asking_lets_the_window_close(shown, monkeypatch):
    def answer(*_: object) -> str:
        shown.desk.live.attached = False
        return "pause"

    monkeypatch.setattr(leaving, "ask_how_to_leave", answer)
    running(shown.desk)
    assert shown.close()


def test_that_the_question_follows_a_run_that_ends_meanwhile(shown, monkeypatch):
    seen = []

    def meanwhile(dialog: LeavingDialog) -> None:
        dialog.show()
        seen.append((dialog.head.text(), dialog.finish.isVisible(), dialog.pause.text()))
        shown.desk.live.attached = False
        shown.desk.live.changed.emit()
        seen.append((dialog.head.text(), dialog.finish.isVisible(), dialog.pause.text()))
        dialog.pause.click()

    monkeypatch.setattr(LeavingDialog, "exec", meanwhile)
    running(shown.desk)
    assert shown.close()
    assert seen == [
        ("“My run” is still getting ready", True, "Pause and save"),
        ("“My run” has ended", False, "Close"),
    ]


def test_that_a_run_that_has_not_begun_is_not_said_to_learn(qtbot):
    dialog = LeavingDialog(None, "My run", begun=False)
    qtbot.addWidget(dialog)
    assert dialog.head.text() == "“My run” is still getting ready"
    assert "learnt nothing yet" in dialog.words.text()


@pytest.mark.parametrize(
    ("button", "answer"), [("pause", "pause"), ("finish", "finish"), ("stay", "cancel")]
)
def test_that_the_dialog_answers_what_was_pressed(qtbot, button, answer):
    dialog = LeavingDialog(None, "My run")
    qtbot.addWidget(dialog)
    dialog.show()
    getattr(dialog, button).click()
    assert dialog.answer == answer


def test_that_enter_pauses_and_escape_stays(qtbot):
    for key, answer in ((Qt.Key.Key_Return, "pause"), (Qt.Key.Key_Escape, "cancel")):
        dialog = LeavingDialog(None, "My run")
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        qtbot.keyClick(dialog, key)
        assert dialog.answer == answer


def test_that_twenty_thousand_calls_lose_no_reference(qapp):
    before = sys.getrefcount(None)
    for _ in range(20_000):
        qapp.processEvents()
    assert abs(sys.getrefcount(None) - before) < 50 or sys.version_info >= (3, 12)
