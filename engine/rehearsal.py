"""A rehearsal: a tiny training in a folder of its own, and its checkpoint read back. Every figure is measured here."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.checks import State
from engine.control import Control
from engine.errors import EngineError
from engine.events import Failed, Finished, Started
from engine.experiment import Choice, Data, Experiment
from engine.jobs import Job, perform
from engine.store import Run, RunStore
from engine.words import counted, say

TRAINING, CHECKPOINT = say("A tiny training"), say("Its checkpoint")
_KINDS = ("ball", "box", "disc")
_CLOUDS, _POINTS = 12, 128  # of a kind, of a cloud
Row = tuple[State, str, str]  # state, name, sentence


def rehearse(folder: Path) -> Iterator[Row]:
    """Learn from clouds made here, then read the checkpoint back; everything is written into this folder."""
    yield _train(folder)
    runs = RunStore(folder / "runs").runs()
    if runs:
        yield _read_back(Run(runs[0].path))


def _train(folder: Path) -> Row:
    _make_clouds(folder / "clouds")
    began, batches, device = time.monotonic(), 0, ""
    for event in perform(_job(folder), Control()):
        if isinstance(event, Failed):
            return "mend", TRAINING, event.sentence
        if isinstance(event, Started):
            batches, device = event.steps_per_epoch * event.epochs, event.device
        if isinstance(event, Finished):
            seconds = time.monotonic() - began
            told = say(
                "{batches} learnt and tested in {seconds:.1f} s on {device}.",
                batches=counted(batches, "batch"),
                seconds=seconds,
                device=device,
            )
            return "fine", TRAINING, told
    return "mend", TRAINING, say("It ended before it had learnt. The log may say why.")


def _job(folder: Path) -> Job:
    data = {"path": str(folder / "clouds"), "points": _POINTS}
    experiment = Experiment(
        name=say("Rehearsal"), recipe=Choice(name="student"), data=Data(name="folder", **data)
    )
    small = {"training.epochs": 2, "training.batch_size": 8, "training.threads": 1}
    return Job(do="train", experiment=experiment.with_values(**small), runs=folder / "runs")


def _read_back(run: Run) -> Row:
    from engine.recipes.teacher import load_net  # with torch, which whoever asks need not load

    try:
        load_net(run, len(_KINDS))
    except EngineError as error:
        return "mend", CHECKPOINT, error.sentence
    size = sum(path.stat().st_size for path in run.checkpoints.rglob("*") if path.is_file()) / 1e6
    return (
        "fine",
        CHECKPOINT,
        say("{size:.1f} MB were written, and read back as they were.", size=size),
    )


def _make_clouds(folder: Path) -> None:
    """A few balls, boxes and discs."""
    draw = np.random.default_rng(7)
    for kind in _KINDS:
        (folder / kind).mkdir(parents=True)
        for number in range(_CLOUDS):
            points = draw.normal(size=(_POINTS, 3))
            if kind == "box":
                points = draw.uniform(-1, 1, (_POINTS, 3))
            elif kind == "disc":
                points[:, 2] *= 0.05
            np.save(folder / kind / f"{kind}_{number:02d}.npy", points.astype(np.float32))
