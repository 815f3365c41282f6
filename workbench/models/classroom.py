"""What the Classroom page shows: one frame, one teacher, how sure a box must be, how much the picture is shaken; no
widget, no net."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from engine.classroom_answers import ClassroomAnswers, ClassroomFrame, MapShown, Said
from engine.metrics.pictures import DepthFigures
from engine.orbit import Floats
from engine.projection import project
from engine.shading import local_light
from engine.words import say
from workbench.background import in_background
from workbench.models.box_matches import NOBODY, Counts
from workbench.models.picture_matches import PictureMatches, balanced
from workbench.models.rival_curve import RivalCurve, total_of
from workbench.models.tints import Tint, tints

TRUE, SAID, BOTH = range(3)
CUTS = 100  # steps of the score


@dataclass(frozen=True)
class Classroom:
    """A run's answers, and the score at which too many and too few boxes balance."""

    answers: ClassroomAnswers
    cut: float

    @classmethod
    def of(cls, answers: ClassroomAnswers) -> "Classroom":
        """Judge them; takes a moment."""
        own = [PictureMatches.of(frame.said, frame) for frame in answers.frames]
        return cls(answers, balanced(own))


@dataclass(frozen=True)
class Look:
    """One frame made ready. matches: by grey levels, 0 for the picture as it is; light (N,): each point's; away (N,):
    its metres along the camera's axis; pixels (M, 2) and their metres (M,): the points within the picture."""

    frame: int
    matches: dict[float, PictureMatches]
    light: Floats
    away: Floats
    pixels: Floats
    metres: Floats

    @property
    def reach(self) -> float:
        """Metres at the far end of the colours of distance."""
        far = float(np.percentile(self.metres, 98)) if len(self.metres) else 0.0
        return max(10.0, 5.0 * ceil(far / 5))


