"""How a data set of one's own is split, and which kinds have too little to test, in a sentence each."""

from collections.abc import Iterable

import numpy as np

from engine.clouds import Clouds
from engine.words import say

FEW = 10
_NAMED = 5


def split_told(clouds: Clouds, said: Iterable[bool | None]) -> tuple[str, ...]:
    """How many objects test it and who said so; a warning where a kind has fewer than FEW of them."""
    given = list(said)
    tested, every = int((~clouds.train).sum()), len(clouds)
    drawn = sum(value is None for value in given)
    if not drawn:
        why = say("as their folders or files say")
    elif drawn == len(given):
        why = say("drawn by the seed from each kind, for nothing says which")
    else:
        why = say("as their folders or files say, or drawn by the seed where these say nothing")
    how = (
        say("1 of {every:,} objects is kept to test it, {why}.", every=every, why=why)
        if tested == 1
        else say(
            "{tested:,} of {every:,} objects are kept to test it, {why}.",
            tested=tested,
            every=every,
            why=why,
        )
    )
    return (how, *_few(clouds))


def _few(clouds: Clouds) -> list[str]:
    counts = np.bincount(clouds.labels[~clouds.train], minlength=len(clouds.kinds)).tolist()
    short = [(kind, n) for kind, n in zip(clouds.kinds, counts, strict=True) if n < FEW]
    if not short:
        return []
    named = ", ".join(f"{kind} {n}" for kind, n in short[:_NAMED])
    more = ", …" if len(short) > _NAMED else ""
    who = say("1 kind has") if len(short) == 1 else say("{short} kinds have", short=len(short))
    return [
        say(
            "{who} fewer than {few} objects to test: figures will be rough ({named}{more}).",
            who=who,
            few=FEW,
            named=named,
            more=more,
        )
    ]
