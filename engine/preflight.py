"""What can be said of a class before it begins: the same checks that its run makes, without training any teacher."""

from collections.abc import Generator
from dataclasses import asdict
from typing import cast

import numpy as np

from engine.control import Control
from engine.datasets.drives import is_prepared
from engine.depth_labels import depth_labels
from engine.doctors import examine
from engine.drives import Drive
from engine.errors import ConfigError
from engine.events import Answer, Event
from engine.experiment import Experiment
from engine.nets.classroom.net import ClassroomNet
from engine.recipes.classroom import Classroom, fit_anchors
from engine.registry import configure
from engine.tasks.classroom import Classroom as Task
from engine.wiring import wiring_of


def preflight(
    experiment: Experiment, control: Control, if_prepared: bool = False
) -> Generator[Event, None, None]:
    """Prepare the data and look at what is learnt from; ends with an Answer whose “checks” are the fields of each, None
    where the data had to be prepared first and only prepared ones were to be looked at.

    ConfigError for a recipe that is not a class, or an experiment that cannot be run.
    """
    if experiment.recipe.name != "classroom":
        raise ConfigError(
            f"The recipe “{experiment.recipe.name}” has no checks before it starts. Nothing was changed."
        )
    Classroom.check(experiment)
    if if_prepared and not is_prepared(experiment.data):
        yield Answer(question="examine", value={"checks": None})
        return
    task = yield from Task.open(experiment, control)
    yield from control.gate(0)
    frames = tuple(task.drive.frames[row] for row in task.train)
    own = configure("recipe", "classroom", experiment.recipe.settings)
    net = cast(ClassroomNet, Classroom.build(experiment, len(task.known)))
    boxes = np.concatenate([frame.boxes.reshape(-1, 4) for frame in frames])
    height, width = frames[0].image.shape[:2]
    fit_anchors(net, boxes, (height, width), bool(own.anchors))
    learnt = Drive(frames, task.drive.things, task.drive.classes, task.drive.title)
    depths = [depth_labels(frame, own.depth_label) for frame in frames]
    checks = examine(learnt, wiring_of(net), {}, depths, own.laser != "none")
    yield Answer(question="examine", value={"checks": [asdict(check) for check in checks]})
