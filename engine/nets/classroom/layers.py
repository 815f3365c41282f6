"""What trunk, channels and pyramid are made of."""

import math

import torch
from torch import Tensor, nn


def norm(width: int, batch: bool) -> nn.Module:
    """Batch norm, or group norm in eight groups (fewer where eight do not divide the width)."""
    return nn.BatchNorm2d(width) if batch else nn.GroupNorm(math.gcd(8, width), width)


def layer(inner: int, outer: int, batch: bool, size: int = 3, stride: int = 1) -> nn.Sequential:
    """Convolution, norm, ReLU."""
    conv = nn.Conv2d(inner, outer, size, stride, size // 2, bias=False)
    return nn.Sequential(conv, norm(outer, batch), nn.ReLU(inplace=True))


class BasicBlock(nn.Module):
    """Two 3 x 3 convolutions added to their input (He et al., 2016), (B, inner, H, W) -> (B, outer, H / s, W / s)."""

    def __init__(self, inner: int, outer: int, batch: bool, stride: int = 1) -> None:
        super().__init__()
        self.first = layer(inner, outer, batch, stride=stride)
        self.second = nn.Sequential(
            nn.Conv2d(outer, outer, 3, padding=1, bias=False), norm(outer, batch)
        )
        self.past: nn.Module = nn.Identity()
        if stride != 1 or inner != outer:
            self.past = nn.Sequential(
                nn.Conv2d(inner, outer, 1, stride, bias=False), norm(outer, batch)
            )

    def forward(self, x: Tensor) -> Tensor:
        """As the class says."""
        changed: Tensor = self.second(self.first(x))
        return torch.relu(changed + self.past(x))


def initialise(module: nn.Module) -> None:
    """Convolutions as ResNets begin (He et al., 2015)."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        if module.bias is not None:
            nn.init.zeros_(module.bias)
