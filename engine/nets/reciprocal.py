"""A last layer that answers by distance from reciprocal points: each stands for all that its kind is not.

Chen et al., Adversarial Reciprocal Points Learning for Open Set Recognition, TPAMI 2021, equations 4 to 6.
"""

import torch
from torch import Tensor, nn

from engine.errors import ConfigError
from engine.words import say

_SPREAD = 0.1


class Reciprocal(nn.Module):
    """One point (F,) per known kind. The farther features are from a kind's point, the larger its logit."""

    def __init__(self, in_features: int, kinds: int) -> None:
        super().__init__()
        self.in_features = in_features
        self.points = nn.Parameter(_SPREAD * torch.randn(kinds, in_features))

    def distances(self, features: Tensor) -> Tensor:
        """(B, F) -> (B, K): d_e, the mean squared difference from each point."""
        return (features[:, None] - self.points).square().mean(dim=2)

    def forward(self, features: Tensor) -> Tensor:
        """(B, F) -> logits (B, K): d = d_e - d_d, with the dot product d_d."""
        return self.distances(features) - features @ self.points.mT


def replace_head(net: nn.Module) -> None:
    """Put reciprocal points in the place of a classifier's last linear layer, `logits`; ConfigError without one."""
    linear = getattr(net, "logits", None)
    if not isinstance(linear, nn.Linear):
        raise ConfigError(
            say(
                "The net has no plain last layer that reciprocal points could replace. Nothing was "
                "started. Choose another net, or another recipe."
            )
        )
    net.logits = Reciprocal(linear.in_features, linear.out_features)
