"""Home: ways to begin, and the list of runs."""

import math
import time
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices

from engine.clouds import Clouds
from engine.datasets.modelnet import TEN
from engine.events import Paused, Phase, Progress
from engine.experiment import Experiment
from workbench import theme
from workbench.desk import Desk
from workbench.models import run_table
from workbench.models.run_table import CURVE, DETAIL, KNOWN, RUN, STATUS, STRANGERS
from workbench.pages import home
from workbench.pages.home import HomePage
from workbench.tour.learn import quick
from workbench.views.home_art import Shape, ShelfArt, shelf_of

TESTED = {"acc_closed": 0.871, "acc_open": 0.41}


@pytest.fixture
def desk():
    """A desk whose engines are never started, and where it was sent to."""
    desk = Desk(session="thread")
    desk.went = []
    desk.navigate.connect(desk.went.append)
    yield desk
    desk.live.attached = False
    desk.close()


@pytest.fixture
def open_home(qtbot, desk):
    """Builds the page and waits until it has read the runs."""

    def build() -> HomePage:
        page = HomePage(desk)
        qtbot.addWidget(page)
        page.resize(1252, 900)
        page.show()
        with qtbot.waitSignal(page.model.modelReset):
            page.shown()
        return page

    return build


def cell(page: HomePage, row: int, column: int, role=Qt.ItemDataRole.DisplayRole) -> str:
    return page.model.index(row, column).data(role)


def test_that_home_without_runs_says_so(open_home):
    page = open_home()
    assert page.model.rowCount() == 0
    assert page._stack.currentWidget() is not page.table
    assert page._count.text() == ""


def test_that_a_tested_run_shows_its_two_numbers(open_home, make_run):
    make_run("Small", TESTED)
    page = open_home()
    assert page._stack.currentWidget() is page.table
    assert cell(page, 0, RUN) == "Small"
    assert cell(page, 0, STATUS) == "Done"
    assert (cell(page, 0, KNOWN), cell(page, 0, STRANGERS)) == ("87.1 %", "41.0 %")
    assert cell(page, 0, CURVE) == "3 passes"
    assert cell(page, 0, STATUS, DETAIL).startswith("today")
    assert page._count.text() == "1 run · Enter or a double click opens one"


def test_that_what_was_not_measured_is_a_dash(open_home, make_run):
    make_run("Broken off")
    page = open_home()
    assert cell(page, 0, STATUS) == "Interrupted"
    assert (cell(page, 0, KNOWN), cell(page, 0, STRANGERS)) == ("–", "–")


def test_that_a_run_that_went_on_after_its_test_shows_no_old_figures(open_home, make_run):
    make_run("Small", TESTED).log.append(Paused(step=20))
    page = open_home()
    assert cell(page, 0, STATUS) == "Paused"
    assert (cell(page, 0, KNOWN), cell(page, 0, STRANGERS)) == ("–", "–")


def test_that_runs_of_one_name_are_told_apart_by_their_time(open_home, make_run):
    for name in ("Twin", "Twin", "Alone"):
        make_run(name)
    page = open_home()
    names = sorted(cell(page, row, RUN) for row in range(3))
    clock = datetime.fromtimestamp(page.model.summary(0).when)
    assert names[0] == "Alone"
    assert all(name.startswith(f"Twin · {clock:%H}:") for name in names[1:])
    assert names[1] != names[2]  # though they are of one minute


def test_that_the_list_draws_every_kind_of_row_in_both_themes(open_home, make_run, picture):
    make_run("Done", TESTED)
    make_run("Broken off")
    make_run("Never begun", started=False)
    page = open_home()
    page.table.selectRow(1)
    images = [picture(page)]
    theme.use("light")
    images.append(picture(page))
    assert images[0] != images[1]


def test_that_the_time_left_of_the_running_one_is_shown(open_home, make_run, desk):
    run = make_run("Going on")
    page = open_home()
    summary = page.model.summary(0)
    desk.live.begin(Experiment(name="Going on"))
    desk.live.run = run.path
    object.__setattr__(summary, "state", "running")
    progress = Progress(step=1, steps=9, epoch=1, epochs=3, clouds_per_second=10, seconds_left=720)
    desk.live.take([progress])
    assert cell(page, 0, STATUS, DETAIL) == "12 min left"
    desk.live.take([Phase(name="Testing", part="testing", fraction=0.2)])
    assert cell(page, 0, STATUS, DETAIL) == "testing …"


def test_that_recipes_have_their_plain_title_once_it_is_known(open_home, make_run, desk, qtbot):
    make_run("Small")
    page = open_home()
    desk.schema = {}
    assert cell(page, 0, RUN, DETAIL) == "Student"
    desk.schema = {"recipe": {"student": {"title": "Student on its own"}, "joint": {}}}
    assert cell(page, 0, RUN, DETAIL) == "Student on its own"
    with qtbot.waitSignal(page.model.dataChanged):
        desk.schema_changed.emit()
    assert page._recipes.text() == "2 recipes"


