"""What frozen features know: linear probes for what every pixel shows, how far it is, and what the scene is like.

Each probe is fitted on some frames and asked about others, beside the line of whoever knows nothing of the picture: the
commonest class, or the mean. Several nets, and groups of their channels, answer the same questions on the same pixels.
numpy and scipy.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.drives import NOT_TOLD, Drive, Frame
from engine.errors import DataError
from engine.linear import logistic, ridge
from engine.metrics.segmentation import confusion, figures
from engine.projection import depth_to_unit, in_picture, unit_to_depth
from engine.words import say

Floats = NDArray[np.float64]
Features = Callable[[int], NDArray[np.floating]]
Slices = Mapping[str, slice]
EVERYTHING = "all"


@dataclass(frozen=True)
class Questions:
    """Of B frames. areas: B times (H, W), index of one of `classes`, -1 not told; depths: B times (H, W) metres, not
    finite where not told; scenes: by name (B,), not finite where not told; held_out (B,): who is asked, and not
    learnt from."""

    areas: Sequence[NDArray[np.integer]]
    depths: Sequence[NDArray[np.floating]]
    scenes: Mapping[str, Floats]
    held_out: NDArray[np.bool_]
    classes: int
    pixels: int = 300
    seed: int = 0
    depth_max: float = 70.0

    def __post_init__(self) -> None:
        if not self.held_out.any() or self.held_out.all():
            raise DataError(say("A probe needs frames to learn from and others to be asked about."))


@dataclass(frozen=True)
class Answer:
    """value: the figure on held-out frames; line: the same figure of the commonest class or of the mean; samples: how
    many pixels or frames were asked about."""

    value: float
    line: float
    samples: int


Answers = dict[str, Answer]


def questions_of(
    drive: Drive, held_out: NDArray[np.bool_], more: Mapping[str, Floats] | None = None
) -> Questions:
    """All that a drive can be asked: classes and distances of pixels, the number of each thing and of all, and how
    bright a picture is; more: further numbers of the frames, such as the time of day."""
    frames = drive.frames
    counts = [np.bincount(frame.labels, minlength=len(drive.things)) for frame in frames]
    table = np.array(counts, np.float64).reshape(len(frames), -1)
    scenes = {f"number of {thing}": table[:, place] for place, thing in enumerate(drive.things)}
    scenes["number of all"] = table.sum(axis=1)
    scenes["brightness"] = np.array([frame.image.mean() / 255 for frame in frames])
    return Questions(
        [_areas(frame) for frame in frames],
        [_depths(frame) for frame in frames],
        scenes | dict(more or {}),
        np.asarray(held_out, bool),
        len(drive.classes),
    )


def compare(
    providers: Mapping[str, Features],
    questions: Questions,
    groups: Mapping[str, Slices] | None = None,
) -> dict[str, dict[str, Answers]]:
    """Net by net, “all” its channels and each of its groups. A provider gives the features (C, h, w) of a frame by its
    number; groups: by provider, which channels are of each."""
    told = groups or {}
    return {
        name: _of_groups(_gathered(features, questions), questions, told.get(name, {}))
        for name, features in providers.items()
    }


def probe(features: Features, questions: Questions) -> Answers:
    """Of one net: mean_iou and accuracy of pixels, depth_r2 and depth_error (median of |found - true| / true), and of
    each number of a scene “r2 of ...” and “error of ...” (mean |found - true|). What nobody tells is left out."""
    return compare({"": features}, questions)[""][EVERYTHING]


@dataclass
class _Rows:
    """Features (N, C) with what is to be said of each, and which are held out."""

    features: list[Floats] = field(default_factory=list)
    targets: list[Floats] = field(default_factory=list)
    held_out: list[NDArray[np.bool_]] = field(default_factory=list)

    def add(self, features: Floats, targets: Floats, held_out: bool) -> None:
        self.features.append(features)
        self.targets.append(targets)
        self.held_out.append(np.full(len(targets), held_out))

    def parted(self, channels: slice) -> tuple[Floats, Floats, Floats, Floats] | None:
        """Features and targets to learn from, then those asked about; None where either is missing."""
        features, targets = np.concatenate(self.features), np.concatenate(self.targets)
        held_out = np.concatenate(self.held_out)
        told = np.isfinite(targets) & np.isfinite(features).all(axis=1)
        learnt, asked = told & ~held_out, told & held_out
        if learnt.sum() < 2 or not asked.any():
            return None
        own = features[:, channels]
        return own[learnt], targets[learnt], own[asked], targets[asked]


Gathered = dict[str, _Rows]


def _gathered(features: Features, questions: Questions) -> Gathered:
    """Frame by frame only the pixels asked about are kept, and the mean of all for questions about the scene."""
    rows: Gathered = {name: _Rows() for name in ("areas", "depths", *questions.scenes)}
    for number, held_out in enumerate(questions.held_out.tolist()):
        maps = np.asarray(features(number), np.float64)
        areas = _at_cells(questions.areas[number], maps)
        depths = _at_cells(questions.depths[number], maps)
        areas[areas == NOT_TOLD], depths[depths <= 0] = np.nan, np.nan
        for name, told in (("areas", areas), ("depths", depths)):
            chosen = _chosen(told, questions, number)
            rows[name].add(maps.reshape(len(maps), -1).T[chosen], told[chosen], held_out)
        pooled = maps.mean(axis=(1, 2))[None]
        for name, numbers in questions.scenes.items():
            rows[name].add(pooled, np.asarray(numbers[number : number + 1], np.float64), held_out)
    return rows


def _of_groups(rows: Gathered, questions: Questions, groups: Slices) -> dict[str, Answers]:
    whole = {EVERYTHING: slice(None)} | dict(groups)
    return {group: _answers(rows, questions, channels) for group, channels in whole.items()}


def _answers(rows: Gathered, questions: Questions, channels: slice) -> Answers:
    found: Answers = {}
    if parts := rows["areas"].parted(channels):
        found |= _named(*parts, questions.classes)
    if parts := rows["depths"].parted(channels):
        found |= _measured(*parts, questions.depth_max)
    for name in questions.scenes:
        if parts := rows[name].parted(channels):
            found |= _counted(name, *parts)
    return found


def _named(learnt: Floats, labels: Floats, asked: Floats, true: Floats, classes: int) -> Answers:
    known, wanted = labels.astype(np.int64), true.astype(np.int64)
    said = logistic(learnt, known, classes)(asked).argmax(axis=1)
    usual = np.full(len(wanted), np.bincount(known).argmax())
    own, line = (figures(confusion(answer, wanted, classes)) for answer in (said, usual))
    return {
        "mean_iou": Answer(own.mean_iou, line.mean_iou, len(wanted)),
        "accuracy": Answer(own.accuracy, line.accuracy, len(wanted)),
    }


def _measured(
    learnt: Floats, depths: Floats, asked: Floats, true: Floats, furthest: float
) -> Answers:
    """Learnt as the student learns distances, between 0 and 1."""
    known, wanted = depth_to_unit(depths, furthest), depth_to_unit(true, furthest)
    said, usual = ridge(learnt, known)(asked)[:, 0], np.full(len(true), known.mean())
    off, line = (
        float(np.median(np.abs(unit_to_depth(answer, furthest) - true) / true))
        for answer in (said, usual)
    )
    return {
        "depth_r2": Answer(_explained(said, wanted, float(known.mean())), 0.0, len(true)),
        "depth_error": Answer(off, line, len(true)),
    }


def _counted(name: str, learnt: Floats, numbers: Floats, asked: Floats, true: Floats) -> Answers:
    said, usual = ridge(learnt, numbers)(asked)[:, 0], float(numbers.mean())
    off, line = (
        float(np.abs(answer - true).mean()) for answer in (said, np.full(len(true), usual))
    )
    return {
        f"r2 of {name}": Answer(_explained(said, true, usual), 0.0, len(true)),
        f"error of {name}": Answer(off, line, len(true)),
    }


def _explained(said: Floats, true: Floats, usual: float) -> float:
    """R² against always saying the mean of what was learnt from; NaN where nothing differs from it."""
    spread = float(np.square(true - usual).sum())
    return 1 - float(np.square(said - true).sum()) / spread if spread > 0 else float("nan")


def _at_cells(values: NDArray[Any], maps: Floats) -> Floats:
    """(H, W) at the middles of the h x w cells of maps (C, h, w) -> (h · w,)."""
    rows, columns = (
        ((np.arange(cells) + 0.5) * pixels / cells).astype(np.int64)
        for cells, pixels in zip(maps.shape[1:], values.shape, strict=True)
    )
    return np.asarray(values[rows[:, None], columns].ravel(), np.float64)


def _chosen(told: Floats, questions: Questions, number: int) -> NDArray[np.int64]:
    """Some of the cells that are told, the same for every net whose maps are of one size."""
    there = np.flatnonzero(np.isfinite(told))
    drawn = np.random.default_rng([questions.seed, number]).permutation(len(there))
    return np.sort(there[drawn[: questions.pixels]])


def _areas(frame: Frame) -> NDArray[np.int16]:
    return (
        np.full(frame.image.shape[:2], NOT_TOLD, np.int16) if frame.areas is None else frame.areas
    )


def _depths(frame: Frame) -> NDArray[np.float32]:
    """The true map, else where the laser hit: the nearest of the points that fall on one pixel."""
    if frame.depth_map is not None:
        return frame.depth_map
    height, width = frame.image.shape[:2]
    pixels, depth, inside = in_picture(frame.points, frame.calibration, (height, width))
    columns, rows = np.floor(pixels[inside]).astype(np.int64).T
    nearest = np.full((height, width), np.inf, np.float32)
    np.minimum.at(nearest, (rows, columns), depth[inside].astype(np.float32))
    return nearest
