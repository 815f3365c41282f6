"""Begins and ends Present for a window: which run is told, and what is put away meanwhile."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from engine.words import say
from workbench.background import read_in_background
from workbench.present.show import Show
from workbench.present.slide import Tale
from workbench.present.tale import read_tale

if TYPE_CHECKING:
    from workbench.desk import Desk
    from workbench.window import Window

NOTHING = say("There is no finished run yet. Teach one on Set-up, or see the demo on Home.")


class Presenter(QObject):
    """One for a window."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self.show: Show | None = None
        self._focus: QWidget | None = None
        window.stack.currentChanged.connect(self.leave)

    def switch(self) -> None:
        """Begin, or leave where it is going on."""
        if self.show is not None:
            self.leave()
        else:
            self.begin()

    def begin(self) -> None:
        """Tell the story of the run that is open; says so where there is none."""
        window, desk = self._window, self._window.desk
        if desk is None:
            return
        run = open_run(window, desk)
        if run is None:
            desk.message.emit("info", NOTHING)
            return
        if window.tour is not None:
            window.tour.leave()
        self._focus = window.focusWidget()
        self.show = show = Show(window, desk)
        show.left.connect(self.leave)
        show.show()
        show.raise_()
        show.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        show.setFocus(Qt.FocusReason.OtherFocusReason)
        # What lies under it neither turns nor draws meanwhile.
        window.centralWidget().hide()
        read = partial(read_tale, desk.store, run, desk.lines.get(run))
        read_in_background(show, read, partial(self._take, show))

    def leave(self) -> None:
        """Back to the page, as it was left."""
        show, self.show = self.show, None
        if show is None:
            return
        show.hide()
        show.deleteLater()
        self._window.centralWidget().show()
        if self._focus is not None and isValid(self._focus):
            self._focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self._focus = None

    def _take(self, show: Show, found: Tale | str) -> None:
        if show is not self.show:
            return
        if isinstance(found, str):
            self.leave()
            assert self._window.desk is not None
            self._window.desk.message.emit("info", found)
        else:
            show.tell(found)


def open_run(window: "Window", desk: "Desk") -> Path | None:
    """The run of the page on show; elsewhere the one opened last, or the newest that was tested."""
    page = window.stack.currentWidget()
    if page is window.page("training") and desk.live.run is not None:
        return desk.live.run
    shown = getattr(page, "on_show", None)
    if isinstance(shown, Path):
        return shown
    tested = [run for run in desk.shelf.runs if run.tested]
    paths = [run.path for run in tested]
    return desk.last_opened if desk.last_opened in paths else next(iter(paths), None)
