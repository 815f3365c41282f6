"""Before a run: whether anchors fit the boxes, cells see enough of the picture, and every level is read; numpy."""

from collections.abc import Sequence

import numpy as np

from engine.anchor_fit import Wiring, best_overlaps, read_levels
from engine.checks import Check, State, listed, no_boxes
from engine.drives import Frame
from engine.metrics.seen import Floats, areas
from engine.words import say

REFUSED = 0.9  # below this share of boxes within reach of an anchor a run is refused
_NEARLY_ALL = 0.95
_RARE = 0.02
_REACH: dict[State, str] = {
    "fine": say("Nearly every box has an anchor to start from."),
    "know": say(
        "The others start from an anchor that fits badly; anchors chosen from the data may reach them."
    ),
    "mend": say("The others are learnt as background: choose anchors from the data."),
}


def anchors_reach(frames: Sequence[Frame], wiring: Wiring) -> Check:
    """Share of boxes whose best anchor overlaps by .5 at least; the sentence tells that of .7, too."""
    words = (say("Within reach"), say("anchor recall"))
    best = _fits(frames, wiring)
    if not len(best):
        return no_boxes(*words)
    half, close = (float((best.max(axis=1, initial=0) >= least).mean()) for least in (0.5, 0.7))
    state: State = "mend" if half < REFUSED else "fine" if half >= _NEARLY_ALL else "know"
    sentence = (
        say(
            "{half:.1%} of {best} boxes overlap with an anchor by a half or more, {close:.1%} by seven "
            "tenths. ",
            half=half,
            best=len(best),
            close=close,
        )
        + _REACH[state]
    )
    return Check(*words, 100 * half, "%", state, sentence, say("of the boxes"))


def sees_enough(frames: Sequence[Frame], wiring: Wiring) -> Check:
    """Share of boxes that fit into what a cell of their best anchor's level sees; anchors larger than that are red."""
    words = (say("Sees enough"), say("receptive field"))
    best, boxes = _fits(frames, wiring), _all_boxes(frames)
    if not len(best) or not wiring.levels:
        return no_boxes(*words)
    fields = np.array([level.field for level in wiring.levels])
    longest = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    within = float((longest <= fields[best.argmax(axis=1)]).mean())
    blind = [
        f"{np.sqrt(level.shapes.prod(axis=1)).min():.0f}"
        for level in wiring.levels
        if len(level.shapes) and np.sqrt(level.shapes.prod(axis=1)).min() > level.field
    ]
    state: State = "mend" if blind or within < 0.75 else "fine" if within >= 0.9 else "know"
    sides = listed(f"{field:.0f}" for field in fields)
    sentence = say(
        "One cell sees {sides} pixels, level by level; {within:.1%} of boxes fit into that.",
        sides=sides,
        within=within,
    )
    if blind:
        sentence += say(
            " Anchors of {listed} pixels are larger than what their cell sees.",
            listed=listed(blind),
        )
    return Check(*words, 100 * within, "%", state, sentence, say("of the boxes"))


def boxes_per_level(frames: Sequence[Frame], wiring: Wiring) -> Check:
    """From how many levels boxes are read; red where levels with anchors are never read."""
    words = (say("Levels in use"), say("level mapping"))
    boxes = _all_boxes(frames)
    if not len(boxes):
        return no_boxes(*words)
    counts = np.bincount(read_levels(boxes, wiring), minlength=wiring.pooled)
    shares = counts / counts.sum()
    unread = len(wiring.levels) - wiring.pooled
    state: State = "mend" if unread > 0 else "fine" if (shares >= _RARE).all() else "know"
    each = listed(f"{share:.1%}" for share in shares)
    sentence = say("Boxes read from each level, the finest first: {each}.", each=each)
    if unread > 0:
        sentence += say(
            " {unread} of {levels} levels have anchors and are never read for the answer.",
            unread=unread,
            levels=len(wiring.levels),
        )
    used = float((counts > 0).sum())
    return Check(
        *words,
        used,
        say("of {levels}", levels=len(wiring.levels)),
        state,
        sentence,
        say("read for boxes"),
    )


def _fits(frames: Sequence[Frame], wiring: Wiring) -> Floats:
    """(K, L) of all boxes that have a size."""
    boxes = _all_boxes(frames)
    return (
        best_overlaps(boxes, wiring.levels, frames[0].image.shape[:2])
        if len(boxes)
        else np.empty((0, 0))
    )


def _all_boxes(frames: Sequence[Frame]) -> Floats:
    boxes = np.concatenate([np.empty((0, 4)), *(frame.boxes.reshape(-1, 4) for frame in frames)])
    return boxes[areas(boxes) > 0]
