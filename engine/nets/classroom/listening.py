"""Leaving a group of channels out, to see how much a student listens to it."""

from collections.abc import Mapping
from typing import Literal

from torch import Tensor

How = Literal["keep", "zero", "mean", "shuffle"]
Listen = Mapping[str, How]


def heard(channels: Mapping[str, Tensor], listen: Listen | None) -> dict[str, Tensor]:
    """The channels (B, F, H, W) of each group as they go on; groups that are not named are kept.

    “zero”; “mean”: each feature's mean over the batch; “shuffle”: those of the picture before in the batch, the last
    before the first (of a lone picture, moved by half its height and width).
    """
    told = listen or {}
    return {group: _changed(values, told.get(group, "keep")) for group, values in channels.items()}


def _changed(values: Tensor, how: How) -> Tensor:
    if how == "zero":
        return values * 0
    if how == "mean":
        return values.mean(dim=(0, 2, 3), keepdim=True).expand_as(values)
    if how == "shuffle":
        height, width = values.shape[2:]
        return (
            values.roll(1, 0) if len(values) > 1 else values.roll((height // 2, width // 2), (2, 3))
        )
    return values
