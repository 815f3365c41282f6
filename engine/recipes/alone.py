"""A net that learns from the labels alone: the big teacher, and the small student from scratch (Table 1, row 2)."""

from typing import Any

from engine.recipes.recipe import Recipe
from engine.registry import register
from engine.words import say


@register("recipe", "teacher", say("Teacher"), say("big model, plain labels"))
class Teacher(Recipe):
    """The big net, which others may learn from later."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "teacher",
        "net": "pointnet_teacher",
        "losses": {"ce": 1.0, "transform": 0.001},
        "needs_teacher": False,
        "unknown_output": False,
        "words": say("A big model learns from the labels. Later it can teach small ones."),
    }


@register("recipe", "student", say("Student on its own"), say("small model, plain labels"))
class Student(Recipe):
    """The small net without any teacher: what the others have to beat."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "student",
        "net": "pointnet_student",
        "losses": {"ce": 1.0},
        "needs_teacher": False,
        "unknown_output": False,
        "words": say("A small model learns from the labels, with nobody’s help."),
    }
