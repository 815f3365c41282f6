"""The folder that was last chosen in a dialog, remembered between sessions."""

from pathlib import Path

from engine.atomic import write_text
from engine.places import settings_folder


def last_folder() -> Path:
    """Where dialogs begin: the folder used last while it is there, else the home folder."""
    try:
        folder = Path(_file().read_text(encoding="utf-8"))
        return folder if folder.is_absolute() and folder.is_dir() else Path.home()
    except (OSError, ValueError):
        return Path.home()


def use_folder(folder: Path) -> None:
    """Begin here next time. A disk that cannot be written costs only the memory."""
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        write_text(_file(), str(folder))
    except (OSError, ValueError):
        return


def _file() -> Path:
    return settings_folder() / "last-folder.txt"
