"""The engines behind the first of several: they do the jobs it is given, and say nothing."""

import os
import sys
from collections.abc import Callable, Iterator

from engine.control import Control
from engine.events import Event, Failed
from engine.jobs import Job
from engine.ranks.world import here, join, named, tell

Perform = Callable[[Job, Control], Iterator[Event]]


def telling(perform: Perform) -> Perform:
    """The same, where the others take part in jobs that train."""

    def told(job: Job, control: Control) -> Iterator[Event]:
        if job.do in ("train", "resume"):
            join(job.on_cards)
            tell(job)
        yield from perform(job, control)

    return told


def follow(perform: Perform) -> None:
    """Until the first leaves. A problem of this process's own ends it, and the launcher then ends them all."""
    os.dup2(2, 1)  # the first alone speaks there
    try:
        join()
        while (job := tell(None)) is not None:
            for event in perform(job, Control()):
                if isinstance(event, Failed):
                    sys.stderr.write(f"{event.sentence}\n{event.detail}\n")
    except RuntimeError as error:
        if named(error) is error:
            raise
        os._exit(1)  # the first has gone


def dismiss() -> None:
    """Let the others go home."""
    if here().size > 1:
        tell(None)
