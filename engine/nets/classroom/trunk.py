"""What looks at the picture first: one convolution and two blocks of ResNet, nowhere smaller than the picture."""

import torch
from torch import Tensor, nn

from engine.nets.classroom.layers import BasicBlock, layer
from engine.nets.classroom.settings import ClassroomSettings

REACH = 7 + 8 * 2  # pixels that one pixel of the last layer sees along each axis
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's, as published


class Trunk(nn.Module):
    """Pictures (B, 3, H, W) of 0..1 -> (B, wide, H, W)."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, settings: ClassroomSettings) -> None:
        super().__init__()
        batch, width, wide = settings.batch_norm, settings.width, settings.wide
        for name, values in (("mean", _MEAN), ("deviation", _DEVIATION)):
            self.register_buffer(name, torch.tensor(values)[:, None, None], persistent=False)
        self.layers = nn.Sequential(
            layer(3, width, batch, size=7),
            BasicBlock(width, width, batch),
            BasicBlock(width, width, batch),
            BasicBlock(width, wide, batch),
            BasicBlock(wide, wide, batch),
        )

    def forward(self, images: Tensor) -> Tensor:
        """As the class says."""
        seen: Tensor = self.layers((images - self.mean) / self.deviation)
        return seen
