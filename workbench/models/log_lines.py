"""What the log of a run says of its events."""

from dataclasses import dataclass
from typing import Protocol

from engine.events import (
    Checkpoint,
    Event,
    Failed,
    Figure,
    Finished,
    Metric,
    Note,
    Paused,
    Resumed,
    Started,
)
from workbench.models.measured import EXPLAINED, FOUND, HIDDEN, KNOWN, LIKENESS, SPEED, STRANGERS

_CHECKED = "validation/"
_FIGURES = (
    ("loss", "loss {:.2f}"),
    (KNOWN, "known {:.1%}"),
    (STRANGERS, "strangers {:.1%}"),
    (EXPLAINED, "explained {:.1%}"),
    (LIKENESS, "likeness {:.1%}"),
    (FOUND, "own picture first {:.1%}"),
    (HIDDEN, "hidden patches {:.4f}"),
)


class Measured(Protocol):
    """What of a run is needed here."""

    def last(self, name: str) -> float | None:
        """The newest value of a curve, None while there is none."""


@dataclass(frozen=True)
class LogLine:
    """When (seconds since 1970), what in a word or two, and the text."""

    time: float
    what: str
    text: str


def line_of(event: Event, run: Measured) -> LogLine | None:
    """What the log says of an event; most batches are not worth a line."""
    match event:
        case Started():
            what, text = "start", _beginning(event)
        case Metric() if any(name.startswith(_CHECKED) for name in event.values):
            what, text = f"pass {event.epoch:.0f}", _figures(run)
        case Checkpoint() if event.best:
            what, text = "saved", f"best model so far kept (pass {event.epoch:.0f})"
        case Checkpoint():
            what, text = "saved", f"everything up to batch {event.step:,}"
        case Paused():
            what, text = "pause", "everything is saved"
        case Resumed():
            what, text = "go on", f"from batch {event.step:,}"
        case Figure():
            what, text = "wrote", event.path
        case Note():
            what, text = "note", event.text
        case Finished():
            what, text = "end", event.outcome
        case Failed():
            what, text = "failed", event.sentence
        case _:
            return None
    return LogLine(event.time, what, text)


def _beginning(event: Started) -> str:
    taught = f", taught by {event.teacher_parameters:,}" if event.teacher_parameters else ""
    return (
        f"{event.parameters:,} dials{taught}; {event.train:,} objects of {len(event.known)} kinds; "
        f"{event.epochs} passes of {event.steps_per_epoch} batches on {event.device}"
    )


def _figures(run: Measured) -> str:
    parts = []
    for name, words in _FIGURES:
        value = run.last(name)
        if value is not None:
            parts.append(words.format(value))
    speed = run.last(SPEED)
    return "   ".join([*parts, *([f"{speed:,.0f} obj/s"] if speed is not None else [])])
