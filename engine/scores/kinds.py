"""Training samples by their kind, and the mean of each."""

import torch
from torch import Tensor

from engine.errors import ConfigError
from engine.words import say


def means_of_kinds(features: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """The mean feature of every kind met, (M, F), and for each sample which of them is its own, (N,)."""
    _, own = torch.unique(labels, return_inverse=True)
    means = torch.stack([features[own == kind].mean(0) for kind in range(int(own.max()) + 1)])
    return means, own


def examples(labels: Tensor, logits: Tensor) -> list[Tensor]:
    """For each of K kinds a mask (N,): its samples that are classified right, or all where none is."""
    _check(labels, logits.shape[1])
    right = logits.argmax(1) == labels
    masks = []
    for kind in range(logits.shape[1]):
        own = labels == kind
        if not own.any():
            raise ConfigError(
                say("There is no training sample of the known kind number {kind}.", kind=kind)
            )
        masks.append(own & right if (own & right).any() else own)
    return masks


def _check(labels: Tensor, kinds: int) -> None:
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= kinds:
        raise ConfigError(
            say(
                "Training labels must lie in 0..{kinds}; found {low}..{high}. Leave samples of unknown "
                "kinds out, or name the column of the “unknown” output.",
                kinds=kinds - 1,
                low=low,
                high=high,
            )
        )
