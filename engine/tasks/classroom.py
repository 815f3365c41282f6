"""A camera student in class: its frames, its teachers' voices, how it is checked, and its examination."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
import torch

from engine.array_teacher import voice_of_folder
from engine.camera_batches import Views
from engine.checks import Check
from engine.classroom_answers import NAME, read_classroom_answers, write_classroom_answers
from engine.classroom_exam import Exam, shown_rows
from engine.control import Control
from engine.datasets.drives import prepare_drive
from engine.depth_labels import depth_labels
from engine.doctors import examine
from engine.drive_split import split_drive
from engine.drives import Drive, Frame
from engine.errors import ConfigError, DataError, RunError
from engine.events import Event, Figure
from engine.experiment import Experiment
from engine.laser_card import LaserLessons
from engine.laser_teacher import BUILT_IN, LATEST, prepare_laser_teacher
from engine.metrics.measured import measured
from engine.outline_teacher import outlines_of
from engine.pair_batches import evenly
from engine.recipes.classroom import ORACLE
from engine.recipes.classroom import Classroom as ClassroomRecipe
from engine.recipes.recipe import Recipe
from engine.registry import called
from engine.sight import Lines, look, pace_of
from engine.split import Rows
from engine.state import Position
from engine.store import Run
from engine.tasks.steps import opened
from engine.tasks.task import Gate, Task
from engine.voices import MARK, Voice, laser_voice, outline_voice
from engine.wiring import wiring_of
from engine.words import say

_ANOTHER = say(
    "A teacher of this run is not what it was when the run began, so going on would mix two. The run "
    "was not changed. Put the teacher’s files back, or start a new run."
)
_CHECKED = 24  # frames held back that are looked at after every epoch


class Classroom(Task):
    """The best model is the one with the best average precision at half overlap."""

    def __init__(self, experiment: Experiment, drive: Drive) -> None:
        self.experiment, self.drive = experiment, drive
        if not any(len(frame.boxes) for frame in drive.frames):
            raise DataError(
                say(
                    "“{drive}” tells no boxes, so there is nothing to find. Nothing was started. Choose "
                    "another drive, or the recipe {called}.",
                    drive=drive.title,
                    called=called("recipe", "laser"),
                )
            )
        parts = split_drive(drive, experiment)
        self.known, self.notes = drive.things, parts.notes
        self.train, self.validation, self.tests = parts.train, parts.validation, parts.test
        self.labels = torch.zeros(len(parts.train), dtype=torch.int64)
        self.voices: dict[str, Voice] = {}
        self.checks: tuple[Check, ...] = ()

    @classmethod
    def open(cls, experiment: Experiment, control: Control) -> Generator[Event, None, Self]:
        """Prepare and read the frames."""
        return cls(experiment, (yield from opened(experiment.data, prepare_drive, control)))

    @staticmethod
    def tested(run: Run) -> bool:
        """Whether what it says about frames is there and whole."""
        try:
            return len(read_classroom_answers(run.path)) > 0
        except RunError:
            return False

    def batches(
        self, recipe: Recipe, device: torch.device, control: Control
    ) -> Generator[Event, None, Views]:
        """The training frames with what the teachers say of them; the student is told of both."""
        own, frames = cast(ClassroomRecipe, recipe), self._of(self.train)
        yield from self._call_teachers(own, frames, control)
        depths = [self._depths(frame, own) for frame in frames]
        boxes = np.concatenate([frame.boxes.reshape(-1, 4) for frame in frames])
        told = {name: voice.statistics for name, voice in self.voices.items()}
        own.meet(boxes, self._size, told)
        maps = {name: voice.learnt for name, voice in self.voices.items()}
        learnt = Drive(tuple(frames), self.drive.things, self.drive.classes, self.drive.title)
        moved = {name: statistics.deviation for name, statistics in told.items()}
        self.checks = examine(learnt, wiring_of(own.student), moved, depths, "laser" in moved)
        doubts = [check.sentence for check in self.checks if check.state != "fine"]
        self.notes = [*self.notes, *doubts]
        return Views(frames, depths, maps, own.settings, (self.experiment, device))

    def check(
        self, recipe: Recipe, position: Position, gate: Gate
    ) -> Generator[Event, None, tuple[dict[str, float], float]]:
        """Boxes, depths and imitation on some frames held back."""
        own = cast(ClassroomRecipe, recipe)
        rows = self._with_boxes(self.validation)
        rows = rows[evenly(len(rows), _CHECKED)]
        views = yield from self.views(own, rows, gate)
        sight = yield from look(own, views, lines_of(own, self.voices), pace_of(gate, "", views))
        values = {
            f"validation/{name}": value
            for name, value in sight.figures(views, sight.whole(views)).items()
        }
        told = measured(values)
        # While nothing is found yet, the model that proposes more of the boxes is the better one.
        merit = told.get("validation/ap50", 0.0) + told.get("validation/recall", 0.0) / 1000
        return told, merit

    def test(self, run: Run, recipe: Recipe, gate: Gate) -> Generator[Event, None, dict[str, Any]]:
        """All frames of the test, and an examination of what it listens to and how easily it is misled."""
        model, own = self.take_tested(run, recipe), cast(ClassroomRecipe, recipe)
        views = yield from self.views(own, self.tests, gate)
        sight = yield from look(
            own,
            views,
            lines_of(own, self.voices),
            pace_of(gate, say("Testing"), views),
            kept=shown_rows(views),
        )
        whole = sight.whole(views)
        figures = sight.figures(views, whole)
        exam = Exam(own, views, sight, self.voices, self.drive, self.checks)
        answers = yield from exam.held(whole, figures, gate)
        write_classroom_answers(run.path / NAME, answers)
        yield Figure(name="classroom", path=NAME)
        results = {"task": "classroom", "frames": len(views.frames), "per_thing": answers.per_thing}
        return results | measured(figures) | {"listening": answers.listening} | model

    # --- frames and voices -------------------------------------------------------------------------------------------

    def views(
        self, recipe: ClassroomRecipe, rows: Rows, gate: Gate
    ) -> Generator[Event, None, Views]:
        """Frames as they are, with what each teacher says of them."""
        frames, maps = self._of(rows), {}
        for name, voice in self.voices.items():
            maps[name] = yield from voice.maps(frames, gate)
        depths = [self._depths(frame, recipe) for frame in frames]
        return Views(frames, depths, maps, recipe.settings, (self.experiment, recipe.bench.device))

    def _call_teachers(
        self, recipe: ClassroomRecipe, frames: Sequence[Frame], control: Control
    ) -> Iterator[Event]:
        """Open the voice of every teacher there is, or is fed in."""
        gate = cast(Gate, partial(control.gate, 0))
        own, wanted = recipe.settings, {*recipe.taught, *recipe.fed_in}
        if "laser" in wanted:
            said = recipe.said["laser"]
            folder = _array_folder(said)
            if folder is not None:
                voice = yield from voice_of_folder("laser", folder, frames, gate)
            else:
                name, store = own_teacher(said, recipe), recipe.bench.store
                lessons = LaserLessons(self.drive, self.train, self.validation)
                teacher = yield from prepare_laser_teacher(name, lessons, store, control)
                voice = yield from laser_voice(teacher, frames, own.dims, gate)
            self.voices["laser"] = voice
        if "outlines" in wanted:
            said = recipe.said["outlines"]
            if said in ("labels", ORACLE):
                voice = yield from outline_voice(self.drive, frames, own.outline_kinds, gate)
            else:
                voice = yield from outlines_of(said, frames, own.outline_kinds, gate)
            self.voices["outlines"] = voice
        recipe.teachers = tuple(voice.mark for voice in self.voices.values() if voice.mark)
        if recipe.bench.teachers and recipe.bench.teachers != recipe.teachers:
            raise ConfigError(_ANOTHER)
        told = [sentence for voice in self.voices.values() for sentence in voice.sentences]
        self.notes = [*self.notes, *told]

    def _depths(self, frame: Frame, recipe: ClassroomRecipe) -> Any:
        return depth_labels(frame, recipe.settings.depth_label)

    def _of(self, rows: Rows) -> list[Frame]:
        return [self.drive.frames[row] for row in rows]

    def _with_boxes(self, rows: Rows) -> Rows:
        """Those of some rows in which there is anything to find; all where there is nothing anywhere."""
        some = [row for row in rows.tolist() if len(self.drive.frames[row].boxes)]
        return np.array(some, np.int64) if some else rows

    @property
    def _size(self) -> tuple[int, int]:
        height, width = self.drive.frames[0].image.shape[:2]
        return height, width


def _array_folder(said: str) -> Path | None:
    """The folder of arrays that a laser teacher is; none for a word with a meaning, even where such a folder lies."""
    folder = Path(said).expanduser()
    named = said in (ORACLE, BUILT_IN, LATEST)
    return None if named or not folder.is_dir() or (folder / "run.toml").exists() else folder


def own_teacher(said: str, recipe: ClassroomRecipe) -> str:
    """Which laser teacher is meant: of the newest, on resuming, the one it had before."""
    if said == ORACLE:
        return BUILT_IN
    before = recipe.bench.teachers
    return before[0].rpartition(MARK)[0] if before and said == LATEST else said


def lines_of(recipe: ClassroomRecipe, voices: Mapping[str, Voice]) -> Lines:
    """What always saying the usual would be, for every teacher that is imitated."""
    return {name: voices[name].statistics.mean for name in recipe.taught if name in voices}
