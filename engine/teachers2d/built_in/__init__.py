"""The image teacher that needs no files: small, and trained on this computer on pictures of the built-in shapes."""

from collections.abc import Iterator
from pathlib import Path

import torch
from pydantic import Field
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from engine import registry
from engine.control import Control
from engine.errors import ConfigError, RunError
from engine.events import Event, Paused, Phase, Progress, Resumed
from engine.places import teachers_folder
from engine.teachers2d.built_in.card import Card, folder_of, read_card, trained
from engine.teachers2d.built_in.learning import built
from engine.teachers2d.built_in.net import EMBEDDING, PATCH, SIDE
from engine.teachers2d.built_in.settings import TeacherSettings
from engine.teachers2d.built_in.training import train_teacher
from engine.teachers2d.teacher import ImageTeacher, squared
from engine.words import say


@registry.register(
    "image_teacher",
    "built_in",
    title=say("Built-in image teacher"),
    about=say(
        "Small, with few words, and trained here on pictures of the built-in shapes. Nothing to get."
    ),
)
class BuiltIn(ImageTeacher):
    """Frozen, and accepted: its held-out captions are right."""

    class Settings(registry.Settings):
        """Which one."""

        folder: str = Field(
            "",
            title=say("Its folder"),
            description=say("Empty: the newest that was accepted on this computer."),
            json_schema_extra={"place": "folder"},
        )

    speaks = True

    @classmethod
    def pinned(cls, settings: Settings, identity: str) -> Settings:
        """The newest of then, by the name of its folder."""
        folder = settings.folder or str(teachers_folder() / identity)
        return cls.Settings(folder=folder)

    @classmethod
    def prepare(cls, settings: Settings, control: Control) -> Iterator[Event]:
        """Train the usual one where there is none on this computer yet: about ten minutes, told as one phase."""
        if settings.folder or _accepted() or _told(folder_of(TeacherSettings())):
            return
        for event in train_teacher(TeacherSettings(), control):
            if isinstance(event, Progress):
                detail, share = (
                    say("batch {step} of {steps}", step=event.step, steps=event.steps),
                    event.step / event.steps,
                )
                yield Phase(name=say("Training the image teacher"), detail=detail, fraction=share)
            elif isinstance(event, Phase | Paused | Resumed):
                yield event

    def __init__(self, settings: Settings) -> None:
        """Load it. ConfigError when there is none or it was not accepted, RunError when it is damaged."""
        super().__init__()
        self.folder, self.card = _chosen(settings.folder)
        self.identity, self.kinds = self.folder.name, self.card.kinds
        self.net, self.vocabulary = built(self.card.settings)
        try:
            self.net.load_state_dict(load_file(self.folder / "model.safetensors"))
        except (OSError, SafetensorError, RuntimeError) as error:
            raise RunError(
                say(
                    "The weights of “{folder}” do not fit: {error}. Nothing was changed. Train it again.",
                    folder=self.folder.name,
                    error=error,
                )
            ) from None
        self.width, self.embedding, self.grid = self.net.width, EMBEDDING, SIDE // PATCH
        self.silent()

    @torch.no_grad()
    def embed(self, images: Tensor) -> Tensor:
        """(B, 3, H, W) -> (B, 512)."""
        return self.net.embed(squared(images, SIDE))

    @torch.no_grad()
    def patches(self, images: Tensor) -> Tensor:
        """(B, 3, H, W) -> (B, 64, D)."""
        return torch.as_tensor(self.net.encoder(squared(images, SIDE)))

    @torch.no_grad()
    def prefix(self, images: Tensor) -> Tensor:
        """(B, 3, H, W) -> (B, 10, D)."""
        return self.net.prefix(squared(images, SIDE))

    def captions(self, prefix: Tensor, beams: int = 1) -> list[str]:
        """(B, 10, D) -> B sentences."""
        return [self.vocabulary.decode(row) for row in self.net.say(prefix, beams)]


def _chosen(folder: str) -> tuple[Path, Card]:
    if folder:
        path = Path(folder).expanduser()
        card = read_card(path)
        if not card.accepted:
            raise ConfigError(card.refusal())
        return path, card
    found = _accepted()
    if found is not None:
        return found
    cards = (_told(path) for path in trained())
    refused = next((one for one in cards if one is not None), None)
    raise ConfigError(
        refused.refusal()
        if refused
        else say(
            "There is no built-in image teacher yet. Nothing was started. Train one first: “pcd-engine "
            "image-teacher”."
        )
    )


def _accepted() -> tuple[Path, Card] | None:
    """The newest whole one that may teach."""
    for path in trained():
        card = _told(path)
        if card is not None and card.accepted:
            return path, card
    return None


def _told(path: Path) -> Card | None:
    """The card of a whole teacher, None where it is none."""
    try:
        return read_card(path)
    except RunError:
        return None
