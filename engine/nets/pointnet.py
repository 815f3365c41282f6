"""PointNet (Qi et al., 2017) in any width, and the three sizes the joint-distillation paper needs.

The teacher is the classification net with both alignment nets (3,463,763 parameters at 10 classes). The student keeps
its head and drops the alignment nets and the two narrow point layers (666,378 parameters: 19 %).
"""

from copy import copy
from typing import Annotated, Any

import torch
from pydantic import Field, create_model
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.nets.critical import CriticalMax
from engine.nets.output import Output
from engine.registry import Settings, register
from engine.words import say

Width = Annotated[int, Field(ge=1, le=65536)]


class PointNetSettings(Settings):
    """Widths and parts of a PointNet."""

    widths: tuple[Width, ...] = Field(
        (64, 128, 1024),
        min_length=1,
        title=say("Point layers"),
        description=say("Width of each layer every point goes through."),
    )
    head: tuple[Width, ...] = Field(
        (512, 256),
        min_length=1,
        title=say("Head layers"),
        description=say("Width of each layer after the maximum."),
    )
    input_transform: bool = Field(
        True, title=say("Turn the cloud first"), json_schema_extra={"term": say("input T-Net")}
    )
    feature_transform: bool = Field(
        True,
        title=say("Turn the features"),
        description=say("Takes two point layers or more."),
        json_schema_extra={"term": say("feature T-Net")},
    )
    dropout: float = Field(
        0.3,
        ge=0,
        lt=1,
        title=say("Dropout"),
        description=say("Before the last hidden layer’s norm."),
    )
    norm: bool = Field(True, title=say("Batch norm"))


def smaller(base: type[Settings], **defaults: Any) -> type[Any]:
    """The same settings with other defaults; titles, terms and bounds stay."""
    fields: dict[str, Any] = {}
    for name, default in defaults.items():
        field = copy(base.model_fields[name])
        field.default = default
        fields[name] = (field.annotation, field)
    return create_model("Settings", __base__=base, **fields)


StudentSettings = smaller(
    PointNetSettings, widths=(1024,), input_transform=False, feature_transform=False
)
WideStudentSettings = smaller(
    PointNetSettings,
    widths=(128, 1024),
    head=(512,),
    input_transform=False,
    feature_transform=False,
)


class PointLayers(nn.Sequential):
    """Linear, norm, ReLU per width, on (B, N, C); matrices over all points of the batch, no convolution."""

    def __init__(self, inputs: int, widths: tuple[int, ...], norm: bool) -> None:
        layers: list[nn.Module] = []
        for width in widths:
            layers += [
                nn.Linear(inputs, width),
                nn.BatchNorm1d(width) if norm else nn.Identity(),
                nn.ReLU(),
            ]
            inputs = width
        super().__init__(*layers)

    def forward(self, points: Tensor) -> Tensor:
        """(B, N, C) -> (B, N, last width)."""
        if not len(self):
            return points
        flat = points.reshape(-1, points.shape[2])
        for layer in self:
            flat = layer(flat)
        return flat.view(*points.shape[:2], -1)


class Alignment(nn.Module):
    """T-Net: looks at all points (B, N, k) and proposes a matrix (B, k, k) to turn them by; starts near identity."""

    def __init__(self, size: int, norm: bool) -> None:
        super().__init__()
        self.size = size
        self.points = PointLayers(size, (64, 128), norm)
        self.widest = CriticalMax(128, 1024, norm)
        self.head = PointLayers(1024, (512, 256), norm)
        self.matrix = nn.Linear(256, size * size)

    def forward(self, points: Tensor) -> Tensor:
        """(B, N, k) -> (B, k, k)."""
        peaks = F.relu(self.widest(self.points(points)))
        matrix: Tensor = self.matrix(self.head(peaks[:, None])[:, 0]).unflatten(
            1, (self.size, self.size)
        )
        return matrix + torch.eye(self.size, device=points.device, dtype=matrix.dtype)


class PointNet(nn.Module):
    """Points (B, N, 3) to logits (B, num_classes). Features are the last hidden layer, after norm and ReLU."""

    Settings = PointNetSettings
    extra: dict[str, Any] = {"role": "student"}  # noqa: RUF012
    gives_places = False

    def __init__(self, settings: PointNetSettings, num_classes: int) -> None:
        super().__init__()
        widths, norm = settings.widths, settings.norm
        turn_at = 1 if settings.feature_transform and len(widths) > 1 else 0
        self.turn_points = Alignment(3, norm) if settings.input_transform else None
        self.first = PointLayers(3, widths[:turn_at], norm)
        self.turn_features = Alignment(widths[0], norm) if turn_at else None
        self.rest = PointLayers(widths[0] if turn_at else 3, widths[turn_at:-1], norm)
        self.widest = CriticalMax((3, *widths)[-2], widths[-1], norm)
        self.head = Head(widths[-1], settings.head, settings.dropout, norm)
        self.logits = nn.Linear(settings.head[-1], num_classes)

    @property
    def feature_dim(self) -> int:
        """Width of the penultimate features."""
        return self.logits.in_features

    @property
    def places(self) -> str:
        """Which single places it says something of; none with one point layer, which looks at bare coordinates."""
        return say("the points of the cloud") if len(self.first) + len(self.rest) else ""

    def forward(self, points: Tensor) -> Output:
        """(B, N, 3) -> Output."""
        transforms = []
        if self.turn_points is not None:
            transforms.append(self.turn_points(points))
            points = points @ transforms[-1]
        points = self.first(points)
        if self.turn_features is not None:
            transforms.append(self.turn_features(points))
            points = points @ transforms[-1]
        points = self.rest(points)
        features = self.head(self.widest(points))
        places = points if self.gives_places else None
        return Output(self.logits(features), features, transforms, places=places)


class Head(nn.Sequential):
    """Linear, norm, ReLU per width on (B, C); dropout between the last linear layer and its norm."""

    def __init__(
        self, inputs: int, widths: tuple[int, ...], dropout: float, norm: bool = True
    ) -> None:
        layers: list[nn.Module] = []
        for index, width in enumerate(widths):
            last = index == len(widths) - 1
            layers += [nn.Linear(inputs, width)]
            layers += [nn.Dropout(dropout)] if last else []
            layers += [nn.BatchNorm1d(width)] if norm else []
            layers += [nn.ReLU()]
            inputs = width
        super().__init__(*layers)


@register(
    "net",
    "pointnet_teacher",
    say("Big PointNet"),
    say("Turns each cloud and its features upright before it looks."),
)
class PointNetTeacher(PointNet):
    """3,463,763 parameters at 10 classes."""

    extra: dict[str, Any] = {"role": "teacher"}  # noqa: RUF012


@register(
    "net",
    "pointnet_student",
    say("Small PointNet"),
    say("One wide layer for every point: 19 % of the big one."),
)
class PointNetStudent(PointNet):
    """666,378 parameters at 10 classes: the paper's student."""

    Settings = StudentSettings


@register(
    "net",
    "pointnet_student_wide",
    say("Small PointNet, two point layers"),
    say("As small, but it looks twice."),
)
class PointNetStudentWide(PointNet):
    """665,866 parameters at 10 classes."""

    Settings = WideStudentSettings
