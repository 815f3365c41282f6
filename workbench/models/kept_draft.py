"""The draft of the last session, with the data set and the known kinds that belong to it."""

from pathlib import Path

from engine.atomic import write_text
from engine.errors import ConfigError
from engine.experiment import Experiment, load
from engine.places import settings_folder


def kept() -> Experiment | None:
    """The draft as it was left; None when there is none or it is damaged."""
    try:
        return load(_file())
    except ConfigError:
        return None


def keep(draft: Experiment) -> None:
    """Remember a draft. A disk that cannot be written costs only the memory."""
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        write_text(_file(), draft.to_toml())
    except OSError:
        return


def _file() -> Path:
    return settings_folder() / "draft.toml"
