"""JSON from outside: a whole file of a bearable size, or the objects of a list that is too long to hold at once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from engine.formats.bounded import Damage, content
from engine.formats.refusal import refusing
from engine.words import say

_CHUNK = 1 << 20
_MOST_LETTERS = 4 << 20  # of one object


def json_at(path: Path) -> Any:
    """What a file says; a FormatError names the file when it says nothing."""
    with refusing(path, say("JSON file")):
        return json.loads(content(path))


def rows_at(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a list, one after another; a FormatError names the file when it is not such a list."""
    with refusing(path, say("JSON table")), path.open(encoding="utf-8", errors="replace") as file:
        yield from _rows(file)


def _rows(file: IO[str]) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    text, at = file.read(_CHUNK).lstrip("\ufeff \t\r\n"), 1
    if not text.startswith("["):
        raise Damage(say("it is not a list"))
    while True:
        while at < len(text) and text[at] in ", \t\r\n":
            at += 1
        if text.startswith("]", at):
            return
        try:
            row, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            more = file.read(_CHUNK)
            if not more or len(text) - at > _MOST_LETTERS:
                raise Damage(say("it breaks off, or is not a list of objects")) from None
            text, at = text[at:] + more, 0
            continue
        if not isinstance(row, dict):
            raise Damage(say("it is not a list of objects"))
        yield row
