"""A detector's last layer as arrays, one scene each, for choosing among them and for measuring."""

import torch

from engine.metrics.box_choice import Answers
from engine.nets.detr3d.proposals import Proposals


@torch.no_grad()
def answers(proposals: Proposals) -> list[Answers]:
    """What the last layer says of each scene of the batch."""
    boxes = proposals.boxes[-1].float().cpu().numpy()
    chances = proposals.probabilities[-1].float().cpu().numpy()
    return [Answers(own, chance[:, :-1]) for own, chance in zip(boxes, chances, strict=True)]
