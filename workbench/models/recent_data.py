"""The data sets opened last, newest first, remembered between sessions."""

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from engine.atomic import write_text
from engine.experiment import SPLIT_KEYS, Choice
from engine.places import settings_folder

KEEP = 6


@dataclass(frozen=True)
class Recent:
    """A data set by its title and by what opens it again."""

    title: str
    choice: Choice


def recent() -> list[Recent]:
    """What was opened before; nothing when the list is missing or damaged."""
    try:
        entries = json.loads(_file().read_text(encoding="utf-8"))
        return [Recent(str(e["title"]), Choice.model_validate(e["choice"])) for e in entries]
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return []


def remember(title: str, choice: Choice) -> None:
    """Put a data set at the head of the list. A disk that cannot be written costs only the memory."""
    plain = Choice.model_validate(choice.model_dump(mode="json", exclude=set(SPLIT_KEYS)))
    entries = [Recent(title, plain), *(e for e in recent() if e.choice != plain)][:KEEP]
    document = [{"title": e.title, "choice": e.choice.model_dump(mode="json")} for e in entries]
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        write_text(_file(), json.dumps(document, indent=1))
    except OSError:
        return


def _file() -> Path:
    return settings_folder() / "recent-data.json"
