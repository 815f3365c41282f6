"""The pictures a built-in teacher learns from: shapes seen from many sides, painted and worded afresh each time."""

import hashlib
from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.control import Control
from engine.datasets.pairs.scenes import scenes
from engine.datasets.pairs.words import COLOURS, SIZES, TEMPLATES, VIEWS, Slots, caption
from engine.device import seeded
from engine.events import Event, Phase
from engine.teachers2d.built_in.net import LONGEST, SIDE
from engine.teachers2d.built_in.settings import TeacherSettings
from engine.teachers2d.built_in.vocabulary import PAD, Vocabulary
from engine.words import say

_CPU = torch.device("cpu")
_PAINT, _ORDER = 31, 32
_REACH = 3  # a picture is moved by at most so many pixels
_DARKEST = 0.8  # background
_GREY = "grey"


@dataclass(frozen=True)
class Album:
    """light (S, 64, 64) uint8, 0 beside the shape; slots (S, 3) int64: kind, size, view."""

    light: NDArray[np.uint8]
    slots: NDArray[np.int64]

    def fingerprint(self) -> str:
        """Changes with any pixel or word."""
        return hashlib.sha256(self.light.tobytes() + self.slots.tobytes()).hexdigest()[:16]


@dataclass(frozen=True)
class Lesson:
    """images (B, 3, 64, 64) 0..1; words (B, L); slots (B, 4): kind, colour (-1: untold), size, view."""

    images: Tensor
    words: Tensor
    slots: Tensor

    def to(self, device: torch.device) -> "Lesson":
        """The same elsewhere."""
        return Lesson(self.images.to(device), self.words.to(device), self.slots.to(device))


def album(
    settings: TeacherSettings, held_out: bool, control: Control
) -> Generator[Event, None, Album]:
    """The grey pictures of training or held-out shapes. Raises Stopped when asked to stop."""
    count = settings.held_out if held_out else settings.per_kind
    first = settings.per_kind if held_out else 0
    kinds, light, slots = settings.shown, [], []
    for number, kind in enumerate(kinds):
        yield from control.gate()
        what = say("to look at later") if held_out else say("to learn from")
        yield Phase(
            name=say("Taking pictures"), detail=f"{kind}, {what}", fraction=number / len(kinds)
        )
        for index in range(first, first + count):
            for scene in scenes(kind, settings.seed, index, settings.views, SIDE):
                light.append(scene.light)
                told = scene.slots
                slots.append((number, list(SIZES).index(told.size), list(VIEWS).index(told.view)))
    return Album(np.stack(light), np.array(slots))


class Lessons:
    """Batches drawn from (seed, step): which pictures, their paint, their mirror image, their place, their sentence."""

    def __init__(self, pictures: Album, settings: TeacherSettings, vocabulary: Vocabulary) -> None:
        self.settings, self.vocabulary = settings, vocabulary
        self.light = torch.from_numpy(pictures.light).float() / 255
        self.slots = torch.from_numpy(pictures.slots)
        self.paints = torch.tensor(list(COLOURS.values()))
        self.steps = max(1, len(self.light) // settings.batch_size)
        self._order: tuple[int, Tensor] = (-1, torch.empty(0))

    def at(self, step: int) -> Lesson:
        """The lesson of a step: the same for the same settings and step, whatever came before."""
        epoch, index = divmod(step, self.steps)
        if self._order[0] != epoch:
            generator = seeded(_CPU, self.settings.seed, _ORDER, epoch)
            self._order = (epoch, torch.randperm(len(self.light), generator=generator))
        size = self.settings.batch_size
        rows = self._order[1][index * size : (index + 1) * size]
        generator = seeded(_CPU, self.settings.seed, _PAINT, step)
        return self._lesson(rows, _moved(self.light[rows], generator), generator)

    def plain(self, rows: Tensor) -> Lesson:
        """Pictures as they were taken, painted by their row: to be looked at, not learnt from."""
        generator = seeded(_CPU, self.settings.seed, _PAINT, 2**30 + int(rows[0]))
        return self._lesson(rows, self.light[rows], generator)

    def _lesson(self, rows: Tensor, light: Tensor, generator: torch.Generator) -> Lesson:
        count = len(rows)
        colours = torch.randint(len(self.paints), (count,), generator=generator)
        if not self.settings.colours:
            colours[:] = list(COLOURS).index(_GREY)
        ground = _DARKEST + (1 - _DARKEST) * torch.rand(count, 1, 1, 1, generator=generator)
        templates = torch.randint(len(TEMPLATES), (count,), generator=generator)
        light = light[:, None]
        images = torch.where(light > 0, light * self.paints[colours][:, :, None, None], ground)
        told = colours if self.settings.colours else torch.full_like(colours, -1)
        kind, size, view = self.slots[rows].unbind(1)
        slots = torch.stack([kind, told, size, view], dim=1)
        return Lesson(images, self._words(slots, templates), slots)

    def _words(self, slots: Tensor, templates: Tensor) -> Tensor:
        rows = torch.full((len(slots), LONGEST), PAD)
        for row, (numbers, template) in enumerate(
            zip(slots.tolist(), templates.tolist(), strict=True)
        ):
            said = self.vocabulary.encode(caption(slots_of(numbers, self.settings.shown), template))
            rows[row, : len(said)] = torch.tensor(said)
        return rows


def slots_of(numbers: list[int], kinds: tuple[str, ...]) -> Slots:
    """Words for the numbers of kind, colour (-1: untold), size and view."""
    kind, colour, size, view = numbers
    paint = list(COLOURS)[colour] if colour >= 0 else ""
    return Slots(kinds[kind], paint, list(SIZES)[size], list(VIEWS)[view])


def _moved(light: Tensor, generator: torch.Generator) -> Tensor:
    """(B, 64, 64): mirrored or not, and moved by some pixels; no word of a caption changes by it."""
    mirrored = torch.rand(len(light), 1, 1, generator=generator) < 0.5
    light = torch.where(mirrored, light.flip(2), light)
    down, right = torch.randint(-_REACH, _REACH + 1, (2, len(light)), generator=generator)
    line = torch.arange(SIDE) + _REACH
    padded = torch.nn.functional.pad(light, (_REACH,) * 4)
    rows, columns = line - down[:, None], line - right[:, None]
    each = torch.arange(len(light))[:, None, None]
    return padded[each, rows[:, :, None], columns[:, None, :]]
