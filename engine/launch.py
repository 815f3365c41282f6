"""Starts the processes of a training that several share, on this machine or on more, by torchrun. No torch here."""

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.control import Control, Wish
from engine.errors import Left
from engine.events import Event

if TYPE_CHECKING:
    from engine.jobs import Job

_PORT = 29500


def several() -> bool:
    """Whether a launcher has started this process as one of several."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def shared(job: "Job", control: Control, processes: int) -> Iterator[Event]:
    """The events of a training that so many processes of this machine share. They end with it."""
    from engine.session import ChildSession

    session = ChildSession(command(processes))
    try:
        yield from session.events(job, control)
    finally:
        session.close()
    if control.wish is Wish.LEAVE:
        raise Left


def command(processes: int) -> tuple[str, ...]:
    """What starts so many engines; the first of them takes jobs from its standard input."""
    run = (sys.executable, "-m", "torch.distributed.run", "--standalone")
    return (*run, "--nproc-per-node", str(processes), "-m", "engine.child")


def line(file: str, processes: int, machines: int = 1) -> str:
    """The command a person types, on each of the machines, to train what a file says."""
    meet = "--standalone"
    if machines > 1:
        meet = f"--nnodes {machines} --rdzv-backend c10d --rdzv-endpoint FIRST_MACHINE:{_PORT}"
    return f"torchrun {meet} --nproc-per-node {processes} -m engine run {file}"
