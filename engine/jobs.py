"""The things an engine can be asked to do. One entry, `perform`, whatever session the asking comes from."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine import launch, schema
from engine.bring.asking import Asking, Lesson
from engine.control import Control
from engine.embedding import Method, Side, embed
from engine.errors import ConfigError, EngineError, Stopped
from engine.events import Answer, Event, Failed, Finished, Started
from engine.experiment import Choice, Experiment, Training
from engine.failed import failed
from engine.store import Run, RunStore
from engine.words import say


class Mixing(BaseModel):
    """A mixture to be told point by point: rows of a prepared data set, one for each of its sources, and a seed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    cache: Path = Field(description=say("The file that a Prepared event named."))
    rows: tuple[int, ...]
    known: tuple[str, ...] = Field((), description=say("Empty: the data set's own choice."))
    mixture: Choice = Choice(name="shuffle")
    seed: int = Field(0, ge=0, lt=2**31)


class Job(BaseModel):
    """What to do: train (a new run), resume (a run folder), prepare (a data set), pair (clouds with pictures),
    teach_pictures (the built-in image teacher), embed (a map of a tested run's clouds, by `method`, of one `side`);
    ask (a finished run about a thing that somebody brings), teach_kind (a copy of it, from such things);
    schema, describe, mix, examine (questions; the last one looks at the data of a class before it begins)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    do: Literal[
        "train", "resume", "prepare", "pair", "teach_pictures", "embed", "schema", "describe", "mix",
        "examine", "ask", "teach_kind",
    ]  # fmt: skip
    experiment: Experiment | None = None
    data: Choice | None = None
    runs: Path | None = Field(
        None, description=say("Where run folders live; None: the usual place.")
    )
    run: Path | None = None
    mix: Mixing | None = None
    ask: Asking | None = None
    lesson: Lesson | None = None
    method: Method = "tsne"
    side: Side = "test"
    pairs: Choice | None = None
    if_prepared: bool = Field(
        False, description=say("Examine only data that are prepared already.")
    )
    image_teacher: dict[str, Any] = Field(
        {}, description=say("Its settings; empty: the usual ones.")
    )

    @property
    def training(self) -> Training:
        """Where and how long; of a run that is gone on with, as it began."""
        if self.run:
            return RunStore(self.runs).open(self.run).experiment.training
        return (self.experiment or Experiment()).training

    @property
    def on_cards(self) -> bool | None:
        """Whether it is to compute on graphics cards; None: if there are any."""
        device = self.training.device
        return None if device == "auto" else device.startswith("cuda")


def perform(job: Job, control: Control) -> Iterator[Event]:
    """Do the job, yielding its events. Never raises: a problem is a Failed event with a sentence."""
    try:
        yield from _perform(job, control)
    except Stopped:
        yield Finished(outcome="discarded" if control.wish.value == "discard" else "finished early")
    except Exception as error:  # noqa: BLE001  the last line of defence: everything becomes a sentence
        yield failed(error)


def _perform(job: Job, control: Control) -> Iterator[Event]:
    # Imported here, each with its job: preparing data must not wait for torch.
    if job.do == "prepare":
        from engine import datasets

        yield from datasets.prepare(job.data or Choice(name="shapes"), control)
    elif job.do == "pair":
        from engine.datasets.pairs import prepare_pairs

        yield from prepare_pairs(job.pairs or Choice(name="shapes_views"), control)
    elif job.do == "teach_pictures":
        from engine.teachers2d.built_in.training import teach

        yield from teach(job.image_teacher, control)
    elif job.do == "schema":
        yield Answer(question="schema", value=schema.remember(whole_schema))
    elif job.do == "describe":
        yield Answer(question="describe", value=_described(job.experiment or Experiment()))
    elif job.do == "examine":
        from engine.preflight import preflight

        yield from preflight(job.experiment or Experiment(), control, job.if_prepared)
    elif job.do == "mix":
        from engine.deal import deal

        yield Answer(question="mix", value=deal(_mixing(job)))
    elif job.do == "ask" and job.ask is not None:
        from engine.bring.answer import ask

        yield from ask(job.ask, RunStore(job.runs))
    elif job.do == "teach_kind" and job.lesson is not None:
        from engine.bring.teach import teach as teach_kind

        yield from teach_kind(job.lesson, RunStore(job.runs))
    elif job.do == "embed":
        yield from embed(RunStore(job.runs).open(job.run or ""), job.method, job.side)
    elif (processes := job.training.processes) > 1 and not launch.several():
        yield from launch.shared(job, control, processes)
    else:
        from engine.loop import fit
        from engine.ranks import here, join, tell

        join(job.on_cards)
        run = Run(tell(_run(job).path if here().first else None))
        yield from fit(run, control) if job.run else _new(run, control)


def _described(experiment: Experiment) -> dict[str, Any]:
    """Size and cost of its net; which losses its recipe cannot learn by, each with the reason; and under “problem” why
    its data will not do, where that can be foreseen."""
    from engine.check import refused_terms
    from engine.foreseen import check_data
    from engine.nets import describe

    size = describe(experiment) | {"refused_terms": refused_terms(experiment)}
    try:
        check_data(experiment)
    except EngineError as error:
        return size | {"problem": error.sentence}
    return size


def _mixing(job: Job) -> Mixing:
    if job.mix is None:
        raise ConfigError(say("Nothing was named that could be mixed."))
    return job.mix


def _run(job: Job) -> Run:
    """The run to go on with, or a new one; nothing is made of an experiment that cannot be run."""
    from engine.check import check
    from engine.foreseen import check_data

    store = RunStore(job.runs)
    if job.run:
        return store.open(job.run)
    experiment = job.experiment or Experiment()
    check(experiment)
    check_data(experiment)
    return store.create(experiment)


def _new(run: Run, control: Control) -> Iterator[Event]:
    """Train a new run. One that is refused before it began has learnt nothing, and leaves no folder."""
    from engine.loop import fit

    begun = refused = False
    for event in fit(run, control):
        begun |= isinstance(event, Started)
        refused = isinstance(event, Failed) and not event.detail
        yield event
    if refused and not begun:
        shutil.rmtree(run.path, ignore_errors=True)


def whole_schema() -> dict[str, Any]:
    """The experiment's schema and, for every registered thing, title, sentence and schema of its settings."""
    from engine import registry

    rooms = {kind: registry.schema(kind) for kind in registry.ROOMS}
    return {"experiment": Experiment.model_json_schema(), **rooms}
