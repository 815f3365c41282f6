"""Built-in rooms: procedural, furnished, seeded; with classes, instances and boxes that are true by the making."""

import hashlib
from collections.abc import Generator
from typing import Self

from pydantic import Field, model_validator

from engine import registry
from engine.control import Control
from engine.datasets.scenes.rooms.furniture import THINGS
from engine.datasets.scenes.rooms.making import Wanted, classes, make_room
from engine.datasets.shapes import VERSION as SHAPES
from engine.events import Event, Phase
from engine.scenes import Scenes
from engine.words import say

VERSION = 1


@registry.register(
    "scenes",
    "rooms",
    title=say("Built-in rooms"),
    about=say(
        "Furnished rooms made from a seed, nothing to download: walls, doors, windows and 17 kinds of "
        "furniture."
    ),
)
class Rooms:
    """The last rooms are for the test; fewer rooms of the same seed are the first of more."""

    class Settings(registry.Settings):
        """How many rooms, how finely, what stands in them, and how much of them is seen."""

        rooms: int = Field(100, ge=2, le=5000, title=say("Rooms"))
        points: int = Field(20_000, ge=1000, le=200_000, title=say("Points of a room"))
        fewest: int = Field(3, ge=1, le=20, title=say("Fewest pieces of furniture"))
        most: int = Field(9, ge=1, le=20, title=say("Most pieces of furniture"))
        l_shaped: float = Field(0.3, ge=0, le=1, title=say("Share of L-shaped rooms"))
        ceiling: bool = Field(False, title=say("Ceiling"))
        partial: bool = Field(
            False,
            title=say("Only what is seen"),
            description=say(
                "The points that one to three cameras in the room see; boxes are those of whole pieces."
            ),
        )
        cameras: int = Field(
            3,
            ge=1,
            le=10,
            title=say("Most cameras"),
            description=say("Where only what is seen is wanted."),
        )
        noise: float = Field(0.004, ge=0, le=0.02, title=say("Noise in metres"))
        test_share: float = Field(0.2, gt=0, lt=1, title=say("Kept for the test"))
        seed: int = Field(
            0, ge=0, lt=2**31, title=say("Seed"), description=say("Another seed gives other rooms.")
        )

        @model_validator(mode="after")
        def _in_order(self) -> Self:
            if self.fewest > self.most:
                raise ValueError(say("the fewest pieces of furniture are more than the most"))
            return self

    title: str

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @classmethod
    def counts(cls, settings: Settings) -> tuple[int, int]:
        """How many classes points can be of, and how many things boxes can hold."""
        return len(classes(settings.ceiling)), len(THINGS)

    def fingerprint(self) -> str:
        """Changes whenever the rooms would."""
        text = f"{VERSION} {SHAPES} {self.settings.model_dump_json()}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def read(self, control: Control) -> Generator[Event, None, Scenes]:
        """Make all rooms, one after another. Raises Stopped when asked to stop."""
        asked = self.settings
        tests = min(max(round(asked.rooms * asked.test_share), 1), asked.rooms - 1)
        wanted = Wanted(
            points=asked.points,
            fewest=asked.fewest,
            most=asked.most,
            l_shaped=asked.l_shaped,
            ceiling=asked.ceiling,
            cameras=asked.cameras if asked.partial else 0,
            noise=asked.noise,
        )
        scenes = []
        for index in range(asked.rooms):
            yield from control.gate()
            fraction = index / asked.rooms
            yield Phase(
                name=say("Furnishing rooms"),
                detail=say("{index} of {rooms}", index=index + 1, rooms=asked.rooms),
                fraction=fraction,
            )
            scenes.append(make_room(wanted, asked.seed, index, index < asked.rooms - tests))
        return Scenes(tuple(scenes), classes(asked.ceiling), THINGS, self.title, made=True)
