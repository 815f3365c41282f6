"""What is known about a laser teacher that was trained here: what it learnt from, for how long, and how right it is."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from engine import registry
from engine.atomic import write_text
from engine.drives import Drive, Frame
from engine.errors import RunError
from engine.places import cache_folder
from engine.split import Rows
from engine.teachers2d.built_in.card import sha256
from engine.words import say

VERSION = 1
GATE = 0.2  # above what the commonest class alone would reach
WEIGHTS = "model.safetensors"
_NAME = "built_in"


class LaserTeacherSettings(registry.Settings):
    """The same settings and the same frames give the same teacher."""

    seed: int = Field(7, ge=0, lt=2**31, title=say("Seed"))
    steps: int = Field(90, ge=1, le=1_000_000, title=say("Batches"))
    batch_size: int = Field(2, ge=1, le=256, title=say("Sweeps at a time"))
    points: int = Field(
        16_000,
        ge=16,
        title=say("Most points of a sweep"),
        description=say("While it learns; drawn by seed."),
    )
    learning_rate: float = Field(0.004, gt=0, le=1, title=say("Learning speed"))
    width: float = Field(0.25, ge=0.125, le=4, multiple_of=0.125, title=say("Width"))
    voxel: float = Field(0.2, ge=0.01, le=5, title=say("Voxel in metres"))
    device: str = Field("cpu", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$", title=say("Device"))
    threads: int = Field(
        0, ge=0, le=1024, title=say("Threads"), description=say("0: all cores but one.")
    )


@dataclass(frozen=True)
class LaserLessons:
    """A drive, the rows of the frames a teacher learns from, and of those it is examined on."""

    drive: Drive
    train: Rows
    held_out: Rows

    def frames(self, rows: Rows) -> list[Frame]:
        """Those of some rows that tell what any of their points is."""
        every = self.drive.frames
        return [every[row] for row in rows if (every[row].of_points >= 0).any()]

    def fingerprint(self) -> str:
        """Changes with any point, label or class that is learnt from or examined on."""
        digest = hashlib.sha256(repr(self.drive.classes).encode())
        for rows in (self.train, self.held_out):
            digest.update(f"{len(rows)}".encode())
            for row in rows:
                for array in (self.drive.frames[row].points, self.drive.frames[row].of_points):
                    digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()


class Card(BaseModel):
    """miou: over the held-out frames' points; floor: what it must reach to teach; per_class: the overlap of each class
    that occurs there."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    teacher: str = "built-in laser teacher"
    version: int = VERSION
    settings: LaserTeacherSettings
    learnt_from: str
    made: bool
    classes: tuple[str, ...]
    frames: int
    held_out: int
    lessons_sha256: str
    steps: int
    seconds: float
    parameters: int
    miou: float
    floor: float
    per_class: dict[str, float]
    weights_sha256: str

    @property
    def accepted(self) -> bool:
        """Whether it may teach."""
        return self.miou >= self.floor

    def sentence(self) -> str:
        """What it is, for a note in a run's log."""
        return say(
            "The laser teacher was trained on {frames} views of “{learnt_from}” in {seconds:.0f} "
            "seconds; on {held_out} it has never seen, its points overlap with the truth by "
            "{miou:.0%} (mean IoU).",
            frames=self.frames,
            learnt_from=self.learnt_from,
            seconds=self.seconds,
            held_out=self.held_out,
            miou=self.miou,
        )

    def refusal(self) -> str:
        """Why it may not."""
        return say(
            "The built-in laser teacher, trained on {frames} views of “{learnt_from}”, overlaps with "
            "the truth by {miou:.0%} (mean IoU) on those it has never seen, and {floor:.0%} are "
            "needed. Nothing was started. Train one for longer with the recipe {called} and name its "
            "run, or learn without it.",
            frames=self.frames,
            learnt_from=self.learnt_from,
            miou=self.miou,
            floor=self.floor,
            called=registry.called("recipe", "laser"),
        )


def folder_of(settings: LaserTeacherSettings, lessons: LaserLessons) -> Path:
    """Where the teacher of these settings and lessons is or will be."""
    told = settings.model_dump_json(exclude={"threads", "device"})
    mark = hashlib.sha256(f"{VERSION} {told} {lessons.fingerprint()}".encode()).hexdigest()[:16]
    return cache_folder() / "laser_teachers" / f"{_NAME}-{mark}"


def write_card(folder: Path, card: Card) -> None:
    """Write card.json, the last thing a teacher gets; `accepted` stands in it for people to read."""
    document: dict[str, Any] = card.model_dump(mode="json") | {"accepted": card.accepted}
    write_text(folder / "card.json", json.dumps(document, indent=1))


def read_card(folder: Path) -> Card:
    """The card of a teacher whose weights are whole; RunError when there is none, or they are not those it tells of."""
    try:
        document = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        document.pop("accepted", None)
        card = Card.model_validate(document)
        whole = sha256(folder / WEIGHTS) == card.weights_sha256
    except (OSError, ValueError, AttributeError):
        whole = False
    if not whole:
        raise RunError(
            say(
                "“{folder}” holds no whole laser teacher. Nothing was changed. Start again: it is then "
                "trained anew.",
                folder=folder.name,
            )
        )
    return card
