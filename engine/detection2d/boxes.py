"""What a proposal holds, where it ends and how far away it is: torchvision's box head with a depth beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.roi_heads import RoIHeads, fastrcnn_loss
from torchvision.ops import MultiScaleRoIAlign, batched_nms, clip_boxes_to_image, remove_small_boxes
from torchvision.ops.poolers import LevelMapper

from engine.detection2d.aside import set_aside
from engine.detection2d.settings import Numbers
from engine.nets.classroom.answers import Found, PictureTruth
from engine.projection import depth_to_unit, unit_to_depth

SIDE = 7  # cells that a box is looked at in, along each axis
_MIDDLE = 0.5  # what depth begins with, of 0..1
_THINNEST = 0.01  # pixels


class Predictor(FastRCNNPredictor):  # type: ignore[misc]
    """(R, width) -> logits (R, C), box deltas (R, 4 C), depths (R, C) of 0..1, not clamped; C with “nothing” first."""

    def __init__(self, width: int, classes: int, numbers: Numbers) -> None:
        super().__init__(width, classes)
        self.depth = nn.Linear(width, classes)
        if not numbers.usual_start:
            for layer, spread in (
                (self.cls_score, 0.01),
                (self.bbox_pred, 0.001),
                (self.depth, 0.01),
            ):
                nn.init.normal_(layer.weight, std=spread)
                nn.init.zeros_(layer.bias)
            nn.init.constant_(self.depth.bias, _MIDDLE)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As the class says."""
        kinds, places = super().forward(x)
        return kinds, places, self.depth(x)


@dataclass(frozen=True)
class Chosen:
    """Proposals to learn from, of all pictures one after the other. labels (R,): 0 nothing; wanted (R, 4): deltas;
    depths (R,): metres of the true box each is matched with, NaN where not valid."""

    places: list[Tensor]
    labels: Tensor
    wanted: Tensor
    depths: Tensor


