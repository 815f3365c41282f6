"""What the log of a run says of its events."""

from collections.abc import Callable, Mapping
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
from engine.narrate import OUTCOMES
from engine.words import say
from workbench.models.measured import EXPLAINED, FOUND, HIDDEN, KNOWN, LIKENESS, SPEED, STRANGERS

_CHECKED = "validation/"
_FIGURES: Mapping[str, Callable[[float], str]] = {
    "loss": lambda loss: say("loss {loss:.2f}", loss=loss),
    KNOWN: lambda share: say("known {share:.1%}", share=share),
    STRANGERS: lambda share: say("strangers {share:.1%}", share=share),
    EXPLAINED: lambda share: say("explained {share:.1%}", share=share),
    LIKENESS: lambda share: say("likeness {share:.1%}", share=share),
    FOUND: lambda share: say("own picture first {share:.1%}", share=share),
    HIDDEN: lambda error: say("hidden patches {error:.4f}", error=error),
}


_TOKENS: Mapping[type, str] = {
    Failed: "bad",
    Paused: "warn",
    Checkpoint: "good",
    Finished: "good",
    Note: "ink2",
}


class Measured(Protocol):
    """What of a run is needed here."""

    def last(self, name: str) -> float | None:
        """The newest value of a curve, None while there is none."""


@dataclass(frozen=True)
class LogLine:
    """When (seconds since 1970), what in a word or two, the text, and the token of the word's colour."""

    time: float
    what: str
    text: str
    token: str = "accent"


def line_of(event: Event, run: Measured) -> LogLine | None:
    """What the log says of an event; most batches are not worth a line."""
    match event:
        case Started():
            what, text = say("start"), _beginning(event)
        case Metric() if any(name.startswith(_CHECKED) for name in event.values):
            what, text = say("pass {epoch:.0f}", epoch=event.epoch), _figures(run)
        case Checkpoint() if event.best:
            what, text = (
                say("saved"),
                say("best model so far kept (pass {epoch:.0f})", epoch=event.epoch),
            )
        case Checkpoint():
            what, text = say("saved"), say("everything up to batch {step:,}", step=event.step)
        case Paused():
            what, text = say("pause"), say("everything is saved")
        case Resumed():
            what, text = say("go on"), say("from batch {step:,}", step=event.step)
        case Figure():
            what, text = say("wrote"), event.path
        case Note():
            what, text = say("note"), event.text
        case Finished():
            what, text = say("end"), OUTCOMES[event.outcome]
        case Failed():
            what, text = say("failed"), event.sentence
        case _:
            return None
    return LogLine(event.time, what, text, _TOKENS.get(type(event), "accent"))


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
    for name, told in _FIGURES.items():
        value = run.last(name)
        if value is not None:
            parts.append(told(value))
    speed = run.last(SPEED)
    return "   ".join(
        [*parts, *([say("{speed:,.0f} obj/s", speed=speed)] if speed is not None else [])]
    )
