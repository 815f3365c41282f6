"""PointNet as public repositories write it, with 1x1 convolutions and all activations kept: what ours is timed by."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.nets.critical import CriticalMax
from engine.nets.pointnet import Alignment, Head, PointLayers, PointNet


def conv_layers(layers: PointLayers) -> nn.Sequential:
    """The same weights as convolutions."""
    found: list[nn.Module] = []
    for layer in layers:
        found.append(_conv(layer) if isinstance(layer, nn.Linear) else layer)
    return nn.Sequential(*found)


def _conv(linear: nn.Linear) -> nn.Conv1d:
    conv = nn.Conv1d(linear.in_features, linear.out_features, 1)
    conv.weight, conv.bias = nn.Parameter(linear.weight[:, :, None].detach().clone()), linear.bias
    return conv


class _Widest(nn.Module):
    def __init__(self, layer: CriticalMax) -> None:
        super().__init__()
        self.conv, self.norm = _conv(layer.linear), layer.norm

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, N) -> (B, D)."""
        return self.norm(self.conv(x)).max(dim=2)[0]


class _Alignment(nn.Module):
    def __init__(self, net: Alignment) -> None:
        super().__init__()
        self.points, self.widest = conv_layers(net.points), _Widest(net.widest)
        self.net = net

    def forward(self, x: Tensor) -> Tensor:
        """(B, k, N) -> (B, k, k)."""
        peaks, net = F.relu(self.widest(self.points(x))), self.net
        matrix = net.matrix(net.head(peaks[:, None])[:, 0]).unflatten(1, (net.size, net.size))
        return matrix + torch.eye(net.size, dtype=matrix.dtype)


class Conv1d(nn.Module):
    """Takes the weights of one of ours. Points (B, N, 3) -> logits."""

    def __init__(self, net: PointNet) -> None:
        super().__init__()
        self.turn_points = _Alignment(net.turn_points) if net.turn_points else None
        self.turn_features = _Alignment(net.turn_features) if net.turn_features else None
        self.first, self.rest = conv_layers(net.first), conv_layers(net.rest)
        self.widest, self.head, self.logits = _Widest(net.widest), net.head, net.logits
        assert isinstance(net.head, Head)

    def forward(self, points: Tensor) -> Tensor:
        """As the class says."""
        x = points.transpose(1, 2)
        if self.turn_points is not None:
            x = (x.transpose(2, 1) @ self.turn_points(x)).transpose(2, 1)
        x = self.first(x)
        if self.turn_features is not None:
            x = (x.transpose(2, 1) @ self.turn_features(x)).transpose(2, 1)
        return self.logits(self.head(self.widest(self.rest(x))))
