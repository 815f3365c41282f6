"""Batches of pictures with their boxes and their teachers' maps: drawn from (seed, step), whatever came before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from engine import registry
from engine.drives import Frame
from engine.nets.classroom import Fed, PictureTruth
from engine.scene_batches import Drawn, Where
from engine.split import Rows
from engine.teaching_maps import FeatureMap, Kept
from engine.words import say


class ViewSettings(registry.Settings):
    """Random changes to every training picture, afresh each time it is shown."""

    flip: bool = Field(
        True,
        title=say("Mirrored"),
        description=say("Every second picture, left for right."),
        json_schema_extra={"term": "flip"},
    )
    brightness: float = Field(
        0.2,
        ge=0,
        lt=1,
        title=say("Brightness"),
        description=say("Darker or brighter by at most this share."),
    )
    contrast: float = Field(
        0.2,
        ge=0,
        lt=1,
        title=say("Contrast"),
        description=say("Less or more by at most this share."),
    )
    noise: float = Field(
        0.02,
        ge=0,
        le=1,
        title=say("Noise"),
        description=say("At most, of the range from black to white."),
    )


@dataclass(frozen=True)
class DriveBatch:
    """images (B, 3, H, W) float32 of 0..1; truths of each; maps: teacher -> values (B, C, H, W), 0 where not valid, and
    valid (B, H, W); rows (B,) in the training set. Nothing in it can be named right or wrong one by one."""

    images: Tensor
    truths: list[PictureTruth]
    maps: Mapping[str, Fed]
    rows: Tensor
    epoch: float
    known: int = 0


@dataclass(frozen=True)
class View:
    """One picture as it is shown: image (3, H, W); maps: teacher -> values (C, H, W), valid (H, W)."""

    image: Tensor
    truth: PictureTruth
    maps: Mapping[str, tuple[Tensor, Tensor]]

    def mirrored(self) -> "View":
        """Left for right."""
        maps = {
            name: (values.flip(2), valid.flip(1)) for name, (values, valid) in self.maps.items()
        }
        return View(self.image.flip(2), self.truth.flipped(self.image.shape[2]), maps)


class Views(Drawn):
    """Frames with the depth of each box in metres (NaN where not valid), and each teacher's map of every frame."""

    def __init__(
        self,
        frames: Sequence[Frame],
        depths: Sequence[NDArray[Any]],
        maps: Mapping[str, Sequence[FeatureMap | Kept]],
        settings: ViewSettings,
        where: Where,
    ) -> None:
        super().__init__(len(frames), where)
        self.frames, self.depths, self.maps, self.settings = frames, depths, maps, settings

    def batch(self, rows: Rows, draws: Sequence[Generator], epoch: float) -> DriveBatch:
        """As the class says."""
        views = [
            changed(self.view(row), self.settings, rng)
            for row, rng in zip(rows, draws, strict=True)
        ]
        return self._together(views, rows, epoch)

    def plain(self, rows: Rows) -> DriveBatch:
        """These frames as they are."""
        return self._together([self.view(row) for row in rows], rows, 0.0)

    def some(self, rows: Rows) -> "Views":
        """Of these frames only."""
        return Views(
            [self.frames[row] for row in rows],
            [self.depths[row] for row in rows],
            {name: [maps[row] for row in rows] for name, maps in self.maps.items()},
            self.settings,
            (self.experiment, self.device),
        )

    def view(self, row: int) -> View:
        """One frame as it is."""
        told = {name: own[row] for name, own in self.maps.items()}
        return view_of(self.frames[row], self.depths[row], told)

    def _together(self, views: Sequence[View], rows: Rows, epoch: float) -> DriveBatch:
        maps = {name: self._fed([view.maps[name] for view in views]) for name in self.maps}
        images = torch.stack([view.image for view in views]).to(self.device)
        truths = [view.truth.to(self.device) for view in views]
        return DriveBatch(
            images, truths, maps, torch.from_numpy(np.asarray(rows)).to(self.device), epoch
        )

    def _fed(self, maps: Sequence[tuple[Tensor, Tensor]]) -> Fed:
        values, valid = (
            torch.stack(list(each)).to(self.device) for each in zip(*maps, strict=True)
        )
        return Fed(values, valid)


def view_of(frame: Frame, depths: NDArray[Any], maps: Mapping[str, FeatureMap | Kept]) -> View:
    """A frame as it is; maps are 0 where not valid."""
    image = torch.from_numpy(np.ascontiguousarray(frame.image.transpose(2, 0, 1))).float() / 255
    truth = PictureTruth(
        torch.from_numpy(frame.boxes.reshape(-1, 4).astype(np.float32)),
        torch.from_numpy(frame.labels.astype(np.int64)),
        torch.from_numpy(np.asarray(depths, np.float32)),
        torch.from_numpy(frame.ignored.reshape(-1, 4).astype(np.float32)),
    )
    told = {
        name: (
            torch.from_numpy(np.where(own.valid, own.features, 0).astype(np.float32)),
            torch.from_numpy(np.asarray(own.valid, np.bool_)),
        )
        for name, own in maps.items()
    }
    return View(image, truth, told)


def changed(view: View, settings: ViewSettings, rng: Generator) -> View:
    """Mirrored or not, darker or brighter, with less or more contrast, noisy: colours only, but for the mirror."""
    own = settings
    flip, bright, contrast, loud = rng.random(4)
    if own.flip and flip < 0.5:
        view = view.mirrored()
    image, middle = view.image, view.image.mean()
    image = (image - middle) * (1 + own.contrast * (2 * contrast - 1)) + middle
    image = image * (1 + own.brightness * (2 * bright - 1))
    if own.noise:
        rough = torch.from_numpy(rng.standard_normal(image.shape, np.float32))
        image = image + own.noise * loud * rough
    return View(image.clamp(0, 1), view.truth, view.maps)