def test_that_new_runs_appear_when_the_desk_says_so(open_home, make_run, desk, qtbot):
    page = open_home()
    make_run("New")
    with qtbot.waitSignal(page.model.modelReset):
        desk.shelf.read()
    assert page.model.rowCount() == 1


def test_that_a_wish_to_read_again_while_reading_is_kept(open_home, make_run, desk, qtbot):
    page = open_home()
    desk.shelf.read()
    make_run("Late")
    desk.shelf.read()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)


def test_that_a_tested_run_opens_on_open_set(open_home, make_run, desk):
    path = make_run("Small", TESTED).path
    page = open_home()
    page.table.activated.emit(page.model.index(0, KNOWN))
    assert desk.opened == path
    assert desk.went == ["openset"]


def test_that_a_run_that_learnt_from_pictures_says_how_well_and_opens_on_concepts(
    open_home, aligned_run, desk
):
    path = aligned_run("Pictures").path
    page = open_home()
    told = cell(page, 0, RUN, DETAIL)
    assert told.endswith(" · explains 42 % of what the picture’s teacher says")
    assert (cell(page, 0, KNOWN), cell(page, 0, STRANGERS)) == ("–", "–")
    assert cell(page, 0, CURVE) == "3 passes"
    page.table.activated.emit(page.model.index(0, RUN))
    assert (desk.opened, desk.opened_concepts, desk.went) == (None, path, ["concepts"])


