"""Refuses an experiment that names what there is not, before anything is made of it."""

from engine import registry
from engine.experiment import Experiment
from engine.nets import chosen


def check(experiment: Experiment) -> None:
    """Raises ConfigError for an unknown recipe, net, data set or loss, or a setting one of them does not have."""
    recipe = registry.get("recipe", experiment.recipe.name)
    net = chosen(experiment.net, recipe.extra["net"])
    choices = [
        ("recipe", experiment.recipe.name, experiment.recipe.settings),
        ("net", net.name, net.settings),
        ("dataset", experiment.data.name, experiment.data.settings),
        *(("loss", name, loss.settings) for name, loss in experiment.losses.items()),
    ]
    for kind, name, settings in choices:
        registry.configure(kind, name, settings)
