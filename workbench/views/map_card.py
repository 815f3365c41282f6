"""The map as a card: asks the engine for it, says how long that takes, and what it shows."""

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QMenu

from engine.embedding import Embedding, Method, Side, read_embedding
from engine.events import Event, Failed, Figure, Phase
from engine.predictions import PRETEND, TEST, Predictions
from engine.words import say
from workbench.background import read_in_background
from workbench.kit import Segmented
from workbench.models.sheets import Sheet
from workbench.views.map_view import MapView, Mask
from workbench.views.plot_card import PlotCard

if TYPE_CHECKING:
    from workbench.desk import Desk

_METHODS: dict[Method, str] = {"tsne": say("t-SNE"), "pca": "PCA", "umap": "UMAP"}
_SIDES: tuple[Side, ...] = ("test", "pretend")
_WAITING = say("Waiting for the engine …")


class MapCard(PlotCard):
    """`chosen(sample)` and `brushed(samples)` speak of tested samples by number."""

    chosen = Signal(int)
    brushed = Signal(object)

    def __init__(self, desk: "Desk") -> None:
        self.view = MapView()
        super().__init__(say("Map of the student's mind"), "", self.view, self._sheet_of)
        self._desk = desk
        self._run: Path | None = None
        self._found: Predictions | None = None
        self._map: Embedding | None = None
        self._wanted: tuple[Any, ...] = ()
        self._of_test = np.empty(0, np.int64)  # tested sample by place on the map, -1: a mixture
        self._places: dict[int, int] = {}
        self.say_empty(_WAITING)
        self.method: Method = "tsne"
        self.sides = Segmented([say("Strangers"), say("Pretend")])
        self.sides.option(0).setToolTip(say("Known kinds and strangers of the test part"))
        self.sides.option(1).setToolTip(
            say("Known kinds and mixtures of validation (pretend strangers)")
        )
        self.below.addWidget(self.sides)
        self.below.addStretch(1)
        self.below.addWidget(self.term)
        self.term.show()
        self._clock = QTimer(self, interval=500)
        self._clock.timeout.connect(self._say_time)
        self._began: float | None = None
        self.sides.changed.connect(lambda _index: self._ask())
        self.view.chosen.connect(self._choose)
        self.view.brushed.connect(self._brush)

    def follow(self, run: Path, found: Predictions) -> None:
        """Another run: its map is asked for."""
        self._run, self._found = run, found
        self._ask()

    def draw_with(self, method: Method) -> None:
        """Another way to lay the map out."""
        if method != self.method:
            self.method = method
            self._ask()

    def menu(self) -> QMenu:
        """What can be done with every chart, and how this one is laid out."""
        menu = super().menu()
        menu.addSeparator()
        for method, name in _METHODS.items():
            action = menu.addAction(say("Lay out with {name}", name=name))
            action.setCheckable(True)
            action.setChecked(method == self.method)
            action.triggered.connect(lambda _on=False, method=method: self.draw_with(method))
        return menu

    def light(self, samples: "np.ndarray[Any, Any] | None") -> None:
        """Dim all but these tested samples; None: none is dimmed."""
        lit: Mask | None = None if samples is None else np.isin(self._of_test, samples)
        self.view.light(lit)

    def show_sample(self, sample: int) -> None:
        """Mark a tested sample, where the map has it."""
        self.view.show_point(self._places.get(sample, -1))
        self._sample = sample

    _sample = -1

    def _ask(self) -> None:
        if self._run is None:
            return
        side = _SIDES[self.sides.index]
        self._wanted = (self._run, self.method, side)
        self._began = None
        self.view.clear_brush()
        self._say(_WAITING)
        self._clock.start()
        self._desk.draw_map(self._run, self.method, side, partial(self._hear, self._wanted))

    def _hear(self, asked: tuple[Any, ...], events: list[Event]) -> None:
        if asked != self._wanted or self._run is None:
            return
        for event in events:
            if isinstance(event, Phase):
                self._began = time.monotonic()
                self._say_time()
            elif isinstance(event, Failed):
                self._say(event.sentence)
                self._clock.stop()
            elif isinstance(event, Figure):
                read = partial(read_embedding, self._run / event.path)
                read_in_background(self, read, partial(self._take, asked))

    def _take(self, asked: tuple[Any, ...], found: Embedding | str) -> None:
        if asked != self._wanted or self._found is None:
            return
        self._clock.stop()
        if isinstance(found, str) or (found.sample >= len(self._found)).any():
            self._say(
                found if isinstance(found, str) else say("The map is of another test. Open again.")
            )
            return
        self._map, all_ = found, self._found
        number = np.where(all_.split == TEST, np.cumsum(all_.split == TEST) - 1, -1)
        self._of_test = number[found.sample]
        self._places = {int(s): place for place, s in enumerate(self._of_test) if s >= 0}
        labels = np.where(all_.split == PRETEND, len(all_.known), all_.labels)[found.sample]
        names = tuple(all_.names[sample] for sample in found.sample)
        self.view.set_points(found.place.astype(np.float64), labels, len(all_.known), names)
        self.view.show_point(self._places.get(self._sample, -1))
        shown = len(found.sample)
        some = (
            ""
            if shown == found.whole
            else say("{shown:,} of {whole:,} · ", shown=shown, whole=found.whole)
        )
        self.term.setText(some + _METHODS[self.method])
        self.term.setToolTip(
            say(
                "{shown:,} of {whole:,} clouds, drawn by the run's seed",
                shown=shown,
                whole=found.whole,
            )
        )
        self.refresh()

    def _say(self, words: str) -> None:
        self.say_empty(words)
        self.term.setText(_METHODS[self.method])

    def _say_time(self) -> None:
        if self._began is not None:
            seconds = time.monotonic() - self._began
            self._say(say("Drawing the map … {seconds:.0f} s", seconds=seconds))

    def _choose(self, place: int) -> None:
        sample = int(self._of_test[place])
        if sample < 0:
            self.said.emit(
                "info", say("Mixtures are not kept, so they cannot be shown from close by.")
            )
        else:
            self.chosen.emit(sample)

    def _brush(self, places: tuple[int, ...]) -> None:
        samples = self._of_test[list(places)] if places else np.empty(0, np.int64)
        self.brushed.emit(samples[samples >= 0] if places else None)

    def _sheet_of(self) -> Sheet:
        if self._map is None or self._found is None:
            return Sheet((say("name"), "x", "y"), [])
        names = self._found.names
        rows = [
            (names[sample], float(x), float(y))
            for sample, (x, y) in zip(self._map.sample, self._map.place, strict=True)
        ]
        return Sheet((say("name"), "x", "y"), rows)
