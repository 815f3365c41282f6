"""What people expect of every window: a palette of all that can be done, a sheet of keys and words."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from engine.words import say
from workbench.deeds import Deed, deeds_of

if TYPE_CHECKING:
    from workbench.window import Window


class Habits:
    """The dialogs of a window, each made when it is asked for."""

    def __init__(self, window: "Window") -> None:
        self._window = window
        self._open: QDialog | None = None
        self._deeds = tuple(
            Deed(window, words, keys, do)
            for words, keys, do in (
                (
                    say("Find what can be done | command, palette, search"),
                    "Ctrl+P",
                    self.show_palette,
                ),
                (
                    say("Show every key | help, shortcuts, hotkeys, keyboard"),
                    "?",
                    lambda: self.show_sheet(0),
                ),
                (
                    say("What the words mean | help, glossary, terms, dictionary"),
                    "F1",
                    lambda: self.show_sheet(1),
                ),
                (
                    say(
                        "Doctor | gpu, cuda, graphics card, speed, slow, check, test, problem, memory"
                    ),
                    "Ctrl+D",
                    self.show_doctor,
                ),
                (
                    say(
                        "Settings | font, text size, zoom, scale, theme, preferences, options, motion, "
                        "runs folder"
                    ),
                    "Ctrl+,",
                    self.show_settings,
                ),
            )
        )
        self._deeds[0].setShortcuts(
            [QKeySequence(keys) for keys in ("Ctrl+P", "Ctrl+K")]
        )  # other programs have it at either
        window.rail.more_wanted.connect(self.show_menu)

    def show_menu(self) -> None:
        """All of these, for whoever does not know their keys."""
        button = self._window.rail.more
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(say("Keys and settings"))
        for deed in self._deeds:
            menu.addAction(deed)
        menu.popup(button.mapToGlobal(button.rect().topRight()))

    @property
    def page(self) -> QWidget | None:
        """The page on show."""
        return self._window.stack.currentWidget()

    @property
    def where(self) -> str:
        """What the rail calls it."""
        from workbench.window import PLACES

        here = self._window.shown_key()
        return next((place.name for place in PLACES if place.key == here), "")

    def show_palette(self) -> None:
        """Everything that can be done now, to be found by a few letters."""
        from workbench.models.choices import offers
        from workbench.views.palette import Palette

        window = self._window
        self._show(Palette(offers(window, self.page, self.where, window.desk), window))

    def show_sheet(self, side: int) -> None:
        """The keys of the page on show and of the window, or the words."""
        from workbench.views.cheat_sheet import CheatSheet

        self._show(CheatSheet(self.keys(), side, self._window))

    def show_settings(self) -> None:
        """The few things that are set once and for all."""
        from workbench.views.settings_dialog import SettingsDialog

        self._show(SettingsDialog(self._window))

    def show_doctor(self) -> None:
        """What a run needs, and whether it is there."""
        from workbench.views.doctor_dialog import DoctorDialog

        desk = self._window.desk
        if desk is not None:
            self._show(DoctorDialog(desk, self._window))

    def keys(self) -> dict[str, list[Deed]]:
        """Deeds that have keys, by where they work."""
        page = self.page
        own = {} if page is None else {self.where: deeds_of(page)}
        places = own | {say("Everywhere"): deeds_of(self._window)}
        keyed = {where: [deed for deed in deeds if deed.spoken] for where, deeds in places.items()}
        return {where: deeds for where, deeds in keyed.items() if deeds}

    def _show(self, dialog: QDialog) -> None:
        self._open = dialog
        dialog.open()
