"""Where something is as a token: sine and cosine of random directions through the scene (Tancik et al., 2020)."""

import math
from typing import cast

import torch
from torch import Tensor, nn

from engine.nets.detr3d.proposals import Extent


class FourierPositions(nn.Module):
    """Places (B, M, 3) to (B, M, W): [sin, cos] of 2π x G, x from 0 to 1 across the scene, G (3, W / 2) drawn once."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("directions", torch.randn(3, width // 2))

    def forward(self, places: Tensor, extent: Extent) -> Tensor:
        """(B, M, 3) in metres -> (B, M, W)."""
        with torch.no_grad(), torch.autocast(places.device.type, enabled=False):
            # In half precision a place would be known to centimetres only, and its sine not at all.
            directions = cast(Tensor, self.directions)
            turns = 2 * math.pi * extent.share(places.float()) @ directions
            return torch.cat([turns.sin(), turns.cos()], dim=2)
