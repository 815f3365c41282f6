"""Teachers that know pictures, behind one interface: pictures in, a prefix out, and words where they have any."""

from engine import registry
from engine.experiment import Choice
from engine.teachers2d.teacher import ImageTeacher

__all__ = ["ImageTeacher", "image_teacher_of"]


def image_teacher_of(choice: Choice, before: str = "") -> ImageTeacher:
    """The teacher of a choice; before: the identity of the one that a run has learnt from already, which stays its
    teacher though a newer one may be there. An error in a sentence where there is none."""
    kind = registry.get("image_teacher", choice.name)
    settings = registry.configure("image_teacher", choice.name, choice.settings)
    teacher: ImageTeacher = kind(kind.pinned(settings, before) if before else settings)
    return teacher
