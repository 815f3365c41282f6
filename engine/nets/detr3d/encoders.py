"""What looks at the scene: 3DETR's encoder, the one that looks around first, or our own transformer over patches."""

from torch import Tensor, nn

from engine.nets.detr3d.attention import EncoderLayer, xavier
from engine.nets.detr3d.grouping import BallGrouping, Seen
from engine.nets.detr3d.settings import DetectorSettings
from engine.nets.point_transformer import Encoder
from engine.points.distances import squared_distances


class PlainEncoder(nn.Module):
    """Balls of points as tokens, which all look at each other; no positions, no last norm."""

    def __init__(self, settings: DetectorSettings) -> None:
        super().__init__()
        own, width = settings, settings.width
        self.gather = BallGrouping(
            0, (*own.preencoder, width), own.patches, (own.radius, own.patch_size), own.sampling
        )
        sizes = (width, own.heads, own.feedforward, own.dropout)
        self.layers = nn.ModuleList(EncoderLayer(*sizes) for _ in range(own.depth))
        self.layers.apply(xavier)

    def forward(self, points: Tensor) -> Seen:
        """(B, N, 3) to tokens of `patches` places."""
        seen: Seen = self.gather(points)
        tokens = seen.tokens
        for layer in self.layers:
            tokens = layer(tokens)
        return Seen(tokens, seen.centres)


class MaskedEncoder(PlainEncoder):
    """3DETR-m: each layer looks only so far; after the first, half as many places of twice the radius go on."""

    def __init__(self, settings: DetectorSettings) -> None:
        super().__init__(settings)
        own, width = settings, settings.width
        # Squared and then compared with distances: what the published weights have learnt with.
        self.reach = tuple(radius**2 if own.squared_radii else radius for radius in own.radii)
        ball = (2 * own.radius, max(1, own.patch_size // 2))
        self.thin = BallGrouping(width, (width,) * 3, max(1, own.patches // 2), ball, own.sampling)

    def forward(self, points: Tensor) -> Seen:
        """(B, N, 3) to tokens of half of `patches` places."""
        seen: Seen = self.gather(points)
        for number, (layer, reach) in enumerate(zip(self.layers, self.reach, strict=True)):
            seen = Seen(layer(seen.tokens, near(seen.centres, reach)), seen.centres)
            if not number:
                seen = self.thin(seen.centres, seen.tokens)
        return seen


def near(centres: Tensor, reach: float) -> Tensor:
    """(B, M, 3) -> (B, M, M): which are nearer to each other than `reach`; each is to itself."""
    return squared_distances(centres[:, :, None], centres[:, None]) < reach**2


def encoder_of(settings: DetectorSettings) -> nn.Module:
    """A net from points (B, N, 3) to something with `tokens` (B, M, W) and `centres` (B, M, 3)."""
    kinds = {"plain": PlainEncoder, "masked": MaskedEncoder, "backbone": Encoder}
    return kinds[settings.encoder](settings)
