"""All ideas beside the cloud: the tiles, and below them the likeness or other pairs with the idea."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.words import of_100, say
from workbench.kit import Card, EmptyState, Segmented, Text
from workbench.models.concepts import ConceptModel
from workbench.views.idea_grid import IdeaGrid
from workbench.views.likeness import LikenessBars
from workbench.views.others_strip import OthersStrip

_NONE = say("No ideas to look at")
_WITHOUT = say(
    "This student learnt without concept extraction, so its thought is not cut into ideas. Its pairs "
    "and their words are here all the same."
)
_UNTAUGHT = say(
    "This student only guessed hidden patches, without a teacher of pictures that could pass ideas "
    "on. Its pairs and patches are here all the same."
)
_SORTS = (
    say("By number"),
    say("Those the likeness needs most first"),
    say("By the likeness without them, highest first: those it needs least"),
)
_TOO_ALIKE = 0.9
_PARTS = say(" A new run with “Each stays who it is” (Set-up, Ideas) parts them.")
_MEASURED = say(
    "Mean correlation of the maps of any two ideas, in the last layer, over all pairs of this run. "
    "The option is recipe.identity; such ideas are learnt later."
)
_OTHERS = say("Other pairs that need this idea, strongest first")
_ALONE = say("There is no other pair in this run.")


def _almost_alike(agree: float) -> str:
    return say(
        "These ideas look almost alike: their maps agree to {agree}\xa0%.", agree=of_100(agree, 1)
    )


class IdeasCard(Card):
    """Follows a concept model."""

    def __init__(self, model: ConceptModel) -> None:
        super().__init__()
        self._model = model
        self.parted = False  # whether the run used what parts them
        self.body.setContentsMargins(14, 12, 10, 12)
        self.title = Text("", "h2", elide=True)
        self.sorting = Segmented([say("Number"), say("Strength"), say("Likeness")])
        for place, words in enumerate(_SORTS):
            self.sorting.set_option_enabled(place, True, words)
        self.grid = IdeaGrid(model)
        self.below = Segmented([say("Likeness"), say("Others with it")])
        self.below.set_option_enabled(
            0, True, say("Picture against points: cosine of their prefixes")
        )
        self.likeness, self.change = Text("", "h2", "accent"), Text("", "small", "ink2")
        self.bars, self.others = LikenessBars(model), OthersStrip(model)
        self.alike = Text("", "small", "warn", wrap=True)
        self.alike.hide()
        self._tiles, self._foot = QStackedWidget(), QStackedWidget()
        self._lay_out()
        self.sorting.changed.connect(self.grid.sort)
        self.below.changed.connect(self._foot.setCurrentIndex)
        model.replaced.connect(self._judge)
        for changed in (model.pair_changed, model.idea_changed, model.switched):
            changed.connect(self._show)

    def _judge(self) -> None:
        """Say where ideas can hardly be told apart, and what parts them unless it was in use."""
        alike = self._model.alike
        told = _almost_alike(alike) if alike > _TOO_ALIKE else ""
        self.alike.setText(told + ("" if self.parted or not told else _PARTS))
        self.alike.setToolTip(_MEASURED)
        self.alike.setVisible(alike > _TOO_ALIKE)

    def _show(self) -> None:
        model = self._model
        if not model.ready:
            return
        some = bool(model.ideas)
        self.title.setText(say("{ideas} ideas", ideas=model.ideas) if some else say("Ideas"))
        self.title.setToolTip(say("Concept tokens: what the student’s thought is made of"))
        for widget in (self.sorting, self.below):
            widget.setVisible(some)
        self._foot.setVisible(some)
        others = len(model.shown) > 1
        self.below.set_option_enabled(1, others, _OTHERS if others else _ALONE)
        if not others:
            self.below.set_index(0)
        self._tiles.setCurrentIndex(0 if some else 1)
        self._none.set_words(_NONE, _WITHOUT if model.taught else _UNTAUGHT)
        for text in (self.likeness, self.change):
            text.setVisible(model.taught)
        now = float(model.without[model.idea]) if some and model.off else model.likeness
        self.likeness.setText(f"{now:.2f}")
        self.likeness.setAccessibleName(say("Likeness, picture against points: {now:.3f}", now=now))
        self.likeness.setToolTip(say("Likeness, picture against points: 1 is the same, 0 unlike"))
        self.change.setText(
            changed(now - model.likeness)
            if model.off
            else ""
            if some
            else say("likeness to the picture")
        )

    def _lay_out(self) -> None:
        heading, row = QHBoxLayout(), QHBoxLayout()
        heading.setSpacing(6)
        heading.addWidget(self.title, 1)
        heading.addWidget(self.sorting)
        heading.setContentsMargins(0, 0, 4, 0)
        self._tiles.addWidget(self.grid)
        self._none = EmptyState("bulb", _NONE, _WITHOUT)
        self._tiles.addWidget(self._none)
        row.setSpacing(6)
        row.setContentsMargins(0, 0, 4, 0)
        row.addWidget(self.below)
        row.addStretch(1)
        row.addWidget(self.change)
        row.addWidget(self.likeness)
        self._foot.addWidget(_inset(self.bars))
        self._foot.addWidget(_inset(self.others))
        self._foot.setFixedHeight(70)
        self.likeness.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(heading)
        self.body.addWidget(self.alike)
        self.body.addWidget(self._tiles, 1)
        self.body.addLayout(row)
        self.body.addWidget(self._foot)


def changed(by: float) -> str:
    """A change of the likeness: “+0.012”, “−0.250”, and “±0.000” where it rounds to none."""
    sign = "±" if round(by, 3) == 0 else "+" if by > 0 else "−"
    return f"{sign}{abs(by):.3f}"


def _inset(widget: QWidget) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 4, 0)
    column.addWidget(widget)
    return box
