"""Which of a source's own kinds a box can hold, and under which name: “car = Car + Van”, or just “car”."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.formats.bounded import plain
from engine.words import say

MOST_THINGS = 200


@dataclass(frozen=True)
class Kinds:
    """things: the names in their order; rows: from a source's kind in small letters to the thing it is."""

    things: tuple[str, ...]
    rows: dict[str, int]

    def row(self, kind: str) -> int:
        """The thing that a kind is, -1: none of them."""
        return self.rows.get(kind.strip().lower(), -1)


def kinds_of(entries: Sequence[str]) -> Kinds:
    """What the entries mean. ValueError, with the reason, when one means nothing or two claim the same."""
    things: list[str] = []
    rows: dict[str, int] = {}
    for entry in entries:
        name, _, rest = entry.partition("=")
        name = plain(name, 60)
        if not name or "+" in name:
            raise ValueError(
                say(
                    "“{entry}” names no thing; write “car” or “car = Car + Van”",
                    entry=plain(entry, 60),
                )
            )
        own = dict.fromkeys(
            word.strip().lower() for word in (name, *rest.split("+")) if word.strip()
        )
        for kind in own:
            if kind in rows:
                raise ValueError(say("“{kind}” stands for two things", kind=plain(kind, 60)))
            rows[kind] = len(things)
        things.append(name)
    return Kinds(tuple(things), rows)
