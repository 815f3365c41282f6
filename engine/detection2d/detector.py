"""Levels of a picture to the things in it: proposals, then boxes with names (Faster R-CNN; Ren et al., 2015)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torchvision.models.detection.image_list import ImageList

from engine.detection2d.anchors import CentredAnchors, anchors_of
from engine.detection2d.boxes import BoxHeads, paper_pool, pool_of
from engine.detection2d.proposals import Proposer
from engine.detection2d.settings import OURS, PAPER
from engine.nets.classroom.answers import Found, PictureTruth
from engine.nets.classroom.settings import ClassroomSettings


class Detector(nn.Module):
    """Of C things."""

    def __init__(self, settings: ClassroomSettings, things: int) -> None:
        super().__init__()
        own, numbers = settings, PAPER if settings.paper else OURS
        anchors = anchors_of(own.sizes, own.ratios, own.strides, plain=own.paper)
        self.proposer = Proposer(own.levels, anchors, numbers)
        pool = paper_pool() if own.paper else pool_of(own.strides, own.level_size)
        self.boxes = BoxHeads(pool, own.levels, own.head, things + 1, own.depth_max, numbers)

    @property
    def sizes(self) -> list[list[float]]:
        """Anchor sizes of each level, pixels."""
        anchors = self.proposer.anchor_generator
        sizes = anchors.sizes
        return sizes.tolist() if isinstance(sizes, Tensor) else [list(level) for level in sizes]

    def take_anchors(self, sizes: Sequence[Sequence[float]]) -> None:
        """Other sizes, as many as before. Not for the paper's wiring."""
        anchors = self.proposer.anchor_generator
        if isinstance(anchors, CentredAnchors):
            anchors.sizes.copy_(torch.tensor(sizes))

    def forward(
        self, images: Tensor, levels: dict[str, Tensor], truths: Sequence[PictureTruth] | None
    ) -> tuple[list[Tensor], dict[str, Tensor], list[Found]]:
        """Proposals of each picture; costs where the truth is told; what is found where it is not."""
        size = (images.shape[2], images.shape[3])
        pictures = ImageList(images, [size] * len(images))
        levels = {name: level.float() for name, level in levels.items()}
        with torch.autocast(images.device.type, enabled=False):
            proposals, costs = self.proposer(pictures, list(levels.values()), truths)
            if truths is None:
                return proposals, {}, self.boxes.find(levels, proposals, size)
            return proposals, costs | self.boxes.costs(levels, proposals, truths, size), []
