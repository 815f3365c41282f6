"""What is known about a built-in teacher: what it learnt from, for how long, and how often it is right."""

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from engine.atomic import write_text
from engine.errors import RunError
from engine.places import teachers_folder
from engine.teachers2d.built_in.settings import VERSION, TeacherSettings
from engine.words import say

GATE = 0.9
_NAME = "built_in"


class Card(BaseModel):
    """Held-out pictures show shapes that were never trained on; accuracy: share of captions with the right word."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    teacher: str = "built-in image teacher"
    version: int = VERSION
    settings: TeacherSettings
    kinds: tuple[str, ...]
    pictures: int
    pictures_sha256: str
    held_out: int
    held_out_sha256: str
    steps: int
    seconds: float
    parameters: int
    accuracy: dict[str, float]
    weights_sha256: str

    @property
    def accepted(self) -> bool:
        """Whether it may teach: it tells the kind right in at least nine of ten held-out pictures."""
        return self.accuracy["kind"] >= GATE

    def refusal(self) -> str:
        """Why it may not."""
        return say(
            "The built-in image teacher tells the kind right in {kind:.0%} of pictures it has never "
            "seen, and {gate:.0%} are needed. Nothing was started. Train it with more batches or "
            "fewer kinds.",
            kind=self.accuracy["kind"],
            gate=GATE,
        )


def folder_of(settings: TeacherSettings) -> Path:
    """Where the teacher of these settings is or will be."""
    return teachers_folder() / f"{_NAME}-{settings.fingerprint()}"


def trained() -> list[Path]:
    """The folders of all trained teachers, the newest first."""
    cards = list(teachers_folder().glob(f"{_NAME}-*/card.json"))
    return [
        path.parent for path in sorted(cards, key=lambda path: path.stat().st_mtime, reverse=True)
    ]


def write_card(folder: Path, card: Card) -> None:
    """Write card.json, the last thing a teacher gets; `accepted` stands in it for people to read."""
    document: dict[str, Any] = card.model_dump(mode="json") | {"accepted": card.accepted}
    write_text(folder / "card.json", json.dumps(document, indent=1))


def read_card(folder: Path) -> Card:
    """The card of a teacher whose weights are whole; RunError when there is none, or they are not those it tells of."""
    try:
        document = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        if not isinstance(document, dict):
            raise ValueError(say("no card"))
        card = Card.model_validate({key: document[key] for key in document if key != "accepted"})
        whole = sha256(folder / "model.safetensors") == card.weights_sha256
    except (OSError, ValueError):
        whole = False
    if not whole:
        raise RunError(
            say(
                "“{folder}” holds no whole image teacher. Nothing was changed. Train it again, or choose "
                "another.",
                folder=folder.name,
            )
        )
    return card


def sha256(path: Path) -> str:
    """Of a whole file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
