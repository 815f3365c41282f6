"""What a recipe learns from: the open data set, pairs of clouds and pictures that go with it, or rooms and the like."""

from engine.clouds import Clouds
from engine.experiment import Choice, Data, Experiment
from workbench.models.recipes import Schema

MADE = "shapes_views"
_RENDERED = "modelnet_views"
OPEN = "dataset"
APART = {
    "pairs": MADE,
    "scenes": "rooms",
    "parts": "shape_parts",
    "drives": "streets",
}  # and which of them at first


def material_of(draft: Experiment, schema: Schema) -> str:
    """What the draft's recipe learns from: “dataset”, “pairs”, “scenes”, “parts” or “drives”."""
    recipe = schema.get("recipe", {}).get(draft.recipe.name, {})
    return str(recipe.get("data", OPEN))


def takes_pairs(draft: Experiment, schema: Schema) -> bool:
    """Whether the draft's recipe learns from pairs."""
    return material_of(draft, schema) == "pairs"


def apart(draft: Experiment, schema: Schema) -> bool:
    """Whether the draft's recipe learns from something else than the open data set."""
    return material_of(draft, schema) in APART


def _is(data: Choice, schema: Schema) -> str:
    """What sort of material this is."""
    return next((kind for kind in APART if data.name in schema.get(kind, {})), OPEN)


def pairs_of(opened: Choice) -> Choice:
    """Pairs that go with the open data set: pictures of its clouds where they are files, else of built-in shapes; grey,
    as a cloud has no colour."""
    path = opened.settings.get("path")
    if opened.name in ("modelnet", "folder") and path:
        return Choice.model_validate({"name": _RENDERED, "path": path})
    return Choice.model_validate({"name": MADE, "colours": False})


def suited(draft: Experiment, schema: Schema, opened: Choice, known: tuple[str, ...]) -> Experiment:
    """The draft with material its recipe can learn from; as it is where that is so, or the schema is not known yet."""
    wanted = material_of(draft, schema)
    if not schema.get("pairs") or wanted == _is(draft.data, schema):
        return draft
    source = pairs_of(opened) if wanted == "pairs" else opened
    source = source if wanted in ("pairs", OPEN) else Choice(name=APART[wanted])
    data = told(source, draft.data.validation, known if wanted == OPEN else ())
    return draft.model_copy(update={"data": data})


def told(source: Choice, validation: float, known: tuple[str, ...]) -> Data:
    """A source as the data of an experiment with these known kinds; a validation share of its own stays."""
    own = {"validation": validation} | source.model_dump(mode="json")
    return Data.model_validate(own | {"known": list(known)})


def follows(data: Data, before: Choice) -> bool:
    """Whether pairs are those that go with a data set, so that they change when another is opened."""
    wanted = pairs_of(before)
    return data.name == wanted.name and data.settings == wanted.settings


def title_of(draft: Experiment, schema: Schema, clouds: Clouds | None) -> str:
    """What is learnt from, in words; empty while no data is open."""
    if apart(draft, schema):
        entries = schema[material_of(draft, schema)]
        return str(entries.get(draft.data.name, {}).get("title", draft.data.name))
    return clouds.title if clouds is not None else ""


def pairs_to_learn(data: Data, schema: Schema, clouds: Clouds | None, opened: Choice) -> int:
    """How many pairs are learnt from, less what is held back; 0 where that is not known before they are made."""
    usual = schema.get("pairs", {}).get(data.name, {}).get("schema", {}).get("properties", {})
    own = {key: item.get("default") for key, item in usual.items()} | data.settings
    if data.name == MADE:
        shapes = int(own["per_kind"])
        each = shapes - min(max(round(shapes * float(own["test_share"])), 1), shapes - 1)
        count = len(data.known or own["kinds"]) * each * int(own["views"])
    elif data.name == _RENDERED and clouds is not None and follows(data, opened):
        count = int(clouds.train.sum()) * int(own["views"])
    else:
        return 0
    return round(count * (1 - data.validation))
