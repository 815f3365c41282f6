"""Sentences about what of a drive was left out, where many files share one reason."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from engine.datasets.pairs.pair import at_most
from engine.drives import Drive
from engine.errors import FormatError
from engine.formats.bounded import plain
from engine.words import say

_NAMED = 3


def told_of(names: Sequence[str], one: str, many: str) -> list[str]:
    """One sentence on all of these, naming the first: “1 <one> (a).”, “5 <many> (a, b, c, …).”; none without names."""
    if not names:
        return []
    some = ", ".join(f"“{plain(name, 60)}”" for name in names[:_NAMED])
    more = ", …" if len(names) > _NAMED else ""
    return [f"{len(names):,} {one if len(names) == 1 else many} ({some}{more})."]


def with_others(drive: Drive, others: Counter[str]) -> Drive:
    """The drive, which tells how many boxes were of kinds that nobody knows."""
    if not others:
        return drive
    some = ", ".join(f"“{plain(word, 30)}”" for word, _ in others.most_common(_NAMED))
    count = others.total()
    what = (
        say("1 box is of a kind")
        if count == 1
        else say("{count:,} boxes are of kinds", count=count)
    )
    told = say(
        "{what} that is not known ({some}), where nothing found or missed counts.",
        what=what,
        some=some,
    )
    return replace(drive, problems=at_most([told, *drive.problems]))


def end_of(error: FormatError) -> str:
    """What is wrong with a file of a frame, fit to follow the frame's name."""
    return error.sentence.removesuffix(".")
