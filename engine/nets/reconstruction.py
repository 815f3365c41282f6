"""Masked patches and their reconstruction (Point-MAE): what is hidden is to be guessed from what is seen."""

from typing import cast

import torch
from torch import Generator, Tensor, nn

from engine.errors import ConfigError
from engine.nets.point_transformer import Encoded, chosen
from engine.nets.transformer import evenly_scaled, initialise, position_net, stack, token
from engine.points.chamfer import chamfer
from engine.ranks.chance import rand
from engine.words import say


def hide(clouds: int, count: int, share: float, generator: Generator) -> tuple[Tensor, Tensor]:
    """Which patches stay visible (B, count - M) and which are hidden (B, M = int(share · count)), each in order,
    drawn for each cloud on the generator's device. ConfigError when nothing would be left to see or to guess."""
    hidden = hidden_of(share, count)
    order = rand(clouds, count, generator=generator, device=generator.device).argsort(dim=1)
    return order[:, hidden:].sort(dim=1).values, order[:, :hidden].sort(dim=1).values


def hidden_of(share: float, count: int) -> int:
    """How many of `count` patches are hidden; ConfigError when nothing would be left to see or to guess."""
    hidden = int(share * count)
    if not 0 < hidden < count:
        raise ConfigError(
            say(
                "Hiding {share:.0%} of {count} patches leaves nothing to see or nothing to guess. "
                "Nothing was changed. Choose another share, or more patches.",
                share=share,
                count=count,
            )
        )
    return hidden


class Decoder(nn.Module):
    """Visible tokens to the points of the hidden patches, (B, M, k, 3), each around its own centre."""

    def __init__(self, width: int, heads: int, depth: int = 3, size: int = 32) -> None:
        super().__init__()
        self.size = size
        self.mask_token = token(1, width)
        self.position = position_net(width).apply(initialise)
        self.blocks = stack(width, heads, depth, 0.1).apply(evenly_scaled)
        self.norm = nn.LayerNorm(width)
        self.points = nn.Linear(width, 3 * size).apply(initialise)

    def forward(self, encoded: Encoded, visible: Tensor, hidden: Tensor) -> Tensor:
        """encoded: of the visible patches, or of all where the encoder saw all; visible (B, V), hidden (B, M)."""
        tokens = encoded.tokens if encoded.visible is not None else chosen(encoded.tokens, visible)
        blanks = self.mask_token.to(tokens.dtype).expand(*hidden.shape, -1)
        places = torch.cat([chosen(encoded.centres, index) for index in (visible, hidden)], dim=1)
        positions = self.position(places)
        tokens = torch.cat([tokens, blanks], dim=1)
        for block in self.blocks:
            tokens = block(tokens + positions)
        points = self.points(self.norm(tokens[:, -hidden.shape[1] :]))
        return cast(Tensor, points.view(*hidden.shape, self.size, 3))


def reconstruction_loss(points: Tensor, encoded: Encoded, hidden: Tensor) -> Tensor:
    """Mean chamfer distance, of squares, between guessed (B, M, k, 3) and true hidden patches, both around 0."""
    truth = chosen(encoded.patches.points, hidden)
    return chamfer(points.flatten(0, 1), truth.flatten(0, 1).to(points.dtype)).mean()
