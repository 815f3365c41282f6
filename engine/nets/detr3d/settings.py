"""How large a detector is, and which encoder looks at the scene."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.nets.point_transformer import EncoderSettings
from engine.nets.pointnet import Width
from engine.words import say

Radius = Annotated[float, Field(gt=0, le=100)]


class DetectorSettings(EncoderSettings):
    """Defaults: 3DETR with 3 layers. Those of a pre-trained encoder keep their names, so that one fits in as it is."""

    encoder: Literal["plain", "masked", "backbone"] = Field(
        "plain",
        title=say("What looks at the scene"),
        description=say(
            "“masked” looks around first, then farther; “backbone”: the transformer that others "
            "pre-train."
        ),
        json_schema_extra={"term": "encoder"},
    )
    width: int = Field(256, ge=1, le=4096, title=say("Width of a token"))
    depth: int = Field(3, ge=1, le=64, title=say("Encoder’s layers"))
    heads: int = Field(
        4,
        ge=1,
        le=64,
        title=say("Encoder’s heads"),
        json_schema_extra={"term": say("attention heads")},
    )
    patches: int = Field(
        2048,
        ge=1,
        le=65536,
        title=say("Places looked from"),
        json_schema_extra={"term": say("pre-encoder points")},
    )
    patch_size: int = Field(
        64,
        ge=1,
        le=1024,
        title=say("Points of a place"),
        json_schema_extra={"term": say("ball query samples")},
    )
    radius: Radius = Field(
        0.2,
        title=say("Radius of a place"),
        description=say("In metres. Not for “backbone”."),
        json_schema_extra={"term": "ball"},
    )
    preencoder: tuple[Width, ...] = Field(
        (64, 128),
        title=say("Layers of a place"),
        description=say("Before the last, which is as wide as a token. Not for “backbone”."),
        json_schema_extra={"term": say("shared MLP")},
    )
    feedforward: int = Field(
        128, ge=1, le=65536, title=say("Encoder’s inner width"), json_schema_extra={"term": "FFN"}
    )
    radii: tuple[Radius, ...] = Field(
        (0.4, 0.8, 1.2),
        title=say("How far each layer looks"),
        description=say("In metres, one for each layer. Only for “masked”."),
        json_schema_extra={"term": say("masking radius")},
    )
    squared_radii: bool = Field(
        True,
        title=say("Radii as published"),
        description=say(
            "The published code squares them but compares distances: in effect 0.16, 0.64 and 1.44 m."
        ),
    )
    queries: int = Field(
        256,
        ge=1,
        le=4096,
        title=say("Boxes asked for"),
        json_schema_extra={"term": say("object queries")},
    )
    decoder_width: int = Field(256, ge=2, le=4096, multiple_of=2, title=say("Decoder’s width"))
    decoder_depth: int = Field(8, ge=1, le=64, title=say("Decoder’s layers"))
    decoder_heads: int = Field(4, ge=1, le=64, title=say("Decoder’s heads"))
    decoder_feedforward: int = Field(256, ge=1, le=65536, title=say("Decoder’s inner width"))
    heading_bins: int = Field(
        1,
        ge=1,
        le=360,
        title=say("Directions of a box"),
        description=say("1: boxes stand along the axes; 12: each of 30°, and a rest."),
        json_schema_extra={"term": say("angle bins")},
    )
    dropout: float = Field(
        0.1, ge=0, lt=1, title=say("Dropout"), description=say("In encoder and decoder.")
    )
    head_dropout: float = Field(0.3, ge=0, lt=1, title=say("Dropout of the heads"))

    @model_validator(mode="after")
    def _fits(self) -> "DetectorSettings":
        if self.decoder_width % self.decoder_heads:
            raise PydanticCustomError(
                "heads", say("The decoder’s width must be a multiple of its heads")
            )
        if self.encoder == "masked" and len(self.radii) != self.depth:
            raise PydanticCustomError(
                "radii", say("There must be one radius for each layer of the encoder")
            )
        return self
