"""One object seen closely: the 3D view with what colours it, how large and how many its points are."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.clouds import Clouds
from engine.orbit import Floats
from engine.words import say
from workbench import theme
from workbench.kit import Banner, Card, Segmented, Slider, Text, Toggle
from workbench.views import colours, make_cloud_view
from workbench.views.cloud_view_2d import CloudView2D

WAYS = [say("Kind"), say("Height"), say("Depth"), say("Crowding")]
_KIND, HEIGHT, DEPTH, _CROWDING = range(4)
# ramp, word at its foot, word at its top
_LEGENDS = [
    ("", "", ""),
    ("height", say("floor"), say("top")),
    ("depth", say("near"), say("far")),
    ("attention", say("sparse"), say("crowded")),
]
_FEWEST = 128
_NO_GL = say(
    "3D is drawn without the graphics chip, as there is no OpenGL here. Turning works in steps of "
    "15°; nothing else changes."
)


class CloseLook(QWidget):
    """Shows one cloud after another; how it is looked at stays."""

    def __init__(self) -> None:
        super().__init__()
        self._clouds: Clouds | None = None
        self._row = 0
        self._color: str | int = "ink2"
        self._facts: list[str] = []
        self._counts: list[int] = []
        self.view = make_cloud_view()
        self.way = Segmented(WAYS)
        self.way.set_index(HEIGHT)
        self.turns = Toggle(say("Turns by itself"))
        self.dots = Slider(2, 18, 8)
        self.dots.setAccessibleName(say("Point size"))
        self.amount = Slider(0, 3, 3)
        self.amount.setAccessibleName(say("How many points"))
        self._dots_text, self._amount_text = Text("", "strong"), Text("", "strong")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        if isinstance(self.view, CloudView2D):
            column.addWidget(Banner(_NO_GL, "warn"))
        column.addWidget(self.view, 1)
        column.addWidget(self._build_card())
        self._connect()
        self.turns.setChecked(True)

    def show_cloud(self, clouds: Clouds, row: int, color: str | int, facts: list[str]) -> None:
        """Show one row of the clouds, with its name and further facts as chips."""
        if self._clouds is not clouds:
            self._clouds = clouds
            self._offer_counts(clouds.points.shape[1])
        self._row, self._color, self._facts = row, color, facts
        self._show()

    def _build_card(self) -> Card:
        card = Card()
        card.body.setContentsMargins(16, 12, 16, 12)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.setSpacing(10)
        second.setSpacing(10)
        first.addWidget(Text(say("Colour by"), "small", "ink2"))
        first.addWidget(self.way)
        first.addStretch(1)
        first.addWidget(Text(say("Turns by itself"), "small", "ink2"))
        first.addWidget(self.turns)
        for words, slider, number in (
            (say("Point size"), self.dots, self._dots_text),
            (say("How many points"), self.amount, self._amount_text),
        ):
            number.setFixedWidth(44)
            second.addWidget(Text(words, "small", "ink2"))
            second.addWidget(slider, 1)
            second.addWidget(number)
        card.body.addLayout(first)
        card.body.addLayout(second)
        return card

    def _connect(self) -> None:
        self.turns.toggled.connect(self.view.set_turning)
        self.view.turning_changed.connect(self.turns.setChecked)
        self.view.looked.connect(self._follow_eye)
        self.way.changed.connect(self._recolour)
        self.dots.valueChanged.connect(self._resize_points)
        self.amount.valueChanged.connect(self._show)
        theme.changed().connect(self._recolour)
        self._resize_points()

    def _offer_counts(self, most: int) -> None:
        """The slider goes in doublings from a few points to all there are."""
        self._counts = [*_doublings(most), most]
        self.amount.setRange(0, len(self._counts) - 1)
        self.amount.setValue(len(self._counts) - 1)

    def _show(self) -> None:
        if self._clouds is None:
            return
        most = self._clouds.points.shape[1]
        count = self._counts[self.amount.value()]
        points = self._clouds.points[self._row]
        shown = points if count == most else points[_order(most)[:count]]
        name = self._clouds.names[self._row]
        self.view.show_cloud(shown, self._colours(shown), name)
        self.view.set_chips([name, say("{count:,} points", count=count), *self._facts])
        self.view.chips.explain(1, say("Every cloud is sampled to {most:,} points.", most=most))
        self._amount_text.setText(f"{count:,}")

    def _colours(self, points: Floats) -> Floats:
        self.view.set_legend(*_LEGENDS[self.way.index])
        if self.way.index == HEIGHT:
            return colours.by_height(points)
        if self.way.index == DEPTH:
            return colours.by_depth(points, self.view.orbit)
        if self.way.index == _CROWDING:
            return colours.by_crowding(points)
        return colours.by_kind(points, self._color)

    def _recolour(self) -> None:
        if self._clouds is not None:
            self.view.set_colors(self._colours(self.view.points))

    def _follow_eye(self) -> None:
        if self.way.index == DEPTH:
            self._recolour()

    def _resize_points(self) -> None:
        self.view.set_point_size(self.dots.value())
        self._dots_text.setText(say("{size} px", size=self.dots.value()))


def _doublings(most: int) -> list[int]:
    powers = [_FEWEST << step for step in range(20)]
    return [power for power in powers if power < most]


@cache
def _order(count: int) -> NDArray[np.int64]:
    """A fixed random order, so that fewer points still cover the whole object."""
    return np.random.default_rng(0).permutation(count)
