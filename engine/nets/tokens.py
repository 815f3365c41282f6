"""A patch of points as one token: a small PointNet with a maximum in the middle and one at the end (Point-MAE)."""

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.nets.peaks import Peaks


class Tokenizer(nn.Module):
    """Patches (B, G, k, 3) to tokens (B, G, W): widths a-b, the patch's maximum beside each point, then c-d.

    Where the last width is not the transformer's, a linear layer leads from one to the other (Point-BERT).
    """

    def __init__(self, widths: tuple[int, int, int, int], width: int) -> None:
        super().__init__()
        a, b, c, d = widths
        self.first = nn.Sequential(
            nn.Linear(3, a), nn.BatchNorm1d(a), nn.ReLU(inplace=True), Peaks(a, b)
        )
        self.second = nn.Sequential(
            BesideMaximum(2 * b, c), nn.BatchNorm1d(c), nn.ReLU(inplace=True), Peaks(c, d)
        )
        self.reduce = nn.Linear(d, width) if d != width else nn.Identity()

    def forward(self, patches: Tensor) -> Tensor:
        """(B, G, k, 3) -> (B, G, W)."""
        batch, count, size, _ = patches.shape
        narrow = self.first[:-1](patches.reshape(-1, 3)).view(batch * count, size, -1)
        peaks = self.first[-1](narrow)
        wide = self.second[0](narrow, peaks, self.first[-1])
        inside = self.second[1:-1](wide.flatten(0, 1)).view(batch * count, size, -1)
        tokens: Tensor = self.reduce(self.second[-1](inside)).view(batch, count, -1)
        return tokens


class BesideMaximum(nn.Linear):
    """A linear layer on [maximum of the patch, point], both as a linear layer before it, from a to b, makes them.

    The maximum's share is computed only once for each patch. And two linear layers with nothing between them are one:
    each point goes straight from a to what comes out.
    """

    def forward(  # type: ignore[override]
        self, points: Tensor, peaks: Tensor, before: nn.Linear
    ) -> Tensor:
        """points (P, k, a), peaks (P, b), before: from a to b -> (P, k, outputs)."""
        width = peaks.shape[1]
        beside, own = self.weight[:, :width], self.weight[:, width:]
        shared = F.linear(peaks, beside, self.bias) + F.linear(before.bias, own)
        return F.linear(points, own @ before.weight) + shared[:, None]
