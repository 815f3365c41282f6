"""The student of concept alignment: encoder, concepts, and heads towards a 2D teacher, every ablation a switch."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field
from torch import Generator, Tensor, nn

from engine.nets.alignment import FlatPrefix, LightPrefix, MeanEmbedding, pooled
from engine.nets.concepts import ConceptExtractor, Concepts, ConceptSettings
from engine.nets.point_transformer import Encoded, Encoder, EncoderSettings
from engine.nets.reconstruction import Decoder, hide, reconstruction_loss
from engine.nets.transformer import initialise
from engine.registry import Settings


class AlignmentSettings(Settings):
    """What is learnt from the teacher and how. Defaults: the paper's method with the light head."""

    objective: Literal["distil", "reconstruct", "both"] = Field(
        "distil",
        title="Learns by",
        description="Answering as the teacher, guessing hidden patches, or both.",
        json_schema_extra={"term": "objective"},
    )
    concepts: bool = Field(
        True, title="With concepts", json_schema_extra={"term": "concept extraction"}
    )
    target: Literal["prefix", "embedding", "local"] = Field(
        "prefix",
        title="The teacher’s",
        description="“prefix” of a caption; “embedding” without a caption model; “local”: features of picture patches.",
        json_schema_extra={"term": "target"},
    )
    head: Literal["light", "flatten"] = Field(
        "light",
        title="Last layers",
        description="“light”: concept by concept; “flatten”: all at once, as in the paper.",
        json_schema_extra={"term": "alignment MLP"},
    )
    mask: float = Field(
        0.6, gt=0, lt=1, title="Patches hidden", json_schema_extra={"term": "mask ratio"}
    )
    mask_after_encoder: bool = Field(
        False,
        title="Hide after encoding",
        description="The encoder sees all patches, only the decoder does not.",
    )
    decoder_depth: int = Field(3, ge=1, le=24, title="Decoder’s blocks")


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
        settings: tuple[EncoderSettings, ConceptSettings, AlignmentSettings],
        prefix: tuple[int, int] = (10, 768),
        size: int = 512,
    ) -> None:
        super().__init__()
        form, concepts, self.settings = settings
        self.encoder = Encoder(form)
        own = self.settings
        distils, width = own.objective != "reconstruct", form.width
        with_concepts = distils and own.concepts and own.target != "local"
        self.concepts = ConceptExtractor(concepts, width, form.depth) if with_concepts else None
        self.head = _head(settings, prefix, size) if distils else None
        reconstructs = own.objective != "distil"
        depth = (own.decoder_depth, form.patch_size)
        self.decoder = Decoder(width, form.heads, *depth) if reconstructs else None

    def forward(
        self, points: Tensor, generator: Generator | None = None, attention: bool = False
    ) -> Aligned:
        """(B, N, 3) -> Aligned. Patches are hidden only where some are to be guessed: with `generator`, by its draw."""
        if self.decoder is None or generator is None:
            encoded = self.encoder(points)
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
        answer: Tensor = self.head(features)
        return answer


def _head(
    settings: tuple[EncoderSettings, ConceptSettings, AlignmentSettings],
    prefix: tuple[int, int],
    size: int,
) -> nn.Module:
    form, concepts, own = settings
    if own.target == "local":
        return nn.Linear(form.width, size).apply(initialise)
    if own.target == "embedding":
        return MeanEmbedding(form.width, size)
    if not own.concepts:
        return FlatPrefix(2 * form.width, prefix)
    if own.head == "light":
        return LightPrefix(concepts.queries, form.width, prefix)
    return FlatPrefix(concepts.queries * form.width, prefix)
