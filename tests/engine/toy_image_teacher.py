"""An image teacher that needs no training: it tells how light each part of a picture is, and what lies where."""

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine.teachers2d.teacher import ImageTeacher


class ToyTeacher(ImageTeacher):
    """A prefix of ten vectors of four: forty cells of the picture; its words: light or dark."""

    length, width, embedding, grid = 10, 4, 6, 2
    speaks, identity, kinds = True, "toy", ("chair", "table")

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.full((1,), 8.0), requires_grad=False)

    def _cells(self, images: Tensor, high: int, wide: int) -> Tensor:
        light = 1 - images.mean(dim=1, keepdim=True)
        return self.scale * F.adaptive_avg_pool2d(light, (high, wide)).flatten(1)

    def embed(self, images: Tensor) -> Tensor:
        return self._cells(images, 3, 2)

    def patches(self, images: Tensor) -> Tensor:
        return self._cells(images, 2, 2)[:, :, None].expand(-1, -1, 4)

    def prefix(self, images: Tensor) -> Tensor:
        return self._cells(images, 10, 4).view(-1, 10, 4)

    def captions(self, prefix: Tensor, beams: int = 1) -> list[str]:
        return [
            f"a {'large' if mean > 1 else 'small'} {'chair' if top > bottom else 'table'}."
            for mean, top, bottom in zip(
                prefix.mean((1, 2)), prefix[:, 5].mean(1), prefix[:, 6].mean(1), strict=True
            )
        ]
