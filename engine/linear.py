"""Linear fits for probes: ridge regression with its strength chosen by leaving one out, and multinomial logistic
regression by full-batch L-BFGS. numpy and scipy; the same data give the same fit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
STRENGTHS = np.logspace(-6, 2, 17)  # of ridge, for each sample of standardised features
_STILL = 1e-9


@dataclass(frozen=True)
class Linear:
    """middle, scale (C,): of the features; weight (C, K), bias (K,): of standardised ones."""

    middle: Floats
    scale: Floats
    weight: Floats
    bias: Floats

    def __call__(self, features: Floats) -> Floats:
        """(N, C) -> (N, K)."""
        answers: Floats = (features - self.middle) / self.scale @ self.weight + self.bias
        return answers


def ridge(features: Floats, targets: Floats, strengths: Floats = STRENGTHS) -> Linear:
    """(N, C) and (N,) -> K = 1. Of the strengths the one with the least squared error on each sample left out, which a
    singular value decomposition tells without fitting again (the N answers of a fit are H y; left out, an error grows
    by 1 / (1 - H_ii))."""
    middle, scale = _standard(features)
    bias = float(targets.mean())
    left, values, right = np.linalg.svd((features - middle) / scale, full_matrices=False)
    along = left.T @ (targets - bias)
    shares = values**2 / (values**2 + strengths[:, None] * len(targets) + _STILL)  # (S, R)
    off = targets - bias - (shares * along) @ left.T  # (S, N)
    own = shares @ np.square(left).T + 1 / len(targets)
    best = int(np.square(off / np.maximum(1 - own, 1e-6)).mean(axis=1).argmin())
    weight = right.T @ (along * shares[best] / np.maximum(values, _STILL))
    return Linear(middle, scale, weight[:, None], np.array([bias]))


def logistic(
    features: Floats, labels: Indices, classes: int, strength: float = 1e-3, steps: int = 200
) -> Linear:
    """(N, C) and (N,) of 0..classes - 1 -> K = classes logits: the mean cross entropy and strength / 2 times the sum of
    squared weights at their least, or after so many steps."""
    from scipy.optimize import minimize

    middle, scale = _standard(features)
    rows = (features - middle) / scale
    wanted = np.eye(classes)[labels]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weight, bias = _parts(flat, classes)
        logits = rows @ weight + bias
        logits -= logits.max(axis=1, keepdims=True)
        total = np.exp(logits).sum(axis=1, keepdims=True)
        off = (np.exp(logits) / total - wanted) / len(rows)
        entropy = (np.log(total[:, 0]) - (logits * wanted).sum(axis=1)).mean()
        slope = np.concatenate([rows.T @ off + strength * weight, off.sum(axis=0)[None]])
        return float(entropy + strength / 2 * np.square(weight).sum()), slope.ravel()

    start = np.zeros((rows.shape[1] + 1) * classes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps})
    return Linear(middle, scale, *_parts(found.x, classes))


def _parts(flat: Floats, classes: int) -> tuple[Floats, Floats]:
    table = flat.reshape(-1, classes)
    return table[:-1], table[-1]


def _standard(features: Floats) -> tuple[Floats, Floats]:
    """Mean and deviation (C,); 1 for a channel that does not move, which then says nothing."""
    deviation = features.std(axis=0)
    still = deviation <= _STILL * np.maximum(1, np.abs(features).max(axis=0, initial=0))
    return features.mean(axis=0), np.where(still, 1.0, deviation)
