"""How much of the points is right: two numbers, and kind by kind, in the whole test or in the scene on show."""

from dataclasses import dataclass
from math import isnan, nan

from PySide6.QtWidgets import QHBoxLayout

from engine.metrics.segmentation import figures, mean_told
from engine.words import of_100, say
from workbench.kit import Card, Segmented, Text
from workbench.models.cells import DOT, SQUARE, Cell, CellTable, Row
from workbench.models.kinds import plain
from workbench.models.scenes import SceneModel
from workbench.models.tints import OTHER
from workbench.views.cell_list import CellList
from workbench.views.count_tile import CountTile

_HEADINGS = (say("Kind"), say("Points"), say("Right (IoU)"))
_PARTS = (say("Part"), *_HEADINGS[1:])
_SHAPES = (say("Kind of shape"), say("Shapes"), say("Right (IoU)"))
_SHAPE_TIPS = (
    say("What a shape is; the net is told"),
    say("Tested shapes of the kind"),
    say("How much of their parts is right: the mean over the kind’s shapes (category IoU)"),
)
_TIPS = (
    say("What a point can be"),
    say("Points that truly are of the kind"),
    say(
        "How much of it is right: of all points that are of the kind or said to be, the share that is "
        "both"
    ),
)
EVERYWHERE, HERE = range(2)
_SHARE, _MEAN = say("of the points right"), say("kinds on average")
# The two numbers of the whole test: what the file calls them, and what they are.
_POINTS = (("accuracy", _SHARE), ("miou", _MEAN))
_TOTALS = {
    "parts": (
        ("instance_miou", say("IoU, by shape")),
        ("category_miou", say("IoU, by kind")),
    ),
}


@dataclass(frozen=True)
class _Kind:
    """count: how many points, or shapes, there truly are; iou: NaN where not told."""

    name: str
    count: int
    iou: float


class PointsCard(Card):
    """Follows a scene model of a run that names points."""

    def __init__(self, model: SceneModel) -> None:
        super().__init__()
        self._model = model
        self.body.setContentsMargins(16, 14, 12, 12)
        self.right, self.mean = CountTile("accent"), CountTile("known")
        self.kinds = CellList(CellTable(_HEADINGS, _TIPS), say("Kinds of point"), 30)
        self.shapes = CellList(CellTable(_SHAPES, _SHAPE_TIPS), say("Kinds of shape"), 30)
        self.where = Segmented([say("All scenes"), say("This scene")])
        self._lay_out()
        self.where.changed.connect(lambda _: self._show())
        model.scene_changed.connect(self._show)

    def _show(self) -> None:
        model = self._model
        if not model.ready or not model.names_points or model.judged is None:
            return
        shapes = model.all.task == "parts"
        every, one = (
            (say("All shapes"), say("This shape"))
            if shapes
            else (say("All scenes"), say("This scene"))
        )
        self.where.set_options([every, one])
        here = self.where.index == HERE
        if here:
            self._show_here()
        else:
            self._show_everywhere()
        self.kinds.cells.set_headings(_PARTS if shapes else _HEADINGS, _TIPS)
        self.kinds.cells.set_rows(self._rows(self._here() if here else self._everywhere()))
        self.shapes.setVisible(shapes and not here)
        self.shapes.cells.set_rows(self._rows(self._of_shapes() if shapes else []))

    def _show_here(self) -> None:
        own = figures(self._model.table())
        self.right.show_count(_percent(own.accuracy), "%", _SHARE)
        shapes = self._model.all.task == "parts"
        self.mean.show_count(
            _two(mean_told(own.iou)), "", say("its parts on average") if shapes else _MEAN
        )

    def _show_everywhere(self) -> None:
        """What the test has measured, not what the few scenes that are kept come to."""
        told, totals = _TOTALS.get(self._model.all.task, _POINTS), self._model.all.totals
        for tile, (name, words) in zip((self.right, self.mean), told, strict=True):
            value, share = totals.get(name, nan), words == _SHARE
            tile.show_count(_percent(value) if share else _two(value), "%" if share else "", words)

    def _here(self) -> list[_Kind]:
        table = self._model.table()
        each = zip(self._model.names, table.sum(axis=1), figures(table).iou, strict=True)
        return [_Kind(name, int(count), float(iou)) for name, count, iou in each]

    def _everywhere(self) -> list[_Kind]:
        """Classes, or parts, in their order."""
        told = self._model.all.figures
        each = [(name, told.get(name, {})) for name in self._model.names]
        return [
            _Kind(name, int(own.get("points") or 0), _number(own.get("iou"))) for name, own in each
        ]

    def _of_shapes(self) -> list[_Kind]:
        """What shapes are."""
        each = self._model.all.figures.items()
        return [
            _Kind(name, int(own["shapes"] or 0), _number(own.get("iou")))
            for name, own in each
            if "shapes" in own
        ]

    def _rows(self, kinds: list[_Kind]) -> list[Row]:
        """Of those that are there, or said to be."""
        return [
            self._row(place, kind)
            for place, kind in enumerate(kinds)
            if kind.count or not isnan(kind.iou)
        ]

    def _row(self, place: int, kind: _Kind) -> Row:
        name, count, well = kind.name, kind.count, kind.iou
        tints = self._model.tints if name in self._model.names else ()
        tint = tints[place] if place < len(tints) else OTHER
        share = None if isnan(well) else well
        return Row(
            place,
            (
                Cell(plain(name), name, DOT if isinstance(tint, int) else SQUARE, tint),
                Cell(f"{count:,}" if count else "–", count, ink="ink2"),
                Cell(_two(well), well, tint=tint, share=share, strong=True),
            ),
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Text(say("How much of it is right?"), "h2", elide=True), 1)
        head.addWidget(Text(say("IoU"), "small", "ink3"))
        tiles = QHBoxLayout()
        tiles.setSpacing(8)
        tiles.addWidget(self.right, 1)
        tiles.addWidget(self.mean, 1)
        foot = QHBoxLayout()
        foot.addWidget(Text(say("Counted over"), "small", "ink2", elide=True), 1)
        foot.addWidget(self.where)
        for each in (self.kinds, self.shapes):
            each.set_widths([0, 68, 108])
        self.body.addLayout(head)
        self.body.addLayout(tiles)
        self.body.addWidget(self.kinds, 3)
        self.body.addWidget(self.shapes, 2)
        self.body.addLayout(foot)


def _percent(share: float) -> str:
    return "–" if isnan(share) else of_100(share)


def _two(share: float) -> str:
    return "–" if isnan(share) else f"{share:.2f}"


def _number(value: float | None) -> float:
    return nan if value is None else float(value)
