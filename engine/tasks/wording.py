"""Answers in words: what they say, how often they are right, and which word an idea stands for."""

import re
from collections.abc import Generator, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.datasets.pairs.words import SLOTS, read_slots, spoken
from engine.events import Event, Phase
from engine.tasks.task import Gate
from engine.teachers2d.teacher import ImageTeacher

_AT_ONCE = 32
_FEWEST = 3  # pairs with a word, and without it, for it to name an idea
_CLEAR = 0.5  # standard deviations that a word's pairs must lie above the others
_FILLING = {"a", "an", "the", "of", "in", "on", "with", "and", "one", "from", "seen", "is", "to"}


def sentences(
    teacher: ImageTeacher, answers: Tensor, gate: Gate, name: str
) -> Generator[Event, None, list[str]]:
    """(S, 10 D) or (S, 10, D) -> S sentences, as people write them; passes the gate before every few."""
    device, found = next(teacher.parameters()).device, []
    for start in range(0, len(answers), _AT_ONCE):
        yield from gate()
        yield Phase(name=name, part="testing", fraction=start / len(answers))
        some = answers[start : start + _AT_ONCE].float()
        prefix = some.reshape(len(some), teacher.length, teacher.width).to(device)
        found += [spoken(sentence) for sentence in teacher.captions(prefix)]
    return found


def words_right(
    kinds: Sequence[str], mine: Sequence[str], theirs: Sequence[str], told: Sequence[str]
) -> dict[str, float]:
    """Shares of the student's sentences: `same` as the teacher's word for word; `as_teacher/<slot>`: with the teacher's
    word for kind, size, view or colour; `right/<slot>`: with the true caption's, of the captions that tell it.

    kinds: those that the teacher has words for; told: true captions, "" where none is known.
    """
    shares = {"same": _share(a == b for a, b in zip(mine, theirs, strict=True))}
    said, heard, true = (
        [read_slots(text, kinds) for text in side] for side in (mine, theirs, told)
    )
    for slot in SLOTS:
        for name, others in (("as_teacher", heard), ("right", true)):
            both = [
                (getattr(one, slot), getattr(other, slot))
                for one, other in zip(said, others, strict=True)
                if getattr(other, slot)
            ]
            if both:
                shares[f"{name}/{slot}"] = _share(one == other for one, other in both)
    return shares


def names_of_ideas(strength: NDArray[np.floating], heard: Sequence[str]) -> tuple[str, ...]:
    """For each concept the word of the teacher's sentences whose pairs need it most, compared with the other pairs.

    strength (S, C): by how much the likeness of each pair falls without each concept; "" where no word stands out.
    """
    said = [set(re.findall(r"[^\W\d_]+", sentence.lower())) - _FILLING for sentence in heard]
    words = sorted(set().union(*said)) if said else []
    there = np.array([[word in sentence for word in words] for sentence in said], bool)
    counts = there.sum(axis=0) if len(words) else np.zeros(0)
    enough = (counts >= _FEWEST) & (len(said) - counts >= _FEWEST)
    return tuple(_name(column, there[:, enough], np.array(words)[enough]) for column in strength.T)


def _name(strength: NDArray[np.floating], there: NDArray[np.bool_], words: NDArray[np.str_]) -> str:
    spread = float(strength.std())
    if not len(words) or spread == 0:
        return ""
    # The standard error of the difference: a rare word stands out by chance.
    count = there.sum(axis=0)
    inside = strength @ there / count
    outside = (strength.sum() - strength @ there) / (len(strength) - count)
    clear = (inside - outside) / spread
    best = int(np.argmax(clear * np.sqrt(count)))
    return str(words[best]) if clear[best] > _CLEAR else ""


def _share(facts: Iterable[bool]) -> float:
    values = list(facts)
    return float(np.mean(values)) if values else 0.0
