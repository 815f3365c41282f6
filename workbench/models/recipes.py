"""What the schema says about recipes, and what a draft makes of one: lessons and picture."""

from dataclasses import dataclass
from typing import Any

from engine.experiment import UNTITLED, Choice, Experiment, Loss, place
from engine.words import say
from workbench.forms import look_up
from workbench.models.mix import PICTURE, Lesson, Mix

Schema = dict[str, Any]
_VOICES = {"laser": say("Laser"), "outlines": say("outlines")}


@dataclass(frozen=True)
class Recipe:
    """One registered recipe, in the words of its entry in the schema. material: what it learns from; nets: the kind of
    its net; says: what it answers where it names no kinds of clouds;
    starts: its net can start from what was learnt before; usual: its usual values of other settings, by dotted path."""

    name: str
    title: str
    about: str
    words: str
    net: str
    losses: dict[str, float]
    needs_teacher: bool
    unknown: bool
    trains_teacher: bool
    material: str = "dataset"
    nets: str = "net"
    says: tuple[str, ...] = ()
    starts: bool = False
    mixes: bool = False
    usual: tuple[tuple[str, Any], ...] = ()

    @property
    def pairs(self) -> bool:
        """Whether it learns from clouds and pictures."""
        return self.material == "pairs"

    @property
    def stacked(self) -> bool:
        """Whether a camera learns beside a laser teacher and an outline teacher."""
        return self.nets == "camera_net"

    @property
    def apart(self) -> bool:
        """Whether it learns from something else than the open data set."""
        return self.material != "dataset"


@dataclass(frozen=True)
class Sizes:
    """Parameters and multiplications per cloud of the net that learns; 0 while unknown. at_most: they are counted for
    answers as wide as CLIP’s, and those of the teacher that was chosen are narrower."""

    parameters: int = 0
    macs: int = 0
    teacher_parameters: int = 0
    at_most: bool = False

    @property
    def ratio(self) -> float | None:
        """The learner's parameters over the teacher's, None while unknown."""
        both = self.parameters and self.teacher_parameters
        return self.parameters / self.teacher_parameters if both else None


def recipes(schema: Schema) -> list[Recipe]:
    """All registered recipes, in the order a beginner meets them: the teacher first, plain labels before others,
    pre-trained nets last, and of these what pre-trains them first; after all, what looks at rooms and parts."""
    found = [_recipe(name, schema) for name in schema.get("recipe", {})]
    backbones = [
        name for name, net in schema.get("net", {}).items() if net.get("role") == "backbone"
    ]
    return sorted(
        found,
        key=lambda one: (
            one.nets != "net",
            one.net in backbones,
            not one.pairs,
            one.unknown,
            one.needs_teacher,
            not one.trains_teacher,
            "ce" not in one.losses,
            one.title,
        ),
    )


def recipe_of(draft: Experiment, schema: Schema) -> Recipe | None:
    """The draft's recipe, None while the schema is unknown or has no such recipe."""
    name = draft.recipe.name
    return _recipe(name, schema) if name in schema.get("recipe", {}) else None


def _recipe(name: str, schema: Schema) -> Recipe:
    entry = schema["recipe"][name]
    net = entry.get("net", "")
    return Recipe(
        name=name,
        title=entry["title"],
        about=entry["about"],
        words=entry.get("words", ""),
        net=net,
        losses=dict(entry.get("losses", {})),
        needs_teacher=bool(entry.get("needs_teacher")),
        unknown=bool(entry.get("unknown_output")),
        trains_teacher=schema.get("net", {}).get(net, {}).get("role") == "teacher",
        material=entry.get("data", "dataset"),
        nets=entry.get("nets", "net"),
        says=tuple(entry.get("says", ())),
        starts="start" in entry.get("schema", {}).get("properties", {}),
        mixes="mixture" in entry.get("schema", {}).get("properties", {}),
        usual=tuple(entry.get("usual", {}).items()),
    )


def losses_of(draft: Experiment, recipe: Recipe) -> dict[str, Loss]:
    """Every loss there is a dial for: the recipe's usual ones, then others that the draft names."""
    if not draft.losses:
        return {name: Loss(weight=weight) for name, weight in recipe.losses.items()}
    usual = {name: draft.losses.get(name, Loss(weight=0.0)) for name in recipe.losses}
    return {**usual, **draft.losses}


def lessons(draft: Experiment, schema: Schema) -> tuple[Lesson, ...]:
    """The draft's loss terms in the words of their entries in the schema."""
    recipe = recipe_of(draft, schema)
    if recipe is None:
        return ()
    return tuple(
        _lesson(name, loss.weight, schema.get("loss", {}).get(name, {}))
        for name, loss in losses_of(draft, recipe).items()
    )


def _lesson(name: str, weight: float, entry: dict[str, Any]) -> Lesson:
    return Lesson(
        name=name,
        word=entry.get("word") or entry.get("title") or name,
        weight=weight,
        token=entry.get("token", "ce"),
        symbol=entry.get("symbol", ""),
        greek=entry.get("greek", ""),
        why=entry.get("why", ""),
        source=entry.get("from", "teacher"),
    )


