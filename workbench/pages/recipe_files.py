"""Recipes as files: presets, opening and saving."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from engine.atomic import write_text
from engine.errors import ConfigError
from engine.experiment import SPLIT_KEYS, Choice, Experiment, load
from engine.places import resource
from engine.words import say
from workbench.models.last_folder import last_folder, use_folder
from workbench.models.material import pairs_of, takes_pairs, told

if TYPE_CHECKING:
    from workbench.desk import Desk

_KIND = say("Recipes (*.toml)")


class RecipeFiles(QObject):
    """Reads and writes the draft; `opened(experiment)` when another was read from a file."""

    opened = Signal(object)

    def __init__(self, desk: "Desk", page: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._page = page
        self.menu = QMenu(page)
        self.menu.aboutToShow.connect(self._list_presets)

    def open(self, path: Path) -> None:
        """Take a recipe from a file, its data with it; a wrong file is said and changes nothing."""
        try:
            experiment = load(path)
        except ConfigError as error:
            self._desk.message.emit("bad", unchanged(error))
            return
        self.opened.emit(experiment)
        data = experiment.data
        if takes_pairs(experiment, self._desk.schema):
            return
        if data.name != self._desk.data_choice.name or _own(data) != _own(self._desk.data_choice):
            self._desk.open_data(Choice.model_validate(data.model_dump(mode="json")))
        elif data.known:
            self._desk.set_known(data.known)

    def open_preset(self, experiment: Experiment) -> None:
        """Take a preset, but keep the data that is open, or pictures of it."""
        desk = self._desk
        data = desk.draft.data
        if takes_pairs(experiment, desk.schema):
            pairs = pairs_of(desk.data_choice)
            same = pairs.name == experiment.data.name
            data = experiment.data if same else told(pairs, experiment.data.validation, ())
        self.opened.emit(experiment.model_copy(update={"data": data}))

    def save(self, path: Path) -> None:
        """Write the draft as a file that can be opened here, or run without the window."""
        try:
            write_text(path, self._desk.draft.to_toml())
        except OSError as error:
            sentence = say(
                "The recipe could not be saved: {error}. The draft is not harmed.", error=error
            )
            self._desk.message.emit("bad", sentence)
        else:
            self._desk.saved.emit(
                say("The recipe is saved as {path}.", path=path.name), path.parent
            )

    def ask_what_to_open(self) -> None:
        """Ask for a file and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._page, say("Open a recipe"), str(last_folder()), _KIND
        )
        if name:
            use_folder(Path(name).parent)
            self.open(Path(name))

    def ask_where_to_save(self) -> None:
        """Ask for a place and save there."""
        usual = last_folder() / f"{file_name(self._desk.draft.name)}.toml"
        name, _ = QFileDialog.getSaveFileName(self._page, say("Save the recipe"), str(usual), _KIND)
        if name:
            use_folder(Path(name).parent)
            self.save(Path(f"{name.removesuffix('.toml')}.toml"))

    def _list_presets(self) -> None:
        self.menu.clear()
        for path in sorted(resource("presets").glob("*.toml")):
            try:
                preset = load(path)
            except ConfigError as error:
                self._desk.message.emit("bad", error.sentence)
                continue
            self.menu.addAction(preset.name, lambda preset=preset: self.open_preset(preset))


def unchanged(error: ConfigError) -> str:
    """What is wrong with an experiment, where no run was to be started."""
    return error.sentence.replace(say("Nothing was started."), say("Nothing was changed."))


def file_name(name: str) -> str:
    """A run's name without what file systems refuse."""
    return " ".join(re.sub(r"[^\w .,()+-]", " ", name).split()).strip(" .") or "recipe"


def _own(choice: Choice) -> dict[str, object]:
    """A data set's own settings, without those of the experiment that may stand beside them."""
    own = choice.settings.items()
    return {key: value for key, value in own if key not in SPLIT_KEYS}
