"""The schema of everything registered, remembered on disk: forms appear before torch is loaded. Its words are of one
language."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine import language
from engine.atomic import write_text
from engine.places import cache_folder, resource


def remembered() -> dict[str, Any]:
    """The schema as it was made by these very sources; {} when none is remembered."""
    with suppress(OSError, ValueError):
        schema = json.loads(_place().read_text(encoding="utf-8"))
        return schema if isinstance(schema, dict) else {}
    return {}


def remember(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The remembered schema, or the one `make` gives, kept for the next time if the disk allows."""
    schema = remembered()
    if not schema:
        schema = make()
        with suppress(OSError):
            _place().parent.mkdir(parents=True, exist_ok=True)
            for older in _place().parent.glob("schema-*.json"):
                older.unlink()
            write_text(_place(), json.dumps(schema))
    return schema


def _place() -> Path:
    return cache_folder() / f"schema-{_key()}.json"


def _key() -> str:
    """Changes with the language, and with any source of the engine: names, times and sizes of its files."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    words = resource("languages", f"{language.chosen()}.ts")
    marks = [f"{p} {p.stat().st_mtime_ns} {p.stat().st_size}" for p in (*sources, words)]
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:16]
