"""Where the engine computes for a window: in the calling thread, or in a child. No torch here."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from engine.control import Control, Wish
from engine.errors import Left
from engine.events import Checkpoint, Event, Failed, Finished, Metric, Paused, Progress, from_line
from engine.jobs import Job, perform
from engine.process import Process
from engine.words import say

Perform = Callable[[Job, Control], Iterator[Event]]
CHILD = (sys.executable, "-m", "engine.child")
# Seconds that loading libraries may take on a busy machine, before a job's first event.
START = 60.0


class Session(Protocol):
    """Does one job after another; `events` ends with the job. Any thread may call `close`."""

    def warm(self) -> None:
        """Get ready before the first job, without waiting for it."""

    def events(self, job: Job, control: Control) -> Iterator[Event]:
        """What the engine says while it does the job; `control` may be asked from any thread."""

    def close(self, patience: float | None = None) -> None:
        """End what is kept alive. A job under way has `patience` seconds to save and leave."""


class ThreadSession:
    """The engine in the calling thread: for tests, debugging, and where a child is not possible."""

    def __init__(self, perform: Perform = perform) -> None:
        self._perform = perform

    def warm(self) -> None:
        """Nothing to get ready."""

    def events(self, job: Job, control: Control) -> Iterator[Event]:
        """The events of the job, computed here."""
        with suppress(Left):
            yield from self._perform(job, control)

    def close(self, patience: float | None = None) -> None:
        """Nothing is kept alive."""


class ChildSession:
    """The engine in a child: its crash, its memory and its long calls never reach the window.

    `command` starts the child and may put a launcher such as torchrun before it; `patience` is
    how many seconds a stop may take without a sign of it, and a closing child to save. Until the
    job's first event a stop may take as long as a start may.
    """

    def __init__(self, command: Sequence[str] = CHILD, patience: float = 10.0) -> None:
        self._command = tuple(command)
        self._patience = patience
        self._process: Process | None = None
        self._greeted = False
        self._jobs = 0

    @property
    def pid(self) -> int | None:
        """The child's process id while there is a child."""
        return self._process.pid if self._process else None

    def warm(self) -> None:
        """Start the child now, so that it has loaded what it needs when the first job comes."""
        if self._process is not None and not self._process.alive:
            self.close()
        if self._process is None:
            self._process, self._greeted = Process(self._command, environment()), False

    def events(self, job: Job, control: Control) -> Iterator[Event]:
        """The events of the job, computed in the child. A dead child is a Failed event."""
        self.warm()
        process = self._process
        assert process is not None
        self._jobs += 1
        number = self._jobs
        process.write(json.dumps({"number": number, "job": job.model_dump(mode="json")}))
        control.subscribe(lambda wish: self._forward(process, number, wish))
        watch = _Watch(control, self._patience, self._greeted)
        whole = False
        try:
            yield from _listen(process, number, watch)
            whole = process.alive
        except _Died:
            if not watch.left_in_peace(process.code()):
                yield watch.failure(process)
        finally:
            self._greeted = whole
            if not whole:
                self.close()

    def close(self, patience: float | None = None) -> None:
        """Ask the child to save and leave by closing its input; after the patience it is killed."""
        process, self._process = self._process, None
        if process is not None:
            process.close(self._patience if patience is None else patience)

    def _forward(self, process: Process, number: int, wish: Wish) -> None:
        if wish is Wish.LEAVE:
            process.hang_up()
        else:
            process.write(json.dumps({"number": number, "wish": wish.value}))


class _Died(Exception):  # found by looking, not raised by a mistake
    """The child's lines ended before its job did."""


def _listen(process: Process, number: int, watch: "_Watch") -> Iterator[Event]:
    """The events up to the mark that ends the job."""
    while True:
        line = process.read(0.2)
        if watch.overdue():
            process.kill()
        if line is None:
            continue
        if not line:
            raise _Died
        try:
            event = from_line(line)
        except ValueError:
            mark = _mark(line)
            watch.greeted |= "hello" in mark
            if mark.get("end") == number:
                return
            if not mark:
                process.complain(line)
            continue
        watch.note(event)
        yield event


def _mark(line: bytes) -> dict[str, object]:
    """A line of the protocol itself; {} for anything a library may have printed."""
    with suppress(ValueError):
        mark = json.loads(line)
        if isinstance(mark, dict) and ({"hello", "end"} & mark.keys()):
            return mark
    return {}


class _Watch:
    """Remembers what a sentence about a dead child needs, and notices a stop that does not come."""

    def __init__(self, control: Control, patience: float, greeted: bool) -> None:
        self.greeted = greeted
        self._control = control
        self._patience = patience
        self._allowed = max(START, patience)  # until the job's first event
        self._run, self._number, self._saved = "", -1, -1
        self._settled = self._killed = False
        self._sign = time.monotonic()

    def note(self, event: Event) -> None:
        """Take in one event. Batches that go on after a stop was asked for are no sign of it."""
        self._allowed = self._patience
        self._run, self._number = event.run or self._run, max(self._number, event.number)
        self._settled = isinstance(event, Paused | Finished | Failed)
        if isinstance(event, Checkpoint):
            self._saved = event.step
        if not isinstance(event, Progress | Metric):
            self._sign = time.monotonic()

    def overdue(self) -> bool:
        """True once a stop has been waited for too long without a sign of it."""
        if not self._control.stopping:
            self._sign = time.monotonic()
        self._killed |= time.monotonic() - self._sign > self._allowed
        return self._killed

    def left_in_peace(self, code: int) -> bool:
        """Whether the child went because it was asked to, with everything saved."""
        return code == 0 and (self._settled or self._control.wish is Wish.LEAVE)

    def failure(self, process: Process) -> Failed:
        """The sentence: the likely cause, and what was saved."""
        saved = say("What was saved before is not harmed.")
        if self._saved >= 0:
            saved = say(
                "Everything up to step {saved} is saved: the run can go on from there.",
                saved=self._saved,
            )
        return Failed(
            run=self._run,
            number=self._number + 1,
            sentence=f"{self._cause(process.code())} {saved}",
            detail=process.tail,
        )

    def _cause(self, code: int) -> str:
        if self._killed:
            return say(
                "The engine did not stop within {allowed:.0f} seconds and was ended.",
                allowed=self._allowed,
            )
        if not self.greeted:
            return say("The engine could not start; the details say why.")
        if code == -9:
            return say(
                "The system ended the engine, most likely because the computer ran out of memory. "
                "Fewer clouds at a time need less."
            )
        if code < 0:
            return say(
                "The engine crashed inside a library (signal {code}); the details say where.",
                code=-code,
            )
        return say("The engine ended before its work was done (exit code {code}).", code=code)


def environment() -> dict[str, str]:
    """The child's environment: its threads sleep while they wait, the window has a core left."""
    values = dict(os.environ)
    values.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    values.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
    home = str(Path(__file__).parents[1])
    values["PYTHONPATH"] = os.pathsep.join(filter(None, [home, values.get("PYTHONPATH", "")]))
    return values
