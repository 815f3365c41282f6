"""Which clouds are mixed: always of pairwise different known kinds, each of them one to learn from."""

import numpy as np
from numpy.typing import NDArray

from engine.clouds import Clouds

FEWEST, MOST = 2, 4


class Sources:
    """The rows of the clouds that go in. Which cloud of a kind comes first is chance, the same every time."""

    def __init__(self) -> None:
        self.rows: tuple[int, ...] = ()
        self.kinds: tuple[str, ...] = ()
        self._count = 3
        self._clouds: Clouds | None = None
        self._chance = np.random.default_rng(0)

    @property
    def most(self) -> int:
        """How many can be mixed at once: 4, or as many as there are kinds."""
        return min(MOST, len(self.kinds))

    def set_clouds(self, clouds: Clouds, known: tuple[str, ...]) -> None:
        """Choose from other clouds; sources that are still there and still known stay."""
        if clouds is not self._clouds:
            self.rows, self._chance = (), np.random.default_rng(0)
        self._clouds = clouds
        self.kinds = tuple(kind for kind in known if len(self._of(kind)))
        self.rows = tuple(row for row in self.rows if self.kind(row) in self.kinds)
        self._fill()

    def set_count(self, count: int) -> None:
        """Mix so many, or as many as there can be."""
        self._count = count
        self._fill()

    def kind(self, row: int) -> str:
        """The kind of a cloud."""
        assert self._clouds is not None
        return self._clouds.kinds[int(self._clouds.labels[row])]

    def swap(self, place: int) -> None:
        """Another cloud of the same kind, if there is one."""
        here = self.rows[place]
        rest = [row for row in self._of(self.kind(here)).tolist() if row != here]
        if rest:
            self._put(place, int(self._chance.choice(rest)))

    def swap_kind(self, place: int) -> None:
        """A cloud of the next kind that no other source has, if there is one."""
        used = {self.kind(row) for row in self.rows}
        here = self.kinds.index(self.kind(self.rows[place]))
        later = [*self.kinds[here + 1 :], *self.kinds[:here]]
        free = next((kind for kind in later if kind not in used), None)
        if free is not None:
            self._put(place, self._any(free))

    def can_swap(self, place: int) -> bool:
        """Whether there is another cloud of this kind."""
        return len(self._of(self.kind(self.rows[place]))) > 1

    @property
    def can_swap_kind(self) -> bool:
        """Whether there is a kind that is not mixed yet."""
        return len(self.kinds) > len(self.rows)

    def _fill(self) -> None:
        self.rows = self.rows[: self._count]
        used = {self.kind(row) for row in self.rows}
        free = [kind for kind in self.kinds if kind not in used]
        self.rows += tuple(self._any(kind) for kind in free[: self._count - len(self.rows)])

    def _put(self, place: int, row: int) -> None:
        self.rows = (*self.rows[:place], row, *self.rows[place + 1 :])

    def _any(self, kind: str) -> int:
        return int(self._chance.choice(self._of(kind)))

    def _of(self, kind: str) -> NDArray[np.int64]:
        """The rows of a kind that a run may learn from."""
        assert self._clouds is not None
        rows = self._clouds.of_kind(kind)
        return np.asarray(rows[self._clouds.train[rows]])
