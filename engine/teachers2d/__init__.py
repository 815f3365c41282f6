"""Teachers that know pictures, behind one interface: pictures in, a prefix out, and words where they have any."""

from collections.abc import Iterator

from engine import registry
from engine.control import Control
from engine.events import Event
from engine.experiment import Choice
from engine.teachers2d.teacher import ImageTeacher

__all__ = ["ImageTeacher", "check_image_teacher", "image_teacher_of", "prepare_image_teacher"]


def check_image_teacher(choice: Choice) -> None:
    """ConfigError where a teacher's settings will not do, before anything is prepared."""
    kind = registry.get("image_teacher", choice.name)
    kind.check(registry.configure("image_teacher", choice.name, choice.settings))


def prepare_image_teacher(choice: Choice, control: Control) -> Iterator[Event]:
    """Whatever a teacher needs before it can be loaded: the built-in one is trained where there is none yet."""
    kind = registry.get("image_teacher", choice.name)
    settings = registry.configure("image_teacher", choice.name, choice.settings)
    yield from kind.prepare(settings, control)


def image_teacher_of(choice: Choice, before: str = "") -> ImageTeacher:
    """The teacher of a choice; before: the identity of the one that a run has learnt from already, which stays its
    teacher though a newer one may be there. An error in a sentence where there is none."""
    kind = registry.get("image_teacher", choice.name)
    settings = registry.configure("image_teacher", choice.name, choice.settings)
    teacher: ImageTeacher = kind(kind.pinned(settings, before) if before else settings)
    return teacher
