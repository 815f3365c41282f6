"""Adversarial reciprocal points learning, without its generator of confusing samples (Chen et al., TPAMI 2021)."""

from typing import Any

from torch import nn

from engine.experiment import Experiment
from engine.nets.reciprocal import replace_head
from engine.recipes.recipe import Recipe
from engine.registry import register
from engine.words import say


@register(
    "recipe",
    "arpl",
    say("Away from what it is not"),
    say("small model, keeps strangers near the middle"),
)
class ARPL(Recipe):
    """The last layer holds one reciprocal point per kind; strangers are near all of them, so no logit is large."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "student",
        "net": "pointnet_student",
        "losses": {"arpl": 1.0},
        "needs_teacher": False,
        "unknown_output": False,
        "words": say(
            "A small model learns for every kind what it is not; what is far from none of these is a "
            "stranger."
        ),
    }

    @classmethod
    def build(cls, experiment: Experiment, known: int) -> nn.Module:
        """Its last layer is replaced."""
        net = super().build(experiment, known)
        replace_head(net)
        return net
