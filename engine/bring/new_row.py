"""A row of the last layer for one more kind, from a few examples; every other row stays as it is, bit for bit.

Begun by weight imprinting (Qi, Brown and Lowe, CVPR 2018): the row is the mean of the normalised features, as long as
the rows there are. Then only this row and its bias are learnt, with the features of the old kinds, and of mixtures of
them, as rehearsal. With z the new logit and e the log-sum-exp of the old ones the cross-entropy over all columns is
softplus(e - z) for an example and softplus(z - e) + constant for the others: convex, a few steps of L-BFGS.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

_STEPS = 100
_PULL = 0.01  # towards the imprinted row


@dataclass(frozen=True)
class Material:
    """What is learnt from. examples (n, F) and their old logits (n, C); rehearsal (m, F) and (m, C) of old kinds;
    mixtures (p, F) and (p, C), perhaps none."""

    examples: tuple[Tensor, Tensor]
    rehearsal: tuple[Tensor, Tensor]
    mixtures: tuple[Tensor, Tensor]


def imprinted(features: Tensor, weight: Tensor) -> Tensor:
    """(F,): the mean direction of features (n, F), as long as the rows of weight (K, F) are on average."""
    direction = F.normalize(F.normalize(features, dim=1).mean(dim=0), dim=0)
    row: Tensor = direction * weight.norm(dim=1).mean()
    return row


def learnt_row(material: Material, weight: Tensor, kinds: int) -> tuple[Tensor, Tensor]:
    """The row (F,) and its bias () beside the rows of `kinds` old kinds, in float32."""
    parts = [
        (features.double(), torch.logsumexp(logits.double(), dim=1))
        for features, logits in (material.examples, material.rehearsal, material.mixtures)
    ]
    (mine, mine_old), (others, others_old), (mixed, mixed_old) = parts
    start = imprinted(mine, weight.double())
    # At first an example is as likely of the new kind as of all old ones together.
    bias = (mine_old - mine @ start).mean()
    row, shift = start.clone().requires_grad_(), bias.clone().requires_grad_()
    optimiser = torch.optim.LBFGS([row, shift], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        total = F.softplus(mine_old - mine @ row - shift).mean()
        if len(others):
            total = total + kinds * F.softplus(others @ row + shift - others_old).mean()
        if len(mixed):
            total = total + F.softplus(mixed @ row + shift - mixed_old).mean()
        total = total / (kinds + 2) + _PULL * (row - start).square().sum() / start.square().sum()
        torch.autograd.backward(total)
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return row.detach().float(), shift.detach().float()
