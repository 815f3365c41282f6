"""A teacher's sentence against a student's: which words both say."""

import re
from dataclasses import dataclass

from engine.words import say

_SMALL = (
    *("a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "is", "it", "its"),
    *("of", "on", "or", "seen", "some", "that", "the", "there", "this", "to", "with"),
    *("one", "two", "three", "four"),
)
_ES = ("ses", "xes", "ches", "shes")


@dataclass(frozen=True)
class Word:
    """A word as it stands; `weighty` unless it only joins others; `both` when the other says it too."""

    text: str
    weighty: bool
    both: bool


@dataclass(frozen=True)
class Sentences:
    """Both sentences, and how many different words of the teacher's the student says."""

    teacher: tuple[Word, ...]
    student: tuple[Word, ...]
    shared: int
    of: int

    @property
    def verdict(self) -> str:
        """“3 of 6 words shared”, or nothing where the teacher says nothing."""
        return (
            say("{shared} of {of} words shared", shared=self.shared, of=self.of) if self.of else ""
        )


def compare(teacher: str, student: str) -> Sentences:
    """Both sentences word by word; one and many of a thing are the same word."""
    ours, theirs = _weighty(teacher), _weighty(student)
    return Sentences(
        _marked(teacher, theirs), _marked(student, ours), len(ours & theirs), len(ours)
    )


def stem(word: str) -> str:
    """A word in lower case, and one of a thing for many."""
    word = word.lower()
    if word.endswith(_ES):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _words(sentence: str) -> list[str]:
    return re.findall(r"[\w’'-]+", sentence)


def _weighty(sentence: str) -> set[str]:
    return {stem(word) for word in _words(sentence) if word.lower() not in _SMALL}


def _marked(sentence: str, others: set[str]) -> tuple[Word, ...]:
    return tuple(
        Word(word, word.lower() not in _SMALL, word.lower() not in _SMALL and stem(word) in others)
        for word in _words(sentence)
    )
