"""The critical-point layer against Linear, BatchNorm1d and max: one training step of each net, in turn, as ratios."""

import argparse
import statistics
import time

import torch
from torch import Tensor, nn

from engine import nets
from engine.nets.critical import CriticalMax


class Plain(nn.Module):
    """What the critical layer replaces: every activation is made and kept."""

    def __init__(self, layer: CriticalMax) -> None:
        super().__init__()
        self.linear, self.norm = layer.linear, layer.norm

    def forward(self, points: Tensor) -> Tensor:
        """(B, N, C) -> (B, D)."""
        return (
            self.norm(self.linear(points).flatten(0, 1)).unflatten(0, points.shape[:2]).amax(dim=1)
        )


def plain(net: nn.Module) -> nn.Module:
    """The same net with every critical layer replaced."""
    for name, child in list(net.named_children()):
        if isinstance(child, CriticalMax):
            setattr(net, name, Plain(child))
        else:
            plain(child)
    return net


def seconds(net: nn.Module, points: Tensor) -> float:
    """One forward and backward pass."""
    began = time.perf_counter()
    net(points).logits.logsumexp(dim=1).sum().backward()
    return time.perf_counter() - began


def main() -> None:
    """Print the median ratio and its range for teacher and student."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--batch", type=int, default=32)
    options = parser.parse_args()
    torch.set_num_threads(1)
    points = torch.randn(options.batch, 1024, 3)
    for name in ("pointnet_teacher", "pointnet_student", "pointnet_student_wide"):
        ours, theirs = nets.build(name), plain(nets.build(name))
        pairs = [
            (seconds(ours, points), seconds(theirs, points)) for _ in range(options.repeats + 1)
        ][1:]
        ratios = [slow / fast for fast, slow in pairs]
        print(
            f"{name}: {statistics.median(ratios):.1f}x faster [{min(ratios):.1f}..{max(ratios):.1f}], "
            f"{statistics.median(fast for fast, _ in pairs) * 1e3:.0f} ms a step, 1 thread"
        )


if __name__ == "__main__":
    main()
