"""Built-in streets: what a camera and a laser see, with boxes, outlines and depths that are true by the making."""

import hashlib
import os
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from pydantic import Field, model_validator

from engine import registry
from engine.control import Control
from engine.datasets.drives.streets.light import Shares
from engine.datasets.drives.streets.making import CLASSES, Wanted, make_street
from engine.datasets.drives.streets.things import THINGS
from engine.datasets.drives.streets.views import camera, laser
from engine.drives import Drive, Frame
from engine.events import Event, Phase
from engine.words import say

VERSION = 1
_FIRST = say("on a new computer the first one takes about 15 seconds")


@registry.register(
    "drives",
    "streets",
    title=say("Built-in streets"),
    about=say(
        "Streets made from a seed, nothing to download: cars, trucks, pedestrians, cyclists and signs, "
        "by day and by night, in rain and in fog, seen by a camera and a laser."
    ),
)
class Streets:
    """The last streets are for the test; fewer streets of the same seed are the first of more.

    A frame's name tells its weather after its number: “night”, “rain”, “fog”, or nothing on a dry day. The sky is of no
    class. Things of which too little is seen are not in a box but in `ignored`, and own no pixels and no points.
    """

    class Settings(registry.Settings):
        """How many streets, how large their pictures are, what stands in them and in what weather."""

        scenes: int = Field(600, ge=2, le=20_000, title=say("Streets"))
        height: int = Field(96, ge=32, le=512, title=say("Height of a picture in pixels"))
        width: int = Field(160, ge=32, le=1280, title=say("Width of a picture in pixels"))
        fewest: int = Field(2, ge=0, le=30, title=say("Fewest things"))
        most: int = Field(8, ge=0, le=30, title=say("Most things"))
        fog: float = Field(0.08, ge=0, le=1, title=say("Share of fog"))
        rain: float = Field(0.12, ge=0, le=1, title=say("Share of rain"))
        night: float = Field(0.15, ge=0, le=1, title=say("Share of night"))
        rays_down: int = Field(32, ge=4, le=128, title=say("Rows of laser rays"))
        rays_across: int = Field(256, ge=16, le=2048, title=say("Laser rays of a row"))
        noise: float = Field(0.02, ge=0, le=0.2, title=say("Noise of the laser in metres"))
        test_share: float = Field(0.1, gt=0, lt=1, title=say("Kept for the test"))
        seed: int = Field(
            0,
            ge=0,
            lt=2**31,
            title=say("Seed"),
            description=say("Another seed gives other streets."),
        )

        @model_validator(mode="after")
        def _possible(self) -> Self:
            if self.fewest > self.most:
                raise ValueError(say("the fewest things are more than the most"))
            if self.fog + self.rain > 1:
                raise ValueError(say("fog and rain together are more than all streets"))
            return self

    title: str

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @classmethod
    def counts(cls, settings: Settings) -> tuple[int, int]:
        """How many classes points and pixels can be of, and how many things boxes can hold."""
        return len(CLASSES), len(THINGS)

    def fingerprint(self) -> str:
        """Changes whenever the streets would."""
        text = f"{VERSION} {self.settings.model_dump_json()}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def read(self, control: Control) -> Generator[Event, None, Drive]:
        """Make all streets, on all cores. Raises Stopped when asked to stop."""
        asked = self.settings
        tests = min(max(round(asked.scenes * asked.test_share), 1), asked.scenes - 1)
        wanted = Wanted(
            eye=camera(asked.height, asked.width),
            laser=laser(asked.rays_down, asked.rays_across),
            fewest=asked.fewest,
            most=asked.most,
            shares=Shares(asked.fog, asked.rain, asked.night),
            noise=asked.noise,
        )
        frames: list[Frame] = []
        yield Phase(name=say("Building streets"), detail=_FIRST, fraction=0)

        def made(index: int) -> Frame:
            return make_street(wanted, asked.seed, index, index < asked.scenes - tests)

        # Most of a street is compiled code, during which other threads run.
        pool = ThreadPoolExecutor(os.cpu_count())
        try:
            for frame in pool.map(made, range(asked.scenes)):
                yield from control.gate()
                frames.append(frame)
                detail = say("{index} of {scenes}", index=len(frames), scenes=asked.scenes)
                fraction = len(frames) / asked.scenes
                yield Phase(name=say("Building streets"), detail=detail, fraction=fraction)
        finally:
            pool.shutdown(cancel_futures=True)
        return Drive(tuple(frames), THINGS, CLASSES, self.title, made=True)
