"""The student: trunk, channels, levels, detector; and the sizes it is known in."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from engine.nets.classroom.answers import ClassroomAnswer, Fed, PictureTruth
from engine.nets.classroom.channels import FreeChannel, MimicChannel
from engine.nets.classroom.layers import initialise
from engine.nets.classroom.levels import levels_of
from engine.nets.classroom.listening import Listen, heard
from engine.nets.classroom.settings import GROUPS, TEACHERS, ClassroomSettings, Link
from engine.nets.classroom.trunk import Trunk
from engine.nets.pointnet import smaller
from engine.registry import register
from engine.words import say


class ClassroomNet(nn.Module):
    """Pictures (B, 3, H, W) of 0..1 to things with boxes, names and depths, and to what its teachers would say."""

    Settings: Any = ClassroomSettings
    full = "classroom"

    def __init__(self, settings: ClassroomSettings, answers: int) -> None:
        super().__init__()
        from engine.detection2d.detector import Detector  # torchvision takes a second to load

        self.settings, self.answers = settings, answers
        self.trunk = Trunk(settings)
        self.channels = nn.ModuleDict({"free": FreeChannel(settings)})
        for name in TEACHERS:
            link: Link = settings.outline_link if name == "outlines" else "linear"
            self.channels[name] = MimicChannel(settings, settings.dims(name), link)
        if not settings.paper:
            for part in (self.trunk, self.channels):
                part.apply(initialise)
            for name in TEACHERS:
                self.mimic(name).begin()
        self.levels = levels_of(settings)
        self.detector = Detector(settings, answers)

    def mimic(self, teacher: str) -> MimicChannel:
        """The channel that imitates a teacher."""
        channel = self.channels[teacher]
        assert isinstance(channel, MimicChannel)
        return channel

    def forward(
        self,
        images: Tensor,
        truths: Sequence[PictureTruth] | None = None,
        fed: Mapping[str, Fed] | None = None,
        listen: Listen | None = None,
        seed: int | None = None,
    ) -> ClassroomAnswer:
        """What is found, or, where the truth of each picture is told, what the answer costs, in training mode or not.

        fed: maps of teachers that take the place of the student's own; listen: groups of channels to be left out;
        seed: which anchors and proposals the costs are counted on, the same every time.
        """
        maps, channels = self.look(images, fed)
        levels = self.levels(heard(channels, listen))
        with _seeded(seed, images.device):
            proposals, costs, found = self.detector(images, levels, truths)
        return ClassroomAnswer(maps, channels, proposals, costs, found)

    def look(
        self, images: Tensor, fed: Mapping[str, Fed] | None = None
    ) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """The imitated map of each teacher, and what each group of channels hands on."""
        seen, maps = self.trunk(images), {}
        channels = {"free": self.channels["free"](seen)}
        for name in TEACHERS:
            maps[name], channels[name] = self.mimic(name)(seen, (fed or {}).get(name))
        return maps, channels

    def first_weights(self) -> dict[str, Tensor]:
        """(outer, F, 3, 3) of each group: of the first layer that sees the channels before they are mixed."""
        parts = self.levels.first_weights().detach().chunk(len(GROUPS), dim=1)
        return dict(zip(GROUPS, parts, strict=True))

    @property
    def reach(self) -> tuple[int, ...]:
        """Pixels along each axis that a proposal of each level is made from (receptive field)."""
        strides = self.settings.strides
        return tuple(sees + 2 * step for sees, step in zip(self.levels.reach, strides, strict=True))


@contextmanager
def _seeded(seed: int | None, device: torch.device) -> Iterator[None]:
    """Random numbers from a seed, and afterwards go on as if none had been drawn."""
    if seed is None:
        yield
        return
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield


@register(
    "camera_net",
    "classroom",
    say("Camera student"),
    say(
        "Looks at a picture, imitates two teachers and finds things with their distance; as wide as "
        "published."
    ),
)
class Classroom(ClassroomNet):
    """Trunk 64 and 96 wide, 48 features a channel, beside what looks around."""


@register(
    "camera_net",
    "classroom_small",
    say("Small camera student"),
    say("The same, narrower: for computers without a graphics card."),
)
class SmallClassroom(ClassroomNet):
    """For CPUs."""

    Settings = smaller(
        ClassroomSettings,
        width=16,
        wide=16,
        looks=(32, 48, 64),
        hidden=16,
        features=16,
        pyramid=(32, 32, 48, 64),
        levels=32,
        finest=2,
        head=128,
    )
