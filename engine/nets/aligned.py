"""The student of concept alignment: encoder, concepts, and heads towards a 2D teacher, every ablation a switch."""

from dataclasses import dataclass
from typing import Literal, cast

import torch
from pydantic import Field
from torch import Generator, Tensor, nn

from engine.nets.alignment import FlatPrefix, LightPrefix, MeanEmbedding, pooled
from engine.nets.concepts import ConceptExtractor, Concepts, ConceptSettings
from engine.nets.point_transformer import Encoded, Encoder, EncoderSettings
from engine.nets.reconstruction import Decoder, hide, reconstruction_loss
from engine.nets.transformer import evenly_scaled
from engine.words import say

Objective = Literal[
    "distil", "reconstruct", "both"
]  # answer as the teacher, guess hidden patches, or both
_DRAW = 7  # of a random decoder: encoders are compared by one and the same


class AlignmentSettings(ConceptSettings):
    """What is learnt from the teacher and how. Defaults: the paper's method with the light head."""

    concepts: bool = Field(
        True, title=say("With concepts"), json_schema_extra={"term": say("concept extraction")}
    )
    target: Literal["prefix", "embedding", "local"] = Field(
        "prefix",
        title=say("The teacher’s"),
        description=say(
            "“prefix” of a caption; “embedding” without a caption model; “local”: features of picture "
            "patches."
        ),
        json_schema_extra={"term": "target"},
    )
    head: Literal["light", "flatten"] = Field(
        "light",
        title=say("Last layers"),
        description=say("“light”: concept by concept; “flatten”: all at once, as in the paper."),
        json_schema_extra={"term": say("alignment MLP")},
    )
    mask: float = Field(
        0.6, gt=0, lt=1, title=say("Patches hidden"), json_schema_extra={"term": say("mask ratio")}
    )
    mask_after_encoder: bool = Field(
        False,
        title=say("Hide after encoding"),
        description=say("The encoder sees all patches, only the decoder does not."),
    )
    decoder_depth: int = Field(3, ge=1, le=24, title=say("Decoder’s blocks"))
    random_decoder: bool = Field(
        False,
        title=say("Decoder stays random"),
        description=say(
            "Drawn once, the same for all runs, and never taught: then hidden patches are guessed in "
            "every test, also where only the teacher is learnt from (Table 7)."
        ),
        json_schema_extra={"term": say("fixed random decoder")},
    )


@dataclass(frozen=True)
class Aligned:
    """answer: prefix (B, P, D), embedding (B, D) or local features (B, V, D); None where nothing is distilled;
    reconstruction: the chamfer loss; None where nothing is reconstructed."""

    encoded: Encoded
    concepts: Concepts | None = None
    answer: Tensor | None = None
    reconstruction: Tensor | None = None


class AlignedStudent(nn.Module):
    """`encoder` is what later tasks start from. `prefix`: P tokens of width D; `size`: the width of an embedding or of
    the features of a picture's patch."""

    def __init__(
        self,
        form: EncoderSettings,
        settings: AlignmentSettings,
        prefix: tuple[int, int] = (10, 768),
        size: int = 512,
        objective: Objective = "distil",
    ) -> None:
        super().__init__()
        self.settings = own = settings
        self.encoder = Encoder(form)
        distils, width = objective != "reconstruct", form.width
        with_concepts = distils and own.concepts and own.target != "local"
        gathers = ConceptExtractor(own, width, form.depth, form.heads) if with_concepts else None
        self.concepts = gathers
        self.head = _head(form, own, prefix, size) if distils else None
        shape = {"prefix": prefix, "embedding": (size,), "local": (size,)}[own.target]
        # What the teacher says on average: the student begins there and learns what is particular to a cloud.
        self.register_buffer("usual", torch.zeros(shape))
        reconstructs = objective != "distil" or own.random_decoder
        self.decoder = _decoder(form, own) if reconstructs else None

    def forward(
        self, points: Tensor, generator: Generator | None = None, attention: bool = False
    ) -> Aligned:
        """(B, N, 3) -> Aligned. Patches are hidden only where some are to be guessed: with `generator`, by its draw.
        attention: that of the concepts and, where nothing is hidden, of the encoder is kept."""
        if self.decoder is None or generator is None:
            encoded = self.encoder(points, attention=attention)
            concepts = self._gathered(encoded, attention)
            return Aligned(encoded, concepts, self._answer(encoded, concepts))
        count, after = self.encoder.settings.patches, self.settings.mask_after_encoder
        visible, hidden = hide(len(points), count, self.settings.mask, generator)
        encoded = self.encoder(points, None if after else visible)
        concepts = self._gathered(encoded, attention)
        guessed = self.decoder(encoded, visible, hidden)
        loss = reconstruction_loss(guessed, encoded, hidden)
        return Aligned(encoded, concepts, self._answer(encoded, concepts), loss)

    def _gathered(self, encoded: Encoded, attention: bool) -> Concepts | None:
        return None if self.concepts is None else self.concepts(encoded, attention)

    def _answer(self, encoded: Encoded, concepts: Concepts | None) -> Tensor | None:
        if self.head is None:
            return None
        if concepts is not None:
            features = concepts.tokens
        else:
            whole = self.settings.target == "prefix"
            features = pooled(encoded.tokens) if whole else encoded.tokens
        return self.said(features)

    def said(self, features: Tensor) -> Tensor:
        """Concepts (B, C, W), or what stands for them, to the answer."""
        assert self.head is not None
        return cast(Tensor, self.head(features)) + cast(Tensor, self.usual)


def _decoder(form: EncoderSettings, own: AlignmentSettings) -> Decoder:
    sizes = (form.width, form.heads, own.decoder_depth, form.patch_size)
    if not own.random_decoder:
        return Decoder(*sizes)
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(_DRAW)
        return Decoder(*sizes).requires_grad_(False)


def _head(
    form: EncoderSettings, own: AlignmentSettings, prefix: tuple[int, int], size: int
) -> nn.Module:
    if own.target == "local":
        return nn.Linear(form.width, size).apply(evenly_scaled)
    if own.target == "embedding":
        return MeanEmbedding(form.width, size)
    if not own.concepts:
        return FlatPrefix(2 * form.width, prefix)
    if own.head == "light":
        return LightPrefix(own.queries, form.width, prefix)
    return FlatPrefix(own.queries * form.width, prefix)
