"""A data set whose reading ends in every way that a child can end in; as a script, a child that has it."""

import ctypes
import faulthandler
import os
import re
import sys
import time
from collections.abc import Iterator
from typing import Literal

from engine.child import main
from engine.control import Control
from engine.events import Checkpoint, Event, Progress
from engine.registry import Settings, register


class Bad:
    """Tells of a checkpoint, then misbehaves."""

    class Settings(Settings):
        way: Literal["well", "segfault", "abort", "exit", "hang", "spin", "hold", "greedy"] = "well"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def fingerprint(self) -> str:
        return f"{time.time_ns()}"

    def read(self, control: Control) -> Iterator[Event]:
        yield Checkpoint(step=7, epoch=0.5, path="checkpoints/step-7")
        yield Progress(step=7, steps=9, epoch=0, epochs=1, clouds_per_second=1.0, seconds_left=0.0)
        match self.settings.way:
            case "segfault":
                faulthandler._sigsegv()
            case "abort":
                os.abort()
            case "exit":
                sys.exit(5)
            case "hang":
                time.sleep(10**6)
            case "spin":  # inside of a library, with Python held fast
                re.match(r"(a+)+$", "a" * 64 + "b")
            case "hold":  # asleep inside of a library that does not let go of Python
                ctypes.PyDLL(None).sleep(10**6)
            case "greedy":
                raise MemoryError


if __name__ == "__main__":
    register("dataset", "bad")(Bad)
    main()
