"""Names the part that every point of a shape belongs to: Point-MAE's head for ShapeNetPart on our encoder.

Three levels of the encoder, largest and mean of their tokens, the shape's category, and the tokens carried to all
points. 27,063,730 parameters with 16 categories and 50 parts.
"""

from typing import Any

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.errors import ConfigError
from engine.nets.point_transformer import Encoder, EncoderSettings
from engine.nets.pointnet import Width, smaller
from engine.nets.spreading import FromCentres, PerPoint, WithWhole, extremes, levels
from engine.nets.transformer import initialise
from engine.points.propagate import nearby
from engine.ranks.share import rows
from engine.registry import register
from engine.words import say

Two = tuple[Width, Width]


class PartSettings(EncoderSettings):
    """Those of the encoder, and of the layers that every point goes through."""

    patches: int = Field(128, ge=1, le=4096, title=say("Patches"))
    category: Width = Field(64, title=say("Width of the shape’s kind"))
    spread: Two = Field(
        (1536, 1024),
        title=say("From patches to points"),
        description=say("Layers on what the three nearest patches have."),
        json_schema_extra={"term": say("feature propagation")},
    )
    head: Two = Field((512, 256), title=say("Head layers"))
    dropout: float = Field(
        0.5, ge=0, lt=1, title=say("Dropout"), description=say("After the first layer of the head.")
    )


class PartSegmenter(nn.Module):
    """Points (B, N, 3) and the category (B,) of each cloud to logits (B, N, parts)."""

    Settings: Any = PartSettings
    extra: dict[str, Any] = {"task": "parts"}  # noqa: RUF012
    full = "part_segmenter"

    def __init__(self, settings: PartSettings, parts: int = 50, categories: int = 16) -> None:
        super().__init__()
        self.categories, self.levels = categories, levels(settings.depth)
        self.encoder = Encoder(settings)
        wide, (a, b), (c, d) = 3 * settings.width, settings.spread, settings.head
        self.category = nn.Sequential(
            nn.Linear(categories, settings.category, bias=False),
            nn.BatchNorm1d(settings.category),
            nn.LeakyReLU(0.2),
        )
        self.spread = FromCentres(3, wide, a)
        self.spread_on = PerPoint(
            nn.BatchNorm1d(a), nn.ReLU(inplace=True), nn.Linear(a, b), nn.BatchNorm1d(b), nn.ReLU()
        )
        self.head = WithWhole(b, 2 * wide + settings.category, c)
        self.head_on = PerPoint(
            nn.BatchNorm1d(c), nn.ReLU(inplace=True), nn.Dropout(settings.dropout),
            nn.Linear(c, d), nn.BatchNorm1d(d), nn.ReLU(),
        )  # fmt: skip
        self.logits = nn.Linear(d, parts)
        for layers in (self.category, self.spread, self.spread_on, self.head, self.head_on):
            layers.apply(initialise)
        self.logits.apply(initialise)

    def forward(self, points: Tensor, category: Tensor) -> Tensor:
        """(B, N, 3) and (B,) int64 -> (B, N, parts). ConfigError where one cloud alone is to be learnt from."""
        if self.training and rows(len(points))[1] < 2:
            raise ConfigError(
                say(
                    "The kind of a shape can only be learnt from batches of two shapes or more. Nothing "
                    "was changed. Set training.batch_size to 2 or more."
                )
            )
        encoded = self.encoder(points)
        tokens = torch.cat([self.encoder.norm(encoded.layers[at]) for at in self.levels], dim=2)
        kind = self.category(F.one_hot(category, self.categories).to(tokens.dtype))
        whole = torch.cat([extremes(tokens), kind], dim=1)
        inside = self.spread_on(self.spread(points, tokens, nearby(points, encoded.centres)))
        logits: Tensor = self.logits(self.head_on(self.head(inside, whole)))
        return logits


@register(
    "segmenter",
    "part_segmenter",
    say("Parts by patches"),
    say("Names the parts of a shape by its patches and its kind, as the published models do."),
)
class FullPartSegmenter(PartSegmenter):
    """27,063,730 parameters at 50 parts of 16 categories."""


@register(
    "segmenter",
    "part_segmenter_small",
    say("Parts by patches, small"),
    say("The same, narrower and with fewer patches: for computers without a graphics card."),
)
class SmallPartSegmenter(PartSegmenter):
    """For CPUs; its encoder is that of “point_transformer_small”."""

    Settings = smaller(
        PartSettings,
        width=128,
        depth=4,
        heads=4,
        tokenizer=(64, 128, 256, 128),
        patches=64,
        spread=(256, 128),
        head=(128, 128),
    )
