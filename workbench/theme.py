"""The look of the window: colours by name from one token file, fonts by style, dark or light."""

import tomllib
from functools import cache
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from engine.places import resource
from workbench import style_sheet, typeface

Preference = Literal["dark", "light", "system"]


class _Theme(QObject):
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.preference: Preference = "dark"
        self.dark = True
        self.app: QApplication | None = None

    def settle(self) -> None:
        """Follow the system's choice when that is what was preferred."""
        if self.preference == "system" and self._wants_dark() != self.dark:
            self.switch()

    def switch(self) -> None:
        self.dark = self._wants_dark()
        if self.app is not None:
            _dress(self.app)
        self.changed.emit()

    def _wants_dark(self) -> bool:
        if self.preference != "system":
            return self.preference == "dark"
        hints = QGuiApplication.styleHints()
        return hints is None or hints.colorScheme() != Qt.ColorScheme.Light


_theme = _Theme()


def color(token: str) -> QColor:
    """The colour of a token in the theme now in use, or of a class (“class3”); a copy, free to change."""
    return QColor(_colors(is_dark())[token])


def text_color(token: str) -> QColor:
    """The colour for words: orange is for graphics, words take its darker ink."""
    return color("unknownInk" if token == "unknown" else token)


def mix(first: str, second: str, share: float) -> QColor:
    """A colour between two tokens: `share` of the second."""
    a, b = color(first), color(second)
    parts = [
        x + (y - x) * share
        for x, y in zip(a.getRgbF(), b.getRgbF(), strict=True)  # type: ignore[call-overload]
    ]
    return QColor.fromRgbF(*parts)


def knob() -> QColor:
    """The round handle of switches and sliders: white-ish in both themes."""
    return color("ink" if is_dark() else "bg1")


def class_color(index: int) -> QColor:
    """The colour of a class by its position (known kinds first, sorted by name)."""
    classes = _classes(is_dark())
    return QColor(classes[index % len(classes)])


def ramp(name: str) -> list[QColor]:
    """The stops of a colour ramp: height, attention, depth or error."""
    return [_parse(stop) for stop in _tokens()[_column(is_dark())]["ramps"][name]]


def font(style: str) -> QFont:
    """A text style: slide, lead, aside, display, h1, title, h2, body, strong, small, caps, tick, mono, num…"""
    return QFont(_font(style))


def is_dark() -> bool:
    """Whether the dark column is in use."""
    return _theme.dark


def preference() -> Preference:
    """What was asked for: dark, light or system."""
    return _theme.preference


def use(choice: Preference) -> None:
    """Switch now; everything on screen follows."""
    _theme.preference = choice
    if _theme.app is not None:
        _tell_the_system(choice)
    _theme.switch()


def changed() -> SignalInstance:
    """Emitted after a switch."""
    return _theme.changed


def apply(app: QApplication) -> None:
    """Dress an application: Fusion, palette, style sheet, fonts."""
    _theme.app = app
    app.setStyle(QStyleFactory.create("Fusion"))
    _tell_the_system(_theme.preference)
    _theme.dark = _theme._wants_dark()
    app.setFont(font("body"))
    _dress(app)
    app.styleHints().colorSchemeChanged.connect(_theme.settle)
    app.aboutToQuit.connect(_forget_app)


def _dress(app: QApplication) -> None:
    app.setStyleSheet("")  # a sheet that replaces one polishes each widget once for every ancestor
    app.setPalette(_palette())
    app.setStyleSheet(
        style_sheet.build({name: css(value) for name, value in _colors(is_dark()).items()})
    )


def css(value: QColor) -> str:
    """A colour as style sheets write it."""
    return f"rgba({value.red()}, {value.green()}, {value.blue()}, {value.alphaF():.3f})"


def _palette() -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for name, token in _ROLES.items():
        palette.setColor(getattr(role, name), color(token))
    for faint in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, faint, color("ink3"))
    return palette


_ROLES = {
    "Window": "bg0",
    "WindowText": "ink",
    "Base": "bg1",
    "AlternateBase": "bg2",
    "Text": "ink",
    "PlaceholderText": "ink3",
    "Button": "bg2",
    "ButtonText": "ink",
    "BrightText": "bad",
    "ToolTipBase": "bg2",
    "ToolTipText": "ink",
    "Highlight": "accent",
    "HighlightedText": "accentInk",
    "Link": "accent",
    "Light": "line2",
    "Mid": "line",
    "Dark": "line",
    "Shadow": "bg0",
    "Accent": "accent",
}


def _tell_the_system(choice: Preference) -> None:
    # Native frames and file dialogs follow where the platform lets them.
    hints = QGuiApplication.styleHints()
    if not hasattr(hints, "setColorScheme"):
        return
    schemes = {
        "dark": Qt.ColorScheme.Dark,
        "light": Qt.ColorScheme.Light,
        "system": Qt.ColorScheme.Unknown,
    }
    hints.setColorScheme(schemes[choice])


def _forget_app() -> None:
    _theme.app = None


@cache
def _font(style: str) -> QFont:
    return typeface.make(style)


@cache
def _tokens() -> dict[str, Any]:
    return tomllib.loads(resource("themes", "tokens.toml").read_text(encoding="utf-8"))


@cache
def _colors(dark: bool) -> dict[str, QColor]:
    column = _tokens()[_column(dark)]
    named = {name: _parse(value) for name, value in column.items() if isinstance(value, str)}
    return named | {f"class{place}": value for place, value in enumerate(_classes(dark))}


@cache
def _classes(dark: bool) -> list[QColor]:
    return [_parse(value) for value in _tokens()[_column(dark)]["classes"]]


def _column(dark: bool) -> str:
    return "dark" if dark else "light"


def _parse(value: str) -> QColor:
    parts = [int(value[i : i + 2], 16) for i in range(1, len(value), 2)]
    return QColor(*parts)
