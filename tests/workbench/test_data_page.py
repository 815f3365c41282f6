"""The Data page under real clicks, on a small data set and on the desk of the window."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from engine.experiment import Choice
from tests.workbench.made_clouds import made_clouds
from workbench import opening, theme
from workbench.desk import Desk
from workbench.models.drafting import take
from workbench.models.kinds import Heading, kind_color
from workbench.models.recent_data import recent
from workbench.pages.data import REFUSED, DataPage
from workbench.views.kinds_card import NOTE


@pytest.fixture
def desk():
    """A desk with the small data set on it."""
    made = Desk(session="thread")
    _lay(made, made_clouds())
    yield made
    made.close()


def _lay(desk, clouds, choice=None):
    desk.clouds, desk.known = clouds, clouds.known
    desk.data_choice = choice or Choice(name="shapes")
    desk.data_changed.emit()
    desk.known_changed.emit()


@pytest.fixture
def page(desk, qtbot):
    made = DataPage(desk)
    qtbot.addWidget(made)
    made.resize(1240, 840)
    made.show()
    made.look.turns.setChecked(False)
    return made


def _click_kind(qtbot, page, kind):
    place = page.card.list.visualRect(page.card.kinds.place_of(kind)).center()
    place.setX(60)
    qtbot.mouseClick(page.card.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _click_switch(qtbot, page, kind):
    place = page.card.list.switch_rect(kind).center().toPoint()
    qtbot.mouseClick(page.card.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def _groups(page):
    rows = [page.card.kinds.row(index) for index in map(page.card.kinds.index, _range(page))]
    groups = {}
    for row in rows:
        if isinstance(row, Heading):
            group = groups.setdefault(row.text, [])
        else:
            group.append(row.name)
    return groups


def _range(page):
    return range(page.card.kinds.rowCount())


def _click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_that_the_kinds_stand_in_their_groups_with_their_counts(page):
    assert _groups(page) == {
        "Known to the model": ["ball", "cone", "night_stand"],
        "Strangers": ["tube"],
    }
    row = page.card.kinds.row(page.card.kinds.place_of("night_stand"))
    assert (row.title, row.count, row.share) == ("night stand", 6, 1.0)
    assert page._sentence.text() == (
        "4 kinds of object. The model may learn 3; the other 1 arrives later as a stranger."
    )


def test_that_clicking_a_kind_shows_its_objects_and_the_first_one_closely(page, qtbot):
    _click_kind(qtbot, page, "cone")
    assert page._kind_title.text() == "Cone"
    assert page._kind_count.text() == "6 objects"
    assert page.gallery.tiles.rowCount() == 6
    assert page.look.view.chips.texts() == ["cone_0000", "256 points", "learn from"]


def test_that_clicking_a_tile_shows_that_object(page, qtbot):
    place = page.gallery.visualRect(page.gallery.tiles.index(5)).center()
    qtbot.mouseClick(page.gallery.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.look.view.chips.texts() == ["ball_0005", "256 points", "test"]


@pytest.mark.parametrize(("part", "rows"), [(0, range(6)), (1, range(4)), (2, (4, 5))])
def test_that_the_parts_show_what_they_say(page, qtbot, part, rows):
    _click(qtbot, page.part._group.button(part))
    shown = [tile.row for tile in page.gallery.tiles._tiles]
    assert shown == list(rows)
    assert page._kind_count.text() == f"{len(shown)} objects"


def test_that_a_switch_moves_a_kind_between_the_groups_without_picking_it(page, qtbot, desk):
    _click_switch(qtbot, page, "night_stand")
    assert desk.known == ("ball", "cone")
    assert _groups(page)["Strangers"] == ["night_stand", "tube"]
    assert page._kind_title.text() == "Ball"
    _click_switch(qtbot, page, "tube")
    assert desk.known == ("ball", "cone", "tube")
    assert desk.draft.data.known == ("ball", "cone", "tube")


def test_that_a_switched_kind_is_taken_back_as_any_other_setting(page, qtbot, desk):
    _click_switch(qtbot, page, "tube")
    take(page.undo, desk, desk.draft.with_values(name="Mine"), "name")
    assert desk.known == ("ball", "cone", "night_stand", "tube")
    went = []
    desk.navigate.connect(went.append)
    page.undo.undo()
    page.undo.undo()
    assert went == ["setup", "data"]  # each where it can be seen
    assert desk.known == desk.draft.data.known == ("ball", "cone", "night_stand")
    assert _groups(page)["Strangers"] == ["tube"]
    page.undo.redo()
    assert desk.known == ("ball", "cone", "night_stand", "tube")
    assert went[-1] == "data"


def test_that_kinds_of_other_data_are_left_as_they_are(page, qtbot, desk):
    _click_switch(qtbot, page, "tube")
    _lay(desk, made_clouds(), Choice(name="folder"))
    page.undo.undo()
    assert desk.known == ("ball", "cone", "night_stand")
    page.undo.redo()
    assert desk.known == ("ball", "cone", "night_stand")


def test_that_space_switches_the_kind_in_hand(page, qtbot, desk):
    page.card.list.pick("tube")
    qtbot.keyClick(page.card.list, Qt.Key.Key_Space)
    assert "tube" in desk.known


def test_that_at_least_two_kinds_stay_known_and_the_page_says_so(page, qtbot, desk):
    _click_switch(qtbot, page, "night_stand")
    _click_switch(qtbot, page, "cone")
    assert desk.known == ("ball", "cone")
    assert page.card.note() == REFUSED
    _click_switch(qtbot, page, "tube")
    assert page.card.note() == NOTE


def test_that_a_kind_that_becomes_a_stranger_takes_the_colour_of_strangers(page, qtbot):
    assert {tile.color for tile in page.gallery.tiles._tiles} == {0}
    _click_switch(qtbot, page, "ball")
    assert {tile.color for tile in page.gallery.tiles._tiles} == {"unknown"}


def test_that_the_search_keeps_only_what_fits(page, qtbot):
    qtbot.keyClicks(page.card.search, "NIGHT S")
    assert _groups(page) == {"Known to the model": ["night_stand"]}
    page.card.search.clear()
    assert len(_groups(page)) == 2


def test_that_a_search_without_a_hit_says_so_and_escape_ends_it(page, qtbot):
    qtbot.keyClicks(page.card.search, "zzz")
    assert page.card.nothing.isVisible()
    assert page.card.nothing.text() == "Nothing is called “zzz”."
    qtbot.keyClick(page.card.search, Qt.Key.Key_Escape)
    assert not page.card.nothing.isVisible()
    assert len(_groups(page)) == 2


def test_that_the_colours_and_their_legend_follow_the_choice(page, qtbot):
    _, _, depth, _ = page.look.way._group.buttons()
    _click(qtbot, page.look.way._group.button(0))
    view = page.look.view
    assert not view.legend.isVisible()
    assert len({tuple(color) for color in view.colors.tolist()}) == 1
    _click(qtbot, depth)
    assert view.legend.isVisible()
    before = view.colors.copy()
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert (view.colors != before).any()


def test_that_fewer_points_are_part_of_the_same_object(page):
    page.look.amount.setValue(0)
    few = {tuple(point) for point in page.look.view.points.tolist()}
    assert len(few) == 128
    assert few < {tuple(point) for point in page.desk.clouds.points[0].tolist()}
    assert page.look.view.chips.texts()[1] == "128 points"


def test_that_the_switch_for_turning_goes_off_with_the_first_press_on_the_cloud(page, qtbot):
    _click(qtbot, page.look.turns)
    assert page.look.view.turntable.on
    _click(qtbot, page.look.view.canvas)
    assert not page.look.turns.isChecked()


def test_that_made_data_is_marked_and_files_are_not(page, desk):
    assert not page.made.isVisible()
    _lay(desk, made_clouds(made=True))
    assert page.made.isVisible()


def test_that_every_note_on_the_data_can_be_read_by_scrolling(page, desk, qtbot):
    assert not page.problems.isVisible()
    _lay(desk, made_clouds(problems=tuple(f"{i}.off is damaged." for i in range(40))))
    assert page.problems.text() == "40 notes"
    _click(qtbot, page.problems)
    assert page.remarks.accessibleName().splitlines()[-1] == "39.off is damaged."
    bar = page.remarks.pane.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert page.remarks.height() < 300
    _click(qtbot, page.problems)
    assert not page.remarks.isVisible()


def test_that_few_notes_do_not_scroll(page, desk, qtbot):
    _lay(desk, made_clouds(problems=("One is damaged.",)))
    assert page.problems.text() == "1 note"
    _click(qtbot, page.problems)
    qtbot.waitUntil(page.remarks.isVisible)
    assert page.remarks.pane.verticalScrollBar().maximum() == 0
    _click(qtbot, page.remarks.close_button)
    assert not page.remarks.isVisible()


def test_that_a_kind_keeps_its_colour_whichever_others_are_known(page, desk):
    clouds = desk.clouds
    before = {kind: kind_color(kind, clouds, desk.known) for kind in desk.known}
    assert before == {"ball": 0, "cone": 1, "night_stand": 2}
    desk.set_known(("cone", "night_stand"))
    shown = {row.name: row.color for row in page.card.kinds._kinds}
    assert shown == {"ball": "unknown", "cone": 1, "night_stand": 2, "tube": "unknown"}
    desk.set_known(("cone", "tube"))
    assert kind_color("tube", clouds, desk.known) == 3


def test_that_the_warning_of_two_kinds_goes_with_its_reason(page, desk, qtbot):
    desk.set_known(("ball", "cone"))
    _click_switch(qtbot, page, "ball")
    assert page.card.note() == REFUSED
    desk.set_known(("ball", "cone", "tube"))
    assert page.card.note() == NOTE


def test_that_the_work_is_shown_while_data_is_prepared(page, desk):
    desk.data_phase.emit("Reading chair", 0.25)
    assert page.work.isVisible()
    assert page.work.accessibleName() == "Reading chair, 25 %"
    _lay(desk, made_clouds(each=5))
    assert not page.work.isVisible()
    assert page._kind_count.text() == "5 objects"


def test_that_a_failure_is_a_sentence_and_the_former_data_stays(page, desk):
    desk.data_phase.emit("Reading", -1.0)
    desk.data_problem.emit("The folder is empty. Nothing was changed.")
    assert page.banner.isVisible()
    assert page.banner.text() == "The folder is empty. Nothing was changed."
    assert not page.work.isVisible()
    assert page.gallery.tiles.rowCount() == 6


def test_that_another_data_set_with_other_kinds_starts_at_its_first_known_kind(page, desk, qtbot):
    _click_kind(qtbot, page, "tube")
    kinds = ("apple", "bread", "corn", "dill")
    _lay(desk, replace(made_clouds(), kinds=kinds, known=("bread", "corn"), title="Food"))
    assert page._kind_title.text() == "Bread"
    assert page.card.picker.accessibleName() == "Data set: Food, 24 objects · 4 kinds"


def test_that_a_theme_switch_recolours_the_cloud(page):
    before = page.look.view.colors.copy()
    theme.use("light")
    assert (page.look.view.colors != before).any()


def test_that_an_empty_desk_offers_the_built_in_shapes(qtbot, monkeypatch):
    desk = Desk(session="thread")
    wanted = []
    monkeypatch.setattr(desk, "open_data", wanted.append)
    page = DataPage(desk)
    qtbot.addWidget(page)
    page.show()
    assert page.empty.isVisible()
    _click(qtbot, page.empty.button)
    assert wanted == [Choice(name="shapes")]
    desk.close()


def test_that_what_was_open_is_offered_again(page, desk, monkeypatch):
    wanted = []
    monkeypatch.setattr(desk, "open_data", wanted.append)
    folder = Choice.model_validate({"name": "folder", "path": "/somewhere"})
    _lay(desk, made_clouds(title="My things"), folder)
    _lay(desk, made_clouds())
    assert [entry.title for entry in recent()] == ["Simple shapes", "My things"]
    built_in, _, _, _, mine = page.card.picker.menu().actions()
    assert mine.text() == "My things"
    mine.trigger()
    built_in.trigger()
    assert wanted == [folder, Choice(name="shapes")]


def test_that_open_another_offers_a_folder_or_a_file(page, tmp_path, monkeypatch):
    opened = []
    file, folder = tmp_path / "mine.h5", tmp_path / "mine"
    monkeypatch.setattr(opening, "open_path", lambda _desk, path: opened.append(path))
    monkeypatch.setattr(opening.QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    monkeypatch.setattr(opening.QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    of_folder, of_file = page.open_button.menu().actions()
    of_folder.trigger()
    of_file.trigger()
    page.card.picker.file_wanted.emit()
    assert opened == [folder, file, file]


def test_that_the_page_fits_the_smallest_window(page):
    assert page.minimumSizeHint().width() <= 1280 - 64
    assert page.minimumSizeHint().height() <= 720


def test_that_the_built_in_shapes_really_open(page, desk, qtbot):
    tiny = Choice.model_validate({"name": "shapes", "per_kind": 2, "points": 32})
    with qtbot.waitSignal(desk.data_changed, timeout=60_000):
        desk.open_data(tiny)
    assert len(desk.clouds.kinds) == 40
    assert page.made.isVisible()
    assert page._kind_count.text() == "2 objects"
