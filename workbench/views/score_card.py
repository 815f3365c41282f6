"""How sure must a box be: the handle, what is found then, and kind by kind how well."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from engine.metrics.boxes import THRESHOLDS
from engine.words import counted, say
from workbench.kit import Card, Segmented, Text
from workbench.models.cells import DOT, SQUARE, Cell, CellTable, Row
from workbench.models.kinds import plain
from workbench.models.scenes import CUTS, SceneModel
from workbench.views.cell_list import CellList
from workbench.views.count_tile import CountTile
from workbench.views.score_slider import ScoreSlider

_HEADINGS = (say("Kind"), say("Found"), say("How well (AP)"))
_TIPS = (
    say("What a box can hold"),
    say(
        "True boxes of this scene that are found at this score, each answer as the likeliest kind only"
    ),
    say(
        "Average precision over all tested scenes. Each answer counts for every kind by its probability, "
        "as published (VoteNet), so one that is likelier another kind can add to it. It does not move "
        "with the handle."
    ),
)
_NOT_CHOSEN = say("Begins at one half: no rooms were held back to choose a score on")
_FIGURES = ("ap25", "ap50")
_BY, _SIGN = (say("a quarter"), say("a half")), ("¼", "½")


def _begins(chosen: str) -> str:
    return say("Begins where too many and too few balance best (F1) in {chosen}", chosen=chosen)


def _along_axes(askew: int) -> str:
    return say(
        "{boxes} of the test stand askew, and the net knows one direction only: what is drawn as "
        "true and counted here are the boxes along the axes around them",
        boxes=counted(askew, "true box"),
    )


class ScoreCard(Card):
    """Follows a scene model of a run that finds boxes."""

    def __init__(self, model: SceneModel) -> None:
        super().__init__()
        self._model = model
        self.body.setContentsMargins(16, 14, 12, 12)
        self.slider = ScoreSlider()
        self.found, self.extra = CountTile("known"), CountTile("warn")
        self.sentence = Text("", "small", "ink2", elide=True)
        self.axes = Text("", "small", "ink3", elide=True)
        self.kinds = CellList(CellTable(_HEADINGS, _TIPS), say("Kinds of box"), 30)
        self.overlap = Segmented(list(_SIGN))
        self.by = Text("", "small", "ink2", elide=True)
        self._lay_out()
        self.slider.valueChanged.connect(lambda step: model.set_cut(step / CUTS))
        self.overlap.changed.connect(model.set_overlap)
        model.scene_changed.connect(self._place)
        for changed in (model.cut_changed, model.overlap_changed):
            changed.connect(self._show)

    def _place(self) -> None:
        """Another scene, perhaps of another run."""
        model = self._model
        if not model.finds_boxes:
            return
        chosen, askew = model.all.cut_from, model.all.along_axes
        self.slider.setToolTip(_begins(chosen) if chosen else _NOT_CHOSEN)
        self.axes.setVisible(askew > 0)
        self.axes.setText(say("Measured against boxes along the axes"))
        self.axes.setToolTip(_along_axes(askew))
        self.slider.set_scores(model.scene.scores)
        self.slider.setValue(round(model.cut * CUTS))
        self.overlap.set_index(model.row)
        self._show()

    def _show(self) -> None:
        model = self._model
        if not model.ready or not model.finds_boxes:
            return
        found, missed, extra = model.counts()
        self.found.show_count(
            found, say("of {found}", found=found + missed), say("there and found")
        )
        self.extra.show_count(extra, "", say("extra or far off"))
        least = f"{model.least_overlap:g}".removeprefix("0")
        said = say(
            "{found} found, {missed} missed, {extra} too many",
            found=found,
            missed=missed,
            extra=extra,
        )
        self.sentence.setText(
            say(
                "{said} · overlap {sign} (IoU {least})",
                said=said,
                sign=_SIGN[model.row],
                least=least,
            )
        )
        self.slider.setAccessibleDescription(f"{model.cut:.2f}: {said}")
        self.by.setText(say("Boxes must overlap by {by}", by=_BY[model.row]))
        self.by.setToolTip(
            say(
                "Intersection over union of more than {least_overlap:g}",
                least_overlap=model.least_overlap,
            )
        )
        self.kinds.cells.set_rows(self._rows())

    def _rows(self) -> list[Row]:
        model = self._model
        found, there = model.found_by_kind()
        rows = []
        for place, name in enumerate(model.all.things):
            figures = model.all.figures.get(name, {})
            if (
                there[place]
                or figures.get("truths")
                or figures.get(_FIGURES[model.row]) is not None
            ):
                cells = self._cells(place, int(found[place]), int(there[place]))
                rows.append(Row(place, cells))
        return rows

    def _cells(self, place: int, found: int, there: int) -> tuple[Cell, ...]:
        model, name = self._model, self._model.all.things[place]
        well = model.all.figures.get(name, {}).get(_FIGURES[model.row])
        tint = model.tints[place]
        return (
            Cell(plain(name), name, DOT if isinstance(tint, int) else SQUARE, tint),
            Cell(
                say("{found} of {there}", found=found, there=there) if there else "–",
                found / there if there else float("nan"),
                ink="bad" if found < there else "ink" if there else "ink3",
                strong=bool(there),
            ),
            Cell("–")
            if well is None
            else Cell(f"{well:.2f}", float(well), tint=tint, share=float(well), strong=True),
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Text(say("How sure must a box be?"), "h2", elide=True), 1)
        head.addWidget(Text(say("score"), "small", "ink3"))
        tiles = QHBoxLayout()
        tiles.setSpacing(8)
        tiles.addWidget(self.found, 1)
        tiles.addWidget(self.extra, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.by, 1)
        foot.addWidget(self.overlap)
        for place, least in enumerate(THRESHOLDS):
            self.overlap.set_option_enabled(place, True, say("IoU {least:g}", least=least))
        self.kinds.set_widths([0, 66, 108])
        self.kinds.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.body.addLayout(head)
        self.body.addWidget(self.slider)
        self.body.addLayout(tiles)
        self.body.addWidget(self.sentence)
        self.body.addWidget(self.axes)
        self.body.addWidget(self.kinds, 1)
        self.body.addLayout(foot)
