"""What every score shares: it takes the evidence it needs, and refuses in a sentence where that is missing."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import torch
from torch import Tensor

from engine import registry
from engine.errors import ConfigError
from engine.scores.evidence import Evidence
from engine.words import say

_WORDS = {
    "logits": "logits",
    "features": "features",
    "weight": say("the weight of the last layer"),
    "unknown": say("a trained “unknown” logit"),
    "teacher_logits": say("the teacher’s logits"),
    "teacher_features": say("the teacher’s features"),
    "train_features": say("the features of the training samples"),
    "train_logits": say("the logits of the training samples"),
    "train_labels": say("the labels of the training samples"),
    "train_teacher_features": say("the teacher’s features of the training samples"),
}


class Score(ABC):
    """Settings in, then evidence in and (B,) out, higher = more likely known.

    extra["needs"]: any of logits, features, weights, train, teacher, unknown; extra["paper"]: where it is from.
    """

    registered_name: str
    extra: ClassVar[dict[str, Any]]

    class Settings(registry.Settings):
        """Nothing to set."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings

    def __call__(self, evidence: Evidence) -> Tensor:
        """(B,), without gradients. ConfigError when something it needs is missing."""
        with torch.no_grad():
            return self.rate(evidence)

    @abstractmethod
    def rate(self, evidence: Evidence) -> Tensor:
        """The formula."""

    def take(self, evidence: Evidence, *names: str) -> tuple[Tensor, ...]:
        """These parts, in at least float32; a ConfigError names the one that is missing or empty."""
        return tuple(self._part(evidence, name) for name in names)

    def head(self, evidence: Evidence) -> tuple[Tensor, Tensor]:
        """Weight and bias of the last layer; without a bias, zeros."""
        (weight,) = self.take(evidence, "weight")
        bias = weight.new_zeros(len(weight)) if evidence.bias is None else evidence.bias
        return weight, bias.to(weight.dtype)

    def rectified(self, evidence: Evidence) -> Tensor:
        """The features, which must not be negative: some scores take them for amounts."""
        (features,) = self.take(evidence, "features")
        if (features < 0).any():
            raise self.refuse(say("needs features from after a ReLU, but some are negative."))
        return features

    def refuse(self, why: str) -> ConfigError:
        """The error to raise: the score's name and what is wrong."""
        return ConfigError(
            say(
                "The score “{registered_name}” {why}", registered_name=self.registered_name, why=why
            )
        )

    def _part(self, evidence: Evidence, name: str) -> Tensor:
        part = evidence.part(name)
        if part is None:
            raise self.refuse(say("needs {words}.", words=_WORDS[name]))
        if name.startswith("train_") and not len(part):
            raise self.refuse(say("needs {words}, but there is not one.", words=_WORDS[name]))
        exact = part.dtype in (torch.float32, torch.float64) or name == "train_labels"
        return part if exact else part.float()
