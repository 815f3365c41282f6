"""How large a camera student is, and how what its channels know is brought together."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.nets.pointnet import Width
from engine.registry import Settings

TEACHERS = ("laser", "outlines")
GROUPS = ("free", *TEACHERS)  # the channels, in the order in which they are laid side by side
Pixels = Annotated[float, Field(gt=0, le=4096)]
Link = Literal["linear", "sigmoid"]

PYRAMID_ANCHORS = ((8.0, 12.0), (18.0, 28.0), (44.0, 80.0))
PAPER_ANCHORS = ((32.0,), (64.0,), (128.0,), (256.0,))


class ClassroomSettings(Settings):
    """Defaults: the published widths, brought together in a pyramid, which trains."""

    aggregation: Literal["pyramid", "paper"] = Field(
        "pyramid",
        title="How channels are brought together",
        description="“pyramid”: side by side, then ever smaller. “paper”: each channel is a level of its own, as the "
        "authors wired it; that hardly trains.",
        json_schema_extra={"term": "aggregation"},
    )
    norm: Literal["auto", "group", "batch"] = Field(
        "auto",
        title="Norm",
        description="“auto”: group, or batch where the wiring is the paper’s.",
        json_schema_extra={"term": "normalisation layer"},
    )
    width: Width = Field(64, title="Width of the first block", json_schema_extra={"term": "layer1"})
    wide: Width = Field(96, title="Width of the second block", json_schema_extra={"term": "layer2"})
    hidden: Width = Field(64, title="Inner width of a channel")
    features: Width = Field(48, title="Features of a channel")
    pyramid: tuple[Width, Width, Width, Width] = Field(
        (64, 96, 128, 128),
        title="Widths of the pyramid",
        description="At a half, a quarter, an eighth and a sixteenth of the picture. Not for “paper”.",
    )
    levels: Width = Field(64, title="Features of a level", json_schema_extra={"term": "FPN"})
    head: Width = Field(1024, title="Width of the box head", json_schema_extra={"term": "TwoMLP"})
    laser: Width = Field(16, title="Laser teacher’s features")
    outlines: Width = Field(5, title="Outline teacher’s features")
    outline_link: Link = Field(
        "linear", title="Outlines through", description="“sigmoid” for losses of chances."
    )
    anchors: tuple[tuple[Pixels, ...], ...] = Field(
        PYRAMID_ANCHORS,
        title="Anchors of each level",
        description="In pixels, as many for each level. The recipe puts others in their place. Not for “paper”.",
        json_schema_extra={"term": "anchor sizes"},
    )
    ratios: tuple[Annotated[float, Field(gt=0, le=100)], ...] = Field(
        (0.5, 1.0, 2.0),
        min_length=1,
        title="Heights by widths",
        json_schema_extra={"term": "aspect ratios"},
    )
    level_size: Pixels = Field(
        16.0,
        title="Size of a box on the first level",
        description="In pixels: boxes of twice the size are looked at on the second level, of four times on the third.",
        json_schema_extra={"term": "canonical scale"},
    )
    depth_max: float = Field(
        70.0, gt=0, le=10_000, title="Farthest depth", description="In metres."
    )

    @model_validator(mode="after")
    def _fits(self) -> "ClassroomSettings":
        if len(self.anchors) != 3 or len({len(level) for level in self.anchors}) != 1:
            raise PydanticCustomError(
                "anchors", "There are three levels, each with as many anchors"
            )
        return self

    @property
    def paper(self) -> bool:
        """Whether the wiring is the authors'."""
        return self.aggregation == "paper"

    @property
    def batch_norm(self) -> bool:
        """Which norm is meant."""
        return self.norm == "batch" or (self.norm == "auto" and self.paper)

    @property
    def sizes(self) -> tuple[tuple[float, ...], ...]:
        """Anchors of each level that is in use, pixels."""
        return PAPER_ANCHORS if self.paper else self.anchors

    @property
    def strides(self) -> tuple[int, ...]:
        """How many of the picture's pixels a step on each level is."""
        return (1, 1, 1, 2) if self.paper else (4, 8, 16)

    def dims(self, teacher: str) -> int:
        """How many features a teacher tells."""
        return int(getattr(self, teacher))
