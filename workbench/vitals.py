"""How busy this computer is, from what the system itself says; nothing is guessed."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from engine.words import say

_STAT = Path("/proc/stat")
_MEMORY = Path("/proc/meminfo")
_GIB = 2**30


@dataclass(frozen=True)
class Vitals:
    """Processor use 0..1 and memory in bytes; None where this system does not say."""

    processor: float | None = None
    memory_used: int | None = None
    memory_total: int | None = None

    @property
    def memory(self) -> str:
        """Memory in words, or nothing."""
        if self.memory_used is None or self.memory_total is None:
            return ""
        return say(
            "{memory_used:.1f} of {memory_total:.1f} GB memory",
            memory_used=self.memory_used / _GIB,
            memory_total=self.memory_total / _GIB,
        )


class Pulse:
    """Reads the vitals; processor use is measured between two readings, so the first has none."""

    def __init__(self, stat: Path = _STAT, memory: Path = _MEMORY) -> None:
        self._stat = stat
        self._memory = memory
        self._before = self._times()

    def read(self) -> Vitals:
        """The vitals since the last reading."""
        return Vitals(self._processor(), *self._memory_use())

    def _processor(self) -> float | None:
        now, before = self._times(), self._before
        self._before = now
        if now is None or before is None:
            return _load()
        total = now[1] - before[1]
        return min(1.0, max(0.0, (now[0] - before[0]) / total)) if total > 0 else None

    def _times(self) -> tuple[int, int] | None:
        """Busy and total ticks of all cores since the computer started."""
        try:
            first = self._stat.read_text().split("\n", 1)[0].split()
            user, nice, system, idle, waiting, *rest = (int(tick) for tick in first[1:9])
        except (OSError, ValueError):
            return None
        busy = user + nice + system + sum(rest)
        return busy, busy + idle + waiting

    def _memory_use(self) -> tuple[int | None, int | None]:
        try:
            lines = self._memory.read_text().splitlines()
            kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines if ":" in line}
            total = kilobytes["MemTotal"] * 1024
            return total - kilobytes["MemAvailable"] * 1024, total
        except (OSError, ValueError, KeyError, IndexError):
            return None, None


def _load() -> float | None:
    """Processes that want to run, for each core: the nearest thing where there is no /proc."""
    if sys.platform == "win32":
        return None
    return min(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