class ClassroomModel(QObject):
    """`replaced` by another run; `frame_changed` once a frame is ready; then what is asked and chosen of it changes."""

    replaced = Signal()
    frame_changed = Signal()
    cut_changed = Signal()  # how sure a box must be
    looks_changed = Signal()  # true, said or both
    teacher_changed = Signal()
    shaken_changed = Signal()  # another epsilon
    chosen_changed = Signal()
    cursor_moved = Signal()
    rivals_changed = Signal()  # others to compare with, or another of them

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run = Path()
        self.classroom: Classroom | None = None
        self.look: Look | None = None
        self.tints: tuple[Tint, ...] = ()
        self.looks, self.cut = BOTH, 0.5
        self.teacher = ""
        self.epsilon = 0.0  # grey levels of 255, one of `steps`
        self.chosen: int | None = None  # row of a said box, or -1 - row of a true one
        self.cursor = 0.5, 0.5  # shares of the picture's width and height
        self.rivals: Sequence[RivalCurve] = ()
        self.rival: RivalCurve | None = None
        self._wanted = 0

    # --- what there is ---

    @property
    def ready(self) -> bool:
        """Whether a frame is on show."""
        return self.classroom is not None and self.look is not None

    @property
    def all(self) -> ClassroomAnswers:
        """The answers on show; only while there are some."""
        assert self.classroom is not None
        return self.classroom.answers

    @property
    def place(self) -> int:
        """The number of the frame on show."""
        return 0 if self.look is None else self.look.frame

    @property
    def frame(self) -> ClassroomFrame:
        """The frame on show."""
        return self.all.frames[self.place]

    @property
    def steps(self) -> tuple[float, ...]:
        """How much the picture can be shaken, in grey levels, from 0 up: what was drawn or measured of this run."""
        drawn = {one.epsilon for frame in self.all.frames for one in frame.shaken}
        return tuple(sorted({0.0, *drawn, *self.all.robustness.epsilons}))

    @property
    def drawn(self) -> float:
        """Of the pictures that are kept of this frame the one shaken by the nearest to what was asked for."""
        return min((0.0, *(one.epsilon for one in self.frame.shaken)), key=self._apart)

    @property
    def image(self) -> NDArray[np.uint8]:
        """(H, W, 3): the picture, shaken as far as was asked for."""
        own = [one.image for one in self.frame.shaken if one.epsilon == self.drawn]
        return own[0] if own and self.drawn else self.frame.image

    @property
    def said(self) -> Said:
        """What the student says of that picture."""
        own = [one.said for one in self.frame.shaken if one.epsilon == self.drawn]
        return own[0] if own and self.drawn else self.frame.said

    @property
    def matches(self) -> PictureMatches:
        """Of what is said of that picture with what is there."""
        assert self.look is not None
        return self.look.matches[self.drawn]

    @property
    def map(self) -> MapShown | None:
        """What the chosen teacher says of this frame, None where it says nothing."""
        return self.frame.maps.get(self.teacher)

    @property
    def curve(self) -> RivalCurve:
        """AP50 of this run against epsilon."""
        return total_of(
            self.run, say("this run"), self.all.teachers, self.all.robustness, self.all.figures
        )

    def counts(self) -> Counts:
        """Boxes found, missed and too many."""
        return self.matches.counts(self.cut)

    def depth(self) -> DepthFigures:
        """How far off the distances of found boxes are, in this frame at this score."""
        return self.matches.depth(self.cut)

    def partner_of(self, key: int) -> int | None:
        """The key of the true box a said one finds, or of the said one that finds a true one."""
        matches = self.matches
        other = int(matches.partner[key] if key >= 0 else matches.finder[-1 - key])
        if other == NOBODY:
            return None
        return -1 - other if key >= 0 else other if matches.sure(self.cut)[other] else None

    @property
    def lit(self) -> tuple[int, ...]:
        """The keys of the chosen box and of its partner."""
        if self.chosen is None or not self.ready:
            return ()
        partner = self.partner_of(self.chosen)
        return (self.chosen,) if partner is None else (self.chosen, partner)

    def shown(self) -> list[int]:
        """The keys of the boxes on show: said ones, the surest first, then true ones."""
        said = np.flatnonzero(
            self.matches.sure(self.cut) & np.isfinite(self.said.boxes).all(axis=1)
        )
        true = -1 - np.flatnonzero(np.isfinite(self.frame.boxes).all(axis=1))
        return [
            *(said.tolist() if self.looks != TRUE else ()),
            *(true.tolist() if self.looks != SAID else ()),
        ]

    def box_of(self, key: int) -> tuple[NDArray[np.float32], int, float]:
        """A box (4,), its label, and its metres."""
        own = self.said if key >= 0 else self.frame
        row = key if key >= 0 else -1 - key
        return own.boxes[row], int(own.labels[row]), float(own.depths[row])

    # --- choosing ---

    def show(self, run: Path, classroom: Classroom) -> None:
        """Another run, from its first frame."""
        self.run, self.classroom, self.look, self.chosen = run, classroom, None, None
        self.cut, self.looks, self.epsilon = classroom.cut, BOTH, 0.0
        answers = classroom.answers
        self.rivals, self.rival = (), None
        self.teacher = answers.teachers[0] if answers.teachers else ""
        counts = np.zeros(len(answers.things), np.int64)
        for frame in answers.frames:
            np.add.at(counts, frame.labels, 1)
        self.tints = tints(answers.things, counts)
        self.replaced.emit()
        self.show_frame(0)

    def show_frame(self, number: int) -> None:
        """Make another frame ready in the background, then show it."""
        classroom = self.classroom
        if classroom is not None and 0 <= number < len(classroom.answers):
            self._wanted = number
            look = partial(_look_at, classroom.answers, number)
            in_background(self, look, partial(self._take, classroom))

    def step(self, by: int) -> None:
        """The next frame, or the one before; from the last to the first."""
        if self.classroom is not None:
            self.show_frame((self._wanted + by) % len(self.all))

    def set_cut(self, cut: float) -> None:
        """How sure a box must be."""
        if cut != self.cut:
            self.cut = cut
            self.cut_changed.emit()

    def set_looks(self, looks: int) -> None:
        """Show what is TRUE, what is SAID, or BOTH."""
        if looks != self.looks:
            self.looks = looks
            self.looks_changed.emit()

    def set_teacher(self, teacher: str) -> None:
        """Whose map is shown."""
        if teacher != self.teacher:
            self.teacher = teacher
            self.teacher_changed.emit()

    def shake(self, epsilon: float) -> None:
        """Shake the picture by the nearest there is to so many grey levels."""
        nearest = min(self.steps, key=lambda own: abs(own - epsilon)) if self.classroom else 0.0
        if nearest != self.epsilon:
            before, self.epsilon = (self.drawn if self.ready else 0.0), nearest
            if self.ready and self.drawn != before and self.chosen is not None and self.chosen >= 0:
                self.choose(None)  # that row is another box now
            self.shaken_changed.emit()

    def choose(self, key: int | None) -> None:
        """Select a box everywhere, or none."""
        if key != self.chosen:
            self.chosen = key
            self.chosen_changed.emit()

    def move_cursor(self, across: float, down: float) -> None:
        """Point at one place of all four pictures, as shares of width and height."""
        place = min(1.0, max(0.0, across)), min(1.0, max(0.0, down))
        if place != self.cursor:
            self.cursor = place
            self.cursor_moved.emit()

    def offer(self, rivals: Sequence[RivalCurve]) -> None:
        """Other runs of the same data; the newest that had no teacher is compared with."""
        self.rivals = rivals
        self.rival = next(
            (one for one in rivals if not one.teachers), rivals[0] if rivals else None
        )
        self.rivals_changed.emit()

    def compare_with(self, place: int) -> None:
        """Another of them."""
        if 0 <= place < len(self.rivals) and self.rivals[place] is not self.rival:
            self.rival = self.rivals[place]
            self.rivals_changed.emit()

    def _take(self, classroom: Classroom, look: Look) -> None:
        if classroom is self.classroom and look.frame == self._wanted:
            self.look, self.chosen = look, None
            self.frame_changed.emit()

    def _apart(self, epsilon: float) -> float:
        return abs(epsilon - self.epsilon)


def _look_at(answers: ClassroomAnswers, number: int) -> Look:
    frame = answers.frames[number]
    matches = {one.epsilon: PictureMatches.of(one.said, frame) for one in frame.shaken}
    matches[0.0] = PictureMatches.of(frame.said, frame)
    points = frame.points
    light = local_light(points[:, :3]) if len(points) else np.zeros(0, np.float32)
    pixels, away, ahead = project(points, frame.calibration)
    high, wide = frame.image.shape[:2]
    inside = ahead & (pixels >= 0).all(axis=1) & (pixels < (wide, high)).all(axis=1)
    far_first = np.flatnonzero(inside)[np.argsort(-away[inside], kind="stable")]
    return Look(number, matches, light, away, pixels[far_first], away[far_first])
