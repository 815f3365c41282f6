"""Tiny runs on built-in rooms and shapes with parts, and what a student of pictures leaves for them to start from."""

import json
from typing import Any

from safetensors.torch import load_file

from engine.experiment import Choice, Data, Experiment, Optimiser, Training
from engine.recipes import align
from engine.state import checkpoints
from engine.store import Run, RunStore
from engine.tasks import align as align_task
from tests.engine.test_align import FORM
from tests.engine.test_align import experiment as pictures
from tests.engine.test_loop import train
from tests.engine.toy_image_teacher import ToyTeacher

ENCODER = FORM | {"tokenizer": (5, 6, 7, 12)}
ROOMS = {"rooms": 8, "points": 1000, "most": 4, "test_share": 0.3}
STILL = Optimiser(learning_rate=1e-12, weight_decay=0)


def tiny(recipe: Choice, data: Data, net: Choice, **changes: Any) -> Experiment:
    """Three short passes on one thread."""
    usual = align.get("recipe", recipe.name).extra["usual"]
    how = Training(epochs=2, batch_size=2, device="cpu", threads=1, checkpoint_seconds=0)
    made = Experiment(recipe=recipe, data=data, net=net, training=how)
    wanted = {path: value for path, value in usual.items() if not path.startswith("training")}
    return made.with_values(**wanted).model_copy(update=changes)


def student_of_pictures(store: RunStore, monkeypatch: Any) -> Run:
    """A finished run that learnt from a toy teacher of pictures."""
    monkeypatch.setattr(align, "image_teacher_of", lambda choice, before="": ToyTeacher().silent())
    monkeypatch.setattr(align_task, "prepare_image_teacher", lambda choice, control: iter(()))
    run = store.create(pictures(epochs=1))
    assert train(run)[-1].outcome == "done"
    return run


def tensors(run: Run) -> Any:
    """The net's weights as they were left."""
    return load_file(next(checkpoints(run)) / "model.safetensors")


def match_of(run: Run) -> Any:
    """What it started from, as it was written down."""
    return json.loads((run.path / "match.json").read_text(encoding="utf-8"))