class BoxHeads(RoIHeads):  # type: ignore[misc]
    """Levels and proposals to found things, or to what they cost where the truth is told."""

    def __init__(
        self,
        pool: nn.Module,
        width: int,
        hidden: int,
        classes: int,
        depth_max: float,
        numbers: Numbers,
    ) -> None:
        super().__init__(
            pool, TwoMLPHead(width * SIDE**2, hidden), Predictor(hidden, classes, numbers),
            numbers.box_overlap, numbers.box_overlap, numbers.box_samples, numbers.box_share, None,
            numbers.least_score, numbers.found_overlap, numbers.most,
        )  # fmt: skip
        self.numbers, self.depth_max = numbers, depth_max

    def costs(
        self,
        levels: dict[str, Tensor],
        proposals: Sequence[Tensor],
        truths: Sequence[PictureTruth],
        size: tuple[int, int],
    ) -> dict[str, Tensor]:
        """The terms kind, place and depth."""
        with torch.no_grad():
            chosen = self._chosen(proposals, truths)
        kinds, deltas, depths = self._seen(levels, chosen.places, size)
        if not len(chosen.labels):
            return {"kind": kinds.sum() * 0, "place": deltas.sum() * 0, "depth": depths.sum() * 0}
        kind, place = fastrcnn_loss(kinds, deltas, [chosen.labels], [chosen.wanted])
        return {"kind": kind, "place": place, "depth": self._depth(depths, chosen)}

    def find(
        self, levels: dict[str, Tensor], proposals: Sequence[Tensor], size: tuple[int, int]
    ) -> list[Found]:
        """What is found in each picture (height, width), labels without “nothing”."""
        kinds, deltas, depths = self._seen(levels, proposals, size)
        boxes = self.box_coder.decode(deltas, list(proposals))  # (R, C, 4)
        metres = unit_to_depth(depths, self.depth_max)
        counts, chances = [len(own) for own in proposals], kinds.softmax(dim=1)
        parts = (torch.split(each, counts) for each in (boxes, chances, metres))
        of_pictures = zip(*parts, strict=True)
        return [self._of_picture(box, chance, depth, size) for box, chance, depth in of_pictures]

    def _seen(
        self, levels: dict[str, Tensor], places: Sequence[Tensor], size: tuple[int, int]
    ) -> tuple[Tensor, Tensor, Tensor]:
        pooled = self.box_roi_pool(levels, list(places), [size] * len(places))
        answer: tuple[Tensor, Tensor, Tensor] = self.box_predictor(self.box_head(pooled))
        return answer

    def _chosen(self, proposals: Sequence[Tensor], truths: Sequence[PictureTruth]) -> Chosen:
        boxes = [truth.boxes for truth in truths]
        places = self.add_gt_proposals(proposals, boxes)
        kinds = [truth.labels + 1 for truth in truths]
        matched, labels = self.assign_targets_to_proposals(places, boxes, kinds)
        labels = [set_aside(*parts) for parts in zip(places, labels, truths, strict=True)]
        rows = self.subsample(labels)
        places, labels, matched = (
            [own[row] for own, row in zip(each, rows, strict=True)]
            for each in (places, labels, matched)
        )
        wanted = self.box_coder.encode(
            [_at(box, row) for box, row in zip(boxes, matched, strict=True)], places
        )
        depths = [
            _at(truth.depths[:, None], row, torch.nan)[:, 0]
            for truth, row in zip(truths, matched, strict=True)
        ]
        return Chosen(places, torch.cat(labels), torch.cat(wanted), torch.cat(depths))

    def _depth(self, depths: Tensor, chosen: Chosen) -> Tensor:
        """Smooth L1 in units of 0..1 over the proposals that hold something of valid depth; 0 without any."""
        said = depths.gather(1, chosen.labels[:, None])[:, 0]
        counts = (chosen.labels > 0) & chosen.depths.isfinite()
        if self.numbers.depth_of_all:
            counts = torch.ones_like(counts)
        wanted = depth_to_unit(chosen.depths.nan_to_num(0), self.depth_max)[counts]
        loss = F.smooth_l1_loss(said[counts], wanted, beta=self.numbers.depth_beta, reduction="sum")
        return loss / counts.sum().clamp_min(1)

    def _of_picture(
        self, boxes: Tensor, chances: Tensor, metres: Tensor, size: tuple[int, int]
    ) -> Found:
        """(P, C, 4), (P, C), (P, C): of every proposal and thing the sure ones, without those another hides."""
        boxes = clip_boxes_to_image(boxes[:, 1:], size)
        rows, labels = (chances[:, 1:] > self.score_thresh).nonzero().unbind(1)
        boxes, scores, depths = (
            boxes[rows, labels],
            chances[rows, labels + 1],
            metres[rows, labels + 1],
        )
        kept = remove_small_boxes(boxes, _THINNEST)
        kept = kept[batched_nms(boxes[kept], scores[kept], labels[kept], self.nms_thresh)][
            : self.detections_per_img
        ]
        return Found(boxes[kept], labels[kept], scores[kept], depths[kept])


def pool_of(strides: Sequence[int], level_size: float) -> MultiScaleRoIAlign:
    """Looks at a box on level floor(log2(sqrt(area) / level_size)), from 0 to the last."""
    names = [str(index) for index in range(len(strides))]
    pool = MultiScaleRoIAlign(names, SIDE, 2)
    pool.scales = [1 / stride for stride in strides]
    pool.map_levels = LevelMapper(
        0, len(strides) - 1, canonical_scale=level_size, canonical_level=0
    )
    return pool


def paper_pool() -> MultiScaleRoIAlign:
    """As torchvision makes it for levels “0” to “3”: where none of them is smaller than the picture, every box is
    looked at on level 0."""
    return MultiScaleRoIAlign(["0", "1", "2", "3"], SIDE, 2)


def _at(values: Tensor, rows: Tensor, other: float = 0.0) -> Tensor:
    """values[rows]; of a picture without boxes, as many rows of `other`."""
    if len(values):
        return values[rows]
    return values.new_full((len(rows), *values.shape[1:]), other)
