"""The run that goes on, or was last shown: state, numbers and log, made from events alone."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from engine.events import (
    Checkpoint,
    Event,
    Failed,
    Finished,
    Metric,
    Paused,
    Phase,
    Progress,
    Resumed,
    Started,
)
from engine.experiment import Experiment
from engine.words import say
from workbench.models.curve import Curve
from workbench.models.log_lines import LogLine, line_of
from workbench.models.measured import (
    BOXES,
    CLASSES,
    EXPLAINED,
    KNOWN,
    LIKENESS,
    PARTS,
    SEEN,
    SPEED,
    STRANGERS,
)
from workbench.models.story import Story
from workbench.models.tempo import Tempo

State = Literal[
    "idle",
    "preparing",
    "running",
    "pausing",
    "paused",
    "interrupted",
    "stopping",
    "finished",
    "failed",
]
_LOG_LINES = 5000
_STATES: dict[str, State] = {
    "new": "interrupted",
    "running": "interrupted",  # by another window, or by one that went away just now
    "paused": "paused",
    "interrupted": "interrupted",
    "discarded": "interrupted",  # and taken back from the trash
    "failed": "failed",
}


@dataclass(frozen=True)
class Best:
    """The pass whose model is the best on validation so far, with its figures (shares of 1) as far as there are."""

    epoch: float
    known: float | None
    strangers: float | None
    explained: float | None = None
    likeness: float | None = None
    boxes: float | None = None
    classes: float | None = None
    parts: float | None = None
    seen: float | None = None


class LiveRun(QObject):
    """Takes events and says what changed. `attached`: an engine of this window does the run."""

    changed = Signal()
    curves_changed = Signal()
    logged = Signal(object)
    renewed = Signal()  # another run, or none: curves and log are not those of before

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clear()

    def _clear(self) -> None:
        self.run: Path | None = None
        self.experiment: Experiment | None = None
        self.state: State = "idle"
        self.attached = False
        self.outcome = ""
        self.started: Started | None = None
        self.progress: Progress | None = None
        self.phase: Phase | None = None
        self.phase_began = 0.0
        self.tempo = Tempo()
        self.best: Best | None = None
        self.curves: dict[str, Curve] = {}
        self.results: dict[str, Any] = {}
        self.sentence = ""
        self.detail = ""
        self.log: list[LogLine] = []

    @property
    def alive(self) -> bool:
        """Whether an engine of this window has this run in hand, be it paused."""
        return self.attached

    @property
    def can_continue(self) -> bool:
        """Whether the run can go on from what it saved, in a new engine."""
        if self.attached or self.run is None:
            return False
        early = self.state == "finished" and self.outcome == "finished early"
        return self.state in ("paused", "interrupted", "failed") or early

    @property
    def name(self) -> str:
        """What the run is called."""
        if self.experiment is not None:
            return self.experiment.name
        return self.started.name if self.started else ""

    def rename(self, name: str) -> None:
        """It is called this from now on."""
        if self.experiment is not None:
            self.experiment = self.experiment.model_copy(update={"name": name})
            self.changed.emit()

    def last(self, name: str) -> float | None:
        """The newest value of a curve, None while there is none."""
        curve = self.curves.get(name)
        return curve.last if curve is not None else None

    def clear(self) -> None:
        """Show no run."""
        self._clear()
        self._tell_all()

    def begin(self, experiment: Experiment) -> None:
        """A new run of this experiment was asked for."""
        self._clear()
        self.experiment = experiment
        self._attach()

    def go_on(self, story: Story) -> None:
        """A run that was left is asked to go on: what it logged before is shown at once."""
        self.replay(story)
        self.outcome, self.sentence, self.detail, self.results = "", "", "", {}
        self._attach()

    def replay(self, story: Story) -> None:
        """Show a run from its folder, as it was left."""
        self._clear()
        self.run, self.experiment = story.path, story.experiment
        for event in story.events:
            self._take(event)
        self.attached, self.phase = False, None
        self.state = _STATES.get(story.state, "finished")
        self._tell_all()

    def wish(self, wish: str) -> None:
        """Answer a press at once, before the engine does."""
        if wish == "pause" and self.state in ("preparing", "running"):
            self.state = "pausing"
        elif wish == "resume" and self.state in ("paused", "pausing"):
            self.state = "running" if self.started else "preparing"
        elif wish in ("finish", "discard"):
            self.state = "stopping"
        self.changed.emit()

    def take(self, events: list[Event]) -> None:
        """Apply a delivery of events, then say once what changed."""
        lines = len(self.log)
        for event in events:
            self._take(event)
        fresh = self.log[lines:]
        if len(self.log) > _LOG_LINES:
            del self.log[: _LOG_LINES // 5]
        for line in fresh:
            self.logged.emit(line)
        if any(isinstance(event, Progress | Metric | Resumed) for event in events):
            self.curves_changed.emit()
        self.changed.emit()

    def _attach(self) -> None:
        self.attached, self.state = True, "preparing"
        self.phase, self.phase_began = None, time.time()
        self._tell_all()

    def _tell_all(self) -> None:
        self.changed.emit()
        self.curves_changed.emit()
        self.renewed.emit()

    def _take(self, event: Event) -> None:
        match event:
            case Started():
                self.started, self.phase, self.tempo = event, None, Tempo()
                self._go("running")
            case Phase():
                self._enter(event)
            case Progress():
                self.progress, self.phase = event, None
                epoch = event.step / max(1, event.steps) * event.epochs
                self._curve(SPEED).append(event.step, epoch, event.clouds_per_second)
                self.tempo.take(event, max(1, event.steps // max(1, event.epochs)))
            case Metric():
                for name, value in event.values.items():
                    self._curve(name).append(event.step, event.epoch, value)
            case Checkpoint() if event.best:
                figures = (KNOWN, STRANGERS, EXPLAINED, LIKENESS, BOXES, CLASSES, PARTS, SEEN)
                self.best = Best(event.epoch, *(self.last(name) for name in figures))
            case Paused():
                self.state = "paused"
            case Resumed():
                self.tempo.rest()
                for curve in self.curves.values():
                    curve.cut(event.step)
                self._go("running" if self.started else "preparing")
            case Finished():
                self.state, self.outcome, self.results = "finished", event.outcome, event.results
                self.attached, self.phase = False, None
            case Failed():
                self.state, self.sentence, self.detail = "failed", event.sentence, event.detail
                self.attached, self.phase = False, None
        line = line_of(event, self)
        if line is not None:
            self.log.append(line)

    def _go(self, state: State) -> None:
        """Go on, unless the person wished for something that is still to come."""
        if self.state not in ("pausing", "stopping"):
            self.state = state

    def _enter(self, phase: Phase) -> None:
        if self.phase is None or self.phase.name != phase.name:
            self.phase_began = phase.time
            # a phase that knows its fraction counts in its detail, which is old when it is read
            detail = phase.detail if phase.fraction is None else ""
            text = f"{phase.name}: {detail}".strip(": ")
            self.log.append(LogLine(phase.time, say("phase"), text))
        self.phase = phase

    def _curve(self, name: str) -> Curve:
        return self.curves.setdefault(name, Curve())
