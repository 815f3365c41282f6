"""CRD by one product with the whole memory against gathering memory rows: loss and gradients, in turn, as ratios."""

import torch
from torch import Tensor

from engine.losses.crd import CRD, contrast_loss
from tests.benchmarks.figures import against, repeats

FEATURES, BATCH = 256, 32
SIZES = [
    ("ModelNet10, 2,048 negatives", 3991, 2048, 10),
    ("20,000 clouds, 16,384 negatives", 20_000, 16384, 20),
]


class Gathered(CRD):
    """What the product replaces: every cloud's own copy of its N rows, both memories."""

    def _against(self, features: Tensor, memory: Tensor, contrast: Tensor, side: int) -> Tensor:
        gathered = memory[contrast]
        scores = torch.bmm(gathered, features[:, :, None])[:, :, 0] / self.temperature
        return contrast_loss(scores - self.partition[side], self.size)


def pair(size: int, negatives: int) -> tuple[CRD, CRD]:
    """Ours and the gathering one, with equal weights and memories and the same Z."""
    ours, gathered = (
        kind(FEATURES, FEATURES, size, negatives=negatives) for kind in (CRD, Gathered)
    )
    ours.partition.fill_(float(torch.tensor(size).log()))
    gathered.load_state_dict(ours.state_dict())
    return ours, gathered


def main() -> None:
    """Tell the ratio for two sizes of data set."""
    torch.set_num_threads(1)
    for name, size, negatives, goal in SIZES:
        ours, gathered = pair(size, negatives)
        rows = torch.randperm(size)[:BATCH]
        drawn = torch.randint(size, (BATCH, negatives))
        features = torch.randn(2, BATCH, FEATURES)
        batch = (*features, rows, torch.cat([rows[:, None], drawn], dim=1))
        torch.testing.assert_close(ours(*batch), gathered(*batch), rtol=1e-4, atol=0)
        both = [lambda crd=crd, batch=batch: crd(*batch).backward() for crd in (ours, gathered)]
        against(f"CRD loss, {name}", *both, goal, repeats(7))


if __name__ == "__main__":
    main()
