"""Resuming is the run never interrupted: every recipe, left at every kind of moment, to the last bit of everything.

One run is left after its first batch, in mid-epoch and at an epoch's end, then broken off without a chance to save,
and each time taken up by an engine that knows nothing of the one before. It is then held beside one that nothing
disturbed: all weights and moments, every number of the log, every state of the random generators, every answer.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest
import torch

from engine import registry
from engine.control import Control
from engine.errors import Left
from engine.experiment import Choice, Experiment, Loss, Training
from engine.loop import fit
from engine.store import Run, RunStore
from tests.engine import (
    test_align,
    test_classify,
    test_classroom,
    test_detection,
    test_laser,
    test_loop,
    test_parts,
    test_segment,
)
from tests.engine.test_loop import QUICK, same, weights
from tests.engine.toy_image_teacher import ToyTeacher

pytestmark = pytest.mark.usefixtures("tiny_shapes")
SHORT = Training(epochs=3, checkpoint_seconds=0, **QUICK)
CONTRAST = {
    "kd": Loss(weight=1.0),
    "crd": Loss(weight=0.8, negatives=8),
    "queue": Loss(weight=0.1, length=20, feature_dim=8),
    "ce": Loss(weight=1.0),
}


def clouds(recipe: str, **settings: object) -> Callable[[], Experiment]:
    """A recipe that learns from clouds."""
    return lambda: test_loop.experiment(recipe=Choice(name=recipe, **settings), training=SHORT)


def taught(recipe: str, losses: dict[str, Loss], **settings: object) -> Callable[[], Experiment]:
    """One that asks a teacher as well."""
    return lambda: clouds(recipe, **settings)().model_copy(
        update={"teacher": "latest", "losses": losses}
    )


def three(module: ModuleType, *own: object) -> Callable[[], Experiment]:
    """The tiny experiment of a module of tests: three epochs of two at a time."""
    values = {"training.epochs": 3, "training.batch_size": 2}
    return lambda: module.experiment(*own).with_values(**values)


EXPERIMENTS: dict[str, Callable[[], Experiment]] = {
    "teacher": clouds("teacher"),
    "student": clouds("student"),
    "distil": taught("distil", CONTRAST),
    "open_set": clouds("open_set", ratio=0.5),
    "outlier_exposure": clouds("outlier_exposure", ratio=0.5),
    "arpl": clouds("arpl"),
    "joint": taught("joint", CONTRAST, ratio=0.5),
    "classify": three(test_classify),
    "align": three(test_align, {"mse": 1, "reconstruction": 1}),
    "detect": three(test_detection, None, {"heading_bins": 4}),
    "segment": three(test_segment),
    "parts": three(test_parts),
    "laser": three(test_laser),
    "classroom": three(test_classroom, {"exam": "none"}),
}


class Seen(NamedTuple):
    """What was seen of a run from outside: the last word on each batch, and how often it was left or broken off."""

    losses: dict[int, str]
    random: dict[int, str]
    breaks: list[str]


def test_that_no_recipe_is_missing_here():
    assert sorted(EXPERIMENTS) == registry.names("recipe")


@pytest.mark.parametrize("recipe", EXPERIMENTS)
def test_that_a_run_broken_off_four_times_is_the_one_never_interrupted(
    recipe, tmp_path, monkeypatch
):
    with_toys(recipe, monkeypatch)
    store = RunStore(tmp_path / "runs")
    experiment = EXPERIMENTS[recipe]()
    if experiment.teacher:
        *_, last = fit(store.create(EXPERIMENTS["teacher"]()), Control())
        assert last.kind == "finished"
    whole, broken = (store.create(experiment) for _ in range(2))
    wanted, found = Seen({}, {}, []), Seen({}, {}, [])
    go_on(whole, wanted)
    batches = per_epoch(whole)
    assert batches > 1, "too few to break off in the midst of an epoch"
    for moment, (stop, leave) in {
        "first batch": (1, True),
        "mid-epoch": (batches + batches // 2, True),
        "epoch end": (2 * batches, True),
        "no farewell": (2 * batches + 2, False),
    }.items():
        go_on(broken, found, stop, leave)
        found.breaks.append(moment)
        assert broken.state == ("paused" if leave else "interrupted"), moment
    go_on(broken, found)
    assert found.losses == wanted.losses
    assert found.random == wanted.random
    assert same(weights(whole), weights(broken))
    assert numbers(whole) == numbers(broken)
    assert whole.log.results() == broken.log.results()
    assert answers(whole) == answers(broken)
    assert [event.step for event in broken.events() if event.kind == "resumed"] == [
        1, batches + batches // 2, 2 * batches, 2 * batches + 1,
    ]  # fmt: skip


def with_toys(recipe: str, patch: pytest.MonkeyPatch) -> None:
    """Teachers and drives that need no training and no files."""
    if recipe == "align":
        toy = lambda choice, before="": ToyTeacher().silent()  # noqa: E731
        patch.setattr(test_align.align, "image_teacher_of", toy)
        patch.setattr(test_align.task, "prepare_image_teacher", lambda choice, control: iter(()))
    if recipe in ("laser", "classroom"):
        {"laser": test_laser, "classroom": test_classroom}[recipe].use_toys(patch)


def go_on(run: Run, seen: Seen, stop: int | None = None, leave: bool = True) -> None:
    """Train on from where it stands to its end, or to a batch: left there with everything saved, or just dropped."""
    run, control = Run(run.path), Control()
    torch.manual_seed(len(seen.breaks))  # whatever state another engine happens to begin with
    np.random.seed(len(seen.breaks))
    with suppress(Left):
        for event in fit(run, control):
            assert event.kind != "failed", event
            if event.kind != "metric" or "loss" not in event.values:
                continue
            seen.losses[event.step] = repr(event.values)
            state = torch.random.get_rng_state().numpy().tobytes()
            seen.random[event.step] = hashlib.sha256(state).hexdigest()
            if event.step == stop and not leave:
                return  # the event is in the log, the checkpoint after it is not
            if event.step == stop:
                control.ask("leave")


def per_epoch(run: Run) -> int:
    return next(event.steps_per_epoch for event in run.events() if event.kind == "started")


def numbers(run: Run) -> dict[str, tuple[float, ...]]:
    """Every curve of the log, without what a lost future said."""
    names = {name for event in run.events() if event.kind == "metric" for name in event.values}
    return {name: tuple(map(repr, run.log.values(name))) for name in sorted(names)}


def answers(run: Run) -> dict[str, str]:
    """The files with what the tested model says. HDF5 and zip files hold times: only their arrays are compared."""
    if not run.predictions_path.exists():
        return {}
    told = run.predictions()
    return {
        name: hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
        for name, value in vars(told).items()
        if isinstance(value, np.ndarray)
    }
