"""Directions in which features spread, in double precision where the device has it."""

import torch
from torch import Tensor

from engine.errors import ConfigError
from engine.words import say

_NOISE = 1e-12
"""Variance below this share of the largest is rounding of float32 features: dead or dependent ones."""


def precise(values: Tensor) -> Tensor:
    """In float64; in float32 on devices without it."""
    return values.float() if values.device.type == "mps" else values.double()


def whitening(centred: Tensor) -> Tensor:
    """(N, F) -> (F, R): multiplied with it, features have unit covariance. R directions that vary at all;
    a ConfigError where none does.

    Squared lengths after it are Mahalanobis distances with the pseudo-inverse of the covariance.
    """
    values, vectors = torch.linalg.eigh(centred.mT @ centred / len(centred))
    noise = max(_NOISE, len(values) * torch.finfo(values.dtype).eps)
    alive = values > noise * values[-1]
    if not alive.any():
        raise ConfigError(
            say("The training samples are all alike: there is no spread to measure by.")
        )
    white: Tensor = vectors[:, alive] / values[alive].sqrt()
    return white
