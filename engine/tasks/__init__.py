"""Tasks: what a recipe learns from, and how the net it trains is looked at. One kind of material a file."""

from engine import registry
from engine.experiment import Experiment
from engine.tasks.align import Align
from engine.tasks.classroom import Classroom
from engine.tasks.detect import Detect
from engine.tasks.laser import Laser
from engine.tasks.parts import Parts
from engine.tasks.recognise import Recognise
from engine.tasks.segment import Segment
from engine.tasks.task import Task

_TASKS: dict[str, type[Task]] = {
    "recognise": Recognise,
    "align": Align,
    "detect": Detect,
    "segment": Segment,
    "parts": Parts,
    "laser": Laser,
    "classroom": Classroom,
}


def task_of(experiment: Experiment) -> type[Task]:
    """The task of the experiment's recipe."""
    recipe = registry.get("recipe", experiment.recipe.name)
    return _TASKS[recipe.extra.get("task", "recognise")]
