"""Settings: the few things that are set once and for all. Each is done at once, or says when."""

from pathlib import Path

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from engine import language
from engine.places import runs_folder
from engine.words import say
from workbench import motion, prefs, theme
from workbench.kit import Button, Picker, Segmented, Text, Toggle
from workbench.kit.dialog import Dialog

_THEMES: tuple[theme.Preference, ...] = ("system", "dark", "light")
_NEXT = say("From the next start on")
_WIDTH = 620
_NEEDS = (1280, 720)


class SettingsDialog(Dialog):
    """Theme, size, motion, where runs lie, and the language where there are several."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(say("Settings"), parent)
        self.setFixedWidth(_WIDTH)
        self.theme = Segmented([say("As the system"), say("Dark"), say("Light")])
        self.scale = Segmented([f"{percent} %" for percent in prefs.SCALES])
        self.still = Toggle(say("Reduce motion"))
        self.languages = language.languages()
        self.language = Picker(say("Language"))
        self.language.addItems([_own_name(code) for code in self.languages])
        self.change, self.usual = (
            Button(say("Change"), "folder"),
            Button(say("Usual place"), role="quiet"),
        )
        self.folder = Text("", "small", "ink2", elide=True)
        self._folder_note = Text("", "small", "ink3", wrap=True)
        self._scale_note = Text("", "small", "ink3", wrap=True)
        self.close_button = Button(say("Close"), role="primary")
        self._show()
        self._lay_out()
        self._connect()
        self._tell()

    def _show(self) -> None:
        """As it is set now."""
        self.theme.set_index(_THEMES.index(theme.preference()))
        self.scale.set_index(prefs.SCALES.index(prefs.scale()))
        for place, percent in enumerate(prefs.SCALES):
            self.scale.set_option_enabled(place, percent == prefs.scale() or self._fits(percent))
        self.still.setChecked(motion.reduced())
        kept = language.kept()
        self.language.setCurrentIndex(self.languages.index(kept) if kept in self.languages else 0)

    def _connect(self) -> None:
        self.theme.changed.connect(self._set_theme)
        self.scale.changed.connect(self._set_scale)
        self.still.toggled.connect(motion.reduce)
        self.language.activated.connect(lambda index: language.keep(self.languages[index]))
        self.change.clicked.connect(self._choose_folder)
        self.usual.clicked.connect(lambda: self._set_folder(""))
        self.close_button.clicked.connect(self.accept)

    def _lay_out(self) -> None:
        places = QWidget()
        row = QHBoxLayout(places)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.change)
        row.addWidget(self.usual)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(14)
        column.addWidget(Text(say("Settings"), "h2"))
        column.addLayout(_row(say("Theme"), self.theme))
        column.addLayout(_row(say("Size of everything"), self.scale, self._scale_note))
        words = Text(say("Nothing turns, plays or slides by itself."), "small", "ink3", wrap=True)
        column.addLayout(_row(say("Reduce motion"), self.still, words))
        column.addLayout(_row(say("Where runs lie"), places, self.folder, self._folder_note))
        if len(self.languages) > 1:
            note = Text(f"{_NEXT}.", "small", "ink3")
            column.addLayout(_row(say("Language"), self.language, note))
        column.addSpacing(6)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column.addLayout(foot)

    def _fits(self, percent: int) -> bool:
        """Whether the smallest window would lie on this screen as a whole."""
        screen = self.screen()
        room = screen.size() * screen.devicePixelRatio()
        return all(
            side * percent // 100 <= own for side, own in zip(_NEEDS, room.toTuple(), strict=True)
        )

    def _set_theme(self, index: int) -> None:
        theme.use(_THEMES[index])
        prefs.put("theme", theme.preference())

    def _set_scale(self, index: int) -> None:
        prefs.put("scale", prefs.SCALES[index])
        self._tell()

    def _choose_folder(self) -> None:
        here = str(prefs.chosen_runs_folder())
        folder = QFileDialog.getExistingDirectory(self, say("Choose a folder for runs"), here)
        if folder:
            self._set_folder(folder)

    def _set_folder(self, folder: str) -> None:
        prefs.put("runs", "" if folder and Path(folder) == runs_folder() else folder)
        self._tell()

    def _tell(self) -> None:
        percent = prefs.scale()
        wide, high = (side * percent // 100 for side in _NEEDS)
        note = say(
            "{next}. The window then needs {wide} × {high} pixels.",
            next=_NEXT,
            wide=wide,
            high=high,
        )
        if not all(self._fits(percent) for percent in prefs.SCALES):
            note += say(" What does not fit on this screen cannot be chosen.")
        self._scale_note.setText(note)
        folder = prefs.chosen_runs_folder()
        self.folder.setText(str(folder))
        self.folder.setToolTip(str(folder))
        self._folder_note.setText(
            say("{next}. Runs that are there already stay where they are.", next=_NEXT)
        )
        self.usual.setEnabled(folder != runs_folder())


def _own_name(code: str) -> str:
    """What a language is called by those who speak it."""
    locale = QLocale(code)
    name = say("English") if code == language.SOURCE else locale.nativeLanguageName()
    return name or code


def _row(name: str, control: QWidget, *notes: Text) -> QVBoxLayout:
    head = QHBoxLayout()
    head.addWidget(Text(name, "strong"))
    head.addStretch(1)
    head.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addLayout(head)
    for note in notes:
        column.addWidget(note)
    return column
