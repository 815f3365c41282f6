"""The transformer over patches of points that Point-MAE and its kin pre-train, and a classifier on top of it.

Farthest point sampling chooses the centres, the nearest points make a patch, a small PointNet makes it a token, and
where it is, is added before every block. 21,825,024 parameters; with the head for 40 kinds 22,099,752.
"""

from dataclasses import dataclass
from typing import Any, Literal, cast

import torch
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from torch import Tensor, nn

from engine.nets.output import Output
from engine.nets.pointnet import Width, smaller
from engine.nets.tokens import Tokenizer
from engine.nets.transformer import Block, initialise, position_net, stack, token
from engine.points.patches import Patches, patches
from engine.registry import Settings, register
from engine.words import say

Four = tuple[Width, Width, Width, Width]


class EncoderSettings(Settings):
    """How a cloud is cut into patches, and the size of the transformer."""

    width: int = Field(384, ge=1, le=4096, title=say("Width of a token"))
    depth: int = Field(12, ge=1, le=64, title=say("Blocks"))
    heads: int = Field(
        6, ge=1, le=64, title=say("Heads"), json_schema_extra={"term": say("attention heads")}
    )
    patches: int = Field(64, ge=1, le=4096, title=say("Patches"))
    patch_size: int = Field(
        32,
        ge=1,
        le=1024,
        title=say("Points of a patch"),
        json_schema_extra={"term": say("k nearest")},
    )
    tokenizer: Four = Field(
        (128, 256, 512, 384),
        title=say("Layers of a patch"),
        description=say("Two before and two after the patch’s maximum stands beside each point."),
        json_schema_extra={"term": say("mini-PointNet")},
    )
    drop_path: float = Field(
        0.1,
        ge=0,
        lt=1,
        title=say("Blocks left out"),
        description=say("Of the last block; rises evenly from 0."),
        json_schema_extra={"term": say("stochastic depth")},
    )
    sampling: Literal["plain", "pointnet2"] = Field(
        "plain",
        title=say("Choice of centres"),
        description=say(
            "“pointnet2” passes over points at the origin, as the published models did."
        ),
        json_schema_extra={"term": say("farthest point sampling")},
    )

    @model_validator(mode="after")
    def _divides(self) -> "EncoderSettings":
        if self.width % self.heads:
            raise PydanticCustomError("heads", say("Its width must be a multiple of its heads"))
        return self


class ClassifierSettings(EncoderSettings):
    """Those of the encoder, and of the head."""

    head: tuple[Width, ...] = Field(
        (256, 256),
        title=say("Head layers"),
        description=say("None: the last layer alone, on what the encoder sees."),
    )
    dropout: float = Field(
        0.5,
        ge=0,
        lt=1,
        title=say("Dropout"),
        description=say("After each hidden layer of the head."),
    )


@dataclass(frozen=True)
class Encoded:
    """tokens (B, V, W) after the last norm; layers: the tokens before the first block and after each, depth + 1 of
    (B, V, W); positions (B, V, W) as tokens; visible (B, V): which patches these are, where some are hidden;
    attention: of each block (B, heads, V, V), where asked for."""

    tokens: Tensor
    layers: tuple[Tensor, ...]
    positions: Tensor
    patches: Patches
    visible: Tensor | None = None
    attention: tuple[Tensor, ...] = ()

    @property
    def centres(self) -> Tensor:
        """(B, G, 3), of all patches."""
        return self.patches.centres


