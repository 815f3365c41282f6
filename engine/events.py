"""What a run says while it runs: one typed union, to and from one JSON line each."""

import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Event(BaseModel):
    """Common to all: which run, the how-manieth event of that run, and when (seconds since 1970)."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="constants")
    run: str = ""
    number: int = 0
    time: float = Field(default_factory=time.time)


class Started(_Event):
    """Training begins (or begins again): what is known before the first batch."""

    kind: Literal["started"] = "started"
    name: str
    recipe: str
    device: str
    threads: int
    parameters: int
    teacher_parameters: int = 0
    teachers: list[str] = Field(default_factory=list)
    epochs: int
    steps_per_epoch: int
    train: int
    validation: int
    known: list[str]
    strangers: list[str]
    terms: list[str]
    step: int = 0


Part = Literal["", "opening", "building", "testing"]


class Phase(_Event):
    """A long phase outside the batches: its plain name, a detail, and how much is done (0..1, None: unknown). part:
    where in a run it stands; empty where nobody asks, and in logs of older versions."""

    kind: Literal["phase"] = "phase"
    name: str
    part: Part = ""
    detail: str = ""
    fraction: float | None = None


class Progress(_Event):
    """Where the run stands. Only the newest matters."""

    kind: Literal["progress"] = "progress"
    step: int
    steps: int
    epoch: int
    epochs: int
    clouds_per_second: float
    seconds_left: float


class Metric(_Event):
    """Numbers at a step. Names: loss, loss/<term>, learning_rate, gradient_norm, now and then gradient/<term> (the norm
    of the weighted term's own gradient), and per epoch train/accuracy, validation/accuracy, watch/rejected (strangers
    of the train split turned away), or what else the recipe's task is judged by."""

    kind: Literal["metric"] = "metric"
    step: int
    epoch: float
    values: dict[str, float]


class Figure(_Event):
    """A file with arrays or a picture, by its path inside the run folder."""

    kind: Literal["figure"] = "figure"
    name: str
    path: str


class Checkpoint(_Event):
    """The state was saved whole; `best` when it is the best on validation so far."""

    kind: Literal["checkpoint"] = "checkpoint"
    step: int
    epoch: float
    path: str
    best: bool = False


class Paused(_Event):
    """Waiting, with everything saved."""

    kind: Literal["paused"] = "paused"
    step: int = 0


class Resumed(_Event):
    """Going on from this step: whatever was logged after it belongs to a lost future."""

    kind: Literal["resumed"] = "resumed"
    step: int = 0


class Finished(_Event):
    """The end, with test results. `outcome` is done, finished early, or discarded."""

    kind: Literal["finished"] = "finished"
    outcome: Literal["done", "finished early", "discarded"] = "done"
    step: int = 0
    results: dict[str, Any] = Field(default_factory=dict)


class Failed(_Event):
    """The end, with a sentence to show and the details behind it."""

    kind: Literal["failed"] = "failed"
    sentence: str
    detail: str = ""


class Prepared(_Event):
    """A data set is ready: the HDF5 cache to open, and one sentence for each thing left out."""

    kind: Literal["prepared"] = "prepared"
    path: str
    problems: list[str] = Field(default_factory=list)


class Answer(_Event):
    """The reply to a question (schema, describe, mix, examine): plain JSON."""

    kind: Literal["answer"] = "answer"
    question: str
    value: dict[str, Any]


class Note(_Event):
    """One line for the log that belongs to nothing else."""

    kind: Literal["note"] = "note"
    text: str


Event = (
    Started
    | Phase
    | Progress
    | Metric
    | Figure
    | Checkpoint
    | Paused
    | Resumed
    | Finished
    | Failed
    | Prepared
    | Answer
    | Note
)
_adapter: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])


def to_line(event: Event) -> str:
    """One JSON line, without the newline."""
    return event.model_dump_json()


def from_line(line: str | bytes) -> Event:
    """The event a line holds; raises ValueError when it holds none."""
    return _adapter.validate_json(line)
