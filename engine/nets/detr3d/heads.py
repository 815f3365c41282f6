"""From what the decoder knows of a box to the box: kind, centre, size and direction."""

from torch import Tensor, nn

from engine.nets.detr3d.proposals import Extent, Proposals


def head(width: int, outputs: int, dropout: float) -> nn.Sequential:
    """Twice linear, batch norm, ReLU and dropout, then linear."""
    layers: list[nn.Module] = []
    for _ in range(2):
        layers += [nn.Linear(width, width, bias=False), nn.BatchNorm1d(width), nn.ReLU()]
        layers += [nn.Dropout(dropout)]
    return nn.Sequential(*layers, nn.Linear(width, outputs))


class Heads(nn.Module):
    """One set of heads for all layers of the decoder; batch norm sees all of them together."""

    def __init__(self, width: int, classes: int, bins: int, dropout: float) -> None:
        super().__init__()
        self.bins = bins
        self.kind = head(width, classes + 1, dropout)
        self.centre = head(width, 3, dropout)
        self.size = head(width, 3, dropout)
        self.heading = head(width, bins, dropout)
        self.rest = head(width, bins, dropout)

    def forward(self, features: Tensor, queries: Tensor, extent: Extent) -> Proposals:
        """(L, B, Q, W), (B, Q, 3) -> Proposals. A centre is at most half a metre from its query on each axis."""
        features = features.transpose(0, 1)  # scene by scene, as processes share them
        shape, flat = features.shape[:3], features.flatten(0, 2)
        kind, centre, size, heading, rest = (
            net(flat).float().unflatten(0, shape).transpose(0, 1)
            for net in (self.kind, self.centre, self.size, self.heading, self.rest)
        )
        # With one direction there is nothing to turn by, but its layers are part of the sum for every process.
        rest = rest * 0 if self.bins == 1 else rest
        return Proposals(
            logits=kind,
            centres=queries + centre.sigmoid() - 0.5,
            sizes=size.sigmoid() * extent.size[:, None],
            heading_logits=heading,
            heading_rests=rest,
            queries=queries,
            extent=extent,
        )
