"""The channels of a camera student: one for each teacher, which imitates its map, and one that is free.

After Liu et al., “3D-to-2D distillation for indoor scene parsing” (CVPR 2021): features are normalised to the
teacher's mean and deviation (DN1), imitate its map z, and are normalised back (DN2) before they go on. The authors of
ClassroomNet gave mean 0 and deviation 1, so that nothing was normalised; here both are the teacher's own.
"""

import torch
from torch import Tensor, nn

from engine.nets.classroom.answers import Fed
from engine.nets.classroom.layers import layer, norm
from engine.nets.classroom.settings import ClassroomSettings, Link

_LEAST = 1e-4  # deviations below are of features that never change
_SURE = 1e-3


class MimicChannel(nn.Module):
    """(B, wide, H, W) -> the imitated map z (B, C, H, W), and features (B, F, H, W).

    mean, deviation (C,): the teacher's over valid pixels of the training pictures, part of the checkpoint. z begins as
    the mean everywhere. Features that never change (deviation 0) are always their mean. In the paper's wiring the norms
    take no notice of either, and z is never below 0.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, settings: ClassroomSettings, dims: int, link: Link = "linear") -> None:
        super().__init__()
        own, batch = settings, settings.batch_norm
        self.paper, self.link = own.paper, link
        self.register_buffer("mean", torch.zeros(dims))
        self.register_buffer("deviation", torch.ones(dims))
        self.reduce = nn.Sequential(
            layer(own.wide, own.hidden, batch), nn.Conv2d(own.hidden, own.features, 1)
        )
        self.to_teacher = norm(own.features, batch)  # DN1, with the teacher's overall statistics
        self.imitate = nn.Sequential(
            layer(own.features, own.features, batch), nn.Conv2d(own.features, dims, 1)
        )
        self.back = norm(dims, batch) if own.paper else nn.Identity()  # DN2
        self.hand_on = nn.Sequential(
            layer(dims, own.features, batch), nn.Conv2d(own.features, own.features, 1), nn.ReLU()
        )

    def begin(self) -> None:
        """Small weights before z, so that it begins as the teacher's mean."""
        last = self.imitate[-1]
        assert isinstance(last, nn.Conv2d) and last.bias is not None
        nn.init.normal_(last.weight, std=0.01)
        nn.init.zeros_(last.bias)

    def meet(self, mean: Tensor, deviation: Tensor) -> None:
        """Take over a teacher's statistics (C,)."""
        self.mean.copy_(mean)
        self.deviation.copy_(torch.where(deviation > _LEAST, deviation, 0))

    @property
    def alive(self) -> Tensor:
        """(C,): which of the teacher's features change at all."""
        return self.deviation > 0

    def forward(self, seen: Tensor, fed: Fed | None = None) -> tuple[Tensor, Tensor]:
        """As the class says. `fed`: the teacher's own map, which takes the place of z where it is valid, and its mean
        elsewhere."""
        normed = self.to_teacher(self.reduce(seen))
        if not self.paper:
            normed = normed * self.deviation.square().mean().sqrt() + self.mean.mean()
        z = self._linked(self.imitate(normed))
        if fed is not None:
            nothing = 0 * self.mean if self.paper else self.mean
            z = torch.where(fed.valid[:, None], fed.values.to(z.dtype), _wide(nothing))
        return z, self.hand_on(self._normalised(z))

    def _linked(self, raw: Tensor) -> Tensor:
        if self.paper:
            return torch.relu(raw)
        if self.link == "sigmoid":
            return torch.sigmoid(raw + _wide(self.mean.clamp(_SURE, 1 - _SURE).logit()))
        return raw * _wide(self.deviation) + _wide(self.mean)

    def _normalised(self, z: Tensor) -> Tensor:
        if self.paper:
            normed: Tensor = self.back(z)
            return normed
        scale = torch.where(self.alive, 1 / self.deviation.clamp_min(_LEAST), 0)
        return (z - _wide(self.mean)) * _wide(scale)


class FreeChannel(nn.Sequential):
    """(B, wide, H, W) -> (B, F, H, W): whatever helps to find things."""

    def __init__(self, settings: ClassroomSettings) -> None:
        own, batch = settings, settings.batch_norm
        super().__init__(
            layer(own.wide, own.hidden, batch), layer(own.hidden, own.features, batch, size=1)
        )


def _wide(values: Tensor) -> Tensor:
    return values[:, None, None]
