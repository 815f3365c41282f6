"""One HTML file about runs: asked where, written in the background, and told when it is there."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QWidget

from engine.store import RunStore
from engine.words import say
from workbench.background import read_in_background
from workbench.models.last_folder import last_folder, use_folder

if TYPE_CHECKING:
    from workbench.desk import Desk

WRITING = say("The report is being written.")
_ENDING = ".html"


def ask_report(
    desk: "Desk", page: QWidget, runs: Sequence[Path], usual: str = "report.html"
) -> None:
    """Ask where, then write the report of these runs."""
    name, _ = QFileDialog.getSaveFileName(
        page, say("Save the report"), str(last_folder() / usual), say("Reports (*.html)")
    )
    if name:
        path = Path(name)
        use_folder(path.parent)
        save_report(desk, page, runs, path if path.suffix == _ENDING else Path(f"{name}{_ENDING}"))


def save_report(desk: "Desk", page: QWidget, runs: Sequence[Path], path: Path) -> None:
    """Write it there; a failure is said, nothing is harmed."""
    write = partial(_write, desk.store, runs, path, desk.schema)
    desk.message.emit("info", WRITING)
    read_in_background(page, write, partial(_tell, desk))


def _tell(desk: "Desk", found: Path | str) -> None:
    desk.unsaid.emit(WRITING)
    if isinstance(found, str):
        desk.message.emit("bad", found)
    else:
        desk.saved.emit(say("The report is saved as {found}.", found=found.name), found)


def _write(store: RunStore, runs: Sequence[Path], target: Path, schema: Mapping[str, Any]) -> Path:
    from engine.report import write_report

    write_report([store.open(run) for run in runs], target, schema)
    return target
