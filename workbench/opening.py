"""Opening a data set of one's own: from a dialog, or dropped onto the window."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from engine.errors import EngineError
from workbench.models.last_folder import last_folder, use_folder

if TYPE_CHECKING:
    from workbench.desk import Desk


def choose_folder(parent: QWidget, desk: "Desk") -> None:
    """Ask for a folder and open what is in it."""
    folder = QFileDialog.getExistingDirectory(
        parent, "Choose a folder with objects", str(last_folder())
    )
    if folder:
        use_folder(Path(folder).parent)
        open_path(desk, Path(folder))


def open_path(desk: "Desk", path: Path) -> None:
    """Find out what kind of data set this is, open it, and show the Data page; or say why not."""
    from engine.datasets.detect import detect

    try:
        choice = detect(path)
    except EngineError as error:
        desk.message.emit("bad", error.sentence)
        return
    desk.go("data")
    desk.open_data(choice)
