"""Set-up: choose who teaches, what is passed on, and how much each lesson counts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout
from shiboken6 import isValid

from engine.errors import ConfigError
from engine.experiment import Experiment
from engine.protocols import unfit
from engine.store import RunSummary
from engine.usable import unfit_teacher
from engine.words import say
from workbench.kit import Button, Card, IconButton, Segmented, Text
from workbench.models import former_runs, material, paper, picture_setup
from workbench.models.cast import Cast, cast_of
from workbench.models.drafting import take
from workbench.models.preflight import Preflight
from workbench.models.recipes import (
    Recipe,
    Sizes,
    changed,
    lessons,
    mix_of,
    net_of,
    recipe_of,
    recipes,
    teacher_of,
    with_recipe,
)
from workbench.models.sections import Barred, sections, values_of
from workbench.models.setup_words import obstacle, plain_words
from workbench.models.sizing import SizeBook
from workbench.models.terms import added
from workbench.models.waiting import Waiting
from workbench.pages import setup_side as side
from workbench.pages.page import Page
from workbench.pages.recipe_files import RecipeFiles, file_name, unchanged
from workbench.pages.setup_terms import Terms
from workbench.views.before_start import BeforeStart
from workbench.views.dials import Dials, ManyDials
from workbench.views.facts import PaperNote
from workbench.views.loss_mix import LossMixDiagram
from workbench.views.recipe_list import RecipeList
from workbench.views.term_button import TermButton

if TYPE_CHECKING:
    from workbench.desk import Desk

LEFT_WIDTH = 272


class SetupPage(Page):
    """Edits the desk's draft. Every change is a step of `undo`; what is shown follows the draft."""

    key: ClassVar[str] = "setup"
    title: ClassVar[str] = say("Set up a run")
    buttons_at_right: ClassVar[int] = side.WIDTH + 14
    sentence: ClassVar[str] = say(
        "Choose who teaches, what is passed on, and how much each lesson counts."
    )

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.files = RecipeFiles(desk, self)
        self.sizes = SizeBook(desk, self)
        self.preflight = Preflight(desk, self)
        self.before = BeforeStart(self.preflight)
        self.recipes = RecipeList()
        self.diagram = LossMixDiagram()
        self.view = Segmented([say("Picture"), say("Formula")])
        self.dials = Dials()
        self.more = TermButton()
        self.side = side.SetupSide()
        self.undo = desk.steps
        self.undo.put_back = lambda: self.isVisible() and self.side.folds.put_back()
        self.paper = PaperNote()
        self._count = Text("", "small", "ink2")
        self._baseline = Experiment()
        self._cast = Cast()
        self.waiting = Waiting(self)
        self._lay_out()
        self._make_actions()
        self._listen()
        self._terms = Terms(self)
        self.refresh()

    def shown(self) -> None:
        """Look again at what may have changed meanwhile."""
        self.sizes.forget_question()
        self.desk.shelf.look()
        self.refresh()

    def start(self) -> None:
        """Start the draft, or say why it cannot be started."""
        sentence = self._obstacle()
        if sentence:
            self.desk.message.emit("warn", sentence)
        else:
            self.waiting.started(self.desk.draft)
            self.desk.start(self.desk.draft)

    def try_out(self) -> None:
        """Start the draft with few passes."""
        draft = self.desk.draft
        speed = former_runs.measured_speed(self.desk.shelf.runs, draft, self.desk.schema)
        self.desk.start(former_runs.tried(draft, self._training_clouds(), speed))

    def choose(self, name: str) -> None:
        """Take another recipe, with its usual net and lessons."""
        recipe = next(one for one in recipes(self.desk.schema) if one.name == name)
        if recipe.trains_teacher and self._lacks_teacher() and self.waiting.draft is None:
            self.waiting.put(self.desk.draft)  # a second is still there to be undone
        self.side.folds.put_back()
        after = with_recipe(self.desk.draft, recipe, self.desk.schema)
        take(self.undo, self.desk, after, say("recipe {recipe}", recipe=recipe.title))

    def take_detour(self) -> None:
        """To the recipe that trains a teacher, or back to the draft that waited for one."""
        waited = self.waiting.take()
        if waited is None:
            every = recipes(self.desk.schema)
            self.choose(next(one.name for one in every if one.trains_teacher))
        else:
            self._take_suggestion(waited, say("back to {waited}", waited=waited.name))
        self.refresh()

    def wave_away(self) -> None:
        """The draft that waits for its teacher waits no longer."""
        waited = self.waiting.draft
        if waited is not None:
            self.waiting.wave_away(self.undo)
            self.desk.message.emit(
                "info", say("“{name}” waits no longer. Undo brings it back.", name=waited.name)
            )

    def _lacks_teacher(self) -> bool:
        recipe, own = recipe_of(self.desk.draft, self.desk.schema), self.desk.draft.teacher
        wanted = recipe is not None and recipe.needs_teacher and own in ("", former_runs.LATEST)
        return wanted and not self._teachers(self.desk.draft)

    def _show_detour(self) -> None:
        self.waiting.look(lambda draft: bool(self._teachers(draft)))
        if self.waiting.draft is not None:
            self.side.show_detour(self.waiting.words, say("Back to what waits"))
        else:
            self.side.show_detour("", say("Train a teacher first") if self._lacks_teacher() else "")

    def change(self, path: str, value: object) -> None:
        """Change one setting; one that will not do is said and nothing changes."""
        try:
            after = changed(self.desk.draft, self.desk.schema, path, value)
        except ConfigError as error:
            self.desk.message.emit("bad", unchanged(error))
            return
        if path == "recipe.start":
            after = self._with_net(after)
        take(self.undo, self.desk, after, path, path)

    def _with_net(self, draft: Experiment) -> Experiment:
        """What a run has learnt fits only a net like its own."""
        _, run = picture_setup.start_of(draft, self.desk.shelf.runs)
        recipe = recipe_of(draft, self.desk.schema)
        if run is None or recipe is None or recipe.nets != "net":
            return draft
        return draft.model_copy(update={"net": run.experiment.net})

    def save(self) -> None:
        """Ask where the draft is to be saved, unless what is on screen is not what it says."""
        refused = self.side.folds.problem()
        if refused:
            self.desk.message.emit(
                "warn",
                say("{refused} Mend it or undo it first: nothing was saved.", refused=refused),
            )
        else:
            self.files.ask_where_to_save()

    def refresh(self) -> None:
        """Show the draft as it is now."""
        desk, draft = self.desk, self.desk.draft
        recipe, taught = recipe_of(draft, desk.schema), lessons(draft, desk.schema)
        self._cast = cast_of(desk.clouds, draft.data, desk.known)
        self.recipes.show_recipes(recipes(desk.schema), draft.recipe.name)
        self._count.setText(
            say("{count} to pick from", count=self.recipes.count()) if recipe else ""
        )
        self.dials.show_lessons(taught, added(draft, desk.schema))
        self._terms.show()
        self.diagram.show_mix(mix_of(draft, desk.schema, self._cast.known, self._sizes()))
        near = picture_setup.around(draft, desk.shelf.runs)
        self.side.folds.show_sections(sections(draft, desk.schema, self._barred(), near))
        self.side.folds.set_values(values_of(draft), values_of(self._baseline))
        printed = paper.known_right(draft.recipe.name, taught)
        same = paper.compares(desk.data_choice.name, self._cast.known)
        self.paper.set_percent(printed if same else None)
        self.side.show_name(draft.name)
        self.side.launch.show_draft(draft, f"{file_name(draft.name)}.toml")
        start, _ = picture_setup.start_of(draft, desk.shelf.runs)
        words = plain_words(draft, recipe, taught, self._cast, self._data(), start)
        self.side.words.setText(words)
        self._show_facts(recipe)
        self.side.show_trial(recipe is not None and recipe.apart)
        self._show_state()
        self.preflight.follow(draft)

    def _show_facts(self, recipe: Recipe | None) -> None:
        desk, draft, sizes = self.desk, self.desk.draft, self._sizes()
        speed = former_runs.measured_speed(desk.shelf.runs, draft, desk.schema)
        needed = former_runs.seconds_needed(draft, self._training_clouds(), speed)
        nets = desk.schema.get(recipe.nets if recipe is not None else "net", {})
        net = nets.get(net_of(draft, desk.schema).name, {})
        kinds = (
            ""
            if recipe is None or recipe.apart
            else say(", {known} kinds", known=len(self._cast.known))
        )
        data = f"{self._data()}{kinds}" if self._data() else ""
        self.side.show_facts(data, net.get("title", ""), sizes, draft.training.epochs, needed)
        needs = recipe is not None and recipe.needs_teacher
        able = self._teachers(draft) if needs else []
        told = former_runs.teacher_words(desk.shelf.runs, able, draft)
        self.side.show_teachers(able, draft.teacher, told if needs else "")

    def _show_state(self) -> None:
        if not isValid(self.undo):
            return  # the desk went before its page, and a stack that goes says so
        self.side.show_obstacle(self._obstacle())
        self._show_detour()
        self._back.setEnabled(self.undo.canUndo() or bool(self.side.folds.problem()))

    def _obstacle(self) -> str:
        desk, draft = self.desk, self.desk.draft
        recipe = recipe_of(draft, desk.schema)
        lacks = recipe is not None and recipe.needs_teacher and draft.teacher in ("", "latest")
        teachers = len(self._teachers(draft)) if lacks else 1
        going_on = desk.live.name if desk.live.alive else ""
        taught = lessons(draft, desk.schema)
        apart = recipe is not None and recipe.apart and not going_on
        amiss = picture_setup.amiss(draft, desk.schema) if apart else ""
        named = recipe is not None and recipe.needs_teacher
        return (
            obstacle(recipe, taught, self._cast, teachers, going_on, amiss)
            or (unfit_teacher(desk.shelf.runs, draft, self._cast.known) if named else "")
            or self.side.folds.problem()
            or str(self.sizes.look_up(draft).get("problem", ""))
        )

    def _sizes(self) -> Sizes:
        draft = self.desk.draft
        if not self.desk.schema:
            return Sizes()
        own = self.sizes.look_up(draft)
        narrow = picture_setup.narrow(draft, self.desk.schema)
        return Sizes(own.get("parameters", 0), own.get("macs", 0), self._teacher_size(), narrow)

    def _teacher_size(self) -> int:
        draft, schema = self.desk.draft, self.desk.schema
        if material.takes_pairs(draft, schema):
            teacher = picture_setup.built_in(draft)
            return teacher.parameters if teacher is not None else 0
        return int(self.sizes.look_up(teacher_of(draft, schema)).get("parameters", 0))

    def _teachers(self, draft: Experiment) -> list[RunSummary]:
        desk = self.desk
        known = cast_of(desk.clouds, draft.data, desk.known).known
        return former_runs.teachers(desk.shelf.runs, draft, desk.schema, known)

    def _data(self) -> str:
        return material.title_of(self.desk.draft, self.desk.schema, self.desk.clouds)

    def _training_clouds(self) -> int:
        desk, data = self.desk, self.desk.draft.data
        if material.takes_pairs(desk.draft, desk.schema):
            return material.pairs_to_learn(data, desk.schema, desk.clouds, desk.data_choice)
        if material.apart(desk.draft, desk.schema):
            return 0  # not known before they are opened
        return self._cast.training_clouds(desk.clouds, data)

    def _barred(self) -> Barred:
        """Protocols that cannot be played with the open data."""
        clouds = self.desk.clouds
        return {"data.protocol": unfit(clouds)} if clouds is not None else {}

    def _adopt(self, experiment: Experiment) -> None:
        self.side.folds.put_back()
        self._baseline = experiment
        take(
            self.undo, self.desk, experiment, say("recipe {experiment}", experiment=experiment.name)
        )
        self.refresh()

    def _take_suggestion(self, experiment: Experiment, words: str) -> None:
        self.side.folds.put_back()
        take(self.undo, self.desk, experiment, words)

    def _listen(self) -> None:
        desk = self.desk
        desk.suggested.connect(self._take_suggestion)
        for signal in (desk.draft_changed, desk.schema_changed, desk.known_changed):
            signal.connect(self.refresh)
        for signal in (desk.data_changed, desk.runs_changed, self.sizes.changed):
            signal.connect(self.refresh)
        desk.live.changed.connect(self._show_state)
        self.recipes.chosen.connect(self.choose)
        self.view.changed.connect(lambda index: self.diagram.show_formula(index == 1))
        self.dials.turned.connect(lambda loss, weight: self.change(f"losses.{loss}.weight", weight))
        self.side.folds.changed.connect(self.change)
        self.side.folds.problem_changed.connect(self._show_state)
        self.side.renamed.connect(lambda name: self.change("name", name) if name.strip() else None)
        self.side.teacher_chosen.connect(lambda run: self.change("teacher", run))
        self.side.start.clicked.connect(self.start)
        self.side.detour.clicked.connect(self.take_detour)
        self.side.wave.clicked.connect(self.wave_away)
        self.waiting.ready.connect(desk.teacher_ready)
        self.waiting.changed.connect(self._show_detour)
        self.side.trial.clicked.connect(self.try_out)
        self.side.save.clicked.connect(self.save)
        self.files.opened.connect(self._adopt)

    def _make_actions(self) -> None:
        presets = Button(say("Presets"))
        presets.setMenu(self.files.menu)
        opening = Button(say("Open recipe"), "folder")
        opening.clicked.connect(self.files.ask_what_to_open)
        self._back = self._step_button("undo", say("Undo (Ctrl+Z)"), self.undo.undo)
        forth = self._step_button("redo", say("Redo (Ctrl+Shift+Z)"), self.undo.redo)
        self.undo.canUndoChanged.connect(self._show_state)
        self.undo.canRedoChanged.connect(forth.setEnabled)
        for button in (self._back, forth, presets, opening):
            self.actions.addWidget(button)
        self.side.start.setToolTip("Ctrl+Enter")

    def _step_button(self, icon: str, tooltip: str, do: Callable[[], None]) -> IconButton:
        button = IconButton(icon, tooltip)
        button.setEnabled(False)
        button.clicked.connect(do)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._left())
        row.addLayout(self._middle(), 1)
        column = QVBoxLayout()
        column.setSpacing(14)
        column.addLayout(row, 1)
        column.addWidget(self.before)
        beside = QHBoxLayout()
        beside.setSpacing(14)
        beside.addLayout(column, 1)
        beside.addWidget(self.side)
        self.body.addLayout(beside, 1)

    def _left(self) -> Card:
        card = Card()
        card.setFixedWidth(LEFT_WIDTH)
        head = QHBoxLayout()
        head.addWidget(Text(say("Recipe"), "h2"))
        head.addStretch(1)
        head.addWidget(self._count)
        card.body.addLayout(head)
        card.body.addWidget(self.recipes, 1)
        card.body.addWidget(self.paper)
        return card

    def _middle(self) -> QVBoxLayout:
        picture, sliders = Card(), Card()
        self.sliders_below = sliders  # messages stay above them
        head = QHBoxLayout()
        head.addWidget(Text(say("What is passed on"), "h2"))
        head.addStretch(1)
        head.addWidget(self.more)
        head.addWidget(self.view)
        picture.body.addLayout(head)
        picture.body.addWidget(self.diagram, 1)
        sliders.body.addWidget(ManyDials(self.dials))
        column = QVBoxLayout()
        column.setSpacing(14)
        column.addWidget(picture, 1)
        column.addWidget(sliders)
        return column
