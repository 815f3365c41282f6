"""What lies in regions where nothing is right or wrong takes no part in learning."""

import torch
from torch import Tensor
from torchvision.ops import box_iou

from engine.nets.classroom.answers import PictureTruth

_INSIDE = 0.5  # of its own area


def set_aside(places: Tensor, labels: Tensor, truth: PictureTruth) -> Tensor:
    """Anchors or proposals (A, 4) with labels (A,), 0 for nothing and above for something -> the labels, -1 for those
    of which half or more lies in an ignored box, unless they stand for a true box that they overlap at least as much.
    """
    if not len(truth.ignored) or not len(places):
        return labels
    low = torch.maximum(places[:, None, :2], truth.ignored[:, :2])
    high = torch.minimum(places[:, None, 2:], truth.ignored[:, 2:])
    area = (places[:, 2:] - places[:, :2]).prod(dim=1, keepdim=True).clamp_min(1e-6)
    share = ((high - low).clamp_min(0).prod(dim=2) / area).amax(dim=1)
    inside = torch.nonzero(share >= _INSIDE)[:, 0]
    if len(truth):
        near = places[inside]
        ignored = box_iou(near, truth.ignored).amax(dim=1)
        meant = (labels[inside] > 0) & (box_iou(near, truth.boxes).amax(dim=1) >= ignored)
        inside = inside[~meant]
    return labels.index_fill(0, inside, -1)
