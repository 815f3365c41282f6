"""Where something may be: torchvision's region proposal network, which learns whenever it is told the truth."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.rpn import (
    RegionProposalNetwork,
    RPNHead,
    concat_box_prediction_layers,
)

from engine.detection2d.aside import set_aside
from engine.detection2d.settings import Numbers
from engine.nets.classroom.answers import PictureTruth

_SELDOM = -2.0  # what objectness begins with: most places hold nothing


class Proposer(RegionProposalNetwork):  # type: ignore[misc]
    """Levels to the boxes of each picture in which something may be, the surest first.

    torchvision's learns when it is in training mode; this one when the truth is told, so that the loss can be asked of
    a net in evaluation mode too. Ignored regions, and pictures without any box, are told in the truth.
    """

    learning = False

    def __init__(self, width: int, anchors: AnchorGenerator, numbers: Numbers) -> None:
        head = RPNHead(width, anchors.num_anchors_per_location()[0])
        if not numbers.usual_start:
            nn.init.constant_(head.cls_logits.bias, _SELDOM)
        before, after = (
            dict(zip(("training", "testing"), counts, strict=True))
            for counts in (numbers.before, numbers.after)
        )
        super().__init__(
            anchors, head, *numbers.anchor_overlaps, numbers.anchor_samples, numbers.anchor_share,
            before, after, numbers.proposal_overlap,
        )  # fmt: skip

    def pre_nms_top_n(self) -> int:
        """How many of each level are looked at."""
        return int(self._pre_nms_top_n["training" if self.learning else "testing"])

    def post_nms_top_n(self) -> int:
        """How many of a picture are left."""
        return int(self._post_nms_top_n["training" if self.learning else "testing"])

    def forward(
        self, images: ImageList, levels: list[Tensor], truths: Sequence[PictureTruth] | None = None
    ) -> tuple[list[Tensor], dict[str, Tensor]]:
        """Proposals (P, 4) of each picture; and the costs “objectness” and “rpn_box” where the truth is told."""
        self.learning = truths is not None
        objectness, deltas = self.head(levels)
        anchors = self.anchor_generator(images, levels)
        counts = [level[0].numel() for level in objectness]
        objectness, deltas = concat_box_prediction_layers(objectness, deltas)
        with torch.no_grad():
            boxes = self.box_coder.decode(deltas, anchors).view(len(anchors), -1, 4)
            proposals, _ = self.filter_proposals(boxes, objectness, images.image_sizes, counts)
        if truths is None:
            return proposals, {}
        return proposals, self._costs(objectness, deltas, anchors, truths)

    def _costs(
        self,
        objectness: Tensor,
        deltas: Tensor,
        anchors: list[Tensor],
        truths: Sequence[PictureTruth],
    ) -> dict[str, Tensor]:
        labels, matched = self.assign_targets_to_anchors(
            anchors, [{"boxes": truth.boxes} for truth in truths]
        )
        labels = [set_aside(*parts) for parts in zip(anchors, labels, truths, strict=True)]
        if not any(bool((own >= 0).any()) for own in labels):
            return {"objectness": objectness.sum() * 0, "rpn_box": deltas.sum() * 0}
        wanted = self.box_coder.encode(matched, anchors)
        found, placed = self.compute_loss(objectness, deltas, labels, wanted)
        return {"objectness": found, "rpn_box": placed}
