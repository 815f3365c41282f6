"""Opening a data set of one's own: a folder or a file from a dialog, or dropped onto the window."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from engine.errors import EngineError
from engine.formats.bounded import plain
from engine.words import counted, say
from workbench.models.last_folder import last_folder, use_folder

if TYPE_CHECKING:
    from workbench.desk import Desk

FILES = say("Many objects in one file (*.h5 *.hdf5);;Every file (*)")


def choose_folder(parent: QWidget, desk: "Desk") -> None:
    """Ask for a folder and open what is in it."""
    folder = QFileDialog.getExistingDirectory(
        parent, say("Choose a folder with objects"), str(last_folder())
    )
    if folder:
        use_folder(Path(folder).parent)
        open_path(desk, Path(folder))


def choose_file(parent: QWidget, desk: "Desk") -> None:
    """Ask for an HDF5 file of many objects and open it."""
    file, _ = QFileDialog.getOpenFileName(
        parent, say("Choose a file with many objects"), str(last_folder()), FILES
    )
    if file:
        use_folder(Path(file).parent)
        open_path(desk, Path(file))


def opening_menu(parent: QWidget, desk: "Desk") -> QMenu:
    """A folder or a file: no dialog can ask for both."""
    menu = QMenu(parent)
    menu.addAction(say("&Folder with objects…"), lambda: choose_folder(parent, desk))
    menu.addAction(say("F&ile with many objects…"), lambda: choose_file(parent, desk))
    return menu


def offer(parent: QWidget, desk: "Desk", over: QWidget) -> QMenu:
    """The same choice in the middle of a widget, the folder ready for Enter."""
    menu = opening_menu(parent, desk)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName(say("Open data from"))
    size = menu.sizeHint()
    menu.popup(over.mapToGlobal(over.rect().center() - QPoint(size.width(), size.height()) / 2))
    menu.setActiveAction(menu.actions()[0])
    return menu


def is_thing(path: Path) -> bool:
    """Whether this is one mesh or scan, which a model can be asked about, and no data set."""
    from workbench.models.brought import FILES

    return path.suffix.lower() in FILES and not path.is_dir()


def single_files(path: Path) -> str:
    """What to do with a folder of meshes and scans that are in no sub-folders; empty where it is none."""
    try:
        here = sum(is_thing(file) for file in path.iterdir()) if path.is_dir() else 0
    except OSError:
        return ""
    if not here:
        return ""
    return say(
        "“{path}” holds {files} and no folders of kinds. To ask about them, drop the files instead "
        "of the folder, several at once if you like. To learn from them, put the files of each kind "
        "into a sub-folder with its name.",
        path=plain(path.name),
        files=counted(here, "file"),
    )


def open_path(desk: "Desk", path: Path) -> None:
    """Find out what kind of data set this is, open it, and show the Data page; or say why not."""
    from engine.datasets.detect import detect

    try:
        choice = detect(path)
    except EngineError as error:
        desk.refused.emit(single_files(path) or error.sentence)
        return
    desk.go("data")
    desk.open_data(choice)
