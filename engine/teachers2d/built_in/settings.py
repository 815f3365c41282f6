"""What a built-in image teacher is trained on, and how long."""

import hashlib

from pydantic import Field

from engine import registry
from engine.datasets.pairs.words import PLAIN
from engine.datasets.shapes import VERSION as SHAPES
from engine.words import say

VERSION = 1


class TeacherSettings(registry.Settings):
    """The same settings give the same teacher."""

    seed: int = Field(7, ge=0, lt=2**31, title=say("Seed"))
    kinds: tuple[str, ...] = Field(
        (),
        title=say("Kinds"),
        description=say("Empty: twenty that can be told apart from every side."),
    )
    per_kind: int = Field(120, ge=1, le=5000, title=say("Shapes of each kind"))
    views: int = Field(4, ge=1, le=100, title=say("Pictures of each shape"))
    held_out: int = Field(
        12,
        ge=1,
        le=1000,
        title=say("Shapes held back"),
        description=say("Of each kind, never trained on."),
    )
    colours: bool = Field(
        True, title=say("Colours"), description=say("Off: grey pictures, as a cloud has no colour.")
    )
    steps: int = Field(2100, ge=1, le=1_000_000, title=say("Batches"))
    batch_size: int = Field(64, ge=2, le=4096, title=say("Pictures at a time"))
    learning_rate: float = Field(0.002, gt=0, le=1, title=say("Learning speed"))
    width: int = Field(96, ge=32, le=1024, multiple_of=32, title=say("Width"))
    depth: int = Field(2, ge=1, le=24, title=say("Blocks"))
    device: str = Field("cpu", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$", title=say("Device"))
    threads: int = Field(
        0, ge=0, le=1024, title=say("Threads"), description=say("0: all cores but one.")
    )

    @property
    def shown(self) -> tuple[str, ...]:
        """The kinds in the order of their labels."""
        return tuple(sorted(self.kinds or PLAIN))

    def fingerprint(self) -> str:
        """Changes whenever the teacher would."""
        told = self.model_dump_json(exclude={"threads", "device"})
        return hashlib.sha256(f"{VERSION} {SHAPES} {told}".encode()).hexdigest()[:16]
