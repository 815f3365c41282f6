"""How well a student of clouds answers as a teacher of pictures: answers and targets (V, D) each, numpy only."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass
class Nearness:
    """Summed up batch by batch, so that no array of all answers is needed.

    constant (D,): the mean of the training targets, the best that knows nothing of a cloud.
    """

    constant: Floats
    errors: float = 0.0
    spread: float = 0.0
    numbers: int = 0
    alike: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, answers: Floats, targets: Floats) -> None:
        """More rows (V, D) twice."""
        answers, targets = answers.astype(np.float64), targets.astype(np.float64)
        self.errors += float(np.square(answers - targets).sum())
        self.spread += float(np.square(targets - self.constant).sum())
        self.numbers += targets.size
        self.alike.append(likeness(answers, targets, self.constant))

    @property
    def mse(self) -> float:
        """Mean square error."""
        return self.errors / max(1, self.numbers)

    @property
    def variance(self) -> float:
        """Mean square of targets about the constant."""
        return self.spread / max(1, self.numbers)

    @property
    def r2(self) -> float:
        """1 - mse / variance: always answering the constant gives 0, whatever it costs to be right."""
        return 1 - self.errors / self.spread if self.spread else 0.0

    @property
    def likeness(self) -> NDArray[np.float64]:
        """(V,): cosine between each answer and its target, both less the constant."""
        return np.concatenate(self.alike) if self.alike else np.zeros(0)


def likeness(answers: Floats, targets: Floats, constant: Floats) -> NDArray[np.float64]:
    """(V, D) twice -> (V,): cosine of what either says beyond the constant; 0 where one says nothing beyond it."""
    mine, theirs = (_unit(side - constant) for side in (answers, targets))
    cosine: NDArray[np.float64] = (mine * theirs).sum(axis=1)
    return cosine


def ranks(answers: Floats, targets: Floats, constant: Floats) -> NDArray[np.int64]:
    """(V,): how many other targets are at least as like an answer as its own is; 0 where its own comes first."""
    alike = _unit(answers - constant) @ _unit(targets - constant).T
    own = np.diag(alike)[:, None]
    found: NDArray[np.int64] = (alike >= own).sum(axis=1) - 1
    return found


def recall(found: NDArray[np.int64], most: int) -> float:
    """R@most: the share whose own target is among the first so many."""
    return float((found < most).mean())


def _unit(vectors: Floats) -> NDArray[np.float64]:
    vectors = vectors.astype(np.float64)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length > 0, length, 1.0))
