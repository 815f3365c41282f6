"""Refuses an experiment that names what there is not, before anything is made of it."""

from typing import Any

from engine import registry
from engine.errors import ConfigError
from engine.experiment import Experiment, Loss, OpenSet, Training
from engine.words import say

_NEEDS = {"teacher": say("a teacher"), "unknown": say("a trained “unknown” output")}


def check(experiment: Experiment) -> None:
    """Raises ConfigError for an unknown recipe, net, data set, loss or score, or a setting none of them has."""
    recipe = registry.get("recipe", experiment.recipe.name)
    net = recipe.net_of(experiment)
    choices = [
        ("recipe", experiment.recipe.name, experiment.recipe.settings),
        (recipe.extra.get("nets", "net"), net.name, net.settings),
        (recipe.extra.get("data", "dataset"), experiment.data.name, experiment.data.settings),
        *(("loss", name, loss.settings) for name, loss in experiment.losses.items()),
    ]
    for kind, name, settings in choices:
        registry.configure(kind, name, settings)
    recipe.check(experiment)
    _check_shares(experiment.training)
    _check_threshold(experiment.open_set, recipe.extra)


def refused_terms(experiment: Experiment) -> dict[str, str]:
    """Of every loss that the recipe cannot learn by beside its usual mix, the sentence why."""
    recipe = registry.get("recipe", experiment.recipe.name)
    usual = {name: Loss(weight=weight) for name, weight in recipe.extra["losses"].items()}
    refused = {}
    for name in registry.names("loss"):
        try:
            recipe.check(experiment.model_copy(update={"losses": {**usual, name: Loss()}}))
        except ConfigError as error:
            refused[name] = error.sentence
    return refused


def _check_shares(training: Training) -> None:
    if training.batch_size < training.processes:
        raise ConfigError(
            say(
                "{processes} processes cannot share {batch_size} clouds at a time. Nothing was started. "
                "Set training.batch_size higher, or training.processes lower.",
                processes=training.processes,
                batch_size=training.batch_size,
            )
        )


def _check_threshold(options: OpenSet, recipe: dict[str, Any]) -> None:
    name = options.score.name
    if name == "auto" and options.score.settings:
        raise ConfigError(
            say(
                "“auto” compares the scores as they usually are, so it has no settings. Nothing was "
                "started. Name one score in open_set.score, or leave its settings out."
            )
        )
    if name != "auto":
        registry.configure("score", name, options.score.settings)
        needs = registry.get("score", name).extra["needs"]
        for need, given in (("teacher", "needs_teacher"), ("unknown", "unknown_output")):
            if need in needs and not recipe[given]:
                raise ConfigError(
                    say(
                        "The score “{name}” needs {needs}, and this recipe has none. Nothing was "
                        "started. Choose another score, or “auto”.",
                        name=name,
                        needs=_NEEDS[need],
                    )
                )
    if name != "msp" and options.rule == "fixed":
        raise ConfigError(
            say(
                "A fixed threshold is a probability, and the score “{name}” is none. Nothing was "
                "started. Set open_set.rule to “recall”, “youden” or “cost”.",
                name=name,
            )
        )
