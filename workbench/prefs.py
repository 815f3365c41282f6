"""What a person has set once and for all, and where the window was: one file for all of it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings

from engine.places import runs_folder, settings_folder

SCALES = (100, 125, 150, 175, 200)


def get(key: str, default: Any) -> Any:
    """What is kept under a name, as the kind of thing the default is."""
    return _file().value(key, default, type=type(default))


def put(key: str, value: Any) -> None:
    """Keep it. A disk that cannot be written costs only the memory."""
    put_all({key: value})


def put_all(values: Mapping[str, Any]) -> None:
    """Keep several things at once."""
    file = _file()
    for key, value in values.items():
        file.setValue(key, value)
    file.sync()


def scale() -> int:
    """How large everything is drawn, in percent; one that is not offered counts as 100."""
    kept = get("scale", 100)
    return kept if kept in SCALES else 100


def apply_scale() -> None:
    """Tell Qt, which listens only before the application is made; what the surroundings say goes first."""
    if scale() != 100:
        os.environ.setdefault("QT_SCALE_FACTOR", f"{scale() / 100:g}")


def chosen_runs_folder() -> Path:
    """Where the window keeps runs: the folder that was chosen, else the usual one."""
    kept = get("runs", "")
    return Path(kept) if kept and Path(kept).is_absolute() else runs_folder()


def _file() -> QSettings:
    return QSettings(str(settings_folder() / "window.ini"), QSettings.Format.IniFormat)
