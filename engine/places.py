"""Where things live on this computer. PCD_WORKBENCH_HOME moves all of it, for tests and shared machines."""

import os
from pathlib import Path

import platformdirs

_NAME = "pcd-workbench"


def _place(kind: str, usual: str) -> Path:
    home = os.environ.get("PCD_WORKBENCH_HOME")
    return Path(home) / kind if home else Path(usual)


def runs_folder() -> Path:
    """Run folders, unless a command names another place."""
    return _place("runs", platformdirs.user_data_dir(_NAME, appauthor=False) + "/runs")


def teachers_folder() -> Path:
    """Image teachers that were trained here: slow to make again, so no cache."""
    return _place("teachers", platformdirs.user_data_dir(_NAME, appauthor=False) + "/teachers")


def cache_folder() -> Path:
    """Things that can be made again: prepared data sets, thumbnails, the schema."""
    return _place("cache", platformdirs.user_cache_dir(_NAME, appauthor=False))


def settings_folder() -> Path:
    """Preferences and the state of the window."""
    return _place("settings", platformdirs.user_config_dir(_NAME, appauthor=False))


def log_folder() -> Path:
    """Logs and the crash file."""
    return _place("log", platformdirs.user_log_dir(_NAME, appauthor=False))


def resource(*parts: str) -> Path:
    """A file under `resources/`: inside the package when installed, in the project's root when not."""
    package = Path(__file__).parent
    packed = package / "resources"
    root = packed if packed.is_dir() else package.parent / "resources"
    return root.joinpath(*parts)
