"""Drafts that are there in the next session: the last one, with the data set and the known kinds that belong to it,
and one that waits for its teacher."""

from contextlib import suppress
from pathlib import Path

from engine.atomic import write_text
from engine.errors import ConfigError
from engine.experiment import Experiment, load
from engine.places import settings_folder

_LAST, WAITING = "draft.toml", "waiting.toml"


def kept(name: str = _LAST) -> Experiment | None:
    """The draft as it was left; None when there is none or it is damaged."""
    try:
        return load(_file(name))
    except ConfigError:
        return None


def keep(draft: Experiment, name: str = _LAST) -> None:
    """Remember a draft. A disk that cannot be written costs only the memory."""
    try:
        _file(name).parent.mkdir(parents=True, exist_ok=True)
        write_text(_file(name), draft.to_toml())
    except OSError:
        return


def forget(name: str) -> None:
    """There is no such draft any more."""
    with suppress(OSError):
        _file(name).unlink(missing_ok=True)


def _file(name: str) -> Path:
    return settings_folder() / name
