"""A student with an extra answer, “none of these”, learnt from mixtures of known clouds (the paper's section 3.2)."""

from typing import Any

from engine.pseudo import PseudoSettings
from engine.recipes.recipe import Recipe
from engine.registry import register
from engine.words import say


@register(
    "recipe", "open_set", say("Student with a way out"), say("small model, learns “none of these”")
)
class OpenSet(Recipe):
    """K + 1 logits; cross-entropy on known clouds and, with label K, on pseudo-open-set samples."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "open_set",
        "net": "pointnet_student",
        "losses": {"ce": 1.0},
        "needs_teacher": False,
        "unknown_output": True,
        "words": say(
            "A small model learns from the labels, and from mixtures of clouds when to say: none of "
            "these."
        ),
    }

    class Settings(PseudoSettings):
        """Of the mixtures."""
