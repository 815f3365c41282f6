"""Farthest points against a plain batched torch loop, nearest points against a sort, Chamfer against cdist; in turn."""

from functools import partial

import torch
from torch import Tensor

from engine.points import farthest_points, nearest
from engine.points.chamfer import chamfer
from tests.benchmarks.figures import against, repeats


def plain_farthest(points: Tensor, count: int) -> Tensor:
    """The loop as it is usually written: a distance to every point, a mask, an argmax."""
    batch, size, _ = points.shape
    chosen = torch.zeros(batch, count, dtype=torch.long)
    distance = torch.full((batch, size), 1e10)
    newest, rows = torch.zeros(batch, dtype=torch.long), torch.arange(batch)
    for position in range(count):
        chosen[:, position] = newest
        middle = points[rows, newest][:, None]
        square = ((points - middle) ** 2).sum(-1)
        nearer = square < distance
        distance[nearer] = square[nearer]
        newest = distance.max(-1)[1]
    return chosen


def plain_nearest(points: Tensor, centres: Tensor, k: int) -> Tensor:
    """All distances, sorted."""
    squares = ((centres[:, :, None] - points[:, None]) ** 2).sum(-1)
    return squares.sort(dim=-1)[1][:, :, :k]


def plain_chamfer(a: Tensor, b: Tensor) -> Tensor:
    """All distances of the batch, both minima."""
    squares = torch.cdist(a, b).square()
    return squares.amin(dim=2).mean(dim=1) + squares.amin(dim=1).mean(dim=1)


def main() -> None:
    """Tell the comparisons for the clouds the transformer looks at."""
    torch.set_num_threads(1)
    times = repeats(7)
    for batch, size, count, k in ((32, 1024, 64, 32), (8, 4096, 64, 32)):
        points = torch.randn(batch, size, 3)
        centres = points[:, :count].contiguous()
        shape = f"{batch} clouds of {size:,} points"
        pairs = {
            (f"{count} farthest of {shape}", 10): (
                partial(farthest_points, points, count),
                partial(plain_farthest, points, count),
            ),
            (f"{k} nearest to {count} centres in {shape}", 6): (
                partial(nearest, points, centres, k),
                partial(plain_nearest, points, centres, k),
            ),
        }
        for (name, goal), (ours, plain) in pairs.items():
            assert torch.equal(ours(), plain())
            against(name, ours, plain, goal, times)
    a, b = torch.randn(2, 32, 1024, 3)
    torch.testing.assert_close(chamfer(a, b), plain_chamfer(a, b), rtol=1e-3, atol=1e-5)
    both = partial(chamfer, a, b), partial(plain_chamfer, a, b)
    against("Chamfer, 32 pairs of 1,024 points, against torch.cdist", *both, 4, times)


if __name__ == "__main__":
    main()
