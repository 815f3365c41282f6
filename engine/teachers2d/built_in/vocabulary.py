"""Captions as rows of word numbers and back: 0 fills up, 1 begins, 2 ends."""

import re
from collections.abc import Sequence

from engine.datasets.pairs.words import spoken

PAD, BEGIN, END = 0, 1, 2
_FIRST = 3


class Vocabulary:
    """The words a built-in teacher knows, in the order of their numbers."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self._numbers = {word: number + _FIRST for number, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words) + _FIRST

    def encode(self, text: str) -> list[int]:
        """The numbers of a caption, begin and end included; KeyError for a word that is not known."""
        return [BEGIN, *(self._numbers[word] for word in re.findall(r"[a-z_]+|[.,]", text)), END]

    def decode(self, numbers: Sequence[int]) -> str:
        """A caption as people write it, up to its end."""
        ends = [place for place, number in enumerate(numbers) if number == END]
        known = numbers[: ends[0]] if ends else numbers
        text = " ".join(self.words[number - _FIRST] for number in known if number >= _FIRST)
        return spoken(re.sub(r" ([.,])", r"\1", text))
