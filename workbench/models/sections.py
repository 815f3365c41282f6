"""The folded rows of Set-up: which settings stand together, and what each says while folded."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.experiment import Experiment
from engine.words import say
from workbench.forms import Field, look_up, read_fields, shown
from workbench.models.pair_sections import Around, material_section, recipe_sections
from workbench.models.recipes import Recipe, Schema, losses_of, recipe_of
from workbench.models.section import Section

# prefix in the experiment: (title, paths told while folded)
_PARTS = {
    "optimiser": (say("Learning speed"), ("optimiser.name", "optimiser.learning_rate")),
    "data": (say("Data"), ("data.validation",)),
    "augment": (say("Augmentation"), ("augment.turn",)),
    "open_set": (say("Cut-off for “none of these”"), ("open_set.threshold",)),
    "training": (say("Training"), ("training.epochs",)),
}
_OF_KINDS = ("data", "open_set")  # only for recipes that name kinds

Barred = Mapping[str, Mapping[str, str]]  # of each setting its options, of each option why not


def sections(
    draft: Experiment, schema: Schema, barred: Barred | None = None, around: Around | None = None
) -> list[Section]:
    """All groups of settings of a draft; none while the schema is unknown."""
    recipe = recipe_of(draft, schema)
    if recipe is None:
        return []
    values = values_of(draft)
    every = [
        replace(item, barred=tuple((barred or {}).get(item.path, {}).items()))
        for item in read_fields(schema["experiment"])
    ]
    every = [one for item in every for one in _with_score(item, values, schema)]
    apart = recipe.apart
    parts = [_part(key, every, values) for key in _PARTS if not (apart and key in _OF_KINDS)]
    return [
        *([material_section(draft, schema, every)] if apart else []),
        *recipe_sections(draft, schema, values, around or Around()),
        _net_section(draft, recipe, schema),
        *_mixture_sections(draft, schema, values),
        *_loss_sections(draft, recipe, schema),
        *parts,
        Section(
            "seed",
            say("Repeatability"),
            say("seed {seed}", seed=draft.seed),
            _only(every, ("seed",)),
        ),
    ]


def values_of(draft: Experiment) -> dict[str, Any]:
    """The draft as nested plain values."""
    values = draft.model_dump(mode="json")
    for inner in ("mixture", "image_teacher"):
        named = values["recipe"].get(inner)
        if isinstance(named, str):  # short for its name
            values["recipe"][inner] = {"name": named}
    return values


def _part(key: str, every: list[Field], values: dict[str, Any]) -> Section:
    title, told = _PARTS[key]
    hidden = ("data.name", "data.known")  # both are chosen elsewhere
    fields = [item for item in every if item.path.startswith(f"{key}.")]
    note = ", ".join(_told(item, values) for item in fields if item.path in told)
    return Section(key, title, note, tuple(item for item in fields if item.path not in hidden))


def _with_score(field: Field, values: dict[str, Any], schema: Schema) -> list[Field]:
    """A field as it is; for the name of the score a list of all scores, and what can be set of the chosen one."""
    if field.path != "open_set.score.name":
        return [field]
    scores = schema.get("score", {})
    name = look_up(values, field.path, "msp")
    picker = Field(
        path=field.path,
        title=say("Sureness measured by"),
        kind="choice",
        default="msp",
        term="score",
        why=say("Best on validation: the one that tells mixtures of validation clouds best."),
        options=("auto", *scores),
        labels=(say("Best on validation"), *(entry["title"] for entry in scores.values())),
    )
    return [picker, *read_fields(scores.get(name, {}).get("schema", {}), "open_set.score")]


def _told(field: Field, values: dict[str, Any]) -> str:
    value = look_up(values, field.path, field.default)
    match field.path:
        case "training.epochs":
            return say("{passes} passes", passes=shown(value))
        case "data.validation" if isinstance(value, int | float):
            return say("{share:.0%} held back", share=value)
        case "augment.turn":
            return say("turn: {turn}", turn=shown(value))
    return shown(value)


def _net_section(draft: Experiment, recipe: Recipe, schema: Schema) -> Section:
    nets = schema.get(recipe.nets, {})
    name = draft.net.name if draft.net.name in nets else recipe.net
    role = _role(nets.get(recipe.net, {}))
    fitting = [net for net, entry in nets.items() if _role(entry) == role] or list(nets)
    fitting += [name] if name in nets and name not in fitting else []
    picker = Field(
        path="net.name",
        title=say("Net"),
        kind="choice",
        default="auto",
        options=("auto", *fitting),
        labels=(say("The usual one"), *(nets[net]["title"] for net in fitting)),
    )
    own = read_fields(nets.get(name, {}).get("schema", {}), "net")
    title = say("Teacher’s net") if recipe.trains_teacher else say("Student")
    return Section("net", title, nets.get(name, {}).get("title", name), (picker, *own))


def _role(entry: dict[str, Any]) -> tuple[Any, Any]:
    return entry.get("role"), entry.get("task")


def _mixture_sections(draft: Experiment, schema: Schema, values: dict[str, Any]) -> list[Section]:
    """What a recipe that learns from mixtures can be told about them, and of the mixture itself."""
    fields = read_fields(schema["recipe"][draft.recipe.name].get("schema", {}), "recipe")
    places = [place for place, item in enumerate(fields) if item.path == "recipe.mixture.name"]
    if not places:
        return []
    mixtures = schema.get("mixture", {})
    name = look_up(values, "recipe.mixture.name", "shuffle")
    picker = Field(
        path="recipe.mixture.name",
        title=say("How clouds are mixed"),
        kind="choice",
        default="shuffle",
        options=tuple(mixtures),
        labels=tuple(entry["title"] for entry in mixtures.values()),
    )
    own = read_fields(mixtures.get(name, {}).get("schema", {}), "recipe.mixture")
    fields[places[0] : places[0] + 1] = [picker, *own]
    sources = look_up(values, "recipe.sources", [2, 3, 4])
    note = f"{mixtures.get(name, {}).get('title', name)}, {shown(sources)}"
    return [Section("mixtures", say("Pretend strangers"), note, tuple(fields))]


def _loss_sections(draft: Experiment, recipe: Recipe, schema: Schema) -> list[Section]:
    return [_loss_section(name, draft, recipe, schema) for name in losses_of(draft, recipe)]


def _loss_section(name: str, draft: Experiment, recipe: Recipe, schema: Schema) -> Section:
    entry = schema.get("loss", {}).get(name, {})
    prefix = f"losses.{name}"
    own = read_fields(entry.get("schema", {}), prefix)
    common = schema["experiment"].get("$defs", {}).get("Loss", {})
    usual = recipe.losses.get(name, entry.get("usual", 1.0))
    weight, rise = _common(read_fields(common, prefix), usual)
    first = own[0] if own else None
    title = first.title if first is not None and first.term else entry.get("word", name)
    told = first.term or first.title.lower() if first is not None else ""
    value = look_up(values_of(draft), first.path, first.default) if first is not None else ""
    return Section(prefix, title, f"{told} {shown(value)}".strip(), (*weight, *own, *rise))


def _common(fields: list[Field], usual: float) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """What every loss has: its weight, which may lie beyond the end of its dial, and its warm-up."""
    weight = tuple(replace(f, default=usual) for f in fields if f.path.endswith(".weight"))
    rise = tuple(
        replace(f, why=f.why or say("Passes until it counts in full."))
        for f in fields
        if f.path.endswith(".warmup_epochs")
    )
    return weight, rise


def _only(fields: list[Field], paths: tuple[str, ...]) -> tuple[Field, ...]:
    return tuple(item for item in fields if item.path in paths)
