"""What a file tells of a scene, and the one place where it is judged: the bad is told, the rest is used."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.datasets.scenes.instances import of_instances
from engine.formats.bounded import Damage, plain
from engine.formats.shape import FARTHEST
from engine.scenes import NOT_TOLD, Scene
from engine.upright import inside
from engine.words import counted, say

MOST_POINTS = 10_000_000
MOST_BOXES = 10_000
UNKNOWN = -2  # a label that is none, where NOT_TOLD is one that nobody gave


@dataclass(frozen=True)
class Raw:
    """points (N, 3) in metres, z up; colours (N, 3) uint8, or None; semantic (N,) index of a class, or None;
    instance (N,), -1: of none, or None; boxes (K, 7) with labels (K,), or None: the instances have them.

    told: what the reader has to say already, each the end of a sentence that begins with the scene's name.
    """

    points: NDArray[np.floating]
    colours: NDArray[np.uint8] | None = None
    semantic: NDArray[np.integer] | None = None
    instance: NDArray[np.integer] | None = None
    boxes: NDArray[np.floating] | None = None
    labels: NDArray[np.integer] | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """What a point can be of, what a box can hold, and how many points a scene may have."""

    classes: tuple[str, ...]
    things: tuple[str, ...]
    most: int = MOST_POINTS

    @property
    def thing_of(self) -> dict[int, int]:
        """From a class to the thing of the same name."""
        return {self.classes.index(thing): row for row, thing in enumerate(self.things)}


def judged(
    raw: Raw, name: str, rules: Rules, rng: np.random.Generator
) -> tuple[Scene, tuple[str, ...]]:
    """The scene that can be used, and one sentence for each thing of it that cannot. Damage when nothing can."""
    _check_lengths(raw)
    good = (np.abs(raw.points) < FARTHEST).all(axis=1)
    if not good.any():
        raise Damage(say("it holds no usable points"))
    told = list(raw.told)
    if bad := np.count_nonzero(~good):
        told.append(say("{bad} points that are no numbers were left out", bad=bad))
    scene = Scene(
        name=name,
        points=raw.points[good].astype(np.float32),
        colours=None if raw.colours is None else raw.colours[good],
        semantic=_semantic(raw, len(rules.classes), good, told),
        instance=_instance(raw, good),
        boxes=np.empty((0, 7), np.float32),
        labels=np.empty(0, np.int16),
    )
    counted = raw.instance is not None and bool((scene.semantic >= 0).any())
    annotated = raw.boxes is not None or counted
    boxes, labels = _boxes(raw, scene, rules, told)
    scene = _thinned(
        replace(scene, boxes=boxes, labels=labels, annotated=annotated), rules.most, rng, told
    )
    return scene, tuple(f"“{plain(name, 80)}”: {what}." for what in told)


def whole(array: NDArray[Any]) -> NDArray[np.int64]:
    """Labels in whatever type a file has them; UNKNOWN for what is no whole number of a sensible size."""
    if array.dtype.kind not in "biuf":
        raise Damage(say("its labels are not numbers"))
    with np.errstate(invalid="ignore"):
        sound = (np.abs(array.astype(np.float64)) < 2**31) & (array == np.floor(array))
        return np.where(sound, array, UNKNOWN).astype(np.int64)


def bytes_of(colours: NDArray[Any]) -> NDArray[np.uint8]:
    """Colours (N, 3) in whatever type a file has them: numbers to 255, or floats to 1."""
    if colours.dtype == np.uint8:
        return colours
    values = np.nan_to_num(colours.astype(np.float64), posinf=0, neginf=0)
    if colours.dtype.kind == "f" and values.size and values.max() <= 1:
        values = values * 255
    return values.clip(0, 255).round().astype(np.uint8)


def _check_lengths(raw: Raw) -> None:
    """Damage unless every array has the shape that it is said to have."""
    if raw.points.ndim != 2 or raw.points.shape[1] != 3 or raw.points.dtype.kind != "f":
        raise Damage(say("its points are not three numbers each"))
    for what, array, row in (
        ("colours", raw.colours, (3,)),
        ("labels", raw.semantic, ()),
        ("instances", raw.instance, ()),
    ):
        if array is not None and array.shape != (len(raw.points), *row):
            raise Damage(
                say(
                    "its {what} are not one for each of its {points} points",
                    what=what,
                    points=len(raw.points),
                )
            )
    if raw.boxes is None or raw.labels is None:
        return
    if raw.boxes.shape != (len(raw.labels), 7):
        raise Damage(say("its boxes are not seven numbers and a label each"))
    if len(raw.boxes) > MOST_BOXES:
        raise Damage(say("it announces {boxes} boxes, more than is sensible", boxes=len(raw.boxes)))


def _semantic(
    raw: Raw, classes: int, good: NDArray[np.bool_], told: list[str]
) -> NDArray[np.int16]:
    if raw.semantic is None:
        return np.full(np.count_nonzero(good), NOT_TOLD, np.int16)
    labels = raw.semantic[good]
    unknown = (labels < NOT_TOLD) | (labels >= classes)
    if unknown.any():
        told.append(
            say(
                "the labels of {points} are not known and count as none",
                points=counted(int(unknown.sum()), "point"),
            )
        )
    return np.where(unknown, NOT_TOLD, labels).astype(np.int16)


def _instance(raw: Raw, good: NDArray[np.bool_]) -> NDArray[np.int32]:
    if raw.instance is None:
        return np.full(np.count_nonzero(good), NOT_TOLD, np.int32)
    return np.asarray(np.maximum(raw.instance[good], NOT_TOLD), np.int32)


def _boxes(
    raw: Raw, scene: Scene, rules: Rules, told: list[str]
) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """The boxes that make sense, and what they hold: those that are told, else those of the instances."""
    if raw.boxes is None or raw.labels is None:
        if len(np.unique(scene.instance)) > MOST_BOXES:
            raise Damage(say("it announces more instances than is sensible"))
        return of_instances(scene.points, scene.semantic, scene.instance, rules.thing_of)
    boxes, labels = raw.boxes.astype(np.float64), raw.labels
    sound = (np.abs(boxes) < FARTHEST).all(axis=1) & (boxes[:, 3:6] > 0).all(axis=1)
    known = (labels >= 0) & (labels < len(rules.things))
    full = sound & known
    full[full] = [inside(scene.points, box).any() for box in boxes[full]]
    for bad, why in (
        (~sound, say("without a size or sound numbers")),
        (sound & ~known, say("of things that are not known")),
        (sound & known & ~full, say("without a point in them")),
    ):
        if bad.any():
            told.append(
                say("{boxes} {why} left out", boxes=counted(int(bad.sum()), "box"), why=why)
            )
    return boxes[full].astype(np.float32), labels[full].astype(np.int16)


def _thinned(scene: Scene, most: int, rng: np.random.Generator, told: list[str]) -> Scene:
    if len(scene) <= most:
        return scene
    told.append(say("its {scene} points were thinned to {most}", scene=len(scene), most=most))
    rows = np.sort(rng.choice(len(scene), most, replace=False))
    return replace(
        scene,
        points=scene.points[rows],
        colours=None if scene.colours is None else scene.colours[rows],
        semantic=scene.semantic[rows],
        instance=scene.instance[rows],
    )
