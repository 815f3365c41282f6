"""The detector: encoder, queries far apart, decoder, heads; and the sizes it is known in.

A scene's points become tokens; of their places some lie far apart and ask, each for the box it belongs to. Parameters
with 18 kinds: 7,305,691 with three layers, 10,276,699 with twelve, 7,438,555 masked.
"""

from typing import Any, cast

from torch import Tensor, nn

from engine.nets.detr3d.attention import Decoder
from engine.nets.detr3d.encoders import encoder_of
from engine.nets.detr3d.grouping import Seen, shared
from engine.nets.detr3d.heads import Heads
from engine.nets.detr3d.positions import FourierPositions
from engine.nets.detr3d.proposals import Extent, Proposals
from engine.nets.detr3d.settings import DetectorSettings
from engine.nets.pointnet import smaller
from engine.nets.pointnet2 import rows
from engine.points.farthest import farthest_points
from engine.registry import register
from engine.words import say


class Detector(nn.Module):
    """Points (B, N, 3) in metres, z up, to boxes. `encoder` is what weights of an aligned run go into, where it is a
    “backbone” (engine.pretrained.take)."""

    Settings: Any = DetectorSettings
    full = "detector_backbone"
    scaled = False  # whether the encoder sees every scene scaled to radius 1; boxes stay in metres

    def __init__(self, settings: DetectorSettings, num_classes: int) -> None:
        super().__init__()
        self.settings, self.num_classes = settings, num_classes
        own = settings
        width = own.decoder_width
        self.encoder = encoder_of(own)
        between = (own.width,) * (2 if own.encoder == "masked" else 3)
        self.projection = shared((*between, width))
        self.positions = FourierPositions(width)
        self.query = nn.Sequential(
            nn.Linear(width, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU()
        )
        sizes = (width, own.decoder_heads, own.decoder_feedforward, own.decoder_depth)
        self.decoder = Decoder(*sizes, own.dropout)
        self.heads = Heads(width, num_classes, own.heading_bins, own.head_dropout)

    def forward(self, points: Tensor) -> Proposals:
        """(B, N, 3) -> Proposals; ConfigError where a “backbone” needs more points than there are."""
        extent = Extent(points.amin(dim=1), points.amax(dim=1))
        seen = self._seen(points)
        scene = self.projection(seen.tokens.flatten(0, 1)).unflatten(0, seen.tokens.shape[:2])
        queries = self._queries(seen.centres)
        where = self.query(self.positions(queries, extent))
        scene_where = self.positions(seen.centres, extent)
        proposals: Proposals = self.heads(self.decoder(where, scene, scene_where), queries, extent)
        return proposals

    def _seen(self, points: Tensor) -> Seen:
        """Tokens, and their places in metres, in whichever unit the encoder looks."""
        if not self.scaled:
            return cast(Seen, self.encoder(points))
        middle = points.mean(dim=1, keepdim=True)
        radius = (points - middle).norm(dim=2).amax(dim=1)[:, None, None].clamp_min(1e-6)
        seen = self.encoder((points - middle) / radius)
        return Seen(seen.tokens, seen.centres * radius + middle)

    def _queries(self, centres: Tensor) -> Tensor:
        """(B, M, 3) -> (B, Q, 3), far apart; all where there are no more."""
        count = min(self.settings.queries, centres.shape[1])
        return rows(centres, farthest_points(centres, count, mode=self.settings.sampling))


@register(
    "detector", "detector", "3DETR", say("Looks at a whole room at once and answers with boxes.")
)
class Plain(Detector):
    """7,305,691 parameters at 18 kinds."""


@register(
    "detector",
    "detector_deep",
    say("3DETR, twelve layers"),
    say("The same with a deeper look at the room."),
)
class Deep(Detector):
    """10,276,699 parameters at 18 kinds."""

    Settings = smaller(DetectorSettings, depth=12)


@register(
    "detector",
    "detector_masked",
    say("3DETR-m"),
    say("Looks around each place first, then farther."),
)
class Masked(Detector):
    """7,438,555 parameters at 18 kinds."""

    Settings = smaller(DetectorSettings, encoder="masked")


@register(
    "detector",
    "detector_backbone",
    say("3DETR on a pre-trained encoder"),
    say(
        "The transformer over patches looks at the room; it can start from what it learnt from pictures."
    ),
)
class Backbone(Detector):
    """The published encoder: 12 blocks of width 384 on 2048 patches of 32 points."""

    Settings = smaller(
        DetectorSettings, encoder="backbone", width=384, depth=12, heads=6, patch_size=32
    )


_SMALL: dict[str, Any] = {
    "width": 128,
    "patches": 512,
    "patch_size": 32,
    "queries": 64,
    "decoder_width": 128,
    "decoder_depth": 3,
    "decoder_feedforward": 128,
    "dropout": 0.0,  # in attention it takes torch's slow path there, twice the time of a step
}


@register(
    "detector", "detector_small", say("Small 3DETR"), say("For computers without a graphics card.")
)
class Small(Detector):
    """For CPUs."""

    Settings = smaller(DetectorSettings, depth=2, radius=0.4, preencoder=(32, 64), **_SMALL)


@register(
    "detector",
    "detector_backbone_small",
    say("Small 3DETR on a pre-trained encoder"),
    say(
        "Takes the weights of a small transformer over patches; for computers without a graphics card."
    ),
)
class SmallBackbone(Detector):
    """The encoder of `point_transformer_small`."""

    Settings = smaller(
        DetectorSettings, encoder="backbone", depth=4, tokenizer=(64, 128, 256, 128), **_SMALL
    )
