"""How large a camera student is, and how what its channels know is brought together."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.nets.pointnet import Width
from engine.registry import Settings
from engine.words import say

TEACHERS = ("laser", "outlines")
GROUPS = ("free", *TEACHERS)  # the channels, in the order in which they are laid side by side
Pixels = Annotated[float, Field(gt=0, le=4096)]
Link = Literal["linear", "sigmoid"]

# By the finest level: those of the method notes, and for pictures in which most things are of ten pixels.
PYRAMID_ANCHORS = {
    4: ((8.0, 12.0), (18.0, 28.0), (44.0, 80.0)),
    2: ((5.0, 7.0), (10.0, 14.0), (20.0, 30.0), (44.0, 70.0)),
}
PAPER_ANCHORS = ((32.0,), (64.0,), (128.0,), (256.0,))


class ClassroomSettings(Settings):
    """Defaults: the published widths, brought together in a pyramid, which trains."""

    aggregation: Literal["pyramid", "paper"] = Field(
        "pyramid",
        title=say("How channels are brought together"),
        description=say(
            "“pyramid”: side by side, then ever smaller. “paper”: each channel is a level of its own, as "
            "the authors wired it; that hardly trains."
        ),
        json_schema_extra={"term": "aggregation"},
    )
    norm: Literal["auto", "group", "batch"] = Field(
        "auto",
        title=say("Norm"),
        description=say("“auto”: group, or batch where the wiring is the paper’s."),
        json_schema_extra={"term": say("normalisation layer")},
    )
    width: Width = Field(
        64, title=say("Width of the first block"), json_schema_extra={"term": "layer1"}
    )
    wide: Width = Field(
        96, title=say("Width of the second block"), json_schema_extra={"term": "layer2"}
    )
    looks: tuple[Width, ...] = Field(
        (96, 128, 192),
        max_length=5,
        title=say("Widths of looking around"),
        description=say(
            "At a half, a quarter, an eighth of the picture, and each pixel is told its place. Empty: as "
            "in the paper, 23 pixels and no place. Not for “paper”."
        ),
        json_schema_extra={"term": say("encoder-decoder trunk, CoordConv")},
    )
    hidden: Width = Field(64, title=say("Inner width of a channel"))
    features: Width = Field(48, title=say("Features of a channel"))
    pyramid: tuple[Width, Width, Width, Width] = Field(
        (64, 96, 128, 128),
        title=say("Widths of the pyramid"),
        description=say(
            "At a half, a quarter, an eighth and a sixteenth of the picture. Not for “paper”."
        ),
    )
    levels: Width = Field(64, title=say("Features of a level"), json_schema_extra={"term": "FPN"})
    head: Width = Field(
        1024, title=say("Width of the box head"), json_schema_extra={"term": "TwoMLP"}
    )
    laser: Width = Field(16, title=say("Laser teacher’s features"))
    outlines: Width = Field(5, title=say("Outline teacher’s features"))
    outline_link: Link = Field(
        "linear", title=say("Outlines through"), description=say("“sigmoid” for losses of chances.")
    )
    finest: Literal[2, 4] = Field(
        4,
        title=say("Finest level"),
        description=say(
            "How many pixels a step on it is: 2 where many things are of ten pixels or fewer. Not for "
            "“paper”."
        ),
        json_schema_extra={"term": "stride"},
    )
    anchors: tuple[tuple[Pixels, ...], ...] = Field(
        (),
        title=say("Anchors of each level"),
        description=say(
            "In pixels, as many for each level; empty: the usual ones. The recipe puts those of the data "
            "in their place. Not for “paper”."
        ),
        json_schema_extra={"term": say("anchor sizes")},
    )
    ratios: tuple[Annotated[float, Field(gt=0, le=100)], ...] = Field(
        (0.5, 1.0, 2.0),
        min_length=1,
        title=say("Heights by widths"),
        json_schema_extra={"term": say("aspect ratios")},
    )
    depth_max: float = Field(
        70.0, gt=0, le=10_000, title=say("Farthest depth"), description=say("In metres.")
    )

    @model_validator(mode="after")
    def _fits(self) -> "ClassroomSettings":
        levels = len(PYRAMID_ANCHORS[self.finest])
        if self.anchors and (
            len(self.anchors) != levels
            or not self.anchors[0]
            or len({*map(len, self.anchors)}) != 1
        ):
            raise PydanticCustomError(
                "anchors",
                say("There are {levels} levels, each with as many anchors", levels=levels),
            )
        return self

    @property
    def paper(self) -> bool:
        """Whether the wiring is the authors'."""
        return self.aggregation == "paper"

    @property
    def around(self) -> tuple[int, ...]:
        """Widths of looking around that are in use."""
        return () if self.paper else self.looks

    @property
    def batch_norm(self) -> bool:
        """Which norm is meant."""
        return self.norm == "batch" or (self.norm == "auto" and self.paper)

    @property
    def sizes(self) -> tuple[tuple[float, ...], ...]:
        """Anchors of each level that is in use, pixels."""
        return PAPER_ANCHORS if self.paper else self.anchors or PYRAMID_ANCHORS[self.finest]

    @property
    def strides(self) -> tuple[int, ...]:
        """How many of the picture's pixels a step on each level is."""
        if self.paper:
            return (1, 1, 1, 2)
        return (2, 4, 8, 16) if self.finest == 2 else (4, 8, 16)

    @property
    def level_size(self) -> float:
        """Boxes of twice so many pixels are looked at on the second level, of four times on the third."""
        return 4.0 * self.finest

    def dims(self, teacher: str) -> int:
        """How many features a teacher tells."""
        return int(getattr(self, teacher))
