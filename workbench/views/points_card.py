"""How much of the points is right: two numbers, and kind by kind, in all scenes or in this one."""

from math import isnan

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QHBoxLayout

from engine.metrics.segmentation import Table, figures, mean_told
from engine.words import of_100
from workbench.kit import Card, Segmented, Text
from workbench.models.cells import DOT, SQUARE, Cell, CellTable, Row
from workbench.models.kinds import plain
from workbench.models.scenes import SceneModel
from workbench.models.tints import OTHER
from workbench.views.cell_list import CellList
from workbench.views.count_tile import CountTile

_HEADINGS = ("Kind", "Points", "Right (IoU)")
_TIPS = (
    "What a point can be",
    "Points that truly are of the kind",
    "How much of it is right: of all points that are of the kind or said to be, the share that is both",
)
EVERYWHERE, HERE = range(2)


class PointsCard(Card):
    """Follows a scene model of a run that names points."""

    def __init__(self, model: SceneModel) -> None:
        super().__init__()
        self._model = model
        self.body.setContentsMargins(16, 14, 12, 12)
        self.right, self.mean = CountTile("accent"), CountTile("known")
        self.kinds = CellList(CellTable(_HEADINGS, _TIPS), "Kinds of point", 30)
        self.where = Segmented(["All scenes", "This scene"])
        self._lay_out()
        self.where.changed.connect(lambda _: self._show())
        model.scene_changed.connect(self._show)

    def _show(self) -> None:
        model = self._model
        if not model.ready or not model.names_points or model.judged is None:
            return
        shapes = model.all.task == "parts"
        every, one = ("All shapes", "This shape") if shapes else ("All scenes", "This scene")
        self.where.set_options([every, one])
        here = self.where.index == HERE
        table = model.table() if here else model.judged.table
        own = figures(table)
        told = own.iou if here else self._told()
        self.right.show_count(_percent(own.accuracy), "%", "of the points right")
        mean = mean_told(told)
        self.mean.show_count("–" if isnan(mean) else f"{mean:.2f}", "", "kinds on average")
        self.kinds.cells.set_rows(self._rows(table, told))

    def _told(self) -> NDArray[np.float64]:
        """(C,): the IoU the test of the run has told of each class; NaN where it has not."""
        found = (self._model.all.figures.get(name, {}).get("iou") for name in self._model.names)
        return np.array([np.nan if value is None else value for value in found], np.float64)

    def _rows(self, table: Table, told: NDArray[np.float64]) -> list[Row]:
        model, there = self._model, table.sum(axis=1)
        rows = [
            self._row(int(place), model.names[int(place)], int(there[place]), float(told[place]))
            for place in np.flatnonzero((there > 0) | np.isfinite(told))
        ]
        # Shapes are also told by what they are, not only by their parts.
        names = set(model.names)
        others = [name for name in model.all.figures if name not in names]
        if self.where.index == EVERYWHERE:
            for place, name in enumerate(others, start=len(names)):
                well = model.all.figures[name].get("iou")
                rows.append(self._row(place, name, 0, np.nan if well is None else well))
        return rows

    def _row(self, place: int, name: str, points: int, well: float) -> Row:
        tints = self._model.tints
        tint = tints[place] if place < len(tints) else OTHER
        share = None if isnan(well) else well
        words = "–" if share is None else f"{well:.2f}"
        return Row(
            place,
            (
                Cell(plain(name), name, DOT if isinstance(tint, int) else SQUARE, tint),
                Cell(f"{points:,}" if points else "–", points, ink="ink2"),
                Cell(words, well, tint=tint, share=share, strong=True),
            ),
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Text("How much of it is right?", "h2", elide=True), 1)
        head.addWidget(Text("IoU", "small", "ink3"))
        tiles = QHBoxLayout()
        tiles.setSpacing(8)
        tiles.addWidget(self.right, 1)
        tiles.addWidget(self.mean, 1)
        foot = QHBoxLayout()
        foot.addWidget(Text("Counted over", "small", "ink2", elide=True), 1)
        foot.addWidget(self.where)
        self.kinds.set_widths([0, 68, 108])
        self.body.addLayout(head)
        self.body.addLayout(tiles)
        self.body.addWidget(self.kinds, 1)
        self.body.addLayout(foot)


def _percent(share: float) -> str:
    return "–" if isnan(share) else f"{of_100(share)}"
