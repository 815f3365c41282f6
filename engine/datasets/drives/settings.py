"""What every reader of drives asks: where the files are, how large a picture becomes, which points and things count."""

from typing import Self

from pydantic import Field, field_validator, model_validator

from engine import registry
from engine.datasets.drives.kinds import MOST_THINGS, Kinds, kinds_of
from engine.words import say


class DriveSettings(registry.Settings):
    """Where a drive is, and how it is used."""

    path: str = Field(min_length=1, title=say("Folder"), json_schema_extra={"place": "folder"})
    height: int = Field(
        96,
        ge=32,
        le=2048,
        title=say("Height of a picture"),
        description=say(
            "Pictures, boxes and calibration are brought to this size; multiples of 32 suit the nets "
            "best."
        ),
        json_schema_extra={"unit": "pixels"},
    )
    width: int = Field(
        160, ge=32, le=2048, title=say("Width of a picture"), json_schema_extra={"unit": "pixels"}
    )
    most_points: int = Field(
        30_000,
        ge=16,
        le=1_000_000,
        title=say("Most points of a scan"),
        description=say("Points outside the picture are thinned first."),
    )
    nearest: float = Field(
        1.0,
        ge=0,
        le=100,
        title=say("Nearest point"),
        description=say("Nearer ones are returns of the vehicle itself."),
        json_schema_extra={"unit": "metres"},
    )
    furthest: float = Field(
        120.0, gt=0, le=10_000, title=say("Furthest point"), json_schema_extra={"unit": "metres"}
    )
    things: tuple[str, ...] = Field(
        ("car",),
        min_length=1,
        max_length=MOST_THINGS,
        title=say("Things"),
        description=say(
            "What boxes can hold. “car = Car + Van” makes one thing of two kinds. Boxes around other "
            "kinds are kept as places where nothing found or missed counts."
        ),
    )
    test_share: float = Field(
        0.2,
        ge=0,
        le=0.9,
        title=say("Share kept for testing"),
        description=say(
            "Where nothing says which frames are for the test; whole drives where there are several."
        ),
    )
    seed: int = Field(0, ge=0, lt=2**31, title=say("Seed"))

    @field_validator("things")
    @classmethod
    def _sensible(cls, things: tuple[str, ...]) -> tuple[str, ...]:
        kinds_of(things)
        return things

    @model_validator(mode="after")
    def _some_range(self) -> Self:
        if self.furthest <= self.nearest:
            raise ValueError(say("the furthest point must lie beyond the nearest"))
        return self

    @property
    def kinds(self) -> Kinds:
        """The things, and the source's kinds that are each."""
        return kinds_of(self.things)
