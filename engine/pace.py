"""How fast training goes and how long it still takes."""

import time
from collections.abc import Iterator

from engine.events import Progress

_SECONDS = 0.1


class Pace:
    """Measured from a step on; says so at most ten times a second."""

    def __init__(self, first: int, steps_per_epoch: int, epochs: int, batch_size: int) -> None:
        self.first, self.per_epoch, self.epochs, self.size = (
            first,
            steps_per_epoch,
            epochs,
            batch_size,
        )
        self.began, self.said = time.monotonic(), 0.0

    def progress(self, step: int) -> Iterator[Progress]:
        """A Progress event when one is due."""
        now, steps = time.monotonic(), self.epochs * self.per_epoch
        if now - self.said < _SECONDS and step < steps:
            return
        self.said = now
        rate = (step - self.first) / max(now - self.began, 1e-6)
        yield Progress(
            step=step,
            steps=steps,
            epoch=min(step // self.per_epoch + 1, self.epochs),
            epochs=self.epochs,
            clouds_per_second=rate * self.size,
            seconds_left=(steps - step) / max(rate, 1e-9),
        )
