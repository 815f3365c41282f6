"""Teachers that know pictures, behind one interface: pictures in, a prefix out, and words where they have any."""

from collections.abc import Iterator

from engine import registry
from engine.control import Control
from engine.events import Event
from engine.experiment import Choice, Experiment
from engine.teachers2d.teacher import ImageTeacher

__all__ = ["ImageTeacher", "image_teacher_of", "made_ready"]


def image_teacher_of(choice: Choice, before: str = "") -> ImageTeacher:
    """The teacher of a choice; before: the identity of the one that a run has learnt from already, which stays its
    teacher though a newer one may be there. An error in a sentence where there is none."""
    kind = registry.get("image_teacher", choice.name)
    settings = registry.configure("image_teacher", choice.name, choice.settings)
    teacher: ImageTeacher = kind(kind.pinned(settings, before) if before else settings)
    return teacher


def made_ready(experiment: Experiment, control: Control) -> Iterator[Event]:
    """Whatever the image teacher of an experiment needs before it can be asked; nothing where there is none."""
    recipe = experiment.recipe
    settings = registry.configure("recipe", recipe.name, recipe.settings)
    choice = getattr(settings, "image_teacher", None)
    if choice is not None:
        kind = registry.get("image_teacher", choice.name)
        own = registry.configure("image_teacher", choice.name, choice.settings)
        yield from kind.made_ready(own, experiment.training, control)
