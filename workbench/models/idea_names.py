"""What a person calls the ideas of a run, kept beside it; where nothing is kept, the guess of the test stands."""

import json
from collections.abc import Sequence
from pathlib import Path

from engine.atomic import write_text
from engine.errors import RunError
from engine.words import say

NAME = "idea_names.json"


def read_names(run: Path, guesses: Sequence[str], count: int) -> list[str]:
    """A name for each of `count` ideas: the kept one, else the guess, else empty. A damaged file counts as none."""
    names = [guesses[place] if place < len(guesses) else "" for place in range(count)]
    try:
        kept = json.loads((run / "artifacts" / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return names
    for place in range(count if isinstance(kept, dict) else 0):
        name = kept.get(str(place + 1), "")
        if isinstance(name, str) and name.strip():
            names[place] = name
    return names


def write_names(run: Path, names: Sequence[str], guesses: Sequence[str]) -> None:
    """Keep the names that differ from the guesses; raises RunError when they cannot be."""
    guessed = [*guesses, *[""] * len(names)]
    own = {
        str(place + 1): name for place, name in enumerate(names) if name and name != guessed[place]
    }
    try:
        (run / "artifacts").mkdir(exist_ok=True)
        write_text(run / "artifacts" / NAME, json.dumps(own, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise RunError(
            say("The name could not be kept: {error}. The run itself is not harmed.", error=error)
        ) from None
