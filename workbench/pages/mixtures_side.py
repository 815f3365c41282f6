"""The right column of Mixtures: what goes in, how it is mixed, what came out, and what to do with it."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from engine.experiment import Choice
from engine.words import say
from workbench.forms import Form, read_fields
from workbench.kit import Button, Card, FadingScroll, Fold, Picker, Segmented, Text
from workbench.models import mixture_words as words
from workbench.models.mixture_sources import FEWEST, MOST
from workbench.views.check_list import CheckList
from workbench.views.share_bars import ShareBars
from workbench.views.source_tiles import SourceTiles

WIDTH = 312
LARGEST_SEED = 2**31 - 1
_USUAL = "shuffle"


class MixturesSide(Card):
    """Widgets and their layout; the page fills them and listens."""

    seeded = Signal(int)
    mixture_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.count = Segmented([str(count) for count in range(FEWEST, MOST + 1)])
        self.few = Text("", "small", "ink2", wrap=True)
        self.sources = SourceTiles()
        self.mixture = Picker(say("How they are mixed"))
        self.about = Text("", "small", "ink2", wrap=True)
        self.settings = Fold(say("Settings"))
        self.shares = ShareBars()
        self.checks = CheckList()
        self.seed = QLineEdit("0")
        self.again = Button(say("Deal again"), "reset")
        self.use = Button(say("Use in a run"), role="primary")
        self._schema: dict[str, Any] = {}
        self._choice = Choice(name=_USUAL)
        self._form: Form | None = None
        self._lay_out()
        self._listen()

    @property
    def choice(self) -> Choice:
        """The way of mixing that is chosen, with its settings."""
        return self._choice

    def offer(self, mixtures: dict[str, Any]) -> None:
        """Show all ways of mixing there are, by the schema; the chosen one stays."""
        if mixtures == self._schema:
            return
        self._schema = mixtures
        self.mixture.clear()
        for name in sorted(mixtures, key=lambda name: (name != _USUAL, mixtures[name]["title"])):
            self.mixture.addItem(mixtures[name]["title"], name)
        self.mixture.setCurrentIndex(max(0, self.mixture.findData(self._choice.name)))
        self._show_mixture()

    def show_few(self, kinds: int) -> None:
        """No more can be mixed than there are kinds."""
        for place in range(MOST - FEWEST + 1):
            self.count.set_option_enabled(place, place + FEWEST <= kinds)
        self.few.setText(
            say("Only {kinds} kinds are known, and each source is of another.", kinds=kinds)
        )
        self.few.setVisible(kinds < MOST)

    def show_seed(self, seed: int) -> None:
        """Show the seed in force."""
        self.seed.setText(str(seed))

    def _take_mixture(self, place: int) -> None:
        name = self.mixture.itemData(place)
        if name != self._choice.name:
            self._choice = Choice(name=name)
            self._show_mixture()
            self.mixture_changed.emit()

    def _show_mixture(self) -> None:
        name = self._choice.name
        entry = self._schema.get(name, {})
        self.about.setText(f"{entry.get('about', '')} {words.frames(name).note}".strip())
        fields = read_fields(entry.get("schema", {}))
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
            self._form = None
        self.settings.setVisible(bool(fields))
        if fields:
            self._form = Form(fields)
            self._form.set_values(self._choice.settings)
            self._form.changed.connect(self._set)
            self.settings.body.addWidget(self._form)

    def _set(self, path: str, value: object) -> None:
        self._choice = Choice(name=self._choice.name, **(self._choice.settings | {path: value}))
        self.mixture_changed.emit()

    def _listen(self) -> None:
        self.seed.setAccessibleName(say("Seed"))
        self.seed.setToolTip(say("The same seed deals the same way."))
        self.seed.setValidator(QIntValidator(0, LARGEST_SEED, self.seed))
        self.seed.editingFinished.connect(lambda: self.seeded.emit(int(self.seed.text())))
        self.mixture.activated.connect(self._take_mixture)
        self.again.setToolTip(say("The same clouds, mixed with the next seed."))
        self.use.setToolTip(say("Set-up learns from mixtures like these. It can be undone there."))

    def _lay_out(self) -> None:
        self.mixture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.count.setAccessibleName(say("How many objects to mix"))
        self.few.hide()
        inner = QWidget()
        inner.setProperty("plain", True)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 8)
        column.setSpacing(8)
        column.addLayout(self._head())
        for part in (
            self.few,
            Text(say("What goes in"), "h2"), self.sources,
            Text(say("How it is mixed"), "h2"), self.mixture, self.about, self.settings,
            Text(say("What came out"), "h2"), self.shares, self.checks,
            Text(say("Why do this?"), "h2"), Text(words.WHY, "body", "ink2", wrap=True),
            Text(words.LABEL, "small", "ink2", wrap=True),
            Text(words.IN_A_RUN, "small", "ink3", wrap=True),
            Text(words.TERM, "caps", "ink3"),
        ):  # fmt: skip
            column.addWidget(part)
        column.addStretch(1)
        scroll = FadingScroll("bg1")
        scroll.setWidget(inner)
        scroll.setAccessibleName(say("What is mixed, and what comes of it"))
        self.body.setContentsMargins(16, 16, 8, 16)
        self.body.addWidget(scroll, 1)
        self.body.addLayout(self._foot())

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.addWidget(Text(say("Objects to mix"), "h2"))
        head.addStretch(1)
        head.addWidget(self.count)
        return head

    def _foot(self) -> QVBoxLayout:
        deal = QHBoxLayout()
        deal.setSpacing(8)
        deal.addWidget(Text(say("Seed"), "small", "ink2"))
        deal.addWidget(self.seed, 1)
        deal.addWidget(self.again)
        foot = QVBoxLayout()
        foot.setContentsMargins(0, 0, 8, 0)
        foot.setSpacing(8)
        foot.addLayout(deal)
        foot.addWidget(self.use)
        return foot
