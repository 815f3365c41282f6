"""From concepts, or from an encoder without them, to what a 2D teacher says: a prefix (B, P, D), an embedding (B, D),
or the features of the picture's patches."""

import torch
from torch import Tensor, nn

from engine.nets.transformer import evenly_scaled

_HIDDEN = 1024


class LightPrefix(nn.Module):
    """Concepts (B, C, W) to a prefix (B, P, D), token by token: W-W-D, then C concepts are weighed into P."""

    def __init__(self, concepts: int, width: int, prefix: tuple[int, int]) -> None:
        super().__init__()
        count, size = prefix
        self.each = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.Linear(width, size))
        self.weigh = nn.Linear(concepts, count)
        self.apply(evenly_scaled)

    def forward(self, concepts: Tensor) -> Tensor:
        """(B, C, W) -> (B, P, D)."""
        prefix: Tensor = self.weigh(self.each(concepts).transpose(1, 2)).transpose(1, 2)
        return prefix


class FlatPrefix(nn.Module):
    """Any features of a cloud as one long row to a prefix (B, P, D) through one hidden layer, as in the paper."""

    def __init__(self, inputs: int, prefix: tuple[int, int], hidden: int = _HIDDEN) -> None:
        super().__init__()
        self.prefix = prefix
        outputs = prefix[0] * prefix[1]
        self.layers = nn.Sequential(
            nn.Linear(inputs, hidden), nn.GELU(), nn.Linear(hidden, outputs)
        )
        self.apply(evenly_scaled)

    def forward(self, features: Tensor) -> Tensor:
        """(B, …) of `inputs` numbers each -> (B, P, D)."""
        prefix: Tensor = self.layers(features.flatten(1))
        return prefix.view(len(features), *self.prefix)


class MeanEmbedding(nn.Module):
    """The mean of the tokens (B, C, W) to the teacher's embedding (B, D): without a caption model."""

    def __init__(self, width: int, size: int) -> None:
        super().__init__()
        self.layer = nn.Linear(width, size).apply(evenly_scaled)

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, C, W) -> (B, D)."""
        embedding: Tensor = self.layer(tokens.mean(dim=1))
        return embedding


def pooled(tokens: Tensor) -> Tensor:
    """(B, V, W) -> (B, 2 W): maximum and mean over the patches, where there are no concepts."""
    return torch.cat([tokens.max(dim=1).values, tokens.mean(dim=1)], dim=1)


def pixels(centres: Tensor, intrinsic: Tensor, pose: Tensor) -> tuple[Tensor, Tensor]:
    """Where points (B, G, 3) are in the picture: pixels (B, G, 2), and whether in front of the camera (B, G).

    intrinsic (B, 3, 3); pose (B, 4, 4) from the cloud's frame to the camera's, which looks along its z.
    """
    seen = centres @ pose[:, :3, :3].transpose(1, 2) + pose[:, None, :3, 3]
    flat = seen @ intrinsic.transpose(1, 2)
    depth = flat[:, :, 2:]
    return flat[:, :, :2] / torch.where(depth > 0, depth, 1.0), depth[:, :, 0] > 0


def cells(places: Tensor, inside: Tensor, size: tuple[int, int], grid: tuple[int, int]) -> Tensor:
    """The picture's patch (B, G) each pixel (B, G, 2) is in, row by row; -1 outside of the picture or not `inside`.

    size: width and height in pixels; grid: patches across and down. In an even grid the patch a pixel is in is the one
    with the nearest centre.
    """
    (width, height), (across, down) = size, grid
    x, y = places.unbind(2)
    inside = inside & (x >= 0) & (x < width) & (y >= 0) & (y < height)
    x, y = (torch.where(inside, value, 0.0) for value in (x, y))
    column = (x * across / width).long().clamp_max(across - 1)
    row = (y * down / height).long().clamp_max(down - 1)
    return torch.where(inside, row * across + column, -1)


def local_rows(answers: Tensor, features: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """answers (B, G, D), a picture's features (B, cells, D), cell (B, G), -1 outside -> (R, D) twice: the answers that
    lie in the picture, and the features of the patch each lies in. No row where none does."""
    inside = cell >= 0
    index = cell.clamp_min(0)[:, :, None].expand(-1, -1, features.shape[2])
    return answers[inside], features.gather(1, index)[inside]
