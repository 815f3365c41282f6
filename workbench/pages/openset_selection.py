"""Which samples the gallery and the map of the Open set page show: one rule for pointing and brushing."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.words import say
from workbench.models.swept import Rows

if TYPE_CHECKING:
    from workbench.pages.openset import OpenSetPage


class Selection(QObject):
    """The samples of the matrix cell pointed at, else those brushed last, else those on the fence."""

    def __init__(self, page: "OpenSetPage") -> None:
        super().__init__(page)
        self._page = page
        self._brushed: tuple[Rows, str] | None = None
        page.matrix.cell.connect(self.show)
        page.card.plot.brushed.connect(self._brush_band)
        page.map.brushed.connect(self._brush_map)

    def show(self, true: int | None = None, said: int = -1) -> None:
        """Show the samples of a cell (-1: of none); without arguments of the one now pointed at."""
        page = self._page
        if not page.model.ready:
            return
        cell = page.matrix.current if true is None else (true, said)
        if cell[0] >= 0:
            samples = page.model.in_cell(cell)
            page.pane.show_only(samples, page.matrix.say(*cell))
            page.map.light(samples)
        else:
            page.pane.show_only(*(self._brushed or (None, "")))
            page.map.light(self._brushed[0] if self._brushed else None)

    @property
    def brushed(self) -> bool:
        """Whether there is anything to let go of."""
        return self._brushed is not None

    def clear(self) -> None:
        """Let go of what is brushed."""
        self._page.card.plot.clear_band()
        self._page.map.view.clear_brush()

    def hold(self, samples: Rows | None, words: str = "") -> None:
        """Show only these until something is brushed; None: those on the fence again."""
        self.clear()
        self._take(samples, words)

    def forget(self) -> None:
        """Something else is looked at: what was brushed means nothing any more."""
        self._page.map.view.clear_brush()
        self._brushed = None

    def _brush_band(self, low: int, high: int) -> None:
        """A band of scores, from the threshold's plot."""
        page = self._page
        if low < 0:
            self._take(None, "")
            return
        page.map.view.clear_brush()
        samples, scale = page.model.in_band(low, high), page.model.scale
        ends = say(
            "{low} to {high}",
            low=scale.say(scale.value(low)),
            high=scale.say(scale.value(high)),
        )
        self._take(samples, say("{samples:,} rated {ends}", samples=len(samples), ends=ends))

    def _brush_map(self, samples: Rows | None) -> None:
        """A rectangle of the map."""
        if samples is not None:
            self._page.card.plot.clear_band()
            self._take(samples, say("{samples:,} in the rectangle", samples=len(samples)))
        elif self._page.card.plot.band is None:
            self._take(None, "")

    def _take(self, samples: Rows | None, words: str) -> None:
        self._brushed = None if samples is None else (samples, words)
        self.show()
