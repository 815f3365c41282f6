"""How well a student of clouds answers as a teacher of pictures: answers and targets (V, D) each, numpy only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Nearness:
    """r2: 1 - mse / variance about the constant, so that always answering the constant gives 0, whatever it costs to
    be right; likeness (V,): cosine between answer and target, both less the constant."""

    mse: float
    variance: float
    r2: float
    likeness: NDArray[np.float64]


def nearness(answers: Floats, targets: Floats, constant: Floats) -> Nearness:
    """constant (D,): the mean of the training targets, the best that knows nothing of a cloud."""
    answers, targets = answers.astype(np.float64), targets.astype(np.float64)
    mse = float(np.square(answers - targets).mean())
    variance = float(np.square(targets - constant).mean())
    alike = likeness(answers, targets, constant)
    return Nearness(mse, variance, 1 - mse / variance if variance else 0.0, alike)


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
