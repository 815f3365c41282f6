"""What can be said of a made picture: kind, colour, size and view, in whole sentences and read back from them."""

import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass

# Kinds that can be told apart in a picture of 64 x 64 from every side; a flat door, seen edge on, is any board.
PLAIN = (
    *("airplane", "bathtub", "bed", "bottle", "bowl", "car", "chair", "cone", "guitar", "lamp"),
    *("laptop", "monitor", "person", "piano", "sofa", "stairs", "stool", "table", "tent", "toilet"),
)
COLOURS = {
    "red": (0.86, 0.14, 0.14),
    "orange": (0.96, 0.54, 0.08),
    "yellow": (0.95, 0.89, 0.20),
    "green": (0.18, 0.64, 0.25),
    "blue": (0.18, 0.36, 0.88),
    "purple": (0.52, 0.22, 0.70),
    "pink": (0.96, 0.56, 0.76),
    "grey": (0.60, 0.60, 0.60),
}
SIZES = {"small": 0.65, "large": 1.0}  # largest radius of the thing
# By height alone: from which side a round or a square thing is seen, nobody can tell.
VIEWS = {"side": (5.0, 22.0), "above": (42.0, 60.0)}  # elevation in degrees
_SEEN = {"side": "from the side", "above": "from above", "": ""}
TEMPLATES = (
    "a {size} {colour} {kind} seen {view}.",
    "seen {view}, a {size} {colour} {kind}.",
    "one {size} {kind} in {colour}, {view}.",
)
_BARE = (
    "a {size} {kind} seen {view}.",
    "seen {view}, a {size} {kind}.",
    "one {size} {kind}, {view}.",
)


@dataclass(frozen=True)
class Slots:
    """The words of one picture; colour "" where none is told."""

    kind: str
    colour: str
    size: str
    view: str


SLOTS = tuple(Slots.__dataclass_fields__)


def caption(slots: Slots, template: int = 0) -> str:
    """One of the sentences, with the kind as it is registered (“night_stand”), so that it is one word."""
    patterns = TEMPLATES if slots.colour else _BARE
    kind, colour, size, view = astuple(slots)
    chosen = patterns[template % len(patterns)]
    return chosen.format(kind=kind, colour=colour, size=size, view=_SEEN[view])


def spoken(text: str) -> str:
    """A caption as people write it: “night stand”."""
    return text.replace("_", " ")


def read_slots(text: str, kinds: Iterable[str]) -> Slots:
    """The words found in a caption, "" for those that it does not tell."""
    line = f" {spoken(' '.join(re.findall(r'[a-z_]+', text.lower())))} "
    options = (kinds, COLOURS, SIZES, VIEWS)
    return Slots(*(_first(line, words) for words in options))


def _first(line: str, words: Iterable[str]) -> str:
    """The longest of the words that stands in the line: “glass box” before “box”."""
    found = [word for word in words if f" {spoken(word)} " in line]
    return max(found, key=len, default="")


def words_of(kinds: Iterable[str]) -> tuple[str, ...]:
    """Every word and mark that a caption of these kinds can hold, in a fixed order."""
    text = " ".join(TEMPLATES) + " ".join(_SEEN.values())
    plain = re.findall(r"[a-z]+|[.,]", re.sub(r"{\w+}", " ", text))
    return tuple(dict.fromkeys([*plain, *COLOURS, *SIZES, *sorted(kinds)]))
