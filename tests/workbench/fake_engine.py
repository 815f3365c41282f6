"""An engine without torch that does what the real one does: run folders, gates, checkpoints, results."""

import shutil
import time
from collections.abc import Iterator

import numpy as np

from engine.clouds import Clouds
from engine.control import Control, Wish
from engine.datasets import cached, write_cache
from engine.errors import DataError, Stopped
from engine.events import (
    Answer,
    Checkpoint,
    Event,
    Failed,
    Finished,
    Metric,
    Phase,
    Prepared,
    Progress,
    Resumed,
    Started,
)
from engine.jobs import Job
from engine.store import Run, RunStore

RESULTS = {
    "acc_closed": 0.5,
    "acc_open": 0.75,
    "threshold": 0.5,
    "counts": {"n_closed": 20, "correct_closed": 10, "n_open": 40, "rejected_open": 30},
}
KINDS = ("bed", "chair", "lamp", "sofa")


def perform(job: Job, control: Control) -> Iterator[Event]:
    """Like engine.jobs.perform. A run named “broken” fails; its passes are as quick as can be."""
    try:
        if job.do == "schema":
            yield Answer(question="schema", value={"recipe": {}, "loss": {}})
        elif job.do == "describe":
            assert job.experiment is not None
            yield Answer(question="describe", value={"name": job.experiment.name})
        elif job.do == "prepare":
            yield from _prepare(job, control)
        elif job.do == "embed":
            yield Failed(sentence="This engine draws no maps. Nothing was changed.")
        else:
            yield from _train(job, control)
    except Stopped:
        yield Finished(outcome="finished early")
    except DataError as error:
        yield Failed(sentence=error.sentence)


def _prepare(job: Job, control: Control) -> Iterator[Event]:
    assert job.data is not None
    if job.data.name == "missing":
        raise DataError("There is no such folder. Nothing was changed.")
    if job.data.name == "slow":
        for number in range(1000):
            yield Phase(name="Reading", detail=str(number), fraction=number / 1000)
            yield from control.gate()
            time.sleep(0.01)
    path = cached(job.data.name, "0")
    write_cache(path, clouds(job.data.name))
    yield Prepared(path=str(path))


def clouds(title: str) -> Clouds:
    """Eight clouds of four kinds."""
    return Clouds(
        points=np.zeros((8, 4, 3), np.float32),
        labels=np.arange(8) % 4,
        train=np.ones(8, bool),
        names=tuple("abcdefgh"),
        kinds=KINDS,
        known=("bed", "chair"),
        title=title,
    )


def _train(job: Job, control: Control) -> Iterator[Event]:
    store = RunStore(job.runs)
    run = store.open(job.run) if job.run else store.create(job.experiment)  # type: ignore[arg-type]
    if run.experiment.name == "refused":  # as the engine does: nothing of it is left
        shutil.rmtree(run.path)
        yield Failed(run=run.id, sentence="There is no teacher. Nothing was started.")
        return
    with run.locked():
        for event in _passes(run, control):
            yield run.log.append(event)
    if control.wish is Wish.DISCARD:
        store.discard(run.path)


def _passes(run: Run, control: Control) -> Iterator[Event]:
    epochs, steps = run.experiment.training.epochs, 5
    before = [event.step for event in run.events() if isinstance(event, Metric)]
    yield Phase(name="Opening the data")
    yield _started(run, epochs, steps)
    if before:
        yield Resumed(step=before[-1])
    try:
        for step in range(before[-1] if before else 0, epochs * steps):
            yield from control.gate(step)
            if run.experiment.name == "broken" and step == 7:
                raise DataError(
                    "The loss is no number any more. The last checkpoint is not harmed."
                )
            time.sleep(0.002)
            yield from _batch(step + 1, steps, epochs)
    except Stopped:
        if control.wish is Wish.DISCARD:
            yield Finished(outcome="discarded")
            return
    yield Finished(outcome="finished early" if control.stopping else "done", results=RESULTS)


def _batch(done: int, steps: int, epochs: int) -> Iterator[Event]:
    epoch = done / steps
    yield Metric(step=done, epoch=epoch, values={"loss": 1 / done, "learning_rate": 0.001})
    yield Progress(
        step=done,
        steps=steps * epochs,
        epoch=int(epoch) + 1,
        epochs=epochs,
        clouds_per_second=100.0,
        seconds_left=1.0,
    )
    if done % steps == 0:
        share = done / (steps * epochs)
        yield Metric(
            step=done,
            epoch=epoch,
            values={"validation/accuracy": share, "watch/rejected": share / 2},
        )
        yield Checkpoint(step=done, epoch=epoch, path=f"checkpoints/{done}", best=True)


def _started(run: Run, epochs: int, steps: int) -> Started:
    return Started(
        name=run.experiment.name,
        recipe="student",
        device="cpu",
        threads=1,
        parameters=10,
        epochs=epochs,
        steps_per_epoch=steps,
        train=10,
        validation=5,
        known=["bed", "chair"],
        strangers=["lamp"],
        terms=["ce"],
    )
