"""The projection that contrastive losses compare in: linear, then onto the unit sphere."""

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812


class Embed(nn.Module):
    """(B, inputs) -> (B, feature_dim), every row of length 1."""

    def __init__(self, inputs: int, feature_dim: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, feature_dim)

    def forward(self, features: Tensor) -> Tensor:
        """(B, inputs) -> (B, feature_dim)."""
        return F.normalize(self.linear(features), dim=1)
