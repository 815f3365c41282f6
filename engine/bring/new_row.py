"""A row of the last layer for one more kind, from a few examples; every other row stays as it is, bit for bit.

Begun by weight imprinting (Qi, Brown and Lowe, CVPR 2018): the row is the mean of the normalised features, as long as
the rows there are. Then only this row and its bias are learnt, with the features of the old kinds, and of mixtures of
them, as rehearsal. With z the new logit and e the log-sum-exp of the old ones the cross-entropy over all columns is
softplus(e - z) for an example and softplus(z - e) + constant for the others: convex, a few steps of L-BFGS.

A row that is there already moves in the same way (`moved_row`): it begins as it is, and its own old samples are
rehearsed beside the examples.
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
    mine, others, mixed = (
        _against_all(part) for part in (material.examples, material.rehearsal, material.mixtures)
    )
    start = imprinted(mine[0], weight.double())
    # At first an example is as likely of the new kind as of all old ones together.
    bias = (mine[1] - mine[0] @ start).mean()
    return _solved([(1, mine, 1.0), (-1, others, float(kinds)), (-1, mixed, 1.0)], start, bias)


def moved_row(
    material: Material, own: Tensor, column: int, row: tuple[Tensor, Tensor], kinds: int
) -> tuple[Tensor, Tensor]:
    """The row (F,) and bias () of a kind that is known already, at `column` of `kinds`, once it has learnt from the
    examples as well; own (m,) says which of the rehearsal are of that kind."""
    examples, rehearsal, mixed = (
        _against_all(part, column)
        for part in (material.examples, material.rehearsal, material.mixtures)
    )
    known, others = ((rehearsal[0][which], rehearsal[1][which]) for which in (own, ~own))
    weights = [(1, examples, 1.0), (1, known, 1.0), (-1, others, kinds - 1.0), (-1, mixed, 1.0)]
    return _solved(weights, row[0].double(), row[1].double())


_Part = tuple[Tensor, Tensor]


def _against_all(part: _Part, column: int | None = None) -> _Part:
    """Features, and the log-sum-exp of all logits but those of a column."""
    features, logits = (values.double() for values in part)
    if column is not None:
        logits = torch.cat([logits[:, :column], logits[:, column + 1 :]], dim=1)
    return features, torch.logsumexp(logits, dim=1)


def _solved(
    parts: list[tuple[int, _Part, float]], start: Tensor, bias: Tensor
) -> tuple[Tensor, Tensor]:
    """The best row and bias for parts with a sign (+1: of this kind), features and e, and a weight."""
    row, shift = start.clone().requires_grad_(), bias.clone().requires_grad_()
    optimiser = torch.optim.LBFGS([row, shift], max_iter=_STEPS, line_search_fn="strong_wolfe")
    whole = sum(weight for _, _, weight in parts)

    def loss() -> Tensor:
        optimiser.zero_grad()
        total = _PULL * (row - start).square().sum() / start.square().sum().clamp_min(1e-12)
        for sign, (features, others), weight in parts:
            if len(features):
                margin = features @ row + shift - others
                total = total + weight / whole * F.softplus(-sign * margin).mean()
        torch.autograd.backward(total)
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return row.detach().float(), shift.detach().float()
