"""The engine as a process of its own: jobs and wishes come in, events go out, all as JSON lines.

In: {"number": 1, "job": {...}} and {"number": 1, "wish": "pause"}.
Out: {"hello": version}, then events, {"end": 1} after the last one of a job.
When its input closes it saves what is under way and leaves.
"""

import faulthandler
import importlib
import json
import os
import queue
import sys
import threading
import traceback
from contextlib import suppress
from typing import TextIO

from engine import __version__
from engine.control import Control, Wish
from engine.errors import Left
from engine.events import to_line
from engine.jobs import Job, perform
from engine.launch import several
from engine.orphan import end_with_input
from engine.session import Perform

GRACE = 10.0


class Server:
    """Does one job after another in the main thread; another thread listens for wishes."""

    def __init__(self, commands: TextIO, events: TextIO, perform: Perform = perform) -> None:
        self._commands = commands
        self._events = events
        self._perform = perform
        self._jobs: queue.SimpleQueue[tuple[int, Job, Control] | None] = queue.SimpleQueue()
        self._controls: dict[int, Control] = {}
        self._done = threading.Event()

    def serve(self, warm: bool = False) -> None:
        """Until the input closes. Warm: torch is loaded while the first job is waited for."""
        self._say(json.dumps({"hello": __version__}))
        threading.Thread(target=self._listen, daemon=True).start()
        if warm:
            with suppress(ImportError):  # a job that needs it will say what is missing
                importlib.import_module("engine.loop")
        with suppress(Left):
            while (work := self._jobs.get()) is not None:
                number, job, control = work
                for event in self._perform(job, control):
                    self._say(to_line(event))
                self._controls.pop(number, None)
                self._say(json.dumps({"end": number}))
        self._done.set()

    def _listen(self) -> None:
        try:
            for line in self._commands:
                self._obey(json.loads(line))
        except ValueError:
            traceback.print_exc()
            os._exit(2)  # a dead child is a sentence in the window; a deaf one would be waited for
        if not self._controls:
            os._exit(0)  # nothing under way: not even loading torch is worth waiting for
        self._jobs.put(None)
        for control in list(self._controls.values()):
            control.ask(Wish.LEAVE)
        if not self._done.wait(GRACE):
            os._exit(1)

    def _obey(self, command: dict[str, object]) -> None:
        number = int(str(command["number"]))
        if "job" in command:
            self._controls[number] = Control()
            self._jobs.put((number, Job.model_validate(command["job"]), self._controls[number]))
        elif number in self._controls:  # a wish for a job that has ended is too late, and no harm
            self._controls[number].ask(str(command["wish"]))

    def _say(self, line: str) -> None:
        with suppress(
            OSError
        ):  # nobody reads any more: the input closes as well, and that is obeyed
            self._events.write(line + "\n")
            self._events.flush()


def claim_streams() -> tuple[TextIO, TextIO]:
    """Keep the standard streams for the protocol; what libraries print goes to standard error."""
    commands = os.fdopen(os.dup(0), "r", encoding="utf-8")
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return commands, events


def main(perform: Perform = perform) -> None:
    """Serve on the standard streams; with --warm, load torch while waiting for the first job."""
    faulthandler.enable()
    if several() and os.environ.get("RANK") != "0":
        importlib.import_module("engine.ranks.crew").follow(perform)
        os._exit(0)
    _watcher = end_with_input(GRACE)  # before the streams are claimed: it watches the input itself
    commands, events = claim_streams()
    if hasattr(os, "nice"):
        os.nice(5)  # the window is drawn by the same cores and must stay smooth
    if several():
        crew = importlib.import_module("engine.ranks.crew")
        Server(commands, events, crew.telling(perform)).serve()
        crew.dismiss()
    else:
        Server(commands, events, perform).serve(warm="--warm" in sys.argv)
    os._exit(0)  # threads of libraries must not hold a child whose parent has gone


if __name__ == "__main__":
    main()
