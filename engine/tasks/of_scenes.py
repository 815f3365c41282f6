"""What the tasks of rooms, streets and shapes with parts have in common."""

from abc import abstractmethod
from collections.abc import Generator, Iterator
from typing import Self

from engine.control import Control
from engine.datasets.scenes import prepare_scenes
from engine.errors import RunError
from engine.events import Event, Figure
from engine.experiment import Experiment
from engine.scene_answers import NAME, SceneAnswers, read_scene_answers, write_scene_answers
from engine.scene_cover import thinned
from engine.scenes import Scene, Scenes
from engine.split import Rows
from engine.store import Run
from engine.tasks.steps import opened
from engine.tasks.task import Task

SHOWN = 12  # scenes that are kept to be looked at
MOST_POINTS = 50_000  # of each


class OfScenes(Task):
    """Leaves scenes.h5."""

    @staticmethod
    def tested(run: Run) -> bool:
        """Whether what it looked at is there and whole."""
        try:
            return len(read_scene_answers(run.path)) > 0
        except RunError:
            return False


class OfRooms(OfScenes):
    """Learns from rooms, of which it keeps all."""

    scenes: Scenes

    @abstractmethod
    def __init__(self, experiment: Experiment, scenes: Scenes) -> None:
        """Divide them; DataError where they do not tell what is to be learnt."""

    @classmethod
    def open(cls, experiment: Experiment, control: Control) -> Generator[Event, None, Self]:
        """Prepare and read the scenes."""
        return cls(experiment, (yield from opened(experiment.data, prepare_scenes, control)))

    def _of(self, rows: Rows) -> list[Scene]:
        return [self.scenes.scenes[row] for row in rows]


def written(run: Run, answers: SceneAnswers) -> Iterator[Event]:
    """Write what is kept to be looked at."""
    write_scene_answers(run.path / NAME, answers)
    yield Figure(name="scenes", path=NAME)


def shown_points(scene: Scene, seed: int) -> Rows:
    """The points of a scene that are kept."""
    return thinned(len(scene), MOST_POINTS, seed)
