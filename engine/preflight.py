"""What can be said of data before a run: which files are missing or damaged; of a class also the checks that its run
makes, without training any teacher."""

from collections.abc import Generator
from dataclasses import asdict
from typing import Any, cast

import numpy as np

from engine.checks import Check
from engine.control import Control
from engine.data_checks import files_read
from engine.datasets.drives import cached_drive, prepare_drive
from engine.datasets.parts import cached_parts, prepare_parts
from engine.datasets.scenes import cached_scenes, prepare_scenes
from engine.depth_labels import depth_labels
from engine.doctors import examine
from engine.drives import Drive
from engine.errors import ConfigError
from engine.events import Answer, Event
from engine.experiment import Experiment
from engine.nets.classroom.net import ClassroomNet
from engine.recipes.classroom import Classroom, fit_anchors
from engine.registry import called, configure, get, make
from engine.tasks.classroom import Classroom as Task
from engine.wiring import wiring_of
from engine.words import say

_MATERIAL: dict[str, Any] = {
    "drives": (prepare_drive, cached_drive),
    "scenes": (prepare_scenes, cached_scenes),
    "parts": (prepare_parts, cached_parts),
}


def preflight(
    experiment: Experiment, control: Control, if_prepared: bool = False
) -> Generator[Event, None, None]:
    """Prepare the data and look at what is learnt from; ends with an Answer whose “checks” are the fields of each, None
    where the data had to be prepared first and only prepared ones were to be looked at.

    ConfigError for a recipe that learns from clouds or pairs, or an experiment that cannot be run.
    """
    recipe = get("recipe", experiment.recipe.name)
    kind = getattr(recipe, "extra", {}).get("data", "")
    if kind not in _MATERIAL:
        raise ConfigError(
            say(
                "The recipe {called} has no checks before it starts. Nothing was changed.",
                called=called("recipe", experiment.recipe.name),
            )
        )
    recipe.check(experiment)
    prepare, cached = _MATERIAL[kind]
    if if_prepared:
        source = make(kind, experiment.data.name, experiment.data.settings)
        if not cached(experiment.data.name, source.fingerprint()).exists():
            yield Answer(question="examine", value={"checks": None})
            return
    if recipe is Classroom:
        checks = yield from _of_class(experiment, control)
    else:
        found = yield from prepare(experiment.data, control)
        checks = (files_read(found.problems, found.made),)
    yield Answer(question="examine", value={"checks": [asdict(check) for check in checks]})


def _of_class(
    experiment: Experiment, control: Control
) -> Generator[Event, None, tuple[Check, ...]]:
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
    return (*checks, files_read(task.drive.problems, task.drive.made))
