"""Which other runs are drawn beside the one on the Open set page; they are read in the background."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workbench.background import read_in_background
from workbench.models.rivals import Rival, read_rival
from workbench.models.run_table import names_of
from workbench.models.threshold import ThresholdModel
from workbench.views.curves_card import CurvesCard

if TYPE_CHECKING:
    from workbench.desk import Desk


class Rivalry(QObject):
    """Reads what the card asks for, anew when another score decides."""

    def __init__(
        self, parent: QObject, model: ThresholdModel, card: CurvesCard, desk: "Desk"
    ) -> None:
        super().__init__(parent)
        self._model, self._card, self._desk = model, card, desk
        self._wanted: list[Path] = []
        self._read: dict[Path, Rival] = {}
        self._score = "msp"
        card.others = self.others
        card.wanted.connect(self.want)
        model.replaced.connect(self._follow_score)

    def others(self) -> dict[Path, str]:
        """Every other tested run, by name."""
        runs = [
            run for run in self._desk.shelf.runs if run.predicts and run.path != self._desk.opened
        ]
        return names_of(runs)

    def want(self, paths: list[Path]) -> None:
        """Draw these, and no others."""
        self._wanted = list(paths)
        self._read = {path: rival for path, rival in self._read.items() if path in paths}
        names = self.others()
        for path in paths:
            if path not in self._read:
                read = partial(
                    read_rival,
                    self._desk.store,
                    path,
                    names.get(path, path.name),
                    self._model.every,
                    self._model.score,
                )
                read_in_background(self, read, partial(self._take, path, self._model.score))
        self._show()

    def clear(self) -> None:
        """Another run is looked at: others would have to be compared with that."""
        self._wanted, self._read = [], {}
        self._show()

    def _take(self, path: Path, score: str, found: Rival | str) -> None:
        if path not in self._wanted or score != self._model.score:
            return
        if isinstance(found, str):
            self._wanted.remove(path)
            self._desk.message.emit("warn", found)
        else:
            self._read[path] = found
        self._show()

    def _show(self) -> None:
        self._card.set_rivals([self._read[path] for path in self._wanted if path in self._read])

    def _follow_score(self) -> None:
        if self._model.score != self._score:
            self._score, self._read = self._model.score, {}
            if self._wanted:
                self.want(self._wanted)
