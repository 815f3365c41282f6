"""Refuses an experiment whose data cannot have what it asks of them, as far as that is known before they are opened."""

from engine import datasets, registry
from engine.datasets.pairs import kinds_of
from engine.experiment import Experiment
from engine.pair_split import check_kinds
from engine.split import split


def check_data(experiment: Experiment) -> None:
    """Raises DataError or ConfigError where data that are prepared, or made here, lack what is to be known or tested,
    or cannot be made as they are asked for."""
    data = experiment.data
    material = registry.get("recipe", experiment.recipe.name).extra.get("data", "dataset")
    source = registry.make(material, data.name, data.settings)
    if material == "dataset":
        plan = datasets.plan_of(data)
        if plan is not None:
            split(plan, experiment)
    elif material == "pairs":
        kinds = kinds_of(data)
        if kinds is not None:
            check_kinds(source.title, kinds, data.known)
