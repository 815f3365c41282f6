"""Keys: the window's, those of each page, and a walk over every page with Tab alone."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from engine import classroom_answers, scene_answers
from engine.events import Finished
from engine.experiment import Choice, Data, Experiment
from engine.predictions import write
from engine.store import RunStore
from tests.workbench import tab_walk
from tests.workbench.made_classrooms import made_classroom
from tests.workbench.made_clouds import made_clouds
from tests.workbench.made_predictions import made, with_clouds
from tests.workbench.made_scenes import made_rooms
from workbench import theme
from workbench.deeds import Deed, deeds_of
from workbench.kit import Button, SearchField
from workbench.pages.page import Page
from workbench.window import PLACES, Window

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
PAGES = [place.key for place in PLACES]


@pytest.fixture
def filled(shown, desk, qtbot, make_run, aligned_run, tmp_path, monkeypatch):
    """The window with something to see on a page."""

    def fill(key: str) -> Window:
        if key in ("data", "mixtures"):
            monkeypatch.setattr(desk, "mix", lambda *_: None)
            desk._wanted = desk.data_choice
            desk._take_clouds(desk._wanted, made_clouds(points=64, source=Path("made.h5")))
        elif key in ("home", "openset", "compare"):
            run = make_run("Joint", results={"acc_closed": 0.8})
            write(run.predictions_path, with_clouds(made(threshold=0.45), tmp_path))
        elif key == "concepts":
            aligned_run("Pictures")
        elif key == "scenes":
            run = make_run("Boxes", results={"map25": 0.5})
            answers = made_rooms(rooms=2, points=1000, queries=20)
            scene_answers.write_scene_answers(run.path / scene_answers.NAME, answers)
        elif key == "classroom":
            told = Experiment(recipe=Choice(name="classroom"), data=Data(name="streets"))
            run = RunStore().create(told)
            answers = made_classroom(frames=2)
            classroom_answers.write_classroom_answers(run.path / classroom_answers.NAME, answers)
            results = {"task": "classroom", "frames": 2, **answers.figures}
            run.log.append(Finished(outcome="done", step=15, results=results))
        elif key == "training":
            desk.live.begin(Experiment(name="My run"))
            desk.live.changed.emit()
        shown.go(key)
        if key in ("openset", "concepts", "scenes", "classroom"):
            page = shown.page(key)
            qtbot.waitUntil(lambda: page._stack.currentIndex() == 1, timeout=10_000)
        if key in ("home", "compare"):
            qtbot.waitUntil(lambda: bool(desk.shelf.runs))
        qtbot.wait(200)
        QApplication.processEvents()
        return shown

    return fill


@pytest.mark.parametrize("key", PAGES)
def test_that_tab_alone_reaches_and_shows_everything_in_the_order_it_is_read(filled, key):
    window = filled(key)
    page = window.page(key)
    window.rail._buttons[key].setFocus(Qt.FocusReason.TabFocusReason)
    stops = tab_walk.walk(window)
    assert len([stop for stop in stops if page.isAncestorOf(stop)]) >= (key != "training")
    assert tab_walk.missed(window, stops) == []
    assert tab_walk.nameless(window) == []
    assert [tab_walk.told(stop) for stop in stops if not tab_walk.name_of(stop)] == []
    assert tab_walk.out_of_order(page, stops) == []
    unseen = [stop for stop in stops if stop.isVisible() and tab_walk.invisible_focus(stop)]
    assert [tab_walk.told(stop) for stop in unseen] == []


def test_that_the_walk_would_notice(qtbot):
    """A walk that finds nothing wrong proves something only if it can."""
    trap = QWidget()
    qtbot.addWidget(trap)
    low, high = Button("Low"), Button("")
    for place, button in enumerate((low, high, left_out := Button("Left out"))):
        button.setParent(trap)
        button.move(10, [60, 10, 110][place])
    left_out.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    trap.resize(200, 160)
    trap.show()
    with qtbot.waitActive(trap):
        trap.activateWindow()
    low.setFocus()
    stops = tab_walk.walk(trap)
    assert stops == [low, high]
    assert len(tab_walk.missed(trap, stops)) == len(tab_walk.nameless(trap)) == 1
    assert len(tab_walk.out_of_order(trap, stops)) == 1
    assert not tab_walk.invisible_focus(low)
    low.paintEvent = lambda _event: None
    assert tab_walk.invisible_focus(low)


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
@pytest.mark.parametrize(
    "name", ["palette", "keys", "words", "settings", "doctor", "notes", "trash"]
)
def test_that_every_dialog_fits_and_can_be_walked_with_tab(filled, desk, qtbot, name, size):
    window = filled("home")
    window.resize(*size)
    desk.forget(desk.shelf.runs[0].path)
    qtbot.waitUntil(lambda: desk.shelf.runs == [])
    qtbot.mouseClick(window.toasts.banners()[0].button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(desk.shelf.runs) == 1)
    if name == "trash":
        desk.forget(desk.shelf.runs[0].path)
    habits = window.habits
    {
        "palette": habits.show_palette,
        "keys": lambda: habits.show_sheet(0),
        "words": lambda: habits.show_sheet(1),
        "settings": habits.show_settings,
        "doctor": habits.show_doctor,
        "notes": lambda: window.page("home")._ask_notes(desk.shelf.runs[0]),
        "trash": window.page("home")._show_trash,
    }[name]()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    qtbot.waitUntil(dialog.isActiveWindow)
    if name == "doctor":
        qtbot.waitUntil(dialog.again.isEnabled, timeout=25_000)
    assert dialog.width() <= size[0]
    assert dialog.height() <= size[1]
    stops = tab_walk.from_the_top(tab_walk.walk(dialog))
    reached = [one for one in tab_walk.missed(dialog, stops) if "QListView" not in one]
    assert reached == [], "the list of the palette is moved from its field"
    assert tab_walk.nameless(dialog) == []
    assert tab_walk.out_of_order(dialog, stops) == []
    dialog.reject()


def test_that_ctrl_and_a_key_go_to_each_page(shown, qtbot, monkeypatch):
    monkeypatch.setattr(shown, "_build", lambda key: QWidget())
    for number, place in enumerate(PLACES, start=1):
        key = place.keys.removeprefix("Ctrl+") or str(number)
        qtbot.keyClick(shown, key.lower(), CTRL)
        assert shown.stack.currentWidget() is shown.page(place.key)


def test_that_the_other_keys_of_the_window_do_what_they_say(shown, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(shown.desk, "ask", asked.append)
    qtbot.keyClick(shown, Qt.Key.Key_Period, CTRL)
    assert asked == [], "no run is going on"
    shown.desk.live.begin(Experiment(name="My run"))
    qtbot.keyClick(shown, Qt.Key.Key_Period, CTRL)
    assert asked == ["finish"]
    qtbot.keyClick(shown, "t", CTRL)
    assert not theme.is_dark()
    qtbot.keyClick(shown, "n", CTRL)
    assert shown.stack.currentWidget() is shown.page("setup")


def test_that_arrows_move_the_threshold_from_anywhere_on_the_page(filled, qtbot):
    window = filled("openset")
    page = window.page("openset")
    qtbot.waitUntil(lambda: page.model.ready)
    page.tiles.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page.tiles.setFocus()
    at = page.model.step
    qtbot.keyClick(page.tiles, Qt.Key.Key_Right)
    assert page.model.step == at + 10
    qtbot.keyClick(page.tiles, Qt.Key.Key_Left, SHIFT)
    assert page.model.step == at - 90
    qtbot.keyClick(page.tiles, Qt.Key.Key_End)
    assert page.model.step == 1000
    qtbot.keyClick(page.tiles, Qt.Key.Key_Home)
    assert page.model.step == 0


def test_that_brackets_step_through_samples_and_objects(filled, qtbot):
    window = filled("openset")
    gallery = window.page("openset").pane.gallery
    qtbot.waitUntil(lambda: gallery.tiles.rowCount() > 2)
    first = gallery.chosen_row
    qtbot.keyClick(window.page("openset"), "]")
    second = gallery.chosen_row
    assert second != first
    qtbot.keyClick(window.page("openset"), "[")
    assert gallery.chosen_row == first


def test_that_brackets_step_through_the_objects_of_a_kind_and_stop_at_its_ends(filled, qtbot):
    page = filled("data").page("data")
    rows = []
    for _ in range(20):
        qtbot.keyClick(page, "]")
        rows.append(page.gallery.chosen_row)
    assert len(set(rows)) == page.gallery.tiles.rowCount() - 1
    assert rows[-1] == rows[-2]


def test_that_r_and_f_reset_and_fill_the_screen_wherever_the_focus_is(filled, qtbot):
    page = filled("data").page("data")
    view = page.look.view
    home = view.home
    view.look_from(home.turned(40))
    page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page.setFocus()
    qtbot.keyClick(page, "r")
    assert view.orbit == home
    qtbot.keyClick(page, "f")
    qtbot.waitUntil(lambda: view.full.window is not None)
    view.full.close()


@pytest.mark.parametrize("key", ["home", "data", "compare"])
def test_that_ctrl_f_leads_to_the_field_to_search_in(filled, qtbot, key):
    window = filled(key)
    qtbot.keyClick(window, "f", CTRL)
    field = window.focusWidget()
    assert isinstance(field, SearchField)
    assert window.page(key).isAncestorOf(field)


def test_that_letters_typed_into_a_field_stay_there(filled, qtbot):
    page = filled("data").page("data")
    page.look.view.look_from(turned := page.look.view.home.turned(40))
    page.card.search.setFocus()
    qtbot.keyClicks(page.card.search, "fr[]?")
    assert page.card.search.text() == "fr[]?"
    assert page.look.view.orbit == turned


def test_that_space_presses_a_focused_button_and_else_plays(filled, qtbot):
    page = filled("mixtures").page("mixtures")
    played = []
    deed = next(deed for deed in deeds_of(page) if deed.text() == "Play the mixing")
    deed.triggered.connect(lambda: played.append(True))
    button = next(b for b in page.findChildren(Button) if b.text() == "Deal again")
    pressed = []
    button.clicked.connect(lambda: pressed.append(True))
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert (pressed, played) == ([True], [])
    qtbot.keyClick(page, Qt.Key.Key_Space)
    assert played == [True]


@pytest.mark.parametrize("key", PAGES)
def test_that_every_key_of_a_page_is_a_deed_and_no_two_are_the_same(shown, key):
    shown.go(key)
    page = shown.page(key)
    assert isinstance(page, Page)
    keys = [deed.spoken for deed in (*deeds_of(page), *deeds_of(shown)) if deed.spoken]
    assert len(keys) == len(set(keys))
    own = [action for action in QWidget.actions(page) if not isinstance(action, Deed)]
    hidden = [found for found in page.findChildren(QShortcut) if found.parent() is page]
    loose = [a for a in page.findChildren(QAction) if a.shortcut().toString() and a not in own]
    assert own == hidden == []
    assert all(isinstance(action, Deed) for action in loose)
