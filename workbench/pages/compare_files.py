"""What Compare writes: the table as CSV, charts as pictures, a report of the picked runs."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.atomic import write_text
from engine.compare.lines import Line
from engine.words import say
from workbench.models.compare_csv import as_csv
from workbench.models.last_folder import last_folder, use_folder
from workbench.pages.recipe_files import file_name
from workbench.report_file import ask_report, save_report
from workbench.views.pictures import save_picture

if TYPE_CHECKING:
    from workbench.desk import Desk


class CompareFiles(QObject):
    """Each thing can be written to a given place, or after asking where. Failures are said, nothing is harmed."""

    def __init__(self, desk: "Desk", page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page

    def save_table(self, lines: Sequence[Line], settings: Sequence[str], path: Path) -> None:
        """The lines as CSV."""
        write = partial(write_text, path, as_csv(lines, settings))
        self._write(write, say("The table is saved as {path}.", path=path.name), path.parent)

    def save_pictures(self, views: Mapping[str, QWidget], folder: Path) -> None:
        """Every view as PNG and as SVG, named by its title."""

        def write() -> None:
            for title, view in views.items():
                for ending in ("png", "svg"):
                    save_picture(view, folder / f"{file_name(title)}.{ending}")

        if not views:
            none = say("There is no chart to save yet: nothing was written.")
            self._desk.message.emit("info", none)
            return
        self._write(
            write,
            say(
                "{views} charts are saved as PNG and SVG in {folder}.",
                views=len(views),
                folder=folder.name,
            ),
            folder,
        )

    def save_report(self, lines: Sequence[Line], path: Path) -> None:
        """One HTML file about all runs of the lines; it is written in the background."""
        save_report(self._desk, self._page, _runs(lines), path)

    def ask_table(self, lines: Sequence[Line], settings: Sequence[str]) -> None:
        """Ask where, then save the table."""
        self._ask(
            say("Save the table"),
            "runs.csv",
            say("Tables (*.csv)"),
            partial(self.save_table, lines, settings),
        )

    def ask_report(self, lines: Sequence[Line]) -> None:
        """Ask where, then write the report."""
        ask_report(self._desk, self._page, _runs(lines), "comparison.html")

    def ask_pictures(self, views: Mapping[str, QWidget]) -> None:
        """Ask for a folder, then save every view."""
        folder = QFileDialog.getExistingDirectory(
            self._page, say("Choose a folder for the charts"), str(last_folder())
        )
        if folder:
            use_folder(Path(folder))
            self.save_pictures(views, Path(folder))

    def _ask(self, title: str, usual: str, kind: str, save: Callable[[Path], None]) -> None:
        name, _ = QFileDialog.getSaveFileName(self._page, title, str(last_folder() / usual), kind)
        if name:
            path = Path(name)
            use_folder(path.parent)
            ending = Path(usual).suffix
            save(path if path.suffix == ending else Path(f"{name}{ending}"))

    def _write(self, write: Callable[[], None], done: str, folder: Path) -> None:
        try:
            write()
        except OSError as error:
            self._desk.message.emit(
                "bad", say("It could not be saved: {error}. No run was changed.", error=error)
            )
        else:
            self._desk.saved.emit(done, folder)


def _runs(lines: Sequence[Line]) -> list[Path]:
    return [run.path for line in lines for run in line.runs]
