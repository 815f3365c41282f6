"""Energy less the part of the features that the training samples never used (ViM)."""

from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.registry import register
from engine.scores.base import Score
from engine.scores.covariance import precise
from engine.scores.energy import energy
from engine.scores.evidence import Evidence
from engine.words import say

_NOTHING = 1e-6


@register(
    "score", "vim", say("Energy less strangeness"), say("Energy, less what no training sample has.")
)
class ViM(Score):
    """Virtual-logit matching: logsumexp(z) - α‖P⊥(f - u)‖ with u = -W⁺b and z = Wf + b."""

    extra: ClassVar[dict[str, Any]] = {
        "term": say("ViM"),
        "needs": ["features", "weights", "train"],
        "paper": say("Wang et al., CVPR 2022"),
    }

    class Settings(registry.Settings):
        """Of ViM."""

        dimension: int = Field(
            0, ge=0, title=say("Directions in use"), description=say("0 = half of the features.")
        )

    def rate(self, evidence: Evidence) -> Tensor:
        """Unbounded."""
        features, bank = self.take(evidence, "features", "train_features")
        weight, bias = (precise(part) for part in self.head(evidence))
        wide, whole = precise(features), precise(bank)
        origin = -torch.linalg.pinv(weight) @ bias
        strange = self._strange(whole - origin)
        residual = _length((whole - origin) @ strange).mean()
        if residual <= _NOTHING * _length(whole - origin).mean():
            raise self.refuse(
                say("finds no direction that the training samples leave unused: set fewer in use.")
            )
        alpha = F.linear(whole, weight, bias).amax(1).mean() / residual
        virtual = alpha * _length((wide - origin) @ strange)
        return (energy(F.linear(wide, weight, bias)) - virtual).to(features.dtype)

    def _strange(self, moved: Tensor) -> Tensor:
        """A basis (F, F - dimension) of the directions in which the training samples reach least."""
        width = moved.shape[1]
        used = self.settings.dimension or width // 2
        if used >= width:
            raise self.refuse(
                say("needs fewer directions in use than the {width} features.", width=width)
            )
        # Ascending eigenvalues: the last `used` are the principal ones.
        vectors: Tensor = torch.linalg.eigh(moved.mT @ moved / len(moved)).eigenvectors
        return vectors[:, : width - used]


def _length(rows: Tensor) -> Tensor:
    length: Tensor = torch.linalg.vector_norm(rows, dim=1)
    return length
