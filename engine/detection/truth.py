"""The boxes a scene really has, as tensors."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.detection.overlap import along_axes
from engine.scenes import Scene


@dataclass(frozen=True)
class Truth:
    """boxes (K, 7) float32: centre, full size, heading; labels (K,) int64; K may be 0."""

    boxes: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.boxes)

    @staticmethod
    def of(scene: Scene, device: torch.device | str = "cpu") -> "Truth":
        """Of a room in memory."""
        boxes = torch.from_numpy(scene.boxes.reshape(-1, 7)).float()
        return Truth(boxes.to(device), torch.from_numpy(scene.labels).long().to(device))

    def for_bins(self, bins: int) -> "Truth":
        """What a detector with so many directions can say: with one only, boxes along the axes around the true ones."""
        return Truth(along_axes(self.boxes), self.labels) if bins == 1 else self


def direction(headings: Tensor, bins: int) -> tuple[Tensor, Tensor]:
    """Radians (...) -> the nearest of `bins` directions, int64, and the rest in half bins, -1 to 1."""
    step = 2 * math.pi / bins
    shifted = torch.remainder(headings + step / 2, 2 * math.pi)
    chosen = (shifted / step).long().clamp_max(bins - 1)
    middle = (chosen.to(headings.dtype) + 0.5) * step
    return chosen, (shifted - middle) / (step / 2)
