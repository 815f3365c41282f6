"""Before a run: whether distances are told, laser and camera agree, and every kind of thing is there; numpy."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.checks import Check, State, no_boxes
from engine.drives import Drive, Frame
from engine.laser_on_picture import off_boxes, pixels_hit, points_in_boxes

_MOST_FRAMES = 200
_ENOUGH_POINTS = 10  # the published rule takes a distance from more points than these
_RARE = 0.02


def files_read(problems: Sequence[str], made: bool) -> Check:
    """What the reader left out or could not use, each in a sentence; nothing of data that are made here."""
    words = ("Files read", "missing or damaged files")
    if not problems:
        what = "They are made here, without files." if made else "Every file was there and whole."
        return Check(*words, 0.0, "left out", "fine", what)
    sentence = "\n".join(problems)
    return Check(*words, float(len(problems)), "to know", "know", sentence, "left out or mended")


def depth_labels(depths: Sequence[NDArray[np.floating]]) -> Check:
    """Share of boxes with a valid distance; amber below 90 %, for what is not valid is not learnt from."""
    words = ("Depth labels valid", "valid depth share")
    told = np.concatenate([np.empty(0), *depths])
    if not len(told):
        return no_boxes(*words)
    valid = np.isfinite(told)
    share, thin = float(valid.mean()), int((~valid).sum())
    sentence = (
        f"{share:.1%} of {len(told)} boxes have a distance to learn. The other {thin} are left out of that part of the "
        "lesson, never taken for 0."
        if thin
        else f"All {len(told)} boxes have a distance to learn."
    )
    return Check(
        *words,
        100 * share,
        "%",
        "fine" if share >= 0.9 else "know",
        sentence,
        f"{thin} without" if thin else "",
    )


def laser_on_picture(frames: Sequence[Frame]) -> Check:
    """How far the laser's points of a thing fall from its box: of each thing the 95th percentile, of those the median.
    Red above 3 % of the picture's width, amber above 1 %."""
    words = ("Laser on picture", "calibration overlay")
    off = np.concatenate([np.empty(0), *(off_boxes(frame) for frame in _some(frames))])
    if not len(off):
        sentence = "No laser point is told to be of a thing with a box, so the calibration could not be checked."
        return Check(*words, None, "px", "know", sentence, "not measured")
    middle, width = float(np.median(off)), frames[0].image.shape[1]
    state: State = (
        "fine" if middle <= 0.01 * width else "know" if middle <= 0.03 * width else "mend"
    )
    sentence = (
        f"Projected onto the picture, the points of {len(off)} things reach {middle:.1f} pixels beyond their boxes. "
        + (
            "Laser and camera agree."
            if state == "fine"
            else "Look at the calibration: every teaching map is shifted by as much."
        )
    )
    return Check(*words, middle, "px", state, sentence, "off")


def laser_covers(frames: Sequence[Frame], needed: bool = False) -> Check:
    """Share of pixels with a return. Red where a laser teacher is wanted and there is none; amber where under half of
    the boxes hold more than ten points."""
    words = ("Laser covers", "LiDAR coverage")
    seen = _some(frames)
    pixels = sum(frame.image.shape[0] * frame.image.shape[1] for frame in seen)
    share = sum(pixels_hit(frame) for frame in seen) / max(1, pixels)
    if not share:
        sentence = "No laser point falls onto any picture" + (
            ": the laser teacher has nothing to say."
            if needed
            else "; learn without a laser teacher."
        )
        return Check(*words, 0.0, "%", "mend" if needed else "know", sentence, "of the pixels")
    points = np.concatenate([np.empty(0), *(points_in_boxes(frame) for frame in seen)])
    any_, many = (
        float((points > least).mean()) if len(points) else 0.0 for least in (0, _ENOUGH_POINTS)
    )
    sentence = (
        f"{share:.1%} of the pixels have a laser point; {any_:.1%} of the boxes hold at least one, "
        f"{many:.1%} more than {_ENOUGH_POINTS}."
    )
    return Check(
        *words, 100 * share, "%", "fine" if many >= 0.5 else "know", sentence, "of the pixels"
    )


def rarest_thing(drive: Drive, frames: Sequence[Frame]) -> Check:
    """Share of the boxes that the rarest thing has; amber below 2 %."""
    words = ("Rarest kind", "class balance")
    labels = np.concatenate(
        [np.empty(0, np.int64), *(frame.labels.astype(np.int64) for frame in frames)]
    )
    if not len(labels):
        return no_boxes(*words)
    counts = np.bincount(labels, minlength=len(drive.things))
    rarest = int(counts.argmin())
    share, thing = float(counts[rarest] / len(labels)), drive.things[rarest]
    sentence = f"The fewest boxes, {counts[rarest]} of {len(labels)}, are of {thing}."
    if share < _RARE:
        sentence += " Its figures will say little, and it may not be learnt at all."
    return Check(*words, 100 * share, "%", "know" if share < _RARE else "fine", sentence, thing)


def _some(frames: Sequence[Frame]) -> list[Frame]:
    """At most 200, evenly from first to last."""
    rows = np.linspace(0, len(frames) - 1, min(len(frames), _MOST_FRAMES)).round().astype(int)
    return [frames[row] for row in rows]
