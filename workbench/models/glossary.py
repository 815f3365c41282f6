"""The words of the window beside the terms of the field."""

import tomllib
from dataclasses import dataclass
from functools import cache

from engine.places import resource
from engine.words import translated


@dataclass(frozen=True)
class Word:
    """What is said, the term for it, and what it means."""

    plain: str
    term: str
    meaning: str


@cache
def glossary() -> tuple[Word, ...]:
    """Every word, sorted as a reader looks for it."""
    rows = tomllib.loads(resource("words.toml").read_text(encoding="utf-8"))["words"]
    return tuple(
        sorted(
            (Word(*map(translated, row)) for row in rows), key=lambda word: word.plain.casefold()
        )
    )