def test_that_open_at_the_end_of_a_row_opens_its_run_and_the_rest_only_selects(
    open_home, make_run, desk, qtbot
):
    make_run("Small", TESTED)
    page = open_home()
    row = page.table.visualRect(page.model.index(0, CURVE))
    click = partial(qtbot.mouseClick, page.table.viewport(), Qt.MouseButton.LeftButton)
    click(pos=row.center())
    assert desk.went == []
    click(pos=row.center() + QPoint(row.width() // 2 - 20, 0))
    assert desk.went == ["openset"]


def test_that_a_double_click_opens_a_run_and_its_row_says_so(open_home, make_run, desk, qtbot):
    path = make_run("Small", TESTED).path
    page = open_home()
    told = cell(page, 0, KNOWN, Qt.ItemDataRole.ToolTipRole)
    assert told == f"{path.name}\nEnter or a double click opens it; a click only selects it"
    place = page.table.visualRect(page.model.index(0, RUN)).center()
    qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.went == []
    qtbot.mouseDClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.went == ["openset"]


def test_that_enter_opens_the_selected_run(open_home, make_run, desk, qtbot):
    make_run("Small", TESTED)
    page = open_home()
    page.table.setCurrentIndex(page.model.index(0, 0))
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert desk.went == ["openset"]


def test_that_a_run_broken_off_opens_in_training_where_it_can_go_on(
    open_home, make_run, desk, qtbot
):
    path = make_run("Broken off").path
    page = open_home()
    with qtbot.waitSignal(desk.navigate):
        page.table.activated.emit(page.model.index(0, 0))
    assert desk.went == ["training"]
    assert desk.live.run == path
    assert desk.live.can_continue


def test_that_the_run_going_on_is_not_pushed_off_training(open_home, make_run, desk, qtbot):
    make_run("Broken off")
    page = open_home()
    desk.live.begin(Experiment(name="Going on"))
    with qtbot.waitSignal(desk.message) as said:
        page.table.activated.emit(page.model.index(0, 0))
    assert "Going on" in said.args[1]
    assert desk.live.name == "Going on"


def test_that_a_run_that_vanished_is_a_sentence(open_home, make_run, desk, qtbot):
    run = make_run("Gone")
    page = open_home()
    (run.path / "run.toml").unlink()
    with qtbot.waitSignal(desk.message) as said:
        page.table.activated.emit(page.model.index(0, 0))
    assert said.args[0] == "bad"
    assert desk.went == []


def test_that_the_menu_opens_shows_and_removes(open_home, make_run, desk, monkeypatch, qtbot):
    path = make_run("Small", TESTED).path
    page = open_home()
    shown, forgotten, reported = [], [], []
    monkeypatch.setattr(home, "ask_report", lambda _desk, _page, runs: reported.extend(runs))
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    monkeypatch.setattr(desk, "forget", forgotten.append)
    actions = {action.text(): action for action in page.menu(page.model.summary(0)).actions()}
    actions["Write a report…"].trigger()
    actions["Open its folder"].trigger()
    actions["Move to the trash"].trigger()
    with qtbot.waitSignal(desk.navigate):
        actions["Show how it learnt"].trigger()
    actions["Open"].trigger()
    assert (shown, forgotten, reported) == ([str(path)], [path], [path])
    assert desk.went == ["training", "openset"]


def test_that_the_run_going_on_cannot_be_removed_from_the_list(open_home, make_run, desk):
    path = make_run("Going on").path
    page = open_home()
    desk.live.begin(Experiment(name="Going on"))
    desk.live.run = path
    actions = {action.text(): action for action in page.menu(page.model.summary(0)).actions()}
    assert not actions["Move to the trash"].isEnabled()
    assert "Show" in actions


def test_that_the_demo_button_asks_for_the_demo(open_home, desk, qtbot):
    page = open_home()
    with qtbot.waitSignal(desk.demo_wanted):
        page.demo.click()


def test_that_setting_up_leads_to_set_up(open_home, desk):
    open_home().set_up.click()
    assert desk.went == ["setup"]


def test_that_no_number_is_painted_that_nothing_measured():
    source = Path(home.__file__).parents[1] / "views" / "home_art.py"
    assert "%" not in source.read_text("utf-8")


def test_that_the_shelf_shows_the_open_data_known_kinds_first(real_clouds):
    shelf = shelf_of(real_clouds, ("bed", "chair"))
    assert [(shape.kind, shape.paint) for shape in shelf] == [
        ("bed", 0), ("chair", 1), ("lamp", "unknown"),
    ]  # fmt: skip
    assert all(shape.points is not None for shape in shelf)


def test_that_the_demo_shows_the_built_in_shapes_it_learns_from_whatever_is_open(
    open_home, desk, real_clouds
):
    desk.clouds, desk.known = real_clouds, ("bed", "chair")
    page = open_home()
    desk.data_changed.emit()
    demo = quick()
    known, stranger = page._stranger._shapes
    assert (demo.data.name, demo.data.known) == ("shapes", ())
    assert known.kind in TEN
    assert stranger.kind not in TEN
    assert known.points is stranger.points is None


def test_that_a_kind_without_objects_is_not_shown(real_clouds):
    empty = replace(real_clouds, kinds=(*real_clouds.kinds, "sofa"))
    shelf = shelf_of(empty, ("bed", "sofa"))
    assert "sofa" not in [shape.kind for shape in shelf]


def test_that_there_are_as_many_tiles_as_shapes(qtbot, picture):
    """The middle of the picture is the gap of two tiles, but the tile of one."""
    art = ShelfArt()
    qtbot.addWidget(art)
    art.resize(340, 200)
    colors = []
    for count in (2, 1):
        art._shapes = [Shape("bed", 0)] * count
        colors.append(picture(art).pixelColor(170, 100))
    assert colors[1] == theme.color("bg2") != colors[0]


@pytest.fixture
def real_clouds():
    """Six clouds of three kinds, random points."""
    import numpy as np

    points = np.random.default_rng(0).normal(size=(6, 64, 3)).astype(np.float32)
    return Clouds(
        points=points,
        labels=np.array([0, 0, 1, 1, 2, 2]),
        train=np.array([True, False] * 3),
        names=tuple("abcdef"),
        kinds=("bed", "chair", "lamp"),
        known=("bed", "chair"),
        title="Made up",
    )


def test_that_the_art_is_drawn_in_the_background(open_home, desk, real_clouds, qtbot):
    page = open_home()
    desk.clouds, desk.known = real_clouds, ("bed", "chair")
    desk.data_changed.emit()
    qtbot.waitUntil(lambda: len(page._shelf._images) == 3, timeout=20_000)
    assert not page._shelf._images[0].isNull()


def test_that_built_in_shapes_are_shown_while_no_data_is_open():
    assert len(shelf_of(None, ())) == 6


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.8714, "87.1 %"), (0, "0.0 %"), (1.0, "100.0 %"), (math.nan, "–"), (None, "–"), ("?", "–")],
)
def test_that_shares_are_percent_or_a_dash(share, words):
    assert run_table.percent(share) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "1 s left"), (89, "89 s left"), (720, "12 min left"), (7200, "2.0 h left")],
)
def test_that_the_time_left_is_in_words(seconds, words):
    assert run_table.left(seconds) == words


def test_that_days_are_in_words():
    now = datetime(2026, 3, 1, 12, 0).timestamp()
    words = [
        run_table.when(datetime(*day).timestamp(), now)
        for day in ((2026, 3, 1, 9, 5), (2026, 2, 28, 9, 5), (2026, 2, 3, 9, 5), (2025, 2, 3, 9, 5))
    ]
    assert words == ["today 09:05", "yesterday 09:05", "3 Feb", "3 Feb 2025"]
    assert run_table.when(time.time()).startswith("today")
