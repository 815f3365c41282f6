"""The parts every page is made of: seen, reached by keyboard, named."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QToolTip, QWidget

from engine.places import resource
from workbench import theme
from workbench.kit import (
    Banner,
    Button,
    Chip,
    EmptyState,
    Fold,
    IconButton,
    Picker,
    Ring,
    SearchField,
    Segmented,
    Slider,
    Sparkline,
    Text,
    Tile,
    Toggle,
    icon,
    pixmap,
)
from workbench.kit.paint import rounded_picture

ICONS = sorted(path.stem for path in resource("icons").glob("*.svg"))


def ink_share(image: QImage, color: QColor) -> float:
    """Share of pixels that have this colour, give or take a little for smooth edges."""
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)[:, 2::-1].astype(int)
    return float((np.abs(pixels - color.getRgb()[:3]) < 40).all(axis=1).mean())


@pytest.mark.parametrize("ratio", [1, 2])
def test_that_a_rounded_picture_fills_its_place_but_for_the_corners(ratio):
    picture = QImage(20, 10, QImage.Format.Format_RGB32)
    picture.fill(theme.color("known"))
    for x in range(10, 20):
        for y in range(10):
            picture.setPixelColor(x, y, theme.color("crd"))
    picture.setDevicePixelRatio(ratio)
    canvas = QImage(60, 40, QImage.Format.Format_RGB32)
    canvas.fill(theme.color("bg0"))
    painter = QPainter(canvas)
    rounded_picture(painter, QRectF(10, 5, 40, 30), picture, QRectF(0, 0, 20, 10), 8)
    painter.end()
    seen = [canvas.pixelColor(*place) for place in ((20, 20), (45, 20), (11, 6), (5, 20))]
    assert seen == [theme.color(token) for token in ("known", "crd", "bg0", "bg0")]


@pytest.mark.parametrize("name", ICONS)
def test_that_every_icon_is_drawn_in_the_colour_asked_for(name):
    image = pixmap(name, "accent", 24).toImage()
    seen = {
        image.pixelColor(x, y).rgb()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert theme.color("accent").rgb() in seen


def test_that_the_icons_the_design_names_are_there():
    names = (
        "home cube shuffle sliders curve openset bulb classroom bars room upload chip sun moon "
        "folder play pause stop check warning search reset expand image ghost arrow-right copy "
        "terminal save info trash cap spark close more"
    )
    assert set(names.split()) <= set(ICONS)
    assert not icon("home").isNull()
    with pytest.raises(FileNotFoundError):
        pixmap("no such icon")


@pytest.fixture
def row(qtbot):
    """A shown window with a Button, Toggle, Segmented, Slider, Fold and IconButton in it."""
    window = QWidget()
    layout = QHBoxLayout(window)
    window.parts = {
        "button": Button("Go", "play", "primary"),
        "toggle": Toggle("Turn"),
        "segmented": Segmented(["One", "Two", "Three"]),
        "slider": Slider(0, 10, 5),
        "fold": Fold("More", "a note"),
        "icon": IconButton("reset", "Start again"),
    }
    for part in window.parts.values():
        layout.addWidget(part)
    qtbot.addWidget(window)
    window.resize(900, 120)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    return window


def test_that_tab_reaches_every_part_and_the_ring_shows(row, qtbot, picture):
    reached = []
    row.parts["button"].setFocus(Qt.FocusReason.OtherFocusReason)
    for _ in range(6):
        reached.append(row.focusWidget())
        qtbot.keyClick(row.focusWidget(), Qt.Key.Key_Tab)
        focus = row.focusWidget()
        rest = ink_share(picture(focus), theme.color("accent"))
        assert rest > 0, focus
    owners = [
        name
        for widget in reached
        for name, part in row.parts.items()
        if part is widget or part.isAncestorOf(widget)
    ]
    assert owners == list(row.parts)


def test_that_space_presses_buttons_toggles_and_folds(row, qtbot):
    parts = row.parts
    with qtbot.waitSignal(parts["button"].clicked):
        qtbot.keyClick(parts["button"], Qt.Key.Key_Space)
    qtbot.keyClick(parts["toggle"], Qt.Key.Key_Space)
    assert parts["toggle"].isChecked()
    with qtbot.waitSignal(parts["fold"].toggled):
        qtbot.keyClick(parts["fold"].header, Qt.Key.Key_Space)
    with qtbot.waitSignal(parts["icon"].clicked):
        qtbot.keyClick(parts["icon"], Qt.Key.Key_Space)


def test_that_arrows_move_along_the_options_and_the_slider(row, qtbot):
    segmented = row.parts["segmented"]
    with qtbot.waitSignal(segmented.changed) as said:
        first = segmented.findChildren(QWidget)[0]
        first.setFocus()
        qtbot.keyClick(first, Qt.Key.Key_Right)
    assert said.args == [1] == [segmented.index]
    slider = row.parts["slider"]
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == 6
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert slider.value() == 0


def test_that_a_press_on_the_track_moves_the_handle_there(row, qtbot):
    slider = row.parts["slider"]
    qtbot.mousePress(
        slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() - 12, slider.height() // 2)
    )
    assert slider.value() == 10
    assert slider.isSliderDown()
    qtbot.mouseMove(slider, QPoint(-50, 5))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(12, 5))
    assert not slider.isSliderDown()


def test_that_every_control_has_a_name(row):
    assert row.parts["button"].accessibleName() == "Go"
    assert row.parts["toggle"].accessibleName() == "Turn"
    assert row.parts["icon"].accessibleName() == row.parts["icon"].toolTip() == "Start again"
    assert row.parts["fold"].header.accessibleName() == "More, a note"
    assert Picker("Which").accessibleName() == "Which"
    assert SearchField("Find a kind").accessibleName() == "Find a kind"


def test_that_the_roles_of_a_button_look_different_and_a_disabled_one_is_dim(qtbot, picture):
    def share(token, **look):
        button = Button("Word", **look)
        qtbot.addWidget(button)
        button.adjustSize()
        return ink_share(picture(button), theme.color(token))

    assert share("accent", role="primary") > 0.5
    assert share("bg2") > 0.5
    assert share("bad", role="danger") > 0
    off = Button("Word", role="primary")
    qtbot.addWidget(off)
    off.setEnabled(False)
    off.adjustSize()
    assert ink_share(picture(off), theme.color("accent")) == 0


def test_that_a_button_grows_with_its_words(qtbot):
    button = Button("Go")
    qtbot.addWidget(button)
    before = button.sizeHint().width()
    button.set_look("Go much further", "play", "danger")
    assert button.sizeHint().width() > before
    assert button.accessibleName() == "Go much further"


def test_that_a_tile_shows_a_dash_for_what_was_not_measured(qtbot):
    tile = Tile("Strangers turned away", "open-set accuracy", "unknown")
    qtbot.addWidget(tile)
    assert tile.number.text() == "–"
    tile.set_number("47.3", "%")
    tile.set_note("of 1,560")
    assert (tile.number.text(), tile.unit.text(), tile.note.text()) == ("47.3", "%", "of 1,560")
    assert tile.accessibleName() == "Strangers turned away: 47.3 %"
    tile.set_number("", "%")
    assert (tile.number.text(), tile.unit.text()) == ("–", "")
    assert "not measured" in tile.accessibleName()


def test_that_a_narrow_tile_has_a_smaller_number(qtbot):
    tile = Tile("A", "b", "known")
    qtbot.addWidget(tile)
    tile.resize(130, 92)
    tile.show()
    assert tile.number.font().pixelSize() == 26
    tile.resize(220, 92)
    assert tile.number.font().pixelSize() == 30


def test_that_a_sparkline_and_a_ring_draw_only_what_is_known(qtbot, picture):
    line, ring = Sparkline(), Ring()
    for widget in (line, ring):
        qtbot.addWidget(widget)
    line.resize(100, 40)
    accent = theme.color("accent")
    line.set_values([0.5])
    ring.set(None, "–", "no run")
    assert ink_share(picture(line), accent) == 0
    assert ink_share(picture(ring), accent) == 0
    line.set_values([0, 1, 0.5, 0.5])
    ring.set(0.25, "25%", "1 of 4")
    assert ink_share(picture(line), accent) > 0
    assert ink_share(picture(ring), accent) > 0
    assert ring.accessibleName() == "25%, 1 of 4"


def test_that_a_constant_sparkline_is_a_line(qtbot, picture):
    line = Sparkline()
    qtbot.addWidget(line)
    line.resize(60, 30)
    line.set_values([2, 2, 2])
    assert ink_share(picture(line), theme.color("accent")) > 0


def test_that_a_banner_says_when_it_is_acted_on_and_put_away(qtbot):
    banner = Banner("The folder could not be read.", "bad", "Try again")
    qtbot.addWidget(banner)
    banner.show()
    with qtbot.waitSignal(banner.acted):
        banner.button.click()
    with qtbot.waitSignal(banner.dismissed):
        banner.close_button.click()
    assert banner.isHidden()
    banner.set_text("All is well.", "info", "")
    assert banner.text() == banner.accessibleName() == "All is well."
    assert banner.button.isHidden()


def test_that_the_words_of_an_empty_state_can_change_and_its_action_is_said(qtbot):
    state = EmptyState("cube", "Nothing yet", "Open something.", "Open")
    qtbot.addWidget(state)
    with qtbot.waitSignal(state.acted):
        state.button.click()
    state.set_words("Still nothing", "Try again.")
    assert {"Still nothing", "Try again."} <= {label.text() for label in state.findChildren(QLabel)}


def test_that_a_note_without_room_beside_its_title_stands_below_it(qtbot):
    fold = Fold("Pretend strangers", "Shuffled points, a tenth")
    qtbot.addWidget(fold)
    heights = []
    for width in (420, 200):
        fold.resize(width, 60)
        fold.grab()
        heights.append(fold.header.height())
    assert heights[0] < heights[1]


def test_that_a_fold_shows_its_body_only_when_open(qtbot):
    fold = Fold("Contrast", "0.10")
    inside = Text("inside")
    fold.body.addWidget(inside)
    qtbot.addWidget(fold)
    fold.show()
    assert not inside.isVisible()
    fold.set_open(True)
    assert inside.isVisible()
    fold.set_note("0.20")
    assert fold.header.accessibleName() == "Contrast, 0.20"


def test_that_long_captions_never_widen_their_parent(qtbot, picture):
    short, long = Text("a", elide=True), Text("a very long caption " * 20, elide=True)
    for text in (short, long):
        qtbot.addWidget(text)
    assert long.minimumSizeHint().width() == short.minimumSizeHint().width() == 0
    long.resize(60, 20)
    assert ink_share(picture(long), theme.color("ink")) > 0


def test_that_a_chip_leaves_nothing_out_where_it_has_the_width_it_asks_for(qtbot):
    for words in ("Made by this program", "my_chair.ply", "guitar_0075"):
        chip = Chip(words, icon="info")
        qtbot.addWidget(chip)
        chip.resize(chip.sizeHint())
        assert chip.shown_text == words
        chip.setFixedWidth(chip.width() - 30)
        assert "…" in chip.shown_text and chip.shown_text[0] == words[0]


def test_that_a_chip_fits_its_words_dot_and_icon(qtbot):
    plain, dot, pic = Chip("Run"), Chip("Run", "accent", dot=True), Chip("Run", "warn", icon="info")
    for chip in (plain, dot, pic):
        qtbot.addWidget(chip)
        chip.grab()
    widths = [chip.sizeHint().width() for chip in (plain, dot, pic)]
    assert widths == sorted(set(widths))
    plain.set_text("Running now", "good")
    assert plain.text() == plain.accessibleName() == "Running now"
    assert plain.sizeHint().width() > widths[0]


def test_that_an_option_can_be_unavailable_and_renamed(qtbot):
    segmented = Segmented(["A", "B"])
    qtbot.addWidget(segmented)
    segmented.set_option_enabled(1, False)
    segmented.set_options(["C", "D"])
    segmented.grab()
    assert segmented.index == 0
    buttons = segmented.findChildren(QWidget)
    assert [button.accessibleName() for button in buttons if button.accessibleName()] == ["C", "D"]


def test_that_a_picker_shows_both_ends_of_a_long_name_and_all_of_it_in_its_tip_and_list(
    qtbot, monkeypatch
):
    first, second = (f"A student of the built-in shapes, trial {end}" for end in ("one", "two"))
    picker = Picker("Which run is shown")
    qtbot.addWidget(picker)
    picker.addItems([first, second])
    picker.setFixedWidth(200)
    picker.show()
    assert picker.shown_text.startswith("A student") and picker.shown_text.endswith("one")
    assert picker.shown_text != first
    told = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, words, _widget: told.append(words))
    picker.setToolTip("20261127-joint")
    spot = QPoint(20, 10)
    QApplication.sendEvent(picker, QHelpEvent(QEvent.Type.ToolTip, spot, picker.mapToGlobal(spot)))
    assert told == [f"{first}\n20261127-joint"]
    picker.showPopup()
    assert picker.view().width() >= picker.fontMetrics().horizontalAdvance(first)
    picker.hidePopup()
    picker.setFixedWidth(500)
    assert picker.shown_text == first


def test_that_the_sentence_of_an_empty_page_is_no_longer_than_can_be_read(qtbot):
    state = EmptyState("spark", "Nothing yet", "word " * 80, action="Go")
    qtbot.addWidget(state)
    state.resize(1200, 600)
    state.show()
    assert 500 < state._sentence.width() <= 620
    assert abs(state._sentence.geometry().center().x() - 600) <= 1
    state.resize(300, 600)
    QApplication.processEvents()
    assert 300 - 52 <= state._sentence.width() <= 300 - 48
