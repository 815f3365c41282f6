"""A patch of points as one token: a small PointNet with a maximum in the middle and one at the end (Point-MAE)."""

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812


class Tokenizer(nn.Module):
    """Patches (B, G, k, 3) to tokens (B, G, W): widths a-b, the patch's maximum beside each point, then c-d.

    Where the last width is not the transformer's, a linear layer leads from one to the other (Point-BERT).
    """

    def __init__(self, widths: tuple[int, int, int, int], width: int) -> None:
        super().__init__()
        a, b, c, d = widths
        self.first = nn.Sequential(
            nn.Linear(3, a), nn.BatchNorm1d(a), nn.ReLU(inplace=True), nn.Linear(a, b)
        )
        self.second = nn.Sequential(
            BesideMaximum(2 * b, c), nn.BatchNorm1d(c), nn.ReLU(inplace=True), nn.Linear(c, d)
        )
        self.reduce = nn.Linear(d, width) if d != width else nn.Identity()

    def forward(self, patches: Tensor) -> Tensor:
        """(B, G, k, 3) -> (B, G, W)."""
        batch, count, size, _ = patches.shape
        inside = self.first(patches.reshape(-1, 3))
        wide = self.second[0](inside.view(batch * count, size, -1))
        inside = self.second[1:](wide.flatten(0, 1))
        peaks = inside.view(batch * count, size, -1).max(dim=1).values
        tokens: Tensor = self.reduce(peaks).view(batch, count, -1)
        return tokens


class BesideMaximum(nn.Linear):
    """A linear layer on [maximum of the patch, point]: the maximum's share is computed only once for each patch."""

    def forward(self, patches: Tensor) -> Tensor:
        """(P, k, C) -> (P, k, outputs), where the layer takes 2 C numbers."""
        width = patches.shape[2]
        own = F.linear(patches, self.weight[:, width:])
        shared = F.linear(patches.max(dim=1).values, self.weight[:, :width], self.bias)
        return own + shared[:, None]
