"""What a slide says and shows, as plain data: whatever tells a story makes these, whatever shows one takes them."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.orbit import Floats
from engine.words import of_100

Color = str | int  # a token of the theme, or a class by its position


@dataclass(frozen=True)
class Row:
    """One bar: its name, a share 0..1 (None: not measured), the number as it is written, and its colour."""

    name: str
    share: float | None
    number: str
    color: Color = "accent"


@dataclass(frozen=True)
class Bars:
    """Bars from zero; a line across them at a share where they are measured by one."""

    rows: tuple[Row, ...]
    line: float | None = None
    line_words: str = ""


@dataclass(frozen=True)
class Way:
    """One thing's place on a score's way 0..1, and the line's, where the score is no probability."""

    place: float
    words: str
    line: float
    line_words: str
    stranger: bool


@dataclass(frozen=True, eq=False)
class Thing:
    """A cloud (N, 3) that turns, in one colour; what is said of it on the pill, and whether that is right."""

    points: Floats
    name: str
    color: Color
    said: str
    turned_away: bool
    right: bool = True


@dataclass(frozen=True, eq=False)
class Things:
    """Several clouds with their names, small, in the colours of their kinds."""

    clouds: tuple[tuple[str, Floats], ...]


@dataclass(frozen=True, eq=False)
class Course:
    """A share 0..1 after each pass (P,): what is measured, and its colour."""

    values: NDArray[np.float64]
    name: str
    color: str = "known"


@dataclass(frozen=True, eq=False)
class Trade:
    """At every place of the line, evenly from one end of the score to the other, (T,): known named right and strangers
    turned away; and where the line is, 0..1, with the value in words."""

    right: NDArray[np.float64]
    away: NDArray[np.float64]
    at: float
    at_words: str


@dataclass(frozen=True)
class Hundred:
    """Shares as so many of a hundred: (share, words, whether of strangers); a share of None was not measured."""

    parts: tuple[tuple[float | None, str, bool], ...]


Picture = Thing | Things | Course | Trade | Hundred | Bars | None


@dataclass(frozen=True, eq=False)
class Slide:
    """caps: what this step is; headline: the one idea; below: the bars under the words, or where it is on the way."""

    caps: str
    headline: str
    sentence: str
    picture: Picture = None
    below: Bars | Way | None = None


@dataclass(frozen=True, eq=False)
class Tale:
    """The story of a run: its name, whether its data were made by this program, its slides, a note on all."""

    name: str
    made: bool
    slides: tuple[Slide, ...] = field(default_factory=tuple)
    note: str = ""


def hundred(share: float | None) -> str:
    """So many of a hundred, or a dash for what was not measured."""
    return "–" if share is None or share != share else of_100(share)
