"""Concepts: learnt queries that gather, from every layer of a point transformer, what a 2D teacher would say.

One cross-attention block, the same for all layers, lets the queries look at the tokens of each layer in turn; they do
not look at each other. What each query looked at is kept on request: (B, layers, heads, queries, patches).
"""

from dataclasses import dataclass
from typing import Literal, cast

import torch
from pydantic import Field
from torch import Tensor, nn

from engine.errors import ConfigError
from engine.nets.point_transformer import Encoded
from engine.nets.transformer import Block, evenly_scaled, initialise, token
from engine.registry import Settings
from engine.words import say


class ConceptSettings(Settings):
    """How many concepts, and what they look at when."""

    queries: int = Field(
        32, ge=1, le=1024, title=say("Ideas"), json_schema_extra={"term": say("concept queries")}
    )
    concept_heads: int = Field(
        0,
        ge=0,
        le=64,
        title=say("Heads of an idea"),
        description=say("0: as many as the net has."),
        json_schema_extra={"term": say("attention heads")},
    )
    order: Literal["after", "before"] = Field(
        "after",
        title=say("Looks at each layer"),
        description=say("“after” its block, or “before” it."),
        json_schema_extra={"term": "order"},
    )
    share: bool = Field(
        True,
        title=say("One block for all layers"),
        description=say("Else each layer has its own."),
        json_schema_extra={"term": say("shared cross-attention")},
    )
    identity: bool = Field(
        False,
        title=say("Each stays who it is"),
        description=say(
            "Its query is added at every look: ideas differ more but are learnt later. Off: as printed."
        ),
        json_schema_extra={"term": say("query identity")},
    )
    kv_pos: bool = Field(
        False,
        title=say("Sees where patches are"),
        description=say("Positions are added to what the concepts look at."),
        json_schema_extra={"term": say("key and value positions")},
    )


@dataclass(frozen=True)
class Concepts:
    """tokens (B, queries, W); attention (B, layers, heads, queries, V patches), where it was asked for."""

    tokens: Tensor
    attention: Tensor | None = None


class ConceptExtractor(nn.Module):
    """What an encoder made of clouds, layer by layer, to concepts. width, depth and heads are the encoder's.

    ConfigError when the width is no multiple of the concepts' own heads."""

    def __init__(self, settings: ConceptSettings, width: int, depth: int, heads: int = 6) -> None:
        super().__init__()
        self.settings, self.depth = settings, depth
        heads = check_heads(settings, width, heads)
        # As the only thing that tells concepts apart, queries must be as large as what is normalised beside them.
        as_printed = token(settings.queries, width)
        own = nn.Parameter(torch.randn(1, settings.queries, width))
        self.queries = own if settings.identity else as_printed
        count = 1 if settings.share else depth
        self.blocks = nn.ModuleList(Block(width, heads, cross=True) for _ in range(count))
        self.norm = nn.LayerNorm(width)
        self.apply(initialise)
        if settings.identity:
            self.blocks.apply(evenly_scaled)

    def forward(self, encoded: Encoded, attention: bool = False) -> Concepts:
        """As Concepts says."""
        queries = self.queries.to(encoded.tokens.dtype)
        concepts = queries.expand(len(encoded.tokens), -1, -1)
        identity = queries if self.settings.identity else None
        concepts = concepts if identity is None else torch.zeros_like(concepts)
        looked = []
        for number, layer in enumerate(self._layers(encoded)):
            block = cast(Block, self.blocks[number if len(self.blocks) > 1 else 0])
            if attention:
                concepts, weights = block.looking(concepts, layer, identity)
                looked.append(weights)
            else:
                concepts = block(concepts, layer, identity)
        return Concepts(self.norm(concepts), torch.stack(looked, dim=1) if looked else None)

    def _layers(self, encoded: Encoded) -> list[Tensor]:
        layers = encoded.layers[1:] if self.settings.order == "after" else encoded.layers[:-1]
        if self.settings.kv_pos:
            return [layer + encoded.positions for layer in layers]
        return list(layers)


def check_heads(settings: ConceptSettings, width: int, heads: int) -> int:
    """How many heads the concepts have beside an encoder's; ConfigError when its width is no multiple of them."""
    heads = settings.concept_heads or heads
    if width % heads:
        raise ConfigError(
            say(
                "Tokens of width {width} cannot be looked at with {heads} heads. Nothing was started. "
                "Choose recipe.concept_heads so that it divides the width, or 0.",
                width=width,
                heads=heads,
            )
        )
    return heads
