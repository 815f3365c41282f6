"""A mixture as the settings of a run."""

from engine.experiment import Choice, Experiment
from workbench.models.recipes import Schema, recipes, with_recipe

USUAL = "open_set"


def can_mix(schema: Schema) -> bool:
    """Whether there is a recipe that learns from mixtures."""
    return USUAL in schema.get("recipe", {})


def with_mixture(draft: Experiment, schema: Schema, mixture: Choice, sources: int) -> Experiment:
    """The draft learning from mixtures of so many clouds made this way.

    Its recipe stays when that learns from mixtures, with its other settings; else it becomes `open_set`.
    """
    if not _mixes(draft.recipe.name, schema):
        recipe = next(one for one in recipes(schema) if one.name == USUAL)
        draft = with_recipe(draft, recipe, schema)
    own = draft.recipe.settings | {
        "mixture": mixture.model_dump(mode="json"),
        "sources": [sources],
    }
    return draft.model_copy(update={"recipe": Choice(name=draft.recipe.name, **own)})


def _mixes(recipe: str, schema: Schema) -> bool:
    entry = schema.get("recipe", {}).get(recipe, {})
    return "mixture" in entry.get("schema", {}).get("properties", {})
