"""One check before a run: what was looked at, what came out, and whether it is fine; no imports beyond Python's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.words import say

State = Literal["fine", "know", "mend"]


@dataclass(frozen=True)
class Check:
    """name: in plain words; term: the field's word; value: None where there is nothing to measure; unit: what stands
    behind it; state: “fine”, “know” (to know about) or “mend”; sentence: what it means; note: a few words beside it."""

    name: str
    term: str
    value: float | None
    unit: str
    state: State
    sentence: str
    note: str = ""


def no_boxes(name: str, term: str) -> Check:
    """The check of boxes where there are none."""
    return Check(
        name,
        term,
        None,
        "%",
        "mend",
        say("There is no box to learn from in these frames."),
        say("no boxes"),
    )


def listed(words: Iterable[str]) -> str:
    """“a, b and c”; at least one word."""
    *before, last = words
    return say("{before} and {last}", before=", ".join(before), last=last) if before else last
