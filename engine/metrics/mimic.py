"""How well a student says what its teacher says, channel by channel, against always saying the teacher's mean; numpy.

R² = 1 - squared error / squared distance of the teacher from the line, over the pixels where the teacher is valid. The
line is the teacher's mean over the training pixels: who always says it has 0, whoever does worse is below.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.words import say

Floats = NDArray[np.float64]
_STILL = 1e-12


@dataclass
class Mimicry:
    """Summed up batch by batch, so that no map is kept. line (C,): the teacher's mean over the training pixels."""

    line: Floats
    errors: Floats = field(init=False)
    spread: Floats = field(init=False)
    pixels: int = 0

    def __post_init__(self) -> None:
        self.line = np.asarray(self.line, np.float64).ravel()
        self.errors, self.spread = np.zeros_like(self.line), np.zeros_like(self.line)

    def add(self, student: ArrayLike, teacher: ArrayLike, valid: ArrayLike) -> None:
        """Maps (C, H, W) twice and valid (H, W), or with the same B before each. Raises ValueError for other shapes."""
        said, told = np.asarray(student), np.asarray(teacher)
        mask = np.asarray(valid, dtype=bool)
        channels = len(self.line)
        if said.shape != told.shape or said.shape[-3] != channels:
            raise ValueError(
                say(
                    "Maps of {said} and {told} are not both of {channels} channels.",
                    said=said.shape,
                    told=told.shape,
                    channels=channels,
                )
            )
        if mask.shape != (*said.shape[:-3], *said.shape[-2:]):
            raise ValueError(
                say(
                    "A mask of {mask} does not belong to maps of {said}.",
                    mask=mask.shape,
                    said=said.shape,
                )
            )
        said, told = (np.moveaxis(side, -3, -1)[mask].astype(np.float64) for side in (said, told))
        self.errors += np.square(said - told).sum(axis=0)
        self.spread += np.square(told - self.line).sum(axis=0)
        self.pixels += len(told)

    @property
    def channels(self) -> Floats:
        """(C,): R² of each; NaN for one that never leaves its mean, of which nothing can be explained."""
        moves = self.spread > _STILL * max(1, self.pixels)
        return np.where(moves, 1 - self.errors / np.where(moves, self.spread, 1), np.nan)

    @property
    def r2(self) -> float:
        """The mean over the channels that move, each counting the same; NaN without any."""
        told = self.channels[np.isfinite(self.channels)]
        return float(told.mean()) if len(told) else float("nan")

    @property
    def pooled(self) -> float:
        """All channels as one, so that those that move more count more; NaN where none moves."""
        spread = float(self.spread.sum())
        return 1 - float(self.errors.sum()) / spread if spread > 0 else float("nan")
