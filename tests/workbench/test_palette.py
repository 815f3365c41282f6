"""The palette finds what can be done, and Enter does it; the sheets show keys and words as they are."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from workbench import theme
from workbench.deeds import deeds_of
from workbench.models.choices import offers
from workbench.models.fuzzy import best_first, rating
from workbench.models.glossary import glossary
from workbench.views.cheat_sheet import CheatSheet
from workbench.views.key_caps import caps
from workbench.views.palette import Palette
from workbench.window import Window


def opened(qtbot, shown, kind, key, modifier=Qt.KeyboardModifier.NoModifier):
    """The dialog that a key opens."""
    if not shown.isActiveWindow():
        with qtbot.waitActive(shown):
            shown.activateWindow()
    qtbot.keyClick(shown, key, modifier)
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind))
    dialog = QApplication.activeModalWidget()
    qtbot.waitUntil(lambda: dialog.isActiveWindow())
    return dialog


def palette(qtbot, shown) -> Palette:
    return opened(qtbot, shown, Palette, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)


@pytest.fixture(scope="module")
def window_offers(qapp):
    window = Window()
    yield offers(window, None, "", None)
    window.close()


def lines(palette: Palette) -> list[str]:
    return [palette.found.index(row).data() for row in range(palette.found.rowCount())]


def test_that_whole_words_come_before_parts_and_scattered_letters():
    texts = ["A hard rest", "Dark or light", "Mark it", "Open data"]
    assert best_first("dark", texts, str) == ["Dark or light"]
    assert best_first("od", texts, str) == ["Open data"]
    assert best_first("ligh da", texts, str) == ["Dark or light"]
    assert best_first("", texts, str) == texts
    assert best_first("brighter light", texts, str) == ["Dark or light"]
    assert best_first("brighter zebra", texts, str) == []
    assert rating("xyz", "Open data") is None


def test_that_letters_in_the_wrong_order_do_not_fit():
    assert rating("ba", "a b") is None
    assert rating("ab", "a b") == pytest.approx(2 / 3)


def test_that_other_words_for_a_thing_find_it_after_its_own_and_only_by_their_beginning():
    texts = ["Trainers", "Set up a run", "A strain"]
    also = {"Set up a run": "train, new"}
    assert best_first("train", texts, str, lambda text: also.get(text, "")) == [
        "Trainers",
        "Set up a run",
        "A strain",
    ]
    assert best_first("rain", texts[1:2], str, lambda text: also[text]) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("train", "Start learning"),
        ("night", "Dark or light"),
        ("theme", "Dark or light"),
        ("export", "Compare"),
        ("csv", "Compare"),
        ("unknown", "Open set"),
        ("novelty", "Open set"),
        ("rejection", "Open set"),
        ("speed", "Doctor"),
        ("gpu", "Doctor"),
        ("delete", "Home"),
        ("rename", "Home"),
        ("font", "Settings"),
        ("zoom", "Settings"),
        ("help", "What the words mean"),
        ("shortcuts", "Show every key"),
        ("undo", "Take the last step back"),
        ("tutorial", "Start the demo"),
    ],
)
def test_that_common_words_find_what_is_called_otherwise_here(window_offers, asked, found):
    fitting = best_first(asked, window_offers, lambda one: one.words, lambda one: one.also)
    assert found in [offer.words for offer in fitting[:4]]


def test_that_what_the_menu_of_a_button_holds_finds_the_button(qtbot, shown, make_run):
    make_run("Blue", {"acc_closed": 0.9})
    shown.go("compare")
    page = shown.page("compare")
    qtbot.waitUntil(page._export.isEnabled)
    found = palette(qtbot, shown)
    qtbot.keyClicks(found.field, "csv")
    assert "Export" in lines(found)


def test_that_it_offers_all_deeds_of_window_and_page_with_their_keys(qtbot, shown):
    shown.go("compare")
    found = palette(qtbot, shown)
    offers = {index.data(): index.data(Qt.ItemDataRole.UserRole) for index in rows(found)}
    for deed in deeds_of(shown):
        assert offers[deed.text()].keys == deed.spoken
    assert lines(found).count("Set up a run") == 1, "the page has a button of that name, too"
    assert "Pin or let go the baseline" not in offers, "there is no run that could be pinned"


def rows(found: Palette):
    return [found.found.index(row) for row in range(found.found.rowCount())]


def test_that_the_key_of_other_programs_opens_it_too(qtbot, shown):
    assert opened(qtbot, shown, Palette, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)


def test_that_letters_and_enter_do_it(qtbot, shown):
    found = palette(qtbot, shown)
    qtbot.keyClicks(found.field, "dark")
    assert lines(found)[0] == "Dark or light"
    qtbot.keyClick(found.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not theme.is_dark())
    assert QApplication.activeModalWidget() is None


def test_that_arrows_choose_a_line_and_a_click_does_it_too(qtbot, shown):
    found = palette(qtbot, shown)
    qtbot.keyClick(found.field, Qt.Key.Key_Down)
    qtbot.keyClick(found.field, Qt.Key.Key_Down)
    qtbot.keyClick(found.field, Qt.Key.Key_Up)
    assert found.list.currentIndex().row() == 1
    qtbot.keyClicks(found.field, "compare")
    place = found.list.visualRect(found.found.index(0)).center()
    qtbot.mouseClick(found.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: shown.stack.currentWidget() is shown.page("compare"))


def test_that_escape_closes_it_and_does_nothing_even_with_letters_typed(qtbot, shown):
    found = palette(qtbot, shown)
    qtbot.keyClicks(found.field, "dark")
    qtbot.keyClick(found.field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    assert theme.is_dark()


def test_that_nothing_found_is_said_and_enter_waits(qtbot, shown):
    found = palette(qtbot, shown)
    qtbot.keyClicks(found.field, "qqqq")
    assert found.none.isVisible()
    qtbot.keyClick(found.field, Qt.Key.Key_Return)
    assert found.isVisible()
    found.reject()


def test_that_recent_runs_can_be_opened(qtbot, shown, make_run, monkeypatch):
    run = make_run("Blue chairs", {"acc_closed": 0.9})
    shown.desk.shelf.read()  # again, where it is being read already
    qtbot.waitUntil(lambda: bool(shown.desk.shelf.runs))
    looked = []
    monkeypatch.setattr(shown.desk, "look", looked.append)
    found = palette(qtbot, shown)
    qtbot.keyClicks(found.field, "blue ch")
    assert lines(found) == ["Open run “Blue chairs”"]
    qtbot.keyClick(found.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: looked == [run.path])


def test_that_a_button_of_the_page_is_pressed(qtbot, shown):
    shown.go("training")
    found = palette(qtbot, shown)
    qtbot.keyClicks(found.field, "look at the data")
    qtbot.keyClick(found.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown.stack.currentWidget() is shown.page("data"))


def test_that_the_sheet_shows_every_key_of_window_and_page_as_it_is(qtbot, shown):
    shown.go("training")
    sheet = opened(qtbot, shown, CheatSheet, "?")
    keyed = [d for d in (*deeds_of(shown.page("training")), *deeds_of(shown)) if d.spoken]
    assert sheet.shown_rows() == [f"{deed.text()}: {deed.spoken}" for deed in keyed]
    deed = deeds_of(shown)[0]
    sheet.close()
    deed.setShortcut("Ctrl+Alt+1")
    again = opened(qtbot, shown, CheatSheet, "?")
    assert f"{deed.text()}: Ctrl+Alt+1" in again.shown_rows()
    again.close()


def test_that_f1_opens_the_words_which_can_be_searched_by_word_and_term(qtbot, shown):
    sheet = opened(qtbot, shown, CheatSheet, Qt.Key.Key_F1)
    assert len(sheet.shown_rows()) == len(glossary()) >= 30
    qtbot.keyClicks(sheet.search, "epoch")
    assert [row.split(":")[0] for row in sheet.shown_rows()] == ["pass over the data (epoch)"]
    qtbot.keyClick(sheet.search, Qt.Key.Key_Escape)
    qtbot.keyClicks(sheet.search, "pretend")
    assert "pretend stranger (pseudo-open-set sample)" in sheet.shown_rows()[0]
    qtbot.keyClicks(sheet.search, "zz")
    assert sheet.none.isVisible()
    qtbot.keyClick(sheet.search, Qt.Key.Key_Escape)
    qtbot.keyClick(sheet.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)


def test_that_a_question_mark_can_still_be_typed(qtbot, shown):
    shown.go("data")
    search = shown.page("data").card.search
    shown.page("data").stack.setCurrentIndex(1)
    search.setFocus()
    qtbot.keyClicks(search, "a?")
    assert search.text() == "a?"
    assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize(
    ("keys", "parts"),
    [("Ctrl+Shift+Z", ["Ctrl", "Shift", "Z"]), ("Ctrl++", ["Ctrl", "+"]), ("?", ["?"]), ("", [])],
)
def test_that_keys_fall_into_caps(keys, parts):
    assert caps(keys) == parts


def test_that_who_knows_no_key_finds_all_of_this_at_the_foot_of_the_rail(shown, qtbot):
    qtbot.mouseClick(shown.rail.more, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert [action.text() for action in menu.actions()] == [
        "Find what can be done",
        "Show every key",
        "What the words mean",
        "Doctor",
        "Settings",
    ]
    menu.actions()[1].trigger()
    menu.close()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), CheatSheet))
    QApplication.activeModalWidget().close()
