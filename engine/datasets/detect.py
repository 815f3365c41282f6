"""Which data set a file or folder is that somebody dropped on the window or named in a command."""

from pathlib import Path

from engine.datasets import folder, modelnet
from engine.datasets.found import place
from engine.datasets.prepared import is_prepared
from engine.datasets.stacked import is_stack
from engine.errors import DataError
from engine.experiment import Choice
from engine.formats import COMMON, suffixes
from engine.formats.bounded import plain
from engine.words import say


def detect(path: Path) -> Choice:
    """The data set that fits, with its path set. Raises DataError when nothing fits."""
    path = place(str(path))
    name = _of_file(path) if path.is_file() else _of_folder(path)
    return Choice.model_validate({"name": name, "path": str(path)})


def _of_file(path: Path) -> str:
    if is_prepared(path):
        return "prepared"
    if is_stack(path):
        found = modelnet.find(path)
        pair = found is not None and len(found.stacks) == 2
        return "modelnet" if pair or "modelnet" in path.name.lower() else "folder"
    if path.suffix.lower() in suffixes():
        raise DataError(
            say(
                "“{path}” is a single shape, not a data set. Choose a folder with one sub-folder per "
                "kind of object.",
                path=plain(path.name),
            )
        )
    raise DataError(
        say(
            "“{path}” is not a kind of file that is known. A model can be asked about a mesh or a scan: "
            "{common}. A data set is a folder with one sub-folder per kind of object, or an HDF5 file.",
            path=plain(path.name),
            common=COMMON,
        )
    )


def _of_folder(path: Path) -> str:
    if modelnet.find(path) is not None:
        return "modelnet"
    folder.find(path)
    return "folder"