class Encoder(nn.Module):
    """Points (B, N, 3) to tokens."""

    def __init__(self, settings: EncoderSettings) -> None:
        super().__init__()
        self.settings = settings
        self.tokenizer = Tokenizer(settings.tokenizer, settings.width)
        self.position = position_net(settings.width)
        self.blocks = stack(settings.width, settings.heads, settings.depth, settings.drop_path)
        self.norm = nn.LayerNorm(settings.width)
        self.apply(initialise)

    def cut(self, points: Tensor) -> Patches:
        """(B, N, 3) as patches; ConfigError where it has too few points."""
        settings = self.settings
        return patches(points, settings.patches, settings.patch_size, settings.sampling)

    def forward(
        self, points: Tensor, visible: Tensor | None = None, attention: bool = False
    ) -> Encoded:
        """As Encoded says; with `visible` (B, V) only these patches of each cloud are looked at."""
        cut = self.cut(points)
        shown, centres = (chosen(part, visible) for part in (cut.points, cut.centres))
        tokens, positions = self.tokenizer(shown), self.position(centres)
        looked: list[Tensor] = []
        layers = (tokens, *self.through(tokens, positions, looked if attention else None))
        return Encoded(self.norm(layers[-1]), layers, positions, cut, visible, tuple(looked))

    def through(
        self, tokens: Tensor, positions: Tensor, looked: list[Tensor] | None = None
    ) -> list[Tensor]:
        """The tokens after each block; `looked` is given each block's attention."""
        layers = []
        for block in self.blocks:
            if looked is None:
                tokens = block(tokens + positions)
            else:
                tokens, weights = cast(Block, block).looking(tokens + positions)
                looked.append(weights)
            layers.append(tokens)
        return layers


def chosen(parts: Tensor, index: Tensor | None) -> Tensor:
    """(B, G, …) and (B, V) -> (B, V, …): these of each cloud, in this order; without an index all."""
    if index is None:
        return parts
    shape = (*index.shape, *parts.shape[2:])
    return parts.gather(1, index.view(*index.shape, *(1,) * (parts.ndim - 2)).expand(shape))


class PointTransformer(nn.Module):
    """Points (B, N, 3) to logits (B, num_classes). Features are the last hidden layer; without one, its input."""

    Settings: Any = ClassifierSettings
    extra: dict[str, Any] = {"role": "backbone"}  # noqa: RUF012

    def __init__(self, settings: ClassifierSettings, num_classes: int) -> None:
        super().__init__()
        width = settings.width
        self.encoder = Encoder(settings)
        self.cls_token, self.cls_position = token(1, width), token(1, width)
        layers: list[nn.Module] = []
        inputs = 2 * width
        for outputs in settings.head:
            layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU()]
            layers += [nn.Dropout(settings.dropout)]
            inputs = outputs
        self.head = nn.Sequential(*layers).apply(initialise)
        self.logits = nn.Linear(inputs, num_classes).apply(initialise)

    @property
    def feature_dim(self) -> int:
        """Width of the penultimate features."""
        return self.logits.in_features

    def forward(self, points: Tensor) -> Output:
        """(B, N, 3) -> Output."""
        encoder = self.encoder
        cut = encoder.cut(points)
        tokens = self._led(self.cls_token, encoder.tokenizer(cut.points))
        positions = self._led(self.cls_position, encoder.position(cut.centres))
        tokens = encoder.norm(encoder.through(tokens, positions)[-1])
        features = self.head(torch.cat([tokens[:, 0], tokens[:, 1:].max(dim=1).values], dim=1))
        return Output(self.logits(features), features)

    def encode(self, points: Tensor, attention: bool = False) -> Encoded:
        """What the encoder alone makes of the clouds, without the token that sums them up."""
        encoded: Encoded = self.encoder(points, attention=attention)
        return encoded

    def _led(self, first: Tensor, others: Tensor) -> Tensor:
        return torch.cat([first.to(others.dtype).expand(len(others), -1, -1), others], dim=1)


@register(
    "net",
    "point_transformer",
    say("Transformer over patches"),
    say("Looks at 64 patches and at how they belong together; the net that others pre-train."),
)
class FullPointTransformer(PointTransformer):
    """22,099,752 parameters at 40 classes."""


@register(
    "net",
    "point_transformer_small",
    say("Small transformer over patches"),
    say("The same with a fifth of the steps: for computers without a graphics card."),
)
class SmallPointTransformer(PointTransformer):
    """For CPUs."""

    Settings = smaller(
        ClassifierSettings, width=128, depth=4, heads=4, tokenizer=(64, 128, 256, 128)
    )
