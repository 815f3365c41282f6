"""PointNet++ (Qi et al., NeurIPS 2017) within the budget of the paper's student: patches, then patches of patches.

Each stage picks centres far apart, gathers the points nearest to each, and sums each patch up with a small PointNet.
"""

from typing import Annotated, Any

import torch
from pydantic import Field
from torch import Tensor, nn

from engine.nets.output import Output
from engine.nets.pointnet import Head, PointLayers, Width, smaller
from engine.points.farthest import farthest_points
from engine.points.neighbours import nearest
from engine.registry import Settings, register
from engine.words import say

Count = Annotated[int, Field(ge=1, le=65536)]


class PointNet2Settings(Settings):
    """Two stages of patches, the layers over all of them, and the head."""

    centres: tuple[Count, Count] = Field(
        (128, 32),
        title=say("Patches"),
        description=say("Of points, then of patches."),
        json_schema_extra={"term": say("set abstraction centres")},
    )
    neighbours: tuple[Count, Count] = Field(
        (24, 16), title=say("Points of a patch"), json_schema_extra={"term": say("k nearest")}
    )
    patch_widths: tuple[Width, ...] = Field(
        (64, 64, 96), min_length=1, title=say("First stage’s layers")
    )
    region_widths: tuple[Width, ...] = Field(
        (128, 192), min_length=1, title=say("Second stage’s layers")
    )
    widths: tuple[Width, ...] = Field(
        (256, 512), min_length=1, title=say("Layers over all patches")
    )
    head: tuple[Width, ...] = Field((256, 128), min_length=1, title=say("Head layers"))
    dropout: float = Field(
        0.4,
        ge=0,
        lt=1,
        title=say("Dropout"),
        description=say("Before the last hidden layer’s norm."),
    )


class SetAbstraction(nn.Module):
    """Points (B, N, 3) with features (B, N, C) to G centres (B, G, 3) with features (B, G, last width).

    Where a cloud has fewer points than centres or neighbours are asked for, all of its points are taken.
    """

    def __init__(self, inputs: int, centres: int, neighbours: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.centres, self.neighbours = centres, neighbours
        self.layers = PointLayers(3 + inputs, widths, norm=True)

    def forward(self, points: Tensor, features: Tensor) -> tuple[Tensor, Tensor]:
        """As the class says; centres are points of the cloud, in the order of farthest point sampling."""
        size = points.shape[1]
        centres = rows(points, farthest_points(points, min(self.centres, size)))
        around = nearest(points, centres, min(self.neighbours, size)).flatten(1)
        shape = (*centres.shape[:2], min(self.neighbours, size))
        offsets = rows(points, around).view(*shape, 3) - centres[:, :, None]
        inside = rows(features, around).view(*shape, features.shape[2])
        patches = torch.cat([offsets.to(inside.dtype), inside], dim=3).flatten(0, 1)
        return centres, self.layers(patches).amax(dim=1).view(*shape[:2], -1)


class PointNet2(nn.Module):
    """Points (B, N, 3) to logits (B, num_classes). Features are the last hidden layer, after norm and ReLU."""

    Settings = PointNet2Settings
    extra: dict[str, Any] = {"role": "student"}  # noqa: RUF012
    gives_places = False

    def __init__(self, settings: PointNet2Settings, num_classes: int) -> None:
        super().__init__()
        (many, few), (near, far) = settings.centres, settings.neighbours
        patch, region = settings.patch_widths, settings.region_widths
        self.patches = SetAbstraction(3, many, near, patch)
        self.regions = SetAbstraction(patch[-1], few, far, region)
        self.whole = PointLayers(3 + region[-1], settings.widths, norm=True)
        self.head = Head(2 * settings.widths[-1], settings.head, settings.dropout)
        self.logits = nn.Linear(settings.head[-1], num_classes)

    @property
    def feature_dim(self) -> int:
        """Width of the penultimate features."""
        return self.logits.in_features

    @property
    def places(self) -> str:
        """Which single places it says something of: centres drawn from centres, in the order they are drawn."""
        many, few = self.patches.centres, self.regions.centres
        return say("the {few} farthest of {many} farthest points", few=few, many=many)

    def forward(self, points: Tensor) -> Output:
        """(B, N, 3) -> Output."""
        centres, features = self.patches(points, points)
        centres, features = self.regions(centres, features)
        features = self.whole(torch.cat([centres.to(features.dtype), features], dim=2))
        places = features if self.gives_places else None
        features = self.head(torch.cat([features.amax(dim=1), features.mean(dim=1)], dim=1))
        return Output(self.logits(features), features, places=places)


def rows(values: Tensor, index: Tensor) -> Tensor:
    """(B, N, C) and (B, M) -> (B, M, C): the indexed rows of every cloud."""
    return values.gather(1, index[:, :, None].expand(-1, -1, values.shape[2]))


@register(
    "net",
    "pointnet2_student",
    say("Small PointNet++"),
    say(
        "Looks at patches, then at patches of patches: surer than the small PointNet, and no larger."
    ),
)
class PointNet2Student(PointNet2):
    """635,082 parameters at 10 classes."""

    Settings = smaller(
        PointNet2Settings, patch_widths=(64, 64, 128), region_widths=(128, 256), head=(320, 128)
    )


@register(
    "net",
    "pointnet2_teacher",
    say("Big PointNet++"),
    say("Wider layers and more patches; a teacher to learn from."),
)
class PointNet2Teacher(PointNet2):
    """1,862,762 parameters at 10 classes."""

    extra: dict[str, Any] = {"role": "teacher"}  # noqa: RUF012
    Settings = smaller(PointNet2Settings, head=(512, 256), widths=(512, 1024))
