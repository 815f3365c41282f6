"""The colours, fonts and style sheet of the window."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QFontDatabase
from PySide6.QtWidgets import QApplication, QCompleter, QLineEdit, QWidget

import workbench
from workbench import style_sheet, theme, typeface
from workbench.kit import Card, Text

THEMES = ("dark", "light")


def contrast(first: QColor, second: QColor) -> float:
    """WCAG 2 contrast ratio, to one digit as the design states it."""

    def luminance(color: QColor) -> float:
        def linear(part: float) -> float:
            return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

        red, green, blue = linear(color.redF()), linear(color.greenF()), linear(color.blueF())
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(first), luminance(second)))
    return round((light + 0.05) / (dark + 0.05), 1)


def test_that_both_columns_hold_the_same_tokens_ramps_and_48_classes():
    tokens = theme._tokens()
    assert tokens["dark"].keys() == tokens["light"].keys()
    assert tokens["dark"]["ramps"].keys() == tokens["light"]["ramps"].keys()
    assert {len(set(tokens[name]["classes"])) for name in THEMES} == {48}


@pytest.mark.parametrize("choice", THEMES)
def test_that_words_can_be_read_on_every_surface(choice):
    theme.use(choice)
    for ink in ("ink", "ink2", "ink3"):
        for ground in ("bg0", "bg1", "bg2"):
            assert contrast(theme.color(ink), theme.color(ground)) >= 4.5, (ink, ground)
    pairs = [
        ("accentInk", "accent"),
        ("unknownInk", "bg1"),
        ("unknownInk", "unknownSoft"),
        ("known", "knownSoft"),
        ("bad", "badSoft"),
        ("warn", "bg2"),
        ("kd", "bg1"),
        ("crd", "bg1"),
    ]
    for ink, ground in pairs:
        assert contrast(theme.color(ink), theme.color(ground)) >= 4.5, (ink, ground)


@pytest.mark.parametrize("choice", THEMES)
def test_that_meaningful_graphics_stand_out_from_a_card(choice):
    theme.use(choice)
    card = theme.color("bg1")
    for token in ("ctl", "accent", "known", "unknown", "good", "warn", "bad", "kd", "crd", "ce"):
        assert contrast(theme.color(token), card) >= 3.0, token
    assert all(contrast(theme.class_color(i), card) >= 3.0 for i in range(48))


def test_that_words_never_take_the_orange_of_the_graphics(qtbot):
    theme.use("light")
    text = Text("stranger", ink="unknown")
    qtbot.addWidget(text)
    ink = text.palette().color(text.foregroundRole())
    assert ink == theme.color("unknownInk")
    assert ink != theme.color("unknown")


def test_that_a_switch_reaches_what_is_on_screen(qtbot, picture):
    card = Card()
    text = Text("word", ink="ink2")
    qtbot.addWidget(card)
    card.body.addWidget(text)
    card.resize(100, 100)
    assert picture(card).pixelColor(50, 8) == theme.color("bg1")
    with qtbot.waitSignal(theme.changed()):
        theme.use("light")
    assert picture(card).pixelColor(50, 8) == theme.color("bg1") == QColor("white")
    assert text.palette().color(text.foregroundRole()) == theme.color("ink2")


def test_that_a_switch_reaches_each_widget_a_few_times_however_deep_it_lies(qtbot):
    class Counting(QWidget):
        told = 0

        def changeEvent(self, event):
            self.told += event.type() == QEvent.Type.StyleChange

    outer = widget = QWidget()
    qtbot.addWidget(outer)
    for _ in range(20):
        widget = QWidget(widget)
    deepest = Counting(widget)
    outer.show()
    deepest.told = 0
    theme.use("light")
    assert 1 <= deepest.told <= 4


def test_that_the_system_is_followed_only_when_asked_to(qapp):
    theme.use("light")
    theme._theme.settle()
    assert not theme.is_dark()
    theme.use("system")
    assert theme.preference() == "system"


def test_that_colours_are_copies_and_mixing_is_linear():
    theme.color("accent").setRed(0)
    assert theme.color("accent").red() != 0
    assert theme.mix("bg0", "ink", 0.0) == theme.color("bg0")
    half = theme.mix("bg0", "ink", 0.5)
    expected = (theme.color("bg0").red() + theme.color("ink").red()) / 2
    assert half.red() == pytest.approx(expected, abs=1)


def test_that_ramps_have_five_stops_and_the_shadow_is_see_through():
    assert [len(theme.ramp(name)) for name in ("height", "attention", "depth", "error")] == [5] * 4
    assert theme.color("shadow").alpha() == 120


def test_that_the_style_sheet_is_short_and_complete():
    sheet = QApplication.instance().styleSheet()
    assert "@" not in sheet
    assert len(style_sheet._SHEET.splitlines()) < 120
    with pytest.raises(KeyError):
        style_sheet.build({})


def test_that_no_file_of_the_window_holds_a_colour_of_its_own():
    folder = Path(workbench.__file__).parent
    colour = re.compile(r"""["'#\s(]#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b""")
    found = [path.name for path in folder.rglob("*.py") if colour.search(path.read_text("utf-8"))]
    assert found == []


def test_that_every_style_has_its_size_and_tabular_figures():
    for style, (pixels, *_) in typeface.STYLES.items():
        font = theme.font(style)
        assert font.pixelSize() == pixels >= 10
        assert font.isFeatureSet(typeface.QFont.Tag("tnum"))


def test_that_a_typeface_comes_along_where_the_system_has_none(monkeypatch):
    monkeypatch.setattr(QFontDatabase, "families", staticmethod(lambda: []))
    typeface.sans_family.cache_clear()
    try:
        assert typeface.sans_family().startswith("Hanken Grotesk")
        monkeypatch.setattr(typeface, "_packed_fonts", list)
        typeface.sans_family.cache_clear()
        assert typeface.sans_family()
    finally:
        typeface.sans_family.cache_clear()


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_that_completions_are_shown_on_a_plate(qtbot, picture, choice):
    theme.use(choice)
    line = QLineEdit()
    qtbot.addWidget(line)
    line.setCompleter(QCompleter(["one.toml"], line))
    popup = line.completer().popup()
    popup.resize(200, 80)
    assert picture(popup).pixelColor(100, 60) == theme.color("bg2")
