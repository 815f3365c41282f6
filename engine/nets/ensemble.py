"""Several frozen nets that answer as one: the mean of their probabilities, their features side by side."""

from typing import cast

import torch
from torch import Tensor, nn

from engine.nets.output import Output


class Ensemble(nn.Module):
    """Points (B, N, 3) to logits (B, K), the logarithm of the mean probability, and features (B, sum of widths).

    Probabilities are averaged, not logits, so that a net with large logits does not outvote the others.
    Further outputs of a member (a trained “unknown”) take no part.
    """

    def __init__(self, nets: list[nn.Module], known: int) -> None:
        super().__init__()
        self.nets, self.known = nn.ModuleList(nets), known

    @property
    def feature_dim(self) -> int:
        """Width of all features together."""
        return sum(cast(int, net.feature_dim) for net in self.nets)

    def forward(self, points: Tensor) -> Output:
        """(B, N, 3) -> Output."""
        outputs = [net(points) for net in self.nets]
        shares = torch.stack([self._log_shares(output) for output in outputs])
        logits = shares.logsumexp(dim=0) - torch.tensor(len(outputs)).log()
        return Output(logits, torch.cat([output.features for output in outputs], dim=1))

    def _log_shares(self, output: Output) -> Tensor:
        return output.logits[:, : self.known].float().log_softmax(dim=1)
