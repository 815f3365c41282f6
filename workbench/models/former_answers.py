"""The answers about what was dropped last, remembered between sessions while file, run and arrays are as they were."""

import json
from pathlib import Path
from typing import Any

from engine.atomic import write_text
from engine.errors import EngineError
from engine.places import settings_folder
from workbench.models.brought import Brought, read_brought

KEEP = 8


def remember(value: dict[str, Any]) -> None:
    """Put an answer of the engine at the head. A disk that cannot be written costs only the memory."""
    mark = _mark(value)
    if mark is None:
        return
    others = [entry for entry in _entries() if entry["answer"].get("file") != value["file"]]
    entries = [{"mark": mark, "answer": value}, *others][:KEEP]
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        write_text(_file(), json.dumps(entries))
    except (OSError, ValueError, TypeError):
        return


def former() -> list[Brought]:
    """What was dropped before, the newest first: only what is still there, and as it was."""
    found = []
    for entry in _entries():
        value = entry["answer"]
        try:
            if _mark(value) == entry["mark"] and (Path(value["run"]) / "run.toml").exists():
                found.append(read_brought(value))
        except (EngineError, OSError, ValueError, KeyError, TypeError):
            continue  # the list is a memory, not a promise
    return found


def _mark(value: dict[str, Any]) -> list[int] | None:
    """By which a file is known to be the one that was asked about; None where it is gone."""
    try:
        about = Path(value["file"]).stat()
        return [about.st_mtime_ns, about.st_size]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _entries() -> list[dict[str, Any]]:
    try:
        entries = json.loads(_file().read_text(encoding="utf-8"))
        return [entry for entry in entries if isinstance(entry["answer"], dict) and entry["mark"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _file() -> Path:
    return settings_folder() / "dropped-before.json"
