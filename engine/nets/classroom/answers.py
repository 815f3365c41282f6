"""What a camera student is told of a picture, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass(frozen=True)
class PictureTruth:
    """boxes (K, 4) float32: left, top, right, bottom in pixels; labels (K,) int64; depths (K,) metres, NaN where not
    valid; ignored (J, 4): boxes in which nothing is right or wrong. K and J may be 0."""

    boxes: Tensor
    labels: Tensor
    depths: Tensor
    ignored: Tensor

    def __len__(self) -> int:
        return len(self.boxes)

    def to(self, device: torch.device | str) -> "PictureTruth":
        """The same on a device."""
        return PictureTruth(
            *(part.to(device) for part in (self.boxes, self.labels, self.depths, self.ignored))
        )

    def flipped(self, width: int) -> "PictureTruth":
        """Of the picture seen in a mirror, so many pixels wide."""
        boxes, ignored = (_mirrored(boxes, width) for boxes in (self.boxes, self.ignored))
        return PictureTruth(boxes, self.labels, self.depths, ignored)


@dataclass(frozen=True)
class Fed:
    """A teacher's own map: values (B, C, H, W), 0 where not valid, and valid (B, H, W)."""

    values: Tensor
    valid: Tensor


@dataclass(frozen=True)
class Found:
    """In one picture, the surest first. boxes (Q, 4) pixels; labels (Q,); scores (Q,) 0..1; depths (Q,) metres."""

    boxes: Tensor
    labels: Tensor
    scores: Tensor
    depths: Tensor

    def __len__(self) -> int:
        return len(self.boxes)


@dataclass(frozen=True)
class ClassroomAnswer:
    """maps: teacher -> (B, C, H, W), what the student thinks the teacher would say, in the teacher's units; channels:
    group -> (B, F, H, W), what each hands on, as it is before anything is left out; proposals: of each picture (P, 4),
    the surest first; costs: the terms objectness, rpn_box, kind, place, depth, where the truth was told; found: of each
    picture, where it was not."""

    maps: Mapping[str, Tensor]
    channels: Mapping[str, Tensor]
    proposals: list[Tensor]
    costs: Mapping[str, Tensor] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)


def _mirrored(boxes: Tensor, width: int) -> Tensor:
    left, top, right, bottom = boxes.unbind(1)
    return torch.stack([width - right, top, width - left, bottom], dim=1)
