"""The terms that can be passed on beside a recipe's usual mix: added, taken away, or refused with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.experiment import Experiment, Loss
from engine.words import say
from workbench.models.recipes import Schema, losses_of, recipe_of


@dataclass(frozen=True)
class TermOffer:
    """A loss that is no dial yet: its name, plain word, what it counts for, and why it cannot be added here."""

    name: str
    word: str
    why: str
    why_not: str = ""

    @property
    def term(self) -> str:
        """The short name that formulas use."""
        return self.name.upper()


def offers(draft: Experiment, schema: Schema, refused: Mapping[str, str]) -> list[TermOffer]:
    """All losses there is no dial for, those that fit first; `refused` is the engine's own sentence of each that does
    not."""
    recipe = recipe_of(draft, schema)
    if recipe is None:
        return []
    there = losses_of(draft, recipe)
    found = [
        TermOffer(
            name,
            entry.get("word") or entry.get("title") or name,
            entry.get("why", ""),
            refused.get(name, "").replace(f" {say('Nothing was started.')}", ""),
        )
        for name, entry in schema.get("loss", {}).items()
        if name not in there
    ]
    return sorted(found, key=lambda offer: (bool(offer.why_not), offer.word))


def added(draft: Experiment, schema: Schema) -> tuple[str, ...]:
    """The terms that are not of the recipe's usual mix."""
    recipe = recipe_of(draft, schema)
    if recipe is None:
        return ()
    return tuple(name for name in losses_of(draft, recipe) if name not in recipe.losses)


def with_term(draft: Experiment, schema: Schema, name: str) -> Experiment:
    """The draft with one more term at its usual weight; the usual mix is written out before."""
    weight = schema.get("loss", {}).get(name, {}).get("usual", 1.0)
    return _with_losses(draft, schema, {name: Loss(weight=weight)})


def without_term(draft: Experiment, schema: Schema, name: str) -> Experiment:
    """The draft without a term."""
    after = _with_losses(draft, schema, {})
    rest = {key: loss for key, loss in after.losses.items() if key != name}
    return after.model_copy(update={"losses": rest})


def _with_losses(draft: Experiment, schema: Schema, more: Mapping[str, Loss]) -> Experiment:
    recipe = recipe_of(draft, schema)
    there = losses_of(draft, recipe) if recipe is not None else draft.losses
    return draft.model_copy(update={"losses": {**there, **more}})
