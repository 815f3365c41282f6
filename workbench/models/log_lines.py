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
from engine.words import say
from workbench.models.measured import EXPLAINED, FOUND, HIDDEN, KNOWN, LIKENESS, SPEED, STRANGERS

_CHECKED = "validation/"
_FIGURES = (
    ("loss", say("loss {{:.2f}}")),
    (KNOWN, say("known {{:.1%}}")),
    (STRANGERS, say("strangers {{:.1%}}")),
    (EXPLAINED, say("explained {{:.1%}}")),
    (LIKENESS, say("likeness {{:.1%}}")),
    (FOUND, say("own picture first {{:.1%}}")),
    (HIDDEN, say("hidden patches {{:.4f}}")),
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
            what, text = say("pass {epoch:.0f}", epoch=event.epoch), _figures(run)
        case Checkpoint() if event.best:
            what, text = (
                "saved",
                say("best model so far kept (pass {epoch:.0f})", epoch=event.epoch),
            )
        case Checkpoint():
            what, text = "saved", say("everything up to batch {step:,}", step=event.step)
        case Paused():
            what, text = "pause", say("everything is saved")
        case Resumed():
            what, text = say("go on"), say("from batch {step:,}", step=event.step)
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
    taught = (
        say(", taught by {teacher_parameters:,}", teacher_parameters=event.teacher_parameters)
        if event.teacher_parameters
        else ""
    )
    return say(
        "{parameters:,} dials{taught}; {train:,} objects of {known} kinds; {epochs} passes of "
        "{steps_per_epoch} batches on {device}",
        parameters=event.parameters,
        taught=taught,
        train=event.train,
        known=len(event.known),
        epochs=event.epochs,
        steps_per_epoch=event.steps_per_epoch,
        device=event.device,
    )


def _figures(run: Measured) -> str:
    parts = []
    for name, words in _FIGURES:
        value = run.last(name)
        if value is not None:
            parts.append(words.format(value))
    speed = run.last(SPEED)
    return "   ".join(
        [*parts, *([say("{speed:,.0f} obj/s", speed=speed)] if speed is not None else [])]
    )
