"""Who the processes of one training are, as torchrun tells each of them, and how the first tells the others a thing."""

import ctypes
import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
from torch import distributed

from engine.errors import DeviceError, EngineError
from engine.launch import several
from engine.words import say

_PDEATHSIG = 1  # prctl(2)
_PATIENCE = timedelta(
    days=7
)  # the others wait as long as a person pauses; the launcher tells of a dead one
_LOST = ("Connection closed", "Connection reset", "Broken pipe", "gloo", "NCCL", "Socket")


@dataclass(frozen=True)
class World:
    """This process among `size`; local: its number on this machine, of `neighbours`. words: where things are told."""

    rank: int = 0
    size: int = 1
    local: int = 0
    neighbours: int = 1
    words: Any = None

    @property
    def first(self) -> bool:
        """The one that writes, tests and listens to wishes."""
        return self.rank == 0


class RankLost(EngineError):
    """Another process of the same training is gone."""


_here = World()


def here() -> World:
    """This process; one alone unless `join` was called."""
    return _here


def join(cuda: bool | None = None) -> World:
    """Meet the others that the launcher has started; alone there is nobody to meet. Once is enough.

    cuda: whether they compute on graphics cards, one each; None: wherever there are enough of them.
    """
    global _here
    if not several() or _here.size > 1:
        return _here
    rank, size, local, neighbours = (
        int(os.environ[name]) for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
    )
    _leave_with_launcher()
    cards = torch.cuda.device_count()
    if cuda and cards < neighbours:
        raise DeviceError(
            say(
                "{neighbours} processes need {neighbours} graphics cards, and there are {cards}. Nothing "
                "was started. Start as many processes as there are cards, or set training.device to "
                "“cpu”.",
                neighbours=neighbours,
                cards=cards,
            )
        )
    on_cards = cards >= neighbours if cuda is None else cuda
    if on_cards:
        torch.cuda.set_device(local)
    distributed.init_process_group("nccl" if on_cards else "gloo", timeout=_PATIENCE)
    words = distributed.new_group(backend="gloo", timeout=_PATIENCE) if on_cards else None
    _here = World(rank, size, local, neighbours, words)
    return _here


def tell(value: Any) -> Any:
    """What the first says, in every process; what the others say is not heard."""
    if _here.size == 1:
        return value
    box = [value if _here.first else None]
    distributed.broadcast_object_list(box, src=0, group=_here.words)
    return box[0]


def named(error: Exception) -> Exception:
    """A sentence in the place of what a library says when another process has gone; else the error itself."""
    if _here.size > 1 and isinstance(error, RuntimeError) and any(w in str(error) for w in _LOST):
        return _lost()
    return error


def _lost() -> RankLost:
    return RankLost(
        say(
            "One of the {size} processes that trained together has ended, so all of them stopped. What "
            "was saved before is not harmed: the run can go on from there.",
            size=_here.size,
        )
    )


def _leave_with_launcher() -> None:
    """Go when the launcher goes, however that ends, and say so when it asks to."""

    def ended(_signal: int, _frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once said it need not be said again
        raise _lost()

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, ended)
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGTERM)
