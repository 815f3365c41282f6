"""Names what every point of a part of a room belongs to: three nearest patches, then layers point by point.

“Select three nearest neighbour centre points for each point and concatenate their features”: so by default, each
patch's token beside the others; or their mean, weighted by inverse squared distance. The point's place stands before
them, and its colour where asked for. Dropout follows the first layer, as in the published heads of this form.
"""

from typing import Any, Literal

import torch
from pydantic import Field
from torch import Tensor, nn

from engine.errors import ConfigError
from engine.nets.point_transformer import Encoder, EncoderSettings
from engine.nets.pointnet import Width, smaller
from engine.nets.spreading import FromCentres, PerPoint
from engine.nets.transformer import initialise
from engine.points.propagate import nearby
from engine.registry import register
from engine.words import say

_NEAR = 3


class SceneSettings(EncoderSettings):
    """Those of the encoder, and of the layers that every point goes through."""

    patches: int = Field(256, ge=1, le=4096, title=say("Patches"))
    gather: Literal["concat", "idw"] = Field(
        "concat",
        title=say("Three nearest patches"),
        description=say(
            "“concat”: one beside the other; “idw”: their mean, the nearer the weightier."
        ),
        json_schema_extra={"term": say("feature propagation")},
    )
    colours: bool = Field(False, title=say("With colours"), json_schema_extra={"term": "RGB"})
    head: tuple[Width, Width] = Field((512, 256), title=say("Head layers"))
    dropout: float = Field(
        0.5, ge=0, lt=1, title=say("Dropout"), description=say("After the first layer of the head.")
    )


class SceneSegmenter(nn.Module):
    """Points (B, N, 3) in metres, and colours (B, N, 3) of 0..1 where it looks at them, to logits (B, N, classes)."""

    Settings: Any = SceneSettings
    extra: dict[str, Any] = {"task": "scenes"}  # noqa: RUF012
    full = "scene_segmenter"

    def __init__(self, settings: SceneSettings, classes: int = 20) -> None:
        super().__init__()
        self.colours = settings.colours
        self.encoder = Encoder(settings)
        near = min(_NEAR, settings.patches) if settings.gather == "concat" else 1
        own, (a, b) = 6 if settings.colours else 3, settings.head
        self.spread = FromCentres(own, settings.width, a, near)
        self.head = PerPoint(
            nn.BatchNorm1d(a), nn.LeakyReLU(0.2, inplace=True), nn.Dropout(settings.dropout),
            nn.Linear(a, b), nn.BatchNorm1d(b), nn.LeakyReLU(0.2),
        )  # fmt: skip
        self.logits = nn.Linear(b, classes)
        for layers in (self.spread, self.head, self.logits):
            layers.apply(initialise)

    def forward(self, points: Tensor, colours: Tensor | None = None) -> Tensor:
        """(B, N, 3) -> (B, N, classes). ConfigError where colours are needed and there are none."""
        encoded = self.encoder(points)
        near = nearby(points, encoded.centres, _NEAR)
        own = torch.cat([points, self._needed(colours)], dim=2) if self.colours else points
        logits: Tensor = self.logits(self.head(self.spread(own, encoded.tokens, near)))
        return logits

    @staticmethod
    def _needed(colours: Tensor | None) -> Tensor:
        if colours is None:
            raise ConfigError(
                say(
                    "This net looks at colours, and these points have none. Nothing was changed. Choose "
                    "coloured scenes, or set net.colours to false."
                )
            )
        return colours


@register(
    "segmenter",
    "scene_segmenter",
    say("Things in rooms by patches"),
    say("Names what the points of a room belong to by the three nearest of 256 patches."),
)
class FullSceneSegmenter(SceneSegmenter):
    """At 8192 points of a room."""


@register(
    "segmenter",
    "scene_segmenter_small",
    say("Things in rooms by patches, small"),
    say("The same, narrower and with half the patches: for computers without a graphics card."),
)
class SmallSceneSegmenter(SceneSegmenter):
    """For CPUs; its encoder is that of “point_transformer_small”."""

    Settings = smaller(
        SceneSettings,
        width=128,
        depth=4,
        heads=4,
        tokenizer=(64, 128, 256, 128),
        patches=128,
        head=(128, 128),
    )
