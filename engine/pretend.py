"""Pretend strangers for choosing a score or a threshold: mixtures of every sort of clouds held back for validation."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine import registry
from engine.device import seeded
from engine.experiment import Choice, Experiment
from engine.pseudo import PseudoSamples, PseudoSettings
from engine.words import say

_VALIDATION = 6  # the loop, the batches and the training's mixtures draw with other numbers
_FEWEST = 200


@dataclass(frozen=True)
class Pretend:
    """Mixtures (P, N, 3) and a name for each that says how it was mixed."""

    points: NDArray[np.float32]
    names: tuple[str, ...]


def pretend_strangers(
    points: Tensor, labels: Tensor, known: int, experiment: Experiment
) -> Pretend:
    """As many as there are clouds (V, N, 3), labels (V,), at least 200, an equal share by every registered mixture.

    Drawn from the experiment's seed alone. None where the clouds are of one kind.
    """
    kinds = len(torch.unique(labels))
    sources = tuple(size for size in (2, 3, 4) if size <= kinds)
    if not sources:
        return Pretend(np.empty((0, *points.shape[1:]), np.float32), ())
    sorts = registry.names("mixture")
    each = -(-max(_FEWEST, len(points)) // len(sorts))
    mixed, names = [], []
    for number, sort in enumerate(sorts):
        settings = PseudoSettings(mixture=Choice(name=sort), sources=sources)
        samples = PseudoSamples(settings, experiment, points, labels, known)
        generator = seeded(points.device, experiment.seed, _VALIDATION, number)
        mixed.append(samples.made(0, each, generator).cpu().numpy())
        names += [
            say("mixture {index} ({sort})", index=index + 1, sort=sort) for index in range(each)
        ]
    return Pretend(np.concatenate(mixed), tuple(names))