def mix_of(draft: Experiment, schema: Schema, kinds: tuple[str, ...], sizes: Sizes) -> Mix:
    """The picture of a draft."""
    recipe = recipe_of(draft, schema)
    if recipe is None:
        return Mix(kinds=kinds)
    most = "≤ " if sizes.at_most else ""
    note = (
        say("{most}{in_short} dials", most=most, in_short=in_short(sizes.parameters))
        if sizes.parameters
        else ""
    )
    if recipe.needs_teacher and sizes.ratio is not None:
        note = say("{ratio:.0f} % of the size", ratio=sizes.ratio * 100)
    counted = sizes.teacher_parameters and not recipe.stacked
    frozen = (
        say("{in_short} dials · ", in_short=in_short(sizes.teacher_parameters)) if counted else ""
    )
    voices = _voices(draft, schema) if recipe.stacked else ()
    return Mix(
        lessons=lessons(draft, schema),
        kinds=kinds,
        answers=_answers(draft, schema) if recipe.pairs else recipe.says,
        teacher=say("Teacher of pictures")
        if recipe.pairs
        else say(" and ").join(voices) or say("Teacher"),
        has_teacher=recipe.needs_teacher or recipe.pairs or bool(voices),
        second=len(voices) > 1,
        shown=PICTURE
        if recipe.stacked
        else say("Street")
        if recipe.material == "drives"
        else say("Cloud"),
        learner=say("Camera")
        if recipe.stacked
        else say("Teacher")
        if recipe.trains_teacher
        else say("Student"),
        learner_token="kd" if recipe.trains_teacher else "accent",
        learner_note=note,
        teacher_note=f"{frozen}frozen",
        ratio=sizes.ratio,
        unknown=recipe.unknown,
        mixtures=recipe.mixes,
    )


def _voices(draft: Experiment, schema: Schema) -> tuple[str, ...]:
    """The teachers of a camera that are there."""
    entry = schema["recipe"][draft.recipe.name].get("schema", {}).get("properties", {})
    own = {key: entry.get(key, {}).get("default") for key in _VOICES} | draft.recipe.settings
    return tuple(word for key, word in _VOICES.items() if own[key] != "none")


def _answers(draft: Experiment, schema: Schema) -> tuple[str, ...]:
    """What a student of pictures is to say, in a few short lines."""
    entry = schema["recipe"][draft.recipe.name].get("schema", {})
    usual = {key: item.get("default") for key, item in entry.get("properties", {}).items()}
    own = usual | draft.recipe.settings
    ideas = (say("{queries} ideas,", queries=own["queries"]),) if own.get("concepts") else ()
    whose = say("the teacher’s own") if own.get("target") != "local" else say("its patches’ own")
    return (*ideas, say("one answer in"), whose, "terms")


def with_recipe(draft: Experiment, recipe: Recipe, schema: Schema) -> Experiment:
    """The draft with another recipe: its usual net, losses and values, and a name if nobody gave one."""
    given = {UNTITLED, *(one.title for one in recipes(schema))}
    draft = _with_usual(draft, recipe_of(draft, schema), recipe)
    return draft.model_copy(
        update={
            "recipe": Choice(name=recipe.name),
            "net": Choice(name="auto"),
            "losses": {name: Loss(weight=weight) for name, weight in recipe.losses.items()},
            "teacher": "latest" if recipe.needs_teacher else "",
            "name": recipe.title if draft.name in given else draft.name,
        }
    )


def _with_usual(draft: Experiment, before: Recipe | None, after: Recipe) -> Experiment:
    """What was as usual for the recipe before becomes usual for the next; what a person chose stays."""
    plain, values = Experiment().model_dump(mode="json"), draft.model_dump(mode="json")
    was, becomes = dict(before.usual if before is not None else ()), dict(after.usual)
    wanted = {}
    for path in was | becomes:
        usual = look_up(plain, path, None)
        if look_up(values, path, None) == was.get(path, usual):
            wanted[path] = becomes.get(path, usual)
    return draft.with_values(**wanted) if wanted else draft


def changed(draft: Experiment, schema: Schema, path: str, value: Any) -> Experiment:
    """The draft with one value changed; raises ConfigError when the value will not do.

    The usual losses are written out before one of them changes, and another net, mixture, score, source of pairs or
    teacher of pictures starts with its own settings.
    """
    document = draft.model_dump(mode="json")
    recipe = recipe_of(draft, schema)
    if path.startswith("losses.") and recipe is not None:
        every = losses_of(draft, recipe).items()
        document["losses"] = {name: loss.model_dump(mode="json") for name, loss in every}
    if path == "net.name":
        document["net"] = {}
    if path in ("recipe.mixture.name", "recipe.image_teacher.name", "open_set.score.name"):
        table, key, _ = path.split(".")
        document[table][key] = {}
    if path == "data.name":
        document["data"] = {"validation": draft.data.validation}
    place(document, path, value)
    return Experiment.from_document(document)


def net_of(draft: Experiment, schema: Schema) -> Choice:
    """The net that is trained, by its own name even where the draft says “auto”."""
    recipe = recipe_of(draft, schema)
    usual = recipe.net if recipe is not None else draft.net.name
    return Choice(name=usual, **draft.net.settings) if draft.net.name == "auto" else draft.net


def teacher_of(draft: Experiment, schema: Schema) -> Experiment | None:
    """An experiment that trains the usual teacher of the same kinds, for its size."""
    for recipe in recipes(schema):
        if recipe.trains_teacher:
            return replace_recipe(draft, recipe)
    return None


def replace_recipe(draft: Experiment, recipe: Recipe) -> Experiment:
    """The draft with a recipe's name, net and losses, everything else as it was."""
    return draft.model_copy(
        update={"recipe": Choice(name=recipe.name), "net": Choice(name="auto"), "losses": {}}
    )


def in_short(number: float) -> str:
    """A large number in three figures: 3.46 M, 0.67 M, 48 k."""
    if number >= 1e9:
        return f"{number / 1e9:.2f} G"
    if number >= 1e5:
        millions = number / 1e6
        return f"{millions:.2f} M" if millions < 10 else f"{millions:.0f} M"
    return f"{number / 1e3:.0f} k" if number >= 1e4 else f"{number:.0f}"
