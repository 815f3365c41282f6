"""The button on Open set that shows more figures: as the run stored them, or counted for what is looked at now."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from engine.words import say
from workbench.background import in_background
from workbench.kit import IconButton
from workbench.models.more_figures import WORDS, Figures, counted_figures, figures_of
from workbench.views.figures_dialog import FiguresDialog
from workbench.views.score_picker import titled

if TYPE_CHECKING:
    from workbench.pages.openset import OpenSetPage

NAME = say("More figures")


class MoreFigures(QObject):
    """Opens the dialog, and has it filled."""

    def __init__(self, page: "OpenSetPage") -> None:
        super().__init__(page)
        self._page = page
        self.button = IconButton(
            "table", say("{name}: AUPR, CCR, FPR, ECE, and how far to trust them", name=NAME)
        )
        self.button.hide()
        self.button.clicked.connect(self.open)
        page.actions.addWidget(self.button)
        page.add_deed(NAME, "", self.open, when=self.button.isVisible)

    def open(self) -> None:
        """Over the page, so that nothing on it has to make room."""
        page, model = self._page, self._page.model
        name = titled(model.score, page.desk.schema.get("score", {}))
        about = say(
            "What the {who} says of the test part, by the score “{name}”.", who=model.who, name=name
        )
        dialog = FiguresDialog(about, page.window())
        stored = self._stored()
        if stored:
            self._show(dialog, figures_of(stored))
        else:
            wanted = model.every, model.who, model.score, model.value
            in_background(dialog, partial(counted_figures, *wanted), partial(self._show, dialog))
        dialog.open()

    def _stored(self) -> Mapping[str, Any]:
        """What the run's own test found, where that is what is looked at and no figure is lacking; else nothing."""
        page, model = self._page, self._page.model
        shelf = page.desk.shelf.runs
        results = next((run.results for run in shelf if run.path == page.on_show), {})
        own = model.who == "student" and model.score == results.get("score")
        return results if own and results.keys() >= set(WORDS) else {}

    def _show(self, dialog: FiguresDialog, figures: Figures) -> None:
        dialog.show_figures(figures, self._page.model.scale.say(figures.threshold))
