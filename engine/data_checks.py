"""Before a run: whether distances are told, laser and camera agree, and every kind of thing is there; numpy."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.checks import Check, State, no_boxes
from engine.drives import Drive, Frame
from engine.laser_on_picture import off_boxes, pixels_hit, points_in_boxes
from engine.words import say

_MOST_FRAMES = 200
_ENOUGH_POINTS = 10  # the published rule takes a distance from more points than these
_RARE = 0.02


def files_read(problems: Sequence[str], made: bool) -> Check:
    """What the reader left out or could not use, each in a sentence; nothing of data that are made here."""
    words = (say("Files read"), say("missing or damaged files"))
    if not problems:
        what = (
            say("They are made here, without files.")
            if made
            else say("Every file was there and whole.")
        )
        return Check(*words, 0.0, say("left out"), "fine", what)
    sentence = "\n".join(problems)
    return Check(
        *words, float(len(problems)), say("to know"), "know", sentence, say("left out or mended")
    )


def depth_labels(depths: Sequence[NDArray[np.floating]]) -> Check:
    """Share of boxes with a valid distance; amber below 90 %, for what is not valid is not learnt from."""
    words = (say("Depth labels valid"), say("valid depth share"))
    told = np.concatenate([np.empty(0), *depths])
    if not len(told):
        return no_boxes(*words)
    valid = np.isfinite(told)
    share, thin = float(valid.mean()), int((~valid).sum())
    sentence = (
        say(
            "{share:.1%} of {told} boxes have a distance to learn. The other {thin} are left out of that "
            "part of the lesson, never taken for 0.",
            share=share,
            told=len(told),
            thin=thin,
        )
        if thin
        else say("All {told} boxes have a distance to learn.", told=len(told))
    )
    return Check(
        *words,
        100 * share,
        "%",
        "fine" if share >= 0.9 else "know",
        sentence,
        say("{thin} without", thin=thin) if thin else "",
    )


def laser_on_picture(frames: Sequence[Frame]) -> Check:
    """How far the laser's points of a thing fall from its box: of each thing the 95th percentile, of those the median.
    Red above 3 % of the picture's width, amber above 1 %."""
    words = (say("Laser on picture"), say("calibration overlay"))
    off = np.concatenate([np.empty(0), *(off_boxes(frame) for frame in _some(frames))])
    if not len(off):
        sentence = say(
            "No laser point is told to be of a thing with a box, so the calibration could not be checked."
        )
        return Check(*words, None, "px", "know", sentence, say("not measured"))
    middle, width = float(np.median(off)), frames[0].image.shape[1]
    state: State = (
        "fine" if middle <= 0.01 * width else "know" if middle <= 0.03 * width else "mend"
    )
    sentence = say(
        "Projected onto the picture, the points of {off} things reach {middle:.1f} pixels beyond "
        "their boxes. ",
        off=len(off),
        middle=middle,
    ) + (
        say("Laser and camera agree.")
        if state == "fine"
        else say("Look at the calibration: every teaching map is shifted by as much.")
    )
    return Check(*words, middle, "px", state, sentence, say("off"))


def laser_covers(frames: Sequence[Frame], needed: bool = False) -> Check:
    """Share of pixels with a return. Red where a laser teacher is wanted and there is none; amber where under half of
    the boxes hold more than ten points."""
    words = (say("Laser covers"), say("LiDAR coverage"))
    seen = _some(frames)
    pixels = sum(frame.image.shape[0] * frame.image.shape[1] for frame in seen)
    share = sum(pixels_hit(frame) for frame in seen) / max(1, pixels)
    if not share:
        sentence = (
            say("No laser point falls onto any picture: the laser teacher has nothing to say.")
            if needed
            else say("No laser point falls onto any picture; learn without a laser teacher.")
        )
        return Check(*words, 0.0, "%", "mend" if needed else "know", sentence, say("of the pixels"))
    points = np.concatenate([np.empty(0), *(points_in_boxes(frame) for frame in seen)])
    any_, many = (
        float((points > least).mean()) if len(points) else 0.0 for least in (0, _ENOUGH_POINTS)
    )
    sentence = say(
        "{share:.1%} of the pixels have a laser point; {any:.1%} of the boxes hold at least one, "
        "{many:.1%} more than {enough_points}.",
        share=share,
        any=any_,
        many=many,
        enough_points=_ENOUGH_POINTS,
    )
    return Check(
        *words, 100 * share, "%", "fine" if many >= 0.5 else "know", sentence, say("of the pixels")
    )


def rarest_thing(drive: Drive, frames: Sequence[Frame]) -> Check:
    """Share of the boxes that the rarest thing has; amber below 2 %."""
    words = (say("Rarest kind"), say("class balance"))
    labels = np.concatenate(
        [np.empty(0, np.int64), *(frame.labels.astype(np.int64) for frame in frames)]
    )
    if not len(labels):
        return no_boxes(*words)
    counts = np.bincount(labels, minlength=len(drive.things))
    rarest = int(counts.argmin())
    share, thing = float(counts[rarest] / len(labels)), drive.things[rarest]
    sentence = say(
        "The fewest boxes, {counts} of {labels}, are of {thing}.",
        counts=counts[rarest],
        labels=len(labels),
        thing=thing,
    )
    if share < _RARE:
        sentence += say(" Its figures will say little, and it may not be learnt at all.")
    return Check(*words, 100 * share, "%", "know" if share < _RARE else "fine", sentence, thing)


def _some(frames: Sequence[Frame]) -> list[Frame]:
    """At most 200, evenly from first to last."""
    rows = np.linspace(0, len(frames) - 1, min(len(frames), _MOST_FRAMES)).round().astype(int)
    return [frames[row] for row in rows]
