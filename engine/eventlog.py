"""events.jsonl: one event a line, appended; a torn end costs at most the last event, never the log."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.events import Event, Finished, Metric, Progress, Resumed, Started, from_line, to_line
from engine.explained import by_truth

_LIFECYCLE = ("started", "paused", "resumed", "finished", "failed")


class EventLog:
    """Appends and reads the events of one run. Only the process that holds the run's lock may append."""

    def __init__(self, path: Path, run_id: str) -> None:
        self.path = path
        self._run_id = run_id
        self._next: int | None = None
        self._held: list[bytes] | None = None

    def at_once(self) -> "EventLog":
        """The log as it is now, read once however much is asked of it. Not for appending."""
        log = EventLog(self.path, self._run_id)
        log._held = self._lines()
        return log

    def append(self, event: Event) -> Event:
        """Stamp the event with the run's id and the next number, write it, and return it."""
        if self._next is None:
            self._next = self._mend() + 1
        event = event.model_copy(update={"run": self._run_id, "number": self._next})
        number, self._next = self._next, None  # a write that fails is mended before the next
        with self.path.open("ab") as file:
            file.write(to_line(event).encode() + b"\n")
            if event.kind in _LIFECYCLE:
                file.flush()
                os.fsync(file.fileno())
        self._next = number + 1
        return event

    def read(self) -> Iterator[Event]:
        """The whole events, up to the first line that is none."""
        for line in self._lines():
            try:
                yield from_line(line)
            except ValueError:
                return

    @property
    def modified(self) -> float:
        """When the last event was written, in seconds since 1970; 0 when none was."""
        return self.path.stat().st_mtime if self.path.exists() else 0.0

    def last_lifecycle(self) -> tuple[str, str]:
        """Kind and outcome of the last event that began or ended something, ("", "") when there is none."""
        for line in reversed(self._lines()):
            if b'"kind":"metric"' in line or b'"kind":"progress"' in line:
                continue
            event = _parsed(line)
            if event is not None and event.kind in _LIFECYCLE:
                return event.kind, event.outcome if isinstance(event, Finished) else ""
        return "", ""

    def results(self) -> dict[str, Any]:
        """The results of the newest test as far as they can be compared with today's, or nothing."""
        for line in reversed(self._lines()):
            if b'"kind":"finished"' in line:
                event = _parsed(line)
                if isinstance(event, Finished) and event.results:
                    return by_truth(event.results)
        return {}

    def started(self) -> Started | None:
        """What was known before the first batch, when it began last; None when it never did."""
        for line in reversed(self._lines()):
            if b'"kind":"started"' in line:
                event = _parsed(line)
                if isinstance(event, Started):
                    return event
        return None

    def passes(self) -> float | None:
        """For how many passes over its data it had learnt when it ended last; None when it never did."""
        started = self.started()
        for line in reversed(self._lines()):
            if started is not None and b'"kind":"finished"' in line:
                event = _parsed(line)
                if isinstance(event, Finished):
                    whole = event.outcome == "done"
                    return started.epochs if whole else event.step / started.steps_per_epoch
        return None

    def speed(self) -> float | None:
        """Clouds a second at the newest progress, None when there was none."""
        for line in reversed(self._lines()):
            if b'"kind":"progress"' in line:
                event = _parsed(line)
                if isinstance(event, Progress):
                    return event.clouds_per_second
        return None

    def values(self, name: str) -> tuple[float, ...]:
        """All values of one metric, in order, without those of a future lost by going back to a checkpoint."""
        key = f'"{name}":'.encode()
        values: dict[int, float] = {}
        for line in self._lines():
            if key in line:
                event = _parsed(line)
                if isinstance(event, Metric) and name in event.values:
                    values[event.step] = event.values[name]
            elif b'"kind":"resumed"' in line:
                event = _parsed(line)
                if isinstance(event, Resumed):
                    values = {at: value for at, value in values.items() if at <= event.step}
        return tuple(values.values())

    def _lines(self) -> list[bytes]:
        if self._held is not None:
            return self._held
        if not self.path.exists():
            return []
        whole, _, _torn = self.path.read_bytes().rpartition(b"\n")
        return whole.split(b"\n") if whole else []

    def _mend(self) -> int:
        """Cut what follows the last whole event; returns that event's number (-1: none)."""
        number, size = -1, 0
        for line in self._lines():
            try:
                number = from_line(line).number
            except ValueError:
                break
            size += len(line) + 1
        if self.path.exists() and self.path.stat().st_size != size:
            os.truncate(self.path, size)
        return number


def _parsed(line: bytes) -> Event | None:
    """The event of a line; None for a line that holds none, whatever it holds."""
    try:
        return from_line(line)
    except ValueError:
        return None
