"""Farthest points against a plain batched torch loop, nearest points against a sort; in turn, as ratios."""

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor

from engine.points import farthest_points, nearest


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


def seconds(work: Callable[[], Tensor]) -> float:
    """One call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compare(name: str, ours: Callable[[], Tensor], plain: Callable[[], Tensor], times: int) -> None:
    """Print the median ratio and its range; one round to warm up is not counted."""
    assert torch.equal(ours(), plain())
    pairs = [(seconds(ours), seconds(plain)) for _ in range(times + 1)][1:]
    ratios = [slow / fast for fast, slow in pairs]
    print(
        f"{name}: {statistics.median(ratios):.1f}x faster [{min(ratios):.1f}..{max(ratios):.1f}], "
        f"{statistics.median(fast for fast, _ in pairs) * 1e3:.2f} ms, 1 thread"
    )


def main() -> None:
    """Print both comparisons for the clouds the transformer looks at."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(1)
    for batch, size, count, k in ((32, 1024, 64, 32), (8, 4096, 64, 32)):
        points = torch.randn(batch, size, 3)
        shape = f"{batch} clouds of {size} points"
        compare(
            f"{count} farthest of {shape}",
            lambda points=points, count=count: farthest_points(points, count),
            lambda points=points, count=count: plain_farthest(points, count),
            options.repeats,
        )
        centres = points[:, :count].contiguous()
        compare(
            f"{k} nearest to {count} centres in {shape}",
            lambda points=points, centres=centres, k=k: nearest(points, centres, k),
            lambda points=points, centres=centres, k=k: plain_nearest(points, centres, k),
            options.repeats,
        )


if __name__ == "__main__":
    main()
