"""The colours of a scene's points and of its boxes, in the theme now in use."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from engine.orbit import Floats
from engine.words import say
from workbench import theme
from workbench.models.box_matches import Bools
from workbench.models.cells import DOT, RING, SQUARE
from workbench.models.scenes import ERRORS, TRUE, SceneModel
from workbench.models.shown_boxes import EXTRA, FOUND, MISSED, ShownBoxes
from workbench.models.tints import UNTOLD, Tint
from workbench.models.wires import edges
from workbench.views.colours import rgb, token_color
from workbench.views.idea_picture import Dye
from workbench.views.line_layer import Stroke

WORDS = {FOUND: "", MISSED: say("missed "), EXTRA: say("extra ")}
MARKS = {FOUND: DOT, MISSED: RING, EXTRA: SQUARE}
INKS = {FOUND: "ink", MISSED: "bad", EXTRA: "warn"}
_PHOTO = 0.72  # of a photo's light, so that boxes stand out


def by_class(labels: NDArray[np.int16], tints: Sequence[Tint]) -> Floats:
    """(N, 3): each point in the tint of its class; -1 is not told."""
    table = [rgb(token_color(tint)) for tint in (*tints, UNTOLD)]
    return np.array(table, np.float32)[labels]


def by_error(truth: NDArray[np.int16], said: NDArray[np.int16]) -> Floats:
    """(N, 3): wrong ones stand out, right ones are grey, those not told are dark."""
    tokens = ("line2", "ctl", "bad")
    state = np.where(truth < 0, 0, np.where(truth == said, 1, 2))
    return np.array([rgb(theme.color(token)) for token in tokens], np.float32)[state]


def of_looks(model: SceneModel, looks: int) -> Floats | None:
    """(N, 3): the points as they are, as they are said to be, or where that differs; None: not told."""
    scene = model.scene
    if looks == ERRORS:
        both = scene.truth is not None and scene.said is not None
        return by_error(scene.truth, scene.said) if both else None  # type: ignore[arg-type]
    labels = scene.truth if looks == TRUE else scene.said
    return None if labels is None else by_class(labels, model.tints)


def photo(colours: NDArray[np.uint8]) -> Floats:
    """(N, 3): a scan's own colours, a little nearer to the backdrop."""
    ground = np.float32(0.0 if theme.is_dark() else 1.0)
    return np.asarray(ground + _PHOTO * (colours.astype(np.float32) / 255 - ground), np.float32)


def grey(count: int) -> Floats:
    """(count, 3)."""
    return Dye.now().plain(count)


def tint_of(model: SceneModel, boxes: ShownBoxes, place: int) -> Tint:
    """The kind's own, unless the box is an error and errors are looked at."""
    state = int(boxes.state[place])
    if model.looks == ERRORS and state != FOUND:
        return INKS[state]
    return model.tints[int(boxes.labels[place])]


def strokes_of(model: SceneModel, boxes: ShownBoxes) -> list[Stroke]:
    """Boxes that look alike together; the one that is chosen or pointed at last."""
    lit = np.isin(boxes.key, [key for key in (model.chosen, model.pointed) if key is not None])
    tints = [tint_of(model, boxes, place) for place in range(len(boxes))]
    names = {tint: number for number, tint in enumerate(dict.fromkeys(tints))}
    own = np.array([names[tint] for tint in tints], np.int64)
    dashed = (boxes.state == MISSED) & (model.looks == ERRORS)
    lines, colors = edges(boxes.boxes), list(names)
    strokes: list[Stroke] = []
    looks = np.stack((lit, own, dashed), axis=1)
    for look in np.unique(looks, axis=0) if len(looks) else ():
        is_lit, number, is_dashed = map(int, look)
        color = token_color(colors[number])
        color.setAlphaF(1.0 if is_lit or model.chosen is None else 0.55)
        alike = lines[(looks == look).all(axis=1)]
        strokes.append(_group(alike, color, bool(is_lit), bool(is_dashed)))
    return strokes


def _group(lines: Floats, color: QColor, lit: bool, dashed: bool) -> Stroke:
    if lit:
        color = color.lighter(125) if theme.is_dark() else color.darker(115)
    return Stroke(lines.reshape(-1, 2, 3), color, 3.4 if lit else 2.0, dashed)


def partner_strokes(boxes: NDArray[Any]) -> list[Stroke]:
    """The box on the other side of a chosen one: thin and plain."""
    return [Stroke(edges(boxes).reshape(-1, 2, 3), theme.color("ink"), 1.2, True)]


def all_of(kept: Bools | None, thin: Bools | None) -> Bools | None:
    """What both let through."""
    if kept is None or thin is None:
        return thin if kept is None else kept
    return kept & thin
