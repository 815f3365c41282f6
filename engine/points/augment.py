"""Random changes to a whole batch of clouds at once, on its device; no loop over clouds."""

import math

import torch
from torch import Generator, Tensor

from engine.experiment import Augment


def augment(points: Tensor, settings: Augment, generator: Generator) -> Tensor:
    """(B, N, 3) -> (B, N, 3), in the same order unless shuffled. Draws are from `generator`, on its device."""
    if settings.shuffle:
        points = shuffled(points, generator)
    if settings.dropout:
        points = drop(points, settings.dropout, generator)
    if settings.turn == "upright":
        points = points @ upright_turns(len(points), generator, points)
    elif settings.turn == "any":
        points = points @ any_turns(len(points), generator, points)
    if settings.scale > 1:
        low, high = 1 / settings.scale, settings.scale
        points = points * _uniform((len(points), 1, 3), low, high, generator, points)
    if settings.shift:
        points = points + _uniform(
            (len(points), 1, 3), -settings.shift, settings.shift, generator, points
        )
    if settings.jitter:
        noise = torch.randn(
            points.shape, generator=generator, device=points.device, dtype=points.dtype
        )
        points = points + settings.jitter * noise
    return points


def shuffled(points: Tensor, generator: Generator) -> Tensor:
    """The points of every cloud in an order of its own."""
    keys = torch.rand(points.shape[:2], generator=generator, device=points.device)
    order = keys.argsort(dim=1, stable=True)
    return points.gather(1, order[:, :, None].expand_as(points))


def drop(points: Tensor, most: float, generator: Generator) -> Tensor:
    """Drop up to the share `most` of each cloud; dropped points move onto the first: a global maximum cannot tell."""
    share = _uniform((len(points), 1), 0, most, generator, points)
    gone = _uniform(tuple(points.shape[:2]), 0, 1, generator, points) < share
    return torch.where(gone[:, :, None], points[:, :1], points)


def upright_turns(count: int, generator: Generator, like: Tensor) -> Tensor:
    """(count, 3, 3) rotations around z by any angle."""
    angle = _uniform((count,), 0, 2 * math.pi, generator, like)
    cos, sin, zero, one = angle.cos(), angle.sin(), torch.zeros_like(angle), torch.ones_like(angle)
    rows = torch.stack([cos, -sin, zero, sin, cos, zero, zero, zero, one], dim=1)
    return rows.view(count, 3, 3)


def any_turns(count: int, generator: Generator, like: Tensor) -> Tensor:
    """(count, 3, 3) rotations, uniform over all of them, from unit quaternions."""
    raw = torch.randn((count, 4), generator=generator, device=like.device, dtype=like.dtype)
    w, x, y, z = torch.nn.functional.normalize(raw, dim=1).unbind(1)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)


def _uniform(
    shape: tuple[int, ...], low: float, high: float, generator: Generator, like: Tensor
) -> Tensor:
    return (
        torch.rand(shape, generator=generator, device=like.device, dtype=like.dtype) * (high - low)
        + low
    )
