"""A data set that takes its time and misbehaves when asked to; as a script, a child that has it."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from typing import Literal

import numpy as np

from engine.child import main
from engine.clouds import Clouds
from engine.control import Control
from engine.errors import DataError
from engine.events import Checkpoint, Event, Phase, Progress
from engine.registry import Settings, register


class Slow:
    """Counts to `steps`, waiting a little before each. Only registered where it is asked for."""

    class Settings(Settings):
        steps: int = 5
        seconds: float = 0.01
        way: Literal["well", "deaf", "killed", "refuses", "noisy", "leaves", "dies"] = "well"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def fingerprint(self) -> str:
        return f"{time.time_ns()}"

    def read(self, control: Control) -> Iterator[Event]:
        way = self.settings.way
        if way == "dies":
            os._exit(3)
        for step in range(self.settings.steps):
            if way == "noisy":
                print("a library says hello")
                os.write(1, b'{"end": 1}\n{"kind": "finished"}\n')
                os.system("echo a child of the child says hello")
            if step == 2:
                yield Checkpoint(step=step, epoch=0.5, path="checkpoints/step-2")
                if way == "refuses":
                    raise DataError("The folder is empty. Nothing was changed.")
                if way == "killed":
                    os.kill(os.getpid(), signal.SIGKILL)
                if way == "leaves":
                    print("something is badly wrong", file=sys.stderr, flush=True)
                    os._exit(3)
            if way != "deaf":
                yield from control.gate(step=step)
            time.sleep(self.settings.seconds)
            yield Progress(
                step=step, steps=5, epoch=0, epochs=1, clouds_per_second=1.0, seconds_left=0.0
            )
        yield Phase(name="Done")
        return Clouds(
            points=np.zeros((1, 4, 3), np.float32),
            labels=np.zeros(1, np.int64),
            train=np.ones(1, bool),
            names=("a",),
            kinds=("thing",),
            known=("thing",),
            title="Slow",
        )


if __name__ == "__main__":
    register("dataset", "slow")(Slow)
    main()
