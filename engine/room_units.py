"""In which units a run saw rooms: its folder says so from when it is made, so that “auto” cannot mean something else
later."""

from engine.experiment import Experiment
from engine.registry import get

_OF_ROOMS = ("segment", "detect")
_KEY = "recipe.unit"


def settled(experiment: Experiment) -> Experiment:
    """With “metres” or “radius” where it says “auto” or nothing. ConfigError for a net that cannot be."""
    own = experiment.recipe
    if own.name not in _OF_ROOMS or own.settings.get("unit", "auto") != "auto":
        return experiment
    scaled = get("recipe", own.name).scaled(experiment)
    return experiment.with_values(**{_KEY: "radius" if scaled else "metres"})


def as_it_was(experiment: Experiment) -> Experiment:
    """That of a run folder. One that says nothing was made when rooms were always seen in metres."""
    own = experiment.recipe
    if own.name not in _OF_ROOMS or "unit" in own.settings:
        return experiment
    return experiment.with_values(**{_KEY: "metres"})
