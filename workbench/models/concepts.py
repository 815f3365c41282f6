"""What the Concepts page shows: one pair, one idea, one map of attention; no widget, no net."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from engine.concept_maps import ConceptMaps
from engine.orbit import Floats
from engine.shading import local_light
from engine.words import say
from workbench.background import in_background
from workbench.models.attention import Spread, alikeness, relative, sharpness
from workbench.models.idea_names import read_names, write_names

ALL_HEADS = -1
NUMBER, STRENGTH, LIKENESS = range(3)


@dataclass(frozen=True)
class Look:
    """One pair made ready: how its patch weights spread over its points, and each point's local light (N,)."""

    pair: int
    points: Floats
    spread: Spread
    light: Floats


class ConceptModel(QObject):
    """`replaced` by another run; `pair_changed` once a pair is ready; then what is chosen of it changes."""

    replaced = Signal()
    pair_changed = Signal()
    map_changed = Signal()  # another layer, another head, or through all layers
    idea_changed = Signal()
    switched = Signal()  # the idea is off, or on again
    renamed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.maps: ConceptMaps | None = None
        self.run = Path()
        self.names: list[str] = []
        self.look: Look | None = None
        self.idea = 0
        self.layer, self.head = 0, ALL_HEADS
        self.through = self.off = False
        self._coming: tuple[Path, ConceptMaps] | None = (
            None  # a run whose first pair is not ready yet
        )
        self._wanted = self._edition = 0
        self._weights: tuple[object, Floats] = (None, np.zeros((0, 0), np.float32))

    # --- what there is ---

    @property
    def shown(self) -> ConceptMaps:
        """The maps on show; only while there are some."""
        assert self.maps is not None
        return self.maps

    @property
    def ready(self) -> bool:
        """Whether a pair is on show."""
        return self.maps is not None and self.look is not None

    @property
    def pair(self) -> int:
        """The pair on show."""
        return 0 if self.look is None else self.look.pair

    @property
    def ideas(self) -> int:
        """How many ideas there are; 0 for a student without."""
        attention = None if self.maps is None else self.maps.attention
        return 0 if attention is None else attention.shape[3]

    @property
    def taught(self) -> bool:
        """Whether there was a teacher: without one nothing is like anything."""
        return self.maps is not None and bool(self.maps.likeness.any())

    @property
    def speaks(self) -> bool:
        """Whether the student has words at all: not where it learnt an embedding, or patch by patch."""
        return self.maps is not None and any(self.maps.student_words)

    @property
    def layers(self) -> int:
        """How many layers the attention comes from."""
        attention = None if self.maps is None else self.maps.attention
        return 0 if attention is None else attention.shape[1]

    @property
    def heads(self) -> int:
        """How many heads each layer has."""
        attention = None if self.maps is None else self.maps.attention
        return 0 if attention is None else attention.shape[2]

    @property
    def alike(self) -> float:
        """How alike the maps of the ideas are in the last layer, over all pairs: 1 is the same; NaN without ideas."""
        if self.maps is None or self.maps.attention is None:
            return float("nan")
        return alikeness(self.maps.attention[:, -1].astype(np.float32).mean(axis=1))

    def called(self, idea: int) -> str:
        """An idea's name, or its number where it has none."""
        return self.names[idea] or say("idea {idea}", idea=idea + 1)

    # --- choosing ---

    def show(self, run: Path, maps: ConceptMaps) -> None:
        """Another run, from its first pair and idea and its sharpest map; the one on show stays until that is ready."""
        self._coming, self._wanted = (run, maps), 0
        in_background(self, partial(_look_at, maps, 0), partial(self._take, maps))

    def _replace(self, run: Path, maps: ConceptMaps, look: Look) -> None:
        """All at once: whatever is painted meanwhile shows the one run or the other."""
        self._coming = None
        self.run, self.maps, self.look = run, maps, look
        self.names = read_names(run, maps.ideas, self.ideas)
        self.idea = 0
        self.layer, self.head = self._sharpest()
        self.through = self.off = False
        self._edition += 1
        self.replaced.emit()
        self.pair_changed.emit()

    def show_pair(self, pair: int) -> None:
        """Make another pair ready in the background, then show it."""
        if self.maps is not None and self._coming is None and 0 <= pair < len(self.maps):
            self._wanted = pair
            maps = self.maps
            in_background(self, partial(_look_at, maps, pair), partial(self._take, maps))

    def step(self, by: int) -> None:
        """The next pair, or the one before; from the last to the first."""
        if self.maps is not None:
            self.show_pair((self._wanted + by) % len(self.maps))

    def choose_idea(self, idea: int) -> None:
        """Look at another idea; it is on."""
        if 0 <= idea < self.ideas and idea != self.idea:
            self.idea, self.off = idea, False
            self.idea_changed.emit()

    def choose_map(self, layer: int, head: int) -> None:
        """The map of one head, or of all of a layer."""
        if (layer, head, False) != (self.layer, self.head, self.through):
            self.layer, self.head, self.through = layer, head, False
            self.map_changed.emit()

    def look_through(self, through: bool) -> None:
        """Through all layers back to the patches, or at one layer."""
        if through != self.through:
            self.through = through
            self.map_changed.emit()

    def switch_off(self, off: bool) -> None:
        """Show words and likeness as they are without the idea."""
        if off != self.off:
            self.off = off
            self.switched.emit()

    def rename(self, idea: int, name: str) -> None:
        """Call an idea something else and keep that; an empty name takes the guess again.

        Raises RunError when it cannot be kept; then nothing is changed.
        """
        guesses = self.shown.ideas
        names = list(self.names)
        names[idea] = name.strip() or (guesses[idea] if idea < len(guesses) else "")
        if names != self.names:
            write_names(self.run, names, guesses)
            self.names = names
            self.renamed.emit()

    def _take(self, maps: ConceptMaps, look: Look) -> None:
        if self._coming is not None:
            run, coming = self._coming
            if maps is coming:
                self._replace(run, maps, look)
        elif maps is self.maps and look.pair == self._wanted:
            self.look, self.off = look, False
            self.pair_changed.emit()

    # --- what is looked at ---

    @property
    def map_key(self) -> tuple[object, ...]:
        """Tells apart all maps that were ever on show."""
        where = ("through",) if self.through else (self.layer, self.head)
        return self._edition, self.pair, *where

    @property
    def weights(self) -> Floats:
        """(C, G): the map that is chosen, of every idea in this pair."""
        if self._weights[0] != self.map_key:
            self._weights = self.map_key, self._chosen()
        return self._weights[1]

    def share(self, idea: int) -> Floats:
        """(G,): how much an idea looks at each patch, relative to the one it looks at most."""
        return relative(self.weights[idea])

    def sharp(self) -> Floats:
        """(1 + H, L): how sharp the idea's map is, of all heads together and of each, by layer."""
        attention = self.shown.attention
        assert attention is not None
        maps = np.asarray(attention[self.pair, :, :, self.idea], dtype=np.float32)
        every = np.concatenate((maps.mean(axis=1, keepdims=True), maps), axis=1)
        return sharpness(every).T

    def guessed(self, idea: int) -> bool:
        """Whether an idea still has the name that the test guessed."""
        guesses = self.shown.ideas
        return idea < len(guesses) and self.names[idea] == guesses[idea]

    def _sharpest(self) -> tuple[int, int]:
        """The layer and the head, or all heads of the layer, whose map of the idea is the sharpest."""
        if not self.ideas:
            return max(0, self.layers - 1), ALL_HEADS
        sharp = self.sharp()
        row, layer = np.unravel_index(int(sharp.argmax()), sharp.shape)
        return int(layer), int(row) - 1

    def _chosen(self) -> Floats:
        maps = self.shown
        if maps.attention is None or maps.rollout is None:
            return np.zeros((0, maps.centres.shape[1]), np.float32)
        if self.through:
            return np.asarray(maps.rollout[self.pair], dtype=np.float32)
        layer = maps.attention[self.pair, self.layer].astype(np.float32)
        return np.asarray(layer.mean(axis=0) if self.head == ALL_HEADS else layer[self.head])

    # --- what it is good for ---

    @property
    def likeness(self) -> float:
        """Of this pair, with every idea on."""
        return float(self.shown.likeness[self.pair])

    @property
    def without(self) -> Floats:
        """(C,): the likeness of this pair with one idea switched off."""
        without = self.shown.without
        return np.zeros(0, np.float32) if without is None else without[self.pair]

    @property
    def strength(self) -> Floats:
        """(C,): by how much the likeness falls without each idea."""
        return np.asarray(np.float32(self.likeness) - self.without, dtype=np.float32)

    @property
    def student_words(self) -> str:
        """What the student says, without the idea while that is off."""
        rows = self.shown.words_without
        if self.off and self.pair < len(rows) and self.idea < len(rows[self.pair]):
            return rows[self.pair][self.idea]
        return self.shown.student_words[self.pair]

    def order(self, by: int) -> Sequence[int]:
        """The ideas by number, by strength (strongest first), or by likeness without them (highest first)."""
        if by == NUMBER or not self.ready:
            return range(self.ideas)
        keys = -self.strength if by == STRENGTH else -self.without
        return [int(idea) for idea in np.argsort(keys, kind="stable")]

    def others(self) -> NDArray[np.int64]:
        """The other pairs, those that need this idea most first."""
        strength = self.shown.strength
        if strength is None:
            return np.zeros(0, np.int64)
        ranked = np.argsort(-strength[:, self.idea], kind="stable")
        return np.asarray(ranked[ranked != self.pair], dtype=np.int64)


def _look_at(maps: ConceptMaps, pair: int) -> Look:
    points = np.ascontiguousarray(maps.points[pair])
    return Look(pair, points, Spread.over(points, maps.centres[pair]), local_light(points))
