"""The Mixtures page: pretend strangers made from the points of known objects, shown point by point."""

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from engine.jobs import Mixing
from engine.words import say
from workbench.kit import Banner, Chip, EmptyState
from workbench.models.kinds import kind_color, plain
from workbench.models.mixture import Deal, scene_of
from workbench.models.mixture_draft import can_mix, with_mixture
from workbench.models.mixture_sources import FEWEST, Sources
from workbench.models.mixture_words import checks, chips, frames
from workbench.pages.mixtures_side import LARGEST_SEED, WIDTH, MixturesSide
from workbench.pages.page import Page
from workbench.views.cloud_view_2d import CloudView2D
from workbench.views.mixing_stage import MixingStage
from workbench.views.source_tiles import Source

if TYPE_CHECKING:
    from workbench.desk import Desk

_NO_DATA, _TOO_FEW, _CONTENT = range(3)
_DEALING = say("The engine is mixing. The first time it has to wake up for that.")
_LATER = say("How much of each object a new one has shows here once the points are dealt out.")
_NO_GL = say(
    "3D is drawn without the graphics chip, as there is no OpenGL here. Nothing else changes."
)
_UNPREPARED = say(
    "This data set was not prepared. Nothing was mixed. Open it again on the Data page."
)


class MixturesPage(Page):
    """Left the mixing as a film, at the right what goes in and what came out. The engine does the mixing."""

    key: ClassVar[str] = "mixtures"
    title: ClassVar[str] = say("Mixtures")
    sentence: ClassVar[str] = say(
        "Mix the points of known objects to make strangers the model can practise on."
    )
    buttons_at_right: ClassVar[int] = WIDTH + 14

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.sources = Sources()
        self.deal: Deal | None = None
        self._seed = 0
        self._asked: Mixing | None = None
        self.made = Chip(say("Made by this program"), "warn", icon="info")
        self.what = Chip("", "ink")
        self.banner = Banner("", "bad", say("Try again"))
        self.stage, self.side = MixingStage(), MixturesSide()
        self._build()
        self._listen()
        self._add_keys()
        self._take_schema()
        self._take_known()

    def origin(self) -> str:
        return "" if self.desk.clouds is None else self.desk.clouds.title

    def shown(self) -> None:
        """Ask for the mixture if it was not asked for yet; Space is for the film."""
        self._ask()
        self.stage.scrubber.setFocus()

    def _add_keys(self) -> None:
        """Space plays, unless it presses the button that has the focus."""

        def mixes() -> bool:
            return self.stack.currentIndex() == _CONTENT

        self.add_deed(say("Play the mixing"), "Space", self.stage.play, yields=True, when=mixes)
        self.add_deed(say("Deal again"), "", self._deal_again, when=mixes)
        self.add_view_keys(self.stage.view)

    # the mixture

    def deal_with(self, seed: int) -> None:
        """Mix the same clouds with another seed."""
        self._seed = seed
        self.side.show_seed(seed)
        self._ask()

    def _deal_again(self) -> None:
        self.deal_with(0 if self._seed >= LARGEST_SEED else self._seed + 1)

    def _ask(self, again: bool = False) -> None:
        """Ask the engine for what is set, unless that was done or nobody looks."""
        asked = self._wish()
        if asked is None or not self.isVisible() or (asked == self._asked and not again):
            return
        self._asked = asked
        self.banner.hide()
        self.side.shares.say(_DEALING)
        self.desk.mix(asked, lambda answer: self._take(asked, answer))

    def _wish(self) -> Mixing | None:
        clouds = self.desk.clouds
        if clouds is None or self.stack.currentIndex() != _CONTENT:
            return None
        if clouds.source is None:
            self._say_problem(_UNPREPARED)
            return None
        return Mixing(
            cache=clouds.source,
            rows=self.sources.rows,
            known=self.desk.known,
            mixture=self.side.choice,
            seed=self._seed,
        )

    def _take(self, asked: Mixing, answer: dict[str, Any]) -> None:
        if asked != self._asked:
            return  # something else was asked for meanwhile
        if "problem" in answer:
            self.deal = None
            self._say_problem(str(answer["problem"]))
        else:
            self.deal = Deal.from_answer(answer)
        self._show_scene()

    def _say_problem(self, sentence: str) -> None:
        self.banner.set_text(sentence, "bad")
        self.banner.show()

    # what goes in

    def _take_known(self) -> None:
        clouds, known = self.desk.clouds, self.desk.known
        self.made.setVisible(clouds is not None and clouds.made)
        self.banner.hide()
        if clouds is not None:
            self.sources.set_clouds(clouds, known)
        self._show_sources()

    def _show_sources(self) -> None:
        """Show other sources, and ask what becomes of them."""
        self._forget_deal()
        clouds, sources = self.desk.clouds, self.sources
        few = len(sources.kinds) < FEWEST
        self.stack.setCurrentIndex(_NO_DATA if clouds is None else _TOO_FEW if few else _CONTENT)
        if clouds is None or few:
            self.what.hide()
            return
        self.side.show_few(len(sources.kinds))
        self.side.count.blockSignals(True)
        self.side.count.set_index(len(sources.rows) - FEWEST)
        self.side.count.blockSignals(False)
        names = [plain(sources.kind(row)) for row in sources.rows]
        self.what.set_text(" + ".join(names))
        self.what.show()
        tiles = zip(range(len(names)), sources.rows, self._colors(), strict=True)
        self.side.sources.show_sources(
            clouds,
            [
                Source(row, color, sources.can_swap(place), sources.can_swap_kind)
                for place, row, color in tiles
            ],
        )
        self.stage.light_up(None)
        self._show_scene()
        self._ask()

    def _colors(self) -> list[str | int]:
        clouds, known = self.desk.clouds, self.desk.known
        if clouds is None:
            return []
        return [kind_color(self.sources.kind(row), clouds, known) for row in self.sources.rows]

    def _swap(self, place: int) -> None:
        self.sources.swap(place)
        self._show_sources()

    def _swap_kind(self, place: int) -> None:
        self.sources.swap_kind(place)
        self._show_sources()

    def _count(self, place: int) -> None:
        self.sources.set_count(place + FEWEST)
        self._show_sources()

    # what is shown

    def _show_scene(self) -> None:
        clouds = self.desk.clouds
        assert clouds is not None
        points = clouds.points[list(self.sources.rows)]
        sound = bool(np.isfinite(points).all())
        self.film.setCurrentIndex(0 if sound else 1)
        if sound:
            names = " + ".join(plain(self.sources.kind(row)) for row in self.sources.rows)
            self.stage.show_scene(scene_of(points, self.deal), self._colors(), names)
        self.stage.view.set_chips(chips(self.deal, points.shape[0] * points.shape[1]))
        self._show_words()
        self._show_shares()

    def _show_words(self) -> None:
        words, count = frames(self.side.choice.name), len(self.sources.rows)
        self.stage.set_words(
            [
                (say("Apart"), say("{count} known objects", count=count)),
                (say("Stacked"), say("laid over one another")),
                words.third,
                words.fourth,
            ]
        )

    def _show_shares(self) -> None:
        """Shares are of dealt clouds: before that there are none to show."""
        if self.deal is None:
            self.side.checks.show_checks(())
            self.side.shares.say(_DEALING if self.banner.isHidden() else "")
            return
        kinds = [self.sources.kind(row) for row in self.sources.rows]
        self.side.checks.show_checks(checks(self.deal, kinds))
        if self.stage.scrubber.time >= 1:
            names = [plain(kind) for kind in kinds]
            self.side.shares.show_shares(self.deal.shares, self._colors(), names)
        else:
            self.side.shares.say(_LATER)

    # what to do with it

    def use_in_a_run(self) -> None:
        """Let Set-up take the draft that learns from mixtures like these."""
        desk, choice, count = self.desk, self.side.choice, len(self.sources.rows)
        after = with_mixture(desk.draft, desk.schema, choice, count)
        desk.suggest(after, say("mixtures of {count}", count=count))
        title = desk.schema["mixture"][choice.name]["title"]
        desk.message.emit(
            "info",
            say(
                "The next run learns from mixtures of {count} objects: “{title}”. Undo takes it back.",
                count=count,
                title=title,
            ),
        )

    def _take_schema(self) -> None:
        self.side.offer(self.desk.schema.get("mixture", {}))
        self.side.use.setEnabled(can_mix(self.desk.schema))

    def _take_mixture(self) -> None:
        self._forget_deal()
        self._show_scene()
        self._ask()

    def _forget_deal(self) -> None:
        """Something else is mixed, or otherwise: what came out before says nothing of it."""
        self._asked = self.deal = None

    def _listen(self) -> None:
        desk, side = self.desk, self.side
        desk.known_changed.connect(self._take_known)
        desk.data_changed.connect(self._take_known)
        desk.schema_changed.connect(self._take_schema)
        self.banner.acted.connect(lambda: self._ask(again=True))
        self.empty.acted.connect(lambda: desk.go("data"))
        self.too_few.acted.connect(lambda: desk.go("data"))
        side.count.changed.connect(self._count)
        side.sources.swapped.connect(self._swap)
        side.sources.kind_swapped.connect(self._swap_kind)
        side.sources.lit.connect(lambda place: self.stage.light_up(place if place >= 0 else None))
        side.mixture_changed.connect(self._take_mixture)
        side.again.clicked.connect(self._deal_again)
        side.seeded.connect(self.deal_with)
        side.use.clicked.connect(self.use_in_a_run)
        self.stage.moved.connect(self._show_shares_when_dealt)

    def _show_shares_when_dealt(self, _time: float) -> None:
        if self.deal is not None:
            self._show_shares()

    def _build(self) -> None:
        for chip in (self.made, self.what):
            self.actions.addWidget(chip)
        self.empty = EmptyState(
            "cube",
            say("No data set is open"),
            say("Mixtures are made of its objects."),
            say("Go to Data"),
        )
        self.too_few = EmptyState(
            "shuffle",
            say("Mixing needs two known kinds"),
            say(
                "A pretend stranger is made of objects of different known kinds. Make another kind known."
            ),
            say("Go to Data"),
        )
        self.banner.hide()
        self.body.addWidget(self.banner)
        if isinstance(self.stage.view, CloudView2D):
            self.body.addWidget(Banner(_NO_GL, "warn"))
        self.film = QStackedWidget()
        self.film.addWidget(self.stage)
        self.film.addWidget(
            EmptyState(
                "warning",
                say("One of these clouds cannot be drawn"),
                say("It has points that are no numbers. Swap it for another at the right."),
            )
        )
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(self.film, 1)
        row.addWidget(self.side)
        self.stack = QStackedWidget()
        for part in (self.empty, self.too_few, content):
            self.stack.addWidget(part)
        self.body.addWidget(self.stack, 1)
