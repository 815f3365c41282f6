"""Whether a run learns more slowly now than it did: its last 20 seconds against its best 20."""

from collections import deque

from engine.events import Progress

_SECONDS = 20.0
_SLOW = 0.6  # of the best: less than this is more than the ups and downs of one program


class Tempo:
    """Batches a second while learning; what lies between two passes or is a rest does not count."""

    def __init__(self) -> None:
        self._last: Progress | None = None
        self._pieces: deque[tuple[float, int]] = deque()  # seconds and batches
        self._rate = self._best = self._worst = 0.0
        self._whole = (0.0, 0)

    @property
    def slowed(self) -> bool:
        """Whether the last 20 seconds did clearly less than the best ones."""
        return self._rate < _SLOW * self._best

    @property
    def spread(self) -> tuple[float, float]:
        """What a time that was told from the average pace is to be multiplied by, if all goes as in the best and as
        in the slowest 20 seconds so far; 1 and 1 before there were any."""
        if not self._rate:
            return 1.0, 1.0
        average = self._whole[1] / self._whole[0]
        return min(1.0, average / self._best), max(1.0, average / self._worst)

    def rest(self) -> None:
        """What comes next does not go on from what came last."""
        self._last = None

    def take(self, progress: Progress, steps_per_epoch: int) -> None:
        """Count what was done since the last progress."""
        last, self._last = self._last, progress
        if last is None or (last.step - 1) // steps_per_epoch != (
            (progress.step - 1) // steps_per_epoch
        ):
            return
        seconds, batches = progress.time - last.time, progress.step - last.step
        if 0 < seconds < _SECONDS and batches > 0:
            self._pieces.append((seconds, batches))
            self._whole = self._whole[0] + seconds, self._whole[1] + batches
            self._measure()

    def _measure(self) -> None:
        seconds = sum(piece[0] for piece in self._pieces)
        while seconds - self._pieces[0][0] >= _SECONDS:
            seconds -= self._pieces.popleft()[0]
        if seconds >= _SECONDS:
            self._rate = sum(piece[1] for piece in self._pieces) / seconds
            self._best = max(self._best, self._rate)
            self._worst = min(self._worst or self._rate, self._rate)
