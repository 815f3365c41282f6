"""Joint distillation and open-set recognition: the paper's whole method in one student (section 3.3)."""

from typing import Any

import torch
from pydantic import Field
from torch import Tensor

from engine.errors import ConfigError
from engine.pseudo import PseudoSettings, pool_size
from engine.recipes.distil import Distil
from engine.recipes.recipe import Bench
from engine.registry import called, register
from engine.words import say


@register(
    "recipe",
    "joint",
    say("Taught, with a way out"),
    say("copy the teacher and learn “none of these”"),
)
class Joint(Distil):
    """K + 1 logits: the teacher is copied on the K known ones, cross-entropy is on all of them and on mixtures."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "joint",
        "net": "pointnet_student",
        "losses": {"kd": 1.0, "crd": 0.8, "ce": 1.0},
        "needs_teacher": True,
        "unknown_output": True,
        "words": say(
            "A small student learns from a big teacher how sure to be, and from mixtures of clouds when "
            "to say: none of these."
        ),
    }

    class Settings(PseudoSettings):
        """Of the mixtures, and of what the teacher is asked about."""

        distil_pseudo: bool = Field(
            False,
            title=say("Ask the teacher about mixtures"),
            description=say(
                "As printed in the paper; but the teacher is too sure of clouds it does not know."
            ),
        )

    settings: Settings

    def __init__(self, settings: Settings, bench: Bench) -> None:
        super().__init__(settings, bench)
        if not settings.distil_pseudo:
            return
        if "crd" in self.losses and settings.pool == "fresh":
            raise ConfigError(
                say(
                    "The loss {called} remembers every cloud, and fresh mixtures cannot be remembered. "
                    "Nothing was started. Set recipe.pool to “fixed”, or recipe.distil_pseudo to false.",
                    called=called("loss", "crd"),
                )
            )
        if "dkd" in self.losses:
            raise ConfigError(
                say(
                    "The loss {called} needs clouds of kinds the teacher knows, and mixtures are of "
                    "none. Nothing was started. Leave it out, or set recipe.distil_pseudo to false.",
                    called=called("loss", "dkd"),
                )
            )

    def remembered(self) -> Tensor:
        """The labels of all clouds with a row: those of a fixed pool too where the teacher is asked about it."""
        labels = self.bench.labels
        if not (self.settings.distil_pseudo and self.settings.pool == "fixed"):
            return labels
        pool = labels.new_full((pool_size(self.settings, len(labels)),), len(self.bench.known))
        return torch.cat([labels, pool])
