"""Notes and tags on runs, the trash, and the session that comes back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from engine.predictions import write
from engine.report.header import header
from engine.store import RunStore, tidy_tags
from tests.workbench.made_predictions import made, with_clouds
from workbench import prefs
from workbench.desk import Desk
from workbench.models.run_table import RUN
from workbench.pages.compare import ComparePage
from workbench.pages.home import HomePage
from workbench.views.notes_dialog import NotesDialog
from workbench.views.notes_pane import NotesPane
from workbench.views.trash_dialog import TrashDialog
from workbench.window import Window

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def home(desk, qtbot):
    page = HomePage(desk)
    qtbot.addWidget(page)
    page.resize(1252, 860)
    page.show()
    with qtbot.waitActive(page):
        page.activateWindow()
    return page


def read(desk, qtbot, count):
    desk.shelf.read()
    qtbot.waitUntil(lambda: len(desk.shelf.runs) == count)


def modal(qtbot, kind):
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind))
    return QApplication.activeModalWidget()


def test_that_tags_are_tidied():
    assert tidy_tags([" a  b ", "", "a b", "x" * 40, "line\nbreak"]) == (
        "a b",
        "x" * 24,
        "line break",
    )


def test_that_tags_lie_beside_the_run_and_damage_only_costs_them(make_run):
    run = make_run("One")
    assert run.tags == ()
    run.write_tags(["chairs", "try again", "chairs"])
    assert (run.path / "tags.txt").read_text() == "chairs\ntry again\n"
    assert RunStore().runs()[0].tags == ("chairs", "try again")
    (run.path / "tags.txt").write_bytes(b"\xff\xfe\x00")
    assert RunStore().runs()[0].tags == ()


def test_that_home_writes_notes_and_tags_and_finds_by_tag(home, desk, qtbot, make_run):
    first, _second = make_run("Blue"), make_run("Red")
    read(desk, qtbot, 2)
    run = next(run for run in desk.shelf.runs if run.name == "Blue")
    action = next(a for a in home.menu(run).actions() if a.text() == "Name, notes and tags…")
    action.trigger()
    dialog = modal(qtbot, NotesDialog)
    qtbot.keyClicks(dialog.pane.tags, "chairs, try again")
    qtbot.keyClick(dialog.pane.tags, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Enter ends the field, not the dialog"
    qtbot.keyClicks(dialog.pane.editor, "Too many turned away.")
    qtbot.mouseClick(dialog.close_button, LEFT)
    assert first.tags == ("chairs", "try again")
    qtbot.waitUntil(lambda: first.notes == "Too many turned away.")
    qtbot.waitUntil(lambda: any(run.tags for run in desk.shelf.runs))
    qtbot.keyClick(home, "f", Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(home.search, "try chai")
    assert [home.model.summary(row).name for row in range(home.model.rowCount())] == ["Blue"]
    index = home.model.index(0, RUN)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Blue, chairs, try again"
    qtbot.keyClicks(home.search, "zzz")
    assert home._stack.currentIndex() == 2
    qtbot.keyClick(home.search, Qt.Key.Key_Escape)
    assert home.model.rowCount() == 2


def test_that_f2_renames_a_run_everywhere_and_the_last_step_back_takes_it_back(
    window_of, qtbot, make_run
):
    path = make_run("Blue", {"acc_closed": 0.9}).path
    make_run("Red", {"acc_closed": 0.8})
    window = window_of()
    desk = window.desk
    qtbot.waitUntil(lambda: len(desk.shelf.runs) == 2)
    home = window.page("home")
    with qtbot.waitActive(window):
        window.activateWindow()
    row = next(row for row in range(2) if home.model.summary(row).name == "Blue")
    home.table.setFocus()
    home.table.setCurrentIndex(home.model.index(row, RUN))
    qtbot.keyClick(home.table, Qt.Key.Key_F2)
    dialog = modal(qtbot, NotesDialog)
    qtbot.waitUntil(lambda: dialog.pane.name.selectedText() == "Blue")
    qtbot.keyClicks(dialog.pane.name, "Green")
    qtbot.keyClick(dialog.pane.name, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Enter ends the field, not the dialog"
    qtbot.mouseClick(dialog.close_button, LEFT)
    names = {"Green", "Red"}
    qtbot.waitUntil(lambda: {run.name for run in desk.shelf.runs} == names)
    assert path.exists() and RunStore().open(path).experiment.name == "Blue"
    banner = window.toasts.banners()[0]
    assert banner.button.text() == "Take it back"
    window.go("compare")
    compare = window.page("compare")
    compare.fold.setChecked(False)
    assert {line.run.name for line in compare.table.lines} == names
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: {run.name for run in desk.shelf.runs} == {"Blue", "Red"})
    assert not desk.can_restore
    qtbot.waitUntil(lambda: not window.toasts.banners())


def test_that_another_run_can_be_shown_after_the_one_in_the_pane_was_thrown_away(
    desk, qtbot, make_run
):
    make_run("Blue"), make_run("Red")
    read(desk, qtbot, 2)
    blue, red = sorted(desk.shelf.runs, key=lambda run: run.name)
    pane = NotesPane()
    qtbot.addWidget(pane)
    asked = []
    pane.named.connect(lambda path, name: asked.append((path, name)))
    pane.show_run(blue)
    desk.store.discard(blue.path)
    pane.show_run(red)
    pane.show_run(blue)
    pane.name.setText("Green")
    pane.save_name()
    pane.show_run(None)
    assert asked == [(blue.path, "Green")]


def test_that_the_run_on_training_follows_its_name(desk, qtbot, make_run):
    run = make_run("Blue", {"acc_closed": 0.9})
    desk.show_run(run.path)
    qtbot.waitUntil(lambda: desk.live.name == "Blue")
    desk.rename(run.path, "Green")
    assert desk.live.name == "Green"
    desk.live.clear()
    desk.show_run(run.path)
    qtbot.waitUntil(lambda: desk.live.name == "Green")


def test_that_a_new_name_can_be_taken_back_once_and_is_not_offered_anew(desk, make_run):
    run, offered = make_run("Blue"), []
    desk.can_take_back.connect(offered.append)
    desk.rename(run.path, "Green")
    desk.restore()
    assert (run.name, desk.can_restore) == ("Blue", False)
    assert offered == ["“Blue” is called “Green” now."]


def test_that_the_report_says_the_new_name(make_run, tmp_path):
    run = make_run("Blue", {"acc_closed": 0.9})
    run.write_name("Green")
    assert "<h1>Green</h1>" in header(run, {})


def test_that_delete_moves_the_selected_run_to_the_trash_and_ctrl_e_opens_its_notes(
    home, desk, qtbot, make_run
):
    make_run("Blue")
    read(desk, qtbot, 1)
    qtbot.keyClick(home.table, Qt.Key.Key_Delete)
    assert desk.store.trash() == [], "nothing is selected"
    home.table.setFocus()
    qtbot.keyClick(home.table, Qt.Key.Key_Down)
    qtbot.keyClick(home.table, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    modal(qtbot, NotesDialog).close()
    qtbot.keyClick(home.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: desk.shelf.runs == [])
    assert [run.name for run in desk.store.trash()] == ["Blue"]


def test_that_tags_are_drawn_behind_the_name(home, desk, qtbot, make_run, picture):
    run = make_run("Blue")
    read(desk, qtbot, 1)
    before = picture(home.table)
    run.write_tags(["chairs"])
    desk.shelf.read()
    qtbot.waitUntil(lambda: desk.shelf.runs[0].tags == ("chairs",))
    assert picture(home.table) != before


def test_that_compare_writes_tags_and_finds_by_them(desk, qtbot, make_run):
    run = make_run("Blue", {"acc_closed": 0.9})
    make_run("Red", {"acc_closed": 0.8})
    page = ComparePage(desk)
    qtbot.addWidget(page)
    page.resize(1252, 860)
    page.show()
    page.shown()
    page.fold.setChecked(False)
    qtbot.waitUntil(lambda: page.list.found.rowCount() == 2)
    line = next(line for line in page.table.lines if line.run.name == "Blue")
    action = next(a for a in page.list.menu(line).actions() if a.text() == "Name, notes and tags…")
    action.trigger()
    assert page.notes.isVisible()
    qtbot.keyClicks(page.notes.tags, "chairs")
    qtbot.keyClick(page.notes.tags, Qt.Key.Key_Return)
    assert run.tags == ("chairs",)
    qtbot.waitUntil(lambda: any(own.tags for own in desk.shelf.runs))
    qtbot.keyClicks(page.search, "chair")
    assert page.list.found.rowCount() == 1
    assert page.list.found.line(0).run.name == "Blue"


def test_that_any_run_can_be_taken_back_from_the_trash(home, desk, qtbot, make_run):
    assert not home.trash.isVisible(), "there is nothing in it"
    for name in ("Blue", "Red"):
        desk.forget(make_run(name).path)
    read(desk, qtbot, 0)
    qtbot.mouseClick(home.trash, LEFT)
    dialog = modal(qtbot, TrashDialog)
    assert {back.accessibleName() for back in dialog.backs} == {
        "Take “Blue” back",
        "Take “Red” back",
    }
    blue = next(back for back in dialog.backs if "Blue" in back.accessibleName())
    qtbot.mouseClick(blue, LEFT)
    qtbot.waitUntil(lambda: [run.name for run in desk.shelf.runs] == ["Blue"])
    assert len(dialog.backs) == 1
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_that_emptying_asks_first_and_then_is_final(home, desk, qtbot, make_run):
    desk.forget(make_run("Blue").path)
    dialog = TrashDialog(desk, home)
    dialog.open()
    qtbot.mouseClick(dialog.empty, LEFT)
    assert dialog.question.isVisible()
    assert len(desk.store.trash()) == 1, "a question deletes nothing"
    qtbot.mouseClick(dialog.question.close_button, LEFT)
    assert not dialog.question.isVisible()
    qtbot.mouseClick(dialog.empty, LEFT)
    qtbot.mouseClick(dialog.question.button, LEFT)
    assert desk.store.trash() == []
    assert desk.trashed is None
    assert not dialog.empty.isEnabled()
    dialog.accept()


@pytest.fixture
def window_of(qtbot):
    desks = []

    def make() -> Window:
        desk = Desk(session="thread")
        desks.append(desk)
        window = Window()
        qtbot.addWidget(window)
        window.resize(1440, 900)
        window.show()
        window.furnish(desk)
        return window

    yield make
    for desk in desks:
        desk.close()


def test_that_page_run_and_threshold_come_back(window_of, make_run, qtbot, tmp_path):
    for name in ("First", "Second"):
        run = make_run(name, results={"acc_closed": 0.8})
        write(run.predictions_path, with_clouds(made(threshold=0.45), tmp_path))
    window = window_of()
    qtbot.waitUntil(lambda: len(window.desk.shelf.runs) == 2)
    older = window.desk.shelf.runs[1].path
    window.desk.look(older)
    page = window.page("openset")
    qtbot.waitUntil(lambda: page.model.ready)
    page.card.plot.setFocus()
    qtbot.keyClick(page.card.plot, Qt.Key.Key_Home)
    qtbot.keyClick(page.card.plot, Qt.Key.Key_Right)
    step = page.model.step
    window.close()
    again = window_of()
    qtbot.waitUntil(lambda: again.shown_key() == "openset")
    model = again.page("openset").model
    qtbot.waitUntil(lambda: model.ready and model.step == step == 10)
    assert again.desk.opened == older


def test_that_a_threshold_that_a_rule_chose_comes_back_as_that_rules(
    window_of, make_run, qtbot, tmp_path
):
    run = make_run("Joint", results={"acc_closed": 0.8})
    write(run.predictions_path, with_clouds(made(threshold=0.45), tmp_path))
    window = window_of()
    qtbot.waitUntil(lambda: len(window.desk.shelf.runs) == 1)
    window.desk.look(run.path)
    page = window.page("openset")
    qtbot.waitUntil(lambda: page.model.ready)
    page.model.aim(recall=0.7)
    page.model.snap("recall")
    value = page.model.value
    assert page.model.step != page.model.scale.step(0.45), "else it would come back anyhow"
    window.close()
    again = window_of()
    qtbot.waitUntil(lambda: again.shown_key() == "openset")
    model = again.page("openset").model
    qtbot.waitUntil(lambda: model.ready and model.value == value)
    assert model.reason is not None and model.reason.rule == "recall"
    assert model.targets.recall == 0.7
    assert not model.tuned_on_test


def test_that_what_is_gone_is_not_missed(window_of, qtbot, make_run):
    make_run("Only")
    for key, value in (("page", "nowhere"), ("run", "/gone"), ("training", "/gone"), ("step", 7)):
        prefs.put(f"session/{key}", value)
    window = window_of()
    qtbot.waitUntil(lambda: len(window.desk.shelf.runs) == 1)
    qtbot.wait(50)
    assert window.shown_key() == "home"
    assert window.desk.opened is None


def test_that_the_person_who_is_quicker_stays_where_they_are(window_of, qtbot, make_run):
    make_run("Only")
    prefs.put("session/page", "data")
    window = window_of()
    window.go("compare")
    qtbot.waitUntil(lambda: len(window.desk.shelf.runs) == 1)
    qtbot.wait(50)
    assert window.shown_key() == "compare"
