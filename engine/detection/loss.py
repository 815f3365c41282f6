"""What a detector's answer costs (3DETR): every true box is matched with one proposal, all others are to say “nothing”.

After each decoder layer, summed over layers: (1 - GIoU) + 5 |centre| + |size| + 0.1 CE(direction) + 0.5 Huber(rest),
each over matched pairs and divided by the batch's number of boxes, + CE(kind) over all proposals, “nothing” weighing
0.25. Centre and size in shares of the scene. Cost of a match: -2 GIoU - 1 p(kind).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.detection.matching import match
from engine.detection.overlap import giou
from engine.detection.truth import Truth, direction
from engine.nets.detr3d.proposals import Proposals
from engine.registry import Settings
from engine.words import say


class BoxLossSettings(Settings):
    """Weights of the terms and of the cost of a match; defaults as published."""

    overlap: float = Field(
        1.0, ge=0, title=say("Overlap"), json_schema_extra={"term": say("GIoU loss")}
    )
    kind: float = Field(1.0, ge=0, title=say("Kind"), json_schema_extra={"term": "cross-entropy"})
    nothing: float = Field(
        0.25,
        gt=0,
        title=say("Weight of “nothing”"),
        description=say("Of proposals that no box belongs to."),
        json_schema_extra={"term": say("no-object weight")},
    )
    centre: float = Field(5.0, ge=0, title=say("Centre"), json_schema_extra={"term": "L1"})
    size: float = Field(1.0, ge=0, title=say("Size"), json_schema_extra={"term": "L1"})
    heading: float = Field(
        0.1, ge=0, title=say("Direction"), json_schema_extra={"term": say("angle class")}
    )
    rest: float = Field(
        0.5,
        ge=0,
        title=say("Rest of the direction"),
        json_schema_extra={"term": say("angle residual")},
    )
    match_overlap: float = Field(
        2.0, ge=0, title=say("Overlap in matching"), json_schema_extra={"term": say("GIoU cost")}
    )
    match_kind: float = Field(
        1.0, ge=0, title=say("Kind in matching"), json_schema_extra={"term": say("class cost")}
    )
    repeats: int = Field(
        1,
        ge=1,
        le=64,
        title=say("Answers for each box"),
        description=say(
            "1 as published; more learn faster, and near-doubles are dropped when answers are chosen."
        ),
        json_schema_extra={"term": say("one-to-many matching")},
    )


@dataclass(frozen=True)
class Matched:
    """P pairs of a batch. layer, scene, query (P,): whose proposal; boxes (P, 7) and labels (P,): the truth."""

    layer: Tensor
    scene: Tensor
    query: Tensor
    boxes: Tensor
    labels: Tensor

    def of(self, values: Tensor) -> Tensor:
        """(L, B, Q, ...) -> (P, ...)."""
        return values[self.layer, self.scene, self.query]


class BoxLoss(nn.Module):
    """Proposals and the truth of each scene to the terms, each already weighed."""

    def __init__(self, settings: BoxLossSettings) -> None:
        super().__init__()
        self.settings = settings

    def forward(self, proposals: Proposals, truths: Sequence[Truth]) -> dict[str, Tensor]:
        """One number a term: overlap, kind, centre, size, heading, rest; their sum is the loss. Without any box in the
        batch all but `kind` are 0, with gradient."""
        own, bins = self.settings, proposals.heading_logits.shape[3]
        queries = proposals.logits.shape[2]
        truths = [self._repeated(truth.for_bins(bins), queries) for truth in truths]
        pairs = self.match(proposals, truths)
        count = max(1, sum(len(truth) for truth in truths))
        return {
            "overlap": own.overlap
            * (1 - giou(pairs.of(proposals.boxes), pairs.boxes)).sum()
            / count,
            "kind": own.kind * self._kind(proposals, pairs),
            "centre": own.centre * _centre(proposals, pairs) / count,
            "size": own.size * _size(proposals, pairs) / count,
            "heading": own.heading * _heading(proposals, pairs) / count,
            "rest": own.rest * _rest(proposals, pairs) / count,
        }

    @torch.no_grad()
    def match(self, proposals: Proposals, truths: Sequence[Truth]) -> Matched:
        """The pairs of every layer and scene."""
        boxes, chances = proposals.boxes, proposals.probabilities
        found: list[tuple[Tensor, ...]] = []
        for scene, truth in enumerate(truths):
            overlap = giou(boxes[:, scene, :, None], truth.boxes)  # (L, Q, K)
            cost = -self.settings.match_overlap * overlap
            cost = cost - self.settings.match_kind * chances[:, scene][..., truth.labels]
            for layer, table in enumerate(cost):
                query, index = match(table)
                at = [torch.full_like(query, number) for number in (layer, scene)]
                found.append((*at, query, truth.boxes[index], truth.labels[index]))
        return Matched(*(torch.cat(parts) for parts in zip(*found, strict=True)))

    def _repeated(self, truth: Truth, proposals: int) -> Truth:
        """Each box so many times that at most half of the proposals are matched (Jia et al. 2023, “H-DETR”)."""
        most = proposals // 2 // max(1, len(truth))
        times = max(1, min(self.settings.repeats, most))
        return Truth(truth.boxes.repeat(times, 1), truth.labels.repeat(times))

    def _kind(self, proposals: Proposals, pairs: Matched) -> Tensor:
        """Mean over proposals, weighed; the sum over layers."""
        logits = proposals.logits
        nothing = logits.shape[3] - 1
        wanted = torch.full(logits.shape[:3], nothing, device=logits.device)
        wanted[pairs.layer, pairs.scene, pairs.query] = pairs.labels
        weights = torch.where(wanted == nothing, self.settings.nothing, 1.0).flatten(1)
        costs = F.cross_entropy(logits.flatten(0, 2), wanted.flatten(), reduction="none")
        costs = costs.view(len(logits), -1)
        return ((costs * weights).sum(dim=1) / weights.sum(dim=1)).sum()


def _centre(proposals: Proposals, pairs: Matched) -> Tensor:
    off = pairs.of(proposals.centres) - pairs.boxes[:, :3]
    return (off / proposals.extent.size[pairs.scene]).abs().sum()


def _size(proposals: Proposals, pairs: Matched) -> Tensor:
    off = pairs.of(proposals.sizes) - pairs.boxes[:, 3:6]
    return (off / proposals.extent.size[pairs.scene]).abs().sum()


def _heading(proposals: Proposals, pairs: Matched) -> Tensor:
    logits = pairs.of(proposals.heading_logits)
    chosen, _ = direction(pairs.boxes[:, 6], logits.shape[1])
    return F.cross_entropy(logits, chosen, reduction="sum")


def _rest(proposals: Proposals, pairs: Matched) -> Tensor:
    rests = pairs.of(proposals.heading_rests)
    chosen, wanted = direction(pairs.boxes[:, 6], rests.shape[1])
    return F.huber_loss(rests.gather(1, chosen[:, None])[:, 0], wanted, reduction="sum")
