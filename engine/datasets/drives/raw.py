"""What a file tells of one moment of a drive, and the one place where it is judged: bad is told, the rest is used."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.datasets.drives.kinds import Kinds
from engine.datasets.drives.points import Seen, seen_points
from engine.datasets.drives.settings import DriveSettings
from engine.drives import NOT_TOLD, Frame
from engine.formats.bounded import Damage, plain
from engine.projection import NEAREST, Calibration, project
from engine.words import say

MOST_THINGS = 2_000  # in one picture
_LARGEST, _FARTHEST = 200.0, 10_000.0  # metres of a thing, and of where it is

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Marked:
    """Things, in whatever size a picture has in its file. kinds: K of the source's words; boxes (K, 4) in pixels, NaN:
    not in the picture; solids (K, 7), NaN: not told; depths (K,) metres, where something tells them beside the solids;
    passed (K,): too hidden, cut or far by the settings, so that neither finding nor missing them counts."""

    kinds: tuple[str, ...]
    boxes: Floats
    solids: Floats
    depths: Floats | None = None
    passed: NDArray[np.bool_] | None = None


NOTHING = Marked((), np.empty((0, 4)), np.empty((0, 7)))


@dataclass(frozen=True)
class Raw:
    """image (H, W, 3) uint8; points (N, 4), intensity 0..1; calibration for this image; marked None: nobody marked it;
    ignored (J, 4); of_points (N,), index of a class, or None: the solids tell; unmarked (N,): points where nobody
    looked for things, or None; areas and owners (H, W), the latter into `marked`, or None.

    told: what the reader has to say already, each the end of a sentence that begins with the frame's name.
    """

    image: NDArray[np.uint8]
    points: Floats
    calibration: Calibration
    marked: Marked | None = NOTHING
    ignored: Floats = field(default_factory=lambda: np.empty((0, 4)))
    of_points: NDArray[np.integer] | None = None
    unmarked: NDArray[np.bool_] | None = None
    areas: NDArray[np.integer] | None = None
    owners: NDArray[np.integer] | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """What a point can be of and what a box can hold, the settings, and whether things are marked all around the laser
    or only where the camera looks. background: the class of points that no solid holds, None where labels tell it."""

    classes: tuple[str, ...]
    kinds: Kinds
    wanted: DriveSettings
    around: bool
    background: int | None


def judged(
    raw: Raw, name: str, rules: Rules, rng: np.random.Generator
) -> tuple[Frame, tuple[str, ...]]:
    """The frame that can be used, and one sentence for each thing of it that cannot. Damage when nothing can."""
    _check(raw)
    told = list(raw.told)
    wanted, (height, width) = rules.wanted, raw.image.shape[:2]
    across, down = wanted.width / width, wanted.height / height
    calibration = raw.calibration.resized(across, down)
    marked = raw.marked or NOTHING
    solids = _sound_solids(marked.solids, told)
    scale = np.array([across, down, across, down])
    boxes, good = _clipped(marked.boxes * scale, wanted, told)
    labels = np.array([rules.kinds.row(kind) for kind in marked.kinds], np.int64)
    passed = np.zeros(len(labels), bool) if marked.passed is None else marked.passed
    kept = good & (labels >= 0) & ~passed
    others = boxes[good & ~kept]
    unmarked, _ = _clipped(raw.ignored * scale, wanted, [])
    ignored = unmarked[np.isfinite(unmarked).all(axis=1)]
    if raw.marked is None:
        ignored = np.array([[0, 0, wanted.width, wanted.height]], np.float64)
    row_of = np.append(np.where(kept, np.cumsum(kept) - 1, NOT_TOLD), NOT_TOLD)
    seen = Seen(raw.points, raw.of_points, raw.unmarked, solids, labels, row_of[:-1], ignored)
    points, of_points, owner = seen_points(seen, calibration, rules, rng, told)
    frame = Frame(
        name=name,
        image=_resized(raw.image, wanted),
        points=points,
        of_points=of_points,
        owner=owner,
        calibration=calibration,
        boxes=boxes[kept].astype(np.float32),
        labels=labels[kept].astype(np.int16),
        solids=solids[kept].astype(np.float32),
        depths=_depths(marked, solids, calibration)[kept].astype(np.float32),
        ignored=np.concatenate([ignored, others]).astype(np.float32),
        areas=_areas(raw.areas, wanted, len(rules.classes)),
        owners=_owners(raw.owners, wanted, row_of),
    )
    return frame, tuple(f"“{plain(name, 80)}”: {what}." for what in told)


def _check(raw: Raw) -> None:
    """Damage unless every array has the shape that it is said to have."""
    if raw.image.ndim != 3 or raw.image.shape[2] != 3 or raw.image.dtype != np.uint8:
        raise Damage(say("its picture is not one of colours"))
    if raw.points.ndim != 2 or raw.points.shape[1] != 4:
        raise Damage(say("its points are not four numbers each"))
    marked = raw.marked or NOTHING
    count = len(marked.kinds)
    if count > MOST_THINGS:
        raise Damage(say("it announces {count} things, more than is sensible", count=count))
    if marked.boxes.shape != (count, 4) or marked.solids.shape != (count, 7):
        raise Damage(say("its boxes are not one for each thing"))
    if raw.of_points is not None and raw.of_points.shape != (len(raw.points),):
        raise Damage(say("its labels are not one for each point"))
    if raw.unmarked is not None and raw.unmarked.shape != (len(raw.points),):
        raise Damage(say("its marks are not one for each point"))
    for area in (raw.areas, raw.owners):
        if area is not None and area.shape != raw.image.shape[:2]:
            raise Damage(say("its outlines are not of the picture’s size"))


def _sound_solids(solids: Floats, told: list[str]) -> NDArray[np.float64]:
    """The solids, NaN for those whose size or place cannot be."""
    result = np.array(solids, np.float64)
    sizes = result[:, 3:6]
    said = ~np.isnan(result).all(axis=1)
    with np.errstate(invalid="ignore"):
        good = (np.abs(result[:, :3]) < _FARTHEST).all(axis=1) & np.isfinite(result[:, 6])
        good &= ((sizes > 0) & (sizes < _LARGEST)).all(axis=1)
    if lies := int(np.count_nonzero(said & ~good)):
        told.append(
            say("1 thing of a size or place that cannot be has no solid")
            if lies == 1
            else say("{lies:,} things of a size or place that cannot be have no solid", lies=lies)
        )
    result[~good] = np.nan
    return result


def _clipped(
    boxes: Floats, wanted: DriveSettings, told: list[str]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Boxes in the picture's new pixels within the picture, NaN where none is left, and which are left."""
    result = np.array(boxes, np.float64)
    said = ~np.isnan(result).all(axis=1)
    edges = np.array([wanted.width, wanted.height, wanted.width, wanted.height])
    with np.errstate(invalid="ignore"):
        number = np.isfinite(result).all(axis=1)
        sound = number & (result[:, 2] > result[:, 0]) & (result[:, 3] > result[:, 1])
        result = result.clip(0, edges)
        large = ((result[:, 2:] - result[:, :2]) >= 1).all(axis=1)
    if lies := int(np.count_nonzero(said & ~sound)):
        told.append(
            say("1 box that is none was left out")
            if lies == 1
            else say("{lies:,} boxes that are none were left out", lies=lies)
        )
    if small := int(np.count_nonzero(sound & ~large)):
        told.append(
            say("1 box outside the picture or smaller than one pixel of it was left out")
            if small == 1
            else say(
                "{small:,} boxes outside the picture or smaller than one pixel of it were left out",
                small=small,
            )
        )
    good = sound & large
    result[~good] = np.nan
    return result, good


