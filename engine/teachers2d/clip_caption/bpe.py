"""GPT-2's byte-level BPE (Sennrich et al. 2016) from vocab.json and merges.txt: numbers to text and back."""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from engine.formats.bounded import Damage, content
from engine.formats.refusal import refusing
from engine.words import say

# GPT-2's pattern in the words of Python's own `re`: a letter is a word sign that is neither digit nor underscore.
_PIECES = re.compile(
    r"'(?:s|t|re|ve|m|ll|d)| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+", re.UNICODE
)


class Bpe:
    """Text and numbers of GPT-2."""

    def __init__(self, vocabulary: dict[str, int], merges: Iterable[tuple[str, str]]) -> None:
        self.numbers = vocabulary
        self._signs = {number: signs for signs, number in vocabulary.items()}
        self._ranks = {pair: rank for rank, pair in enumerate(merges)}
        self._sign = byte_signs()
        self._byte = {sign: byte for byte, sign in self._sign.items()}

    @classmethod
    def load(cls, folder: Path) -> "Bpe":
        """From a folder with vocab.json and merges.txt; FormatError when one is missing or damaged."""
        path = folder / "vocab.json"
        with refusing(path, say("word list")):
            vocabulary = json.loads(content(path))
            if not isinstance(vocabulary, dict) or not all(
                isinstance(number, int) for number in vocabulary.values()
            ):
                raise Damage(say("it is no table of words and their numbers"))
        path = folder / "merges.txt"
        with refusing(path, say("list of merges")):
            lines = content(path).decode("utf-8").split("\n")
            rows = [line.split(" ") for line in lines if line and not line.startswith("#version")]
            if not all(len(row) == 2 for row in rows):
                raise Damage(say("not every line is a pair"))
        return cls(vocabulary, [(first, second) for first, second in rows])

    def encode(self, text: str) -> list[int]:
        """The numbers of a text; KeyError for a piece that the vocabulary lacks."""
        pieces = (
            "".join(self._sign[byte] for byte in piece.encode()) for piece in _PIECES.findall(text)
        )
        return [self.numbers[part] for piece in pieces for part in self._merged(piece)]

    def decode(self, numbers: Iterable[int]) -> str:
        """The text of numbers; what is no number of a word is passed over."""
        signs = "".join(self._signs.get(number, "") for number in numbers)
        found = bytes(self._byte[sign] for sign in signs if sign in self._byte)
        return found.decode("utf-8", "replace")

    def _merged(self, piece: str) -> list[str]:
        """A piece cut as the merges say: again and again the pair of the lowest rank is joined, everywhere."""
        parts = list(piece)
        while len(parts) > 1:
            pairs = set(pairwise(parts))
            best = min(pairs, key=lambda pair: self._ranks.get(pair, len(self._ranks)))
            if best not in self._ranks:
                break
            joined, index = [], 0
            while index < len(parts):
                together = tuple(parts[index : index + 2]) == best
                joined.append("".join(best) if together else parts[index])
                index += 2 if together else 1
            parts = joined
        return parts


@lru_cache(maxsize=1)
def byte_signs() -> dict[int, str]:
    """A visible sign for each of the 256 bytes: printable ones stand for themselves, the others follow at 256."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = (byte for byte in range(256) if byte not in plain)
    return {byte: chr(byte) for byte in plain} | {
        byte: chr(256 + place) for place, byte in enumerate(others)
    }
