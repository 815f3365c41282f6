"""Outlier exposure: on mixtures of known clouds the student is to be undecided (Hendrycks et al., 2019; 3D_OS)."""

from typing import Any

from engine.pseudo import PseudoSettings
from engine.recipes.recipe import Recipe
from engine.registry import register
from engine.words import say


@register(
    "recipe", "outlier_exposure", say("Undecided on mixtures"), say("small model, learns to doubt")
)
class OutlierExposure(Recipe):
    """K logits and no answer of its own for strangers: they are to be told by low confidence."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "exposure",
        "net": "pointnet_student",
        "losses": {"ce": 1.0, "uniform": 1.0},
        "needs_teacher": False,
        "unknown_output": False,
        "words": say(
            "A small model learns from the labels, and from mixtures of clouds when not to be sure."
        ),
    }

    class Settings(PseudoSettings):
        """Of the mixtures."""
