"""Run summaries for tests, without a disk: what a finished run of the paper's method looks like."""

from itertools import count
from pathlib import Path

from engine.datasets.modelnet import TEN
from engine.events import Started
from engine.experiment import Experiment
from engine.store import RunSummary

_numbers = count()
PARAMETERS = {"teacher": 3_463_763, "open_set": 666_635, "joint": 666_635}
SCHEMA = {
    "recipe": {
        "teacher": {"title": "Teacher", "about": "", "net": "pointnet_teacher", "losses": {"ce": 1.0}},
        "student": {"title": "Student on its own", "about": "", "net": "pointnet_student", "losses": {"ce": 1.0}},
        "distil": {
            "title": "Soft answers", "about": "", "net": "pointnet_student",
            "losses": {"kd": 1.0, "ce": 1.0}, "needs_teacher": True,
        },
        "joint": {
            "title": "Taught, with a way out", "about": "", "net": "pointnet_student",
            "losses": {"kd": 1.0, "crd": 0.8, "ce": 1.0}, "needs_teacher": True, "unknown_output": True,
        },
        "open_set": {
            "title": "Student with a way out", "about": "", "net": "pointnet_student",
            "losses": {"ce": 1.0}, "unknown_output": True,
        },
    },
    "loss": {
        "kd": {
            "word": "Soft answers",
            "from": "teacher",
            "schema": {"properties": {"temperature": {"default": 4.0, "title": "Teacher softness"}}},
        },
        "crd": {
            "word": "Shape of ideas",
            "from": "teacher",
            "schema": {"properties": {"temperature": {"default": 0.1, "title": "Contrast"}}},
        },
        "ce": {"word": "The right answer", "from": "labels"},
    },
    "net": {"pointnet_teacher": {"title": "PointNet", "role": "teacher"}, "pointnet_student": {"role": "student"}},
}  # fmt: skip


ALIGNED = {
    "pairs": 80, "mse": 0.3, "r2": 0.42, "likeness": 0.61, "recall_1": 0.2, "recall_5": 0.5, "among": 80,
    "words": {"same": 0.3, "as_teacher/kind": 0.6, "right/kind": 0.5}, "model": "last", "checkpoint": "step-00000009",
}  # fmt: skip


def made_run(
    seed=7,
    recipe="student",
    terms=("ce",),
    results=None,
    state="done",
    path=None,
    when=0.0,
    teacher_parameters=None,
    **dotted,
):
    """A summary of a run on ModelNet10; `dotted` with __ for dots changes its experiment."""
    values = {"recipe": recipe, "seed": seed, "data": {"name": "modelnet", "path": "x"}}
    values |= {key.replace("__", "."): value for key, value in dotted.items()}
    experiment = Experiment(name=f"Run {seed}").with_values(**values)
    measured = {
        "acc_closed": 0.8, "acc_open": 0.1, "acc_total": 0.4, "f_measure": 0.35,
        "acc_known_no_threshold": 0.87, "threshold": experiment.open_set.threshold,
    }  # fmt: skip
    taught = PARAMETERS["teacher"] * (recipe in ("distil", "joint"))
    started = Started(
        name=experiment.name, recipe=recipe, device="cpu", threads=1,
        parameters=PARAMETERS.get(recipe, 666_378), epochs=experiment.training.epochs,
        steps_per_epoch=10, train=100, validation=10, known=list(TEN), strangers=["lamp"], terms=list(terms),
        teacher_parameters=taught if teacher_parameters is None else teacher_parameters,
    )  # fmt: skip
    name = f"{recipe}-{seed}-{next(_numbers)}"
    return RunSummary(
        path=Path(path or f"/runs/{name}"), id=name, name=experiment.name,
        recipe=recipe, state=state, when=when, results=measured | (results or {}),
        curve=(0.5, 0.7, 0.8), experiment=experiment, started=started,
    )  # fmt: skip
