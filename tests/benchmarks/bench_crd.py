"""CRD by one product with the whole memory against gathering memory rows: loss and gradients, in turn, as ratios."""

import argparse
import statistics
import time

import torch
from torch import Tensor

from engine.losses.crd import CRD, contrast_loss

FEATURES = 256
SIZES = [("ModelNet10, 2,048 negatives", 3991, 2048), ("ModelNet40, 16,384 negatives", 9840, 16384)]


class Gathered(CRD):
    """What the product replaces: every cloud's own copy of its N rows, both memories."""

    def _against(self, features: Tensor, memory: Tensor, contrast: Tensor, side: int) -> Tensor:
        gathered = memory[contrast]
        scores = torch.bmm(gathered, features[:, :, None])[:, :, 0] / self.temperature
        return contrast_loss(scores - self.partition[side], self.size)


def seconds(crd: CRD, batch: tuple[Tensor, Tensor, Tensor, Tensor]) -> float:
    """One forward and backward pass."""
    began = time.perf_counter()
    crd(*batch).backward()
    return time.perf_counter() - began


def pair(size: int, negatives: int) -> tuple[CRD, CRD]:
    """Ours and the gathering one, with equal weights and memories and the same Z."""
    ours, gathered = (
        kind(FEATURES, FEATURES, size, negatives=negatives) for kind in (CRD, Gathered)
    )
    ours.partition.fill_(float(torch.tensor(size).log()))
    gathered.load_state_dict(ours.state_dict())
    return ours, gathered


def main() -> None:
    """Print the median ratio and its range for two sizes of data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--batch", type=int, default=32)
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name, size, negatives in SIZES:
        ours, gathered = pair(size, negatives)
        rows = torch.randperm(size)[: options.batch]
        drawn = torch.randint(size, (options.batch, negatives))
        features = torch.randn(2, options.batch, FEATURES)
        batch = (*features, rows, torch.cat([rows[:, None], drawn], dim=1))
        torch.testing.assert_close(ours(*batch), gathered(*batch), rtol=1e-4, atol=0)
        pairs = [(seconds(ours, batch), seconds(gathered, batch)) for _ in range(options.repeats)]
        ratios = [slow / fast for fast, slow in pairs]
        print(
            f"{name}: {statistics.median(ratios):.1f}x faster [{min(ratios):.1f}..{max(ratios):.1f}], "
            f"{statistics.median(fast for fast, _ in pairs) * 1e3:.0f} ms a step, 1 thread"
        )


if __name__ == "__main__":
    main()
