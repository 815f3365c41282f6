"""The learning rate as a function of the step alone."""

import math

from engine.experiment import Optimiser


def learning_rate(settings: Optimiser, step: int, steps_per_epoch: int, epochs: int) -> float:
    """The rate of a step: linear warm-up, then cosine to zero, steps, or constant."""
    epoch = step / steps_per_epoch
    warmup = settings.warmup_epochs
    if epoch < warmup:
        return settings.learning_rate * (step + 1) / (warmup * steps_per_epoch + 1)
    if settings.schedule == "cosine":
        share = (epoch - warmup) / max(epochs - warmup, 1e-9)
        return settings.learning_rate * (1 + math.cos(math.pi * min(1.0, share))) / 2
    if settings.schedule == "step":
        return settings.learning_rate * settings.step_factor ** (int(epoch) // settings.step_epochs)
    return settings.learning_rate
