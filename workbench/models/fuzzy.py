"""How well typed letters fit a text: whole words before other words for it, parts of words and scattered letters."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
_START, _ALSO, _INSIDE, _SCATTERED = 3.0, 2.5, 2.0, 1.0


def best_first(
    wanted: str,
    things: Iterable[T],
    text: Callable[[T], str],
    also: Callable[[T], str] = lambda _thing: "",
) -> list[T]:
    """The things whose text, or beginnings of other words for it, fit, best first; in their own order where they fit
    alike. Where nothing fits every word, what fits some of them, not by scattered letters."""
    several, words = list(things), wanted.split()
    whole = [rating(wanted, text(thing), also(thing)) for thing in several]
    if len(words) > 1 and not any(rate is not None for rate in whole):
        each = [
            [rating(word, text(thing), also(thing)) or 0 for word in words] for thing in several
        ]
        whole = [sum(rate for rate in rates if rate >= _INSIDE) or None for rates in each]
    fitting = [
        (rate, thing) for rate, thing in zip(whole, several, strict=True) if rate is not None
    ]
    return [thing for _, thing in sorted(fitting, key=lambda pair: -pair[0])]


def rating(wanted: str, text: str, also: str = "") -> float | None:
    """From 0 (nothing wanted) upwards; None where a word that is wanted is not in the text in any way."""
    rates = [_word(word, text.casefold(), also.casefold()) for word in wanted.casefold().split()]
    found = [rate for rate in rates if rate is not None]
    return sum(found) if len(found) == len(rates) else None


def _word(word: str, text: str, also: str) -> float | None:
    place = f" {text}".find(f" {word}")
    if place >= 0:
        return _START + 1 / (1 + place)
    if f" {word}" in f" {also}":
        return _ALSO
    place = text.find(word)
    if place >= 0:
        return _INSIDE + 1 / (1 + place)
    return _scattered(word, text)


def _scattered(word: str, text: str) -> float | None:
    """The letters in their order, each as early as it can be; the closer together the better."""
    first = here = text.find(word[0])
    for letter in word[1:]:
        here = text.find(letter, here + 1) if here >= 0 else -1
    return None if here < 0 else _SCATTERED * len(word) / (here - first + 1)
