"""What the Scenes page shows: one scene, how sure a box must be, one box; no widget, no net."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from engine.metrics.boxes import THRESHOLDS
from engine.metrics.segmentation import Table
from engine.orbit import Floats
from engine.scene_answers import SceneAnswer, SceneAnswers
from engine.shading import local_light
from workbench.background import in_background
from workbench.models.box_matches import NOBODY, Counts, Matches, Rows
from workbench.models.dollhouse import Dollhouse
from workbench.models.judged import Judged, table_of
from workbench.models.shown_boxes import EXTRA, FOUND, MISSED, ShownBoxes
from workbench.models.tints import Tint, tints

TRUE, SAID, ERRORS = range(3)
CUTS = 100  # steps of the score
_CUT = 0.5  # where no score was chosen on what was held back


@dataclass(frozen=True)
class Look:
    """One scene made ready: its matches, each point's local light (N,), and which points hide a room (None: none)."""

    scene: int
    matches: Matches
    light: Floats
    house: Dollhouse | None


class SceneModel(QObject):
    """`replaced` by another run; `scene_changed` once a scene is ready; then what is asked and chosen of it changes."""

    replaced = Signal()
    scene_changed = Signal()
    cut_changed = Signal()  # how sure a box must be
    overlap_changed = Signal()  # by how much it must overlap
    looks_changed = Signal()  # true, said or errors
    chosen_changed = Signal()
    pointed_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.judged: Judged | None = None
        self.look: Look | None = None
        self.tints: tuple[Tint, ...] = ()
        self.looks = ERRORS
        self.cut, self.row = _CUT, 0
        self.chosen: int | None = None  # the key of a box
        self.pointed: int | None = None
        self._wanted = 0

    # --- what there is ---

    @property
    def ready(self) -> bool:
        """Whether a scene is on show."""
        return self.judged is not None and self.look is not None

    @property
    def all(self) -> SceneAnswers:
        """The answers on show; only while there are some."""
        assert self.judged is not None
        return self.judged.answers

    @property
    def matches(self) -> Matches:
        """Of the boxes of the scene on show."""
        assert self.look is not None
        return self.look.matches

    @property
    def place(self) -> int:
        """The number of the scene on show."""
        return 0 if self.look is None else self.look.scene

    @property
    def scene(self) -> SceneAnswer:
        """The scene on show."""
        return self.all.scenes[self.place]

    @property
    def finds_boxes(self) -> bool:
        """Whether the run was to find boxes."""
        return self.judged is not None and self.all.task == "detect"

    @property
    def names_points(self) -> bool:
        """Whether the run says of each point what it is."""
        return self.judged is not None and self.all.task != "detect"

    @property
    def names(self) -> Sequence[str]:
        """What boxes hold, or what points are: whatever this run tells apart."""
        return self.all.things if self.finds_boxes else self.all.classes

    @property
    def least_overlap(self) -> float:
        """By how much a box must overlap a true one to find it (IoU)."""
        return THRESHOLDS[self.row]

    # --- choosing ---

    def show(self, judged: Judged) -> None:
        """Another run, from its first scene, at the score its test has chosen on what was held back."""
        self.judged, self.look, self.chosen, self.pointed = judged, None, None, None
        self.looks, self.row = ERRORS if self.finds_boxes else SAID, 0
        self.cut = _CUT if self.all.cut is None else self.all.cut
        self.tints = tints(self.names, self._there()) if self.all.task != "parts" else ()
        self.replaced.emit()
        self.show_scene(0)

    def show_scene(self, number: int) -> None:
        """Make another scene ready in the background, then show it."""
        judged = self.judged
        if judged is not None and 0 <= number < len(judged.answers):
            self._wanted = number
            in_background(self, partial(_look_at, judged, number), partial(self._take, judged))

    def step(self, by: int) -> None:
        """The next scene, or the one before; from the last to the first."""
        if self.judged is not None:
            self.show_scene((self._wanted + by) % len(self.all))

    def set_cut(self, cut: float) -> None:
        """How sure a box must be."""
        if cut != self.cut:
            self.cut = cut
            self.cut_changed.emit()

    def set_overlap(self, row: int) -> None:
        """By how much a box must overlap: the row of THRESHOLDS."""
        if row != self.row:
            self.row = row
            self.overlap_changed.emit()

    def set_looks(self, looks: int) -> None:
        """Show what is TRUE, what is SAID, or ERRORS."""
        if looks != self.looks:
            self.looks = looks
            self.looks_changed.emit()
            if self.chosen is not None and self.chosen not in self.shown().key:
                self.choose(None)

    def choose(self, key: int | None) -> None:
        """Select a box everywhere, or none."""
        if key != self.chosen:
            self.chosen = key
            self.chosen_changed.emit()

    def point(self, key: int | None) -> None:
        """The mouse is on a box, or on none."""
        if key != self.pointed:
            self.pointed = key
            self.pointed_changed.emit()

    def _take(self, judged: Judged, look: Look) -> None:
        if judged is self.judged and look.scene == self._wanted:
            self.look, self.chosen, self.pointed = look, None, None
            if self.all.task == "parts":
                self.tints = tints(self.names, self._here())
            self.scene_changed.emit()

    # --- boxes ---

    def counts(self) -> Counts:
        """Of the scene on show."""
        return self.matches.counts(self.cut, self.row)

    def shown(self) -> ShownBoxes:
        """The boxes there are to see: of what is said only what is sure enough."""
        if not self.finds_boxes or self.look is None:
            return ShownBoxes.none()
        if self.looks == TRUE:
            return self._true()
        said = self._said()
        missed = self._true()
        return said.and_(missed.only(missed.state == MISSED)) if self.looks == ERRORS else said

    def _said(self) -> ShownBoxes:
        scene, matches = self.scene, self.matches
        rows = np.flatnonzero(_sound(scene.said_boxes) & matches.said(self.cut))
        state = np.where(matches.hit[self.row], FOUND, EXTRA)
        return ShownBoxes(
            rows,
            scene.said_boxes[rows],
            scene.said_labels[rows].astype(np.int64),
            scene.scores[rows].astype(np.float64),
            matches.overlap[rows],
            state[rows].astype(np.int64),
        )

    def _true(self) -> ShownBoxes:
        scene, matches = self.scene, self.matches
        rows = np.flatnonzero(_sound(scene.boxes))
        found = matches.found(self.cut, self.row)
        overlap = np.zeros(len(scene.boxes))
        near = matches.said(self.cut) & (matches.best != NOBODY)
        np.maximum.at(overlap, matches.best[near], matches.overlap[near])
        return ShownBoxes(
            -1 - rows,
            scene.boxes[rows],
            scene.labels[rows].astype(np.int64),
            np.full(len(rows), np.nan),
            overlap[rows],
            np.where(found, FOUND, MISSED)[rows].astype(np.int64),
        )

    def box_of(self, key: int) -> NDArray[np.float32]:
        """(7,): a box by its key."""
        rows, row = (self.scene.said_boxes, key) if key >= 0 else (self.scene.boxes, -1 - key)
        return np.asarray(rows[row])

    def partner_of(self, key: int) -> int | None:
        """The key of the true box a said one finds, or of the said one that finds a true one."""
        matches = self.matches
        if key >= 0:
            return -1 - int(matches.best[key]) if matches.hit[self.row, key] else None
        finder = int(matches.finder[self.row, -1 - key])
        return finder if finder >= 0 and matches.said(self.cut)[finder] else None

    def found_by_kind(self) -> tuple[Rows, Rows]:
        """(C,) and (C,): how many true boxes of each kind are found here, and how many there are."""
        labels = self.scene.labels.astype(np.int64)
        found = self.matches.found(self.cut, self.row)
        count = len(self.all.things)
        return np.bincount(labels[found], minlength=count), np.bincount(labels, minlength=count)

    # --- points ---

    def table(self) -> Table:
        """Points of the scene on show by (true, said)."""
        return table_of(self.scene, len(self.all.classes))

    def _there(self) -> NDArray[np.int64]:
        """(C,): how many true boxes, or points, of each class the run was tested on."""
        own = [self._counted(scene) for scene in self.all.scenes]
        return np.sum(own, axis=0) if own else np.zeros(len(self.names), np.int64)

    def _here(self) -> NDArray[np.int64]:
        """(C,): points of each class here, true or said."""
        scene = self.scene
        own = [part[part >= 0] for part in (scene.truth, scene.said) if part is not None]
        together = np.concatenate(own or [np.zeros(0, np.int16)]).astype(np.int64)
        return np.bincount(together, minlength=len(self.names))

    def _counted(self, scene: SceneAnswer) -> NDArray[np.int64]:
        labels = scene.labels if self.finds_boxes else scene.truth
        own = np.zeros(0, np.int64) if labels is None else labels[labels >= 0].astype(np.int64)
        return np.bincount(own, minlength=len(self.names))


def _sound(boxes: NDArray[np.float32]) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(boxes).all(axis=1))


def _look_at(judged: Judged, number: int) -> Look:
    points = judged.answers.scenes[number].points
    light = local_light(points) if len(points) else np.zeros(0, np.float32)
    room = judged.answers.task in ("detect", "segment") and len(points) > 0
    return Look(number, judged.matches[number], light, Dollhouse.of(points) if room else None)