def _depths(
    marked: Marked, solids: NDArray[np.float64], calibration: Calibration
) -> NDArray[np.float64]:
    """Metres along the camera's axis to the solid's centre, else what was told; NaN where neither is before it."""
    depths = project(solids[:, :3], calibration)[1]
    if marked.depths is not None:
        depths = np.where(np.isfinite(depths), depths, marked.depths)
    with np.errstate(invalid="ignore"):
        return np.where((depths >= NEAREST) & (depths < _FARTHEST), depths, np.nan)


def _resized(image: NDArray[np.uint8], wanted: DriveSettings) -> NDArray[np.uint8]:
    size = wanted.width, wanted.height
    if image.shape[1::-1] == size:
        return np.ascontiguousarray(image)
    smaller = Image.fromarray(image).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(smaller, np.uint8)


def _areas(
    areas: NDArray[np.integer] | None, wanted: DriveSettings, classes: int
) -> NDArray[np.int16] | None:
    if areas is None:
        return None
    small = _nearest(areas, wanted)
    return np.where((small >= 0) & (small < classes), small, NOT_TOLD).astype(np.int16)


def _owners(
    owners: NDArray[np.integer] | None, wanted: DriveSettings, row_of: NDArray[np.integer]
) -> NDArray[np.int16] | None:
    """Owners among the things that are kept; row_of has one -1 more at its end, for those of none."""
    if owners is None:
        return None
    small = _nearest(owners, wanted)
    inside = (small >= 0) & (small < len(row_of) - 1)
    return row_of[np.where(inside, small, len(row_of) - 1)].astype(np.int16)


def _nearest(picture: NDArray[np.integer], wanted: DriveSettings) -> NDArray[np.integer]:
    """The value at the middle of each new pixel."""
    rows, columns = (
        ((np.arange(new) + 0.5) * old / new).astype(np.int64)
        for new, old in zip((wanted.height, wanted.width), picture.shape, strict=True)
    )
    return picture[np.ix_(rows, columns)]
