"""One training step of the 12-layer classifier against a plain loop of the same net, in turn, as ratios.

The plain loop is the net as it is usually written: farthest points cloud by cloud in a Python loop, nearest points by a
sort, 1x1 convolutions with the patch's maximum copied to each point, separate q, k, v, eager attention, AdamW as it is;
in float32. Ours is measured in float32, and in bfloat16, which is faster only where the processor computes in it.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine import nets
from engine.device import keep_memory

Step = Callable[[], float]
WIDTH, HEADS, DEPTH, PATCHES, SIZE = 384, 6, 12, 64, 32


def farthest(cloud: Tensor, count: int) -> Tensor:
    """(N, 3) -> (count,)."""
    chosen, distance, newest = [], torch.full((len(cloud),), torch.inf), torch.tensor(0)
    for _ in range(count):
        chosen.append(newest)
        distance = torch.minimum(distance, ((cloud - cloud[newest]) ** 2).sum(1))
        newest = distance.argmax()
    return torch.stack(chosen)


class PlainTokenizer(nn.Module):
    """Point-MAE's, with convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv1d(3, 128, 1), nn.BatchNorm1d(128), nn.ReLU(), nn.Conv1d(128, 256, 1)
        )
        self.second = nn.Sequential(
            nn.Conv1d(512, 512, 1), nn.BatchNorm1d(512), nn.ReLU(), nn.Conv1d(512, WIDTH, 1)
        )

    def forward(self, patches: Tensor) -> Tensor:
        """(B, G, k, 3) -> (B, G, WIDTH)."""
        batch, count, size, _ = patches.shape
        inside = self.first(patches.reshape(-1, size, 3).transpose(1, 2))
        whole = inside.max(dim=2, keepdim=True)[0].expand(-1, -1, size)
        return self.second(torch.cat([whole, inside], 1)).max(dim=2)[0].view(batch, count, -1)


class PlainBlock(nn.Module):
    """Separate q, k, v and eager attention."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.q, self.k, self.v = (nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(3))
        self.proj = nn.Linear(WIDTH, WIDTH)
        self.fc1, self.fc2 = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, WIDTH) -> the same."""
        normed = self.norm1(x)
        q, k, v = (
            layer(normed).view(*x.shape[:2], HEADS, -1).transpose(1, 2)
            for layer in (self.q, self.k, self.v)
        )
        weights = ((q @ k.transpose(2, 3)) * (WIDTH // HEADS) ** -0.5).softmax(-1)
        x = x + self.dropped(self.proj((weights @ v).transpose(1, 2).reshape(x.shape)))
        return x + self.dropped(self.fc2(F.gelu(self.fc1(self.norm2(x)))))

    def dropped(self, branch: Tensor) -> Tensor:
        """Stochastic depth."""
        kept = torch.rand(len(branch), 1, 1) >= self.rate
        return branch / (1 - self.rate) * kept


class Plain(nn.Module):
    """The whole classifier."""

    def __init__(self, kinds: int) -> None:
        super().__init__()
        self.tokenizer = PlainTokenizer()
        self.position = nn.Sequential(nn.Linear(3, 128), nn.GELU(), nn.Linear(128, WIDTH))
        self.blocks = nn.ModuleList(PlainBlock(0.1 * i / (DEPTH - 1)) for i in range(DEPTH))
        self.norm = nn.LayerNorm(WIDTH)
        self.token, self.place = (nn.Parameter(torch.zeros(1, 1, WIDTH)) for _ in range(2))
        layers: list[nn.Module] = []
        for inputs in (2 * WIDTH, 256):
            layers += [nn.Linear(inputs, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Dropout(0.5)]
        self.head = nn.Sequential(*layers, nn.Linear(256, kinds))

    def forward(self, points: Tensor) -> Tensor:
        """(B, N, 3) -> (B, kinds)."""
        rows = torch.arange(len(points))[:, None]
        centres = points[rows, torch.stack([farthest(cloud, PATCHES) for cloud in points])]
        squares = ((centres[:, :, None] - points[:, None]) ** 2).sum(-1)
        around = points[rows[:, :, None], squares.sort(dim=-1)[1][:, :, :SIZE]]
        x = self.tokenizer(around - centres[:, :, None])
        x = torch.cat([self.token.expand(len(x), -1, -1), x], 1)
        place = torch.cat([self.place.expand(len(x), -1, -1), self.position(centres)], 1)
        for block in self.blocks:
            x = block(x + place)
        x = self.norm(x)
        return self.head(torch.cat([x[:, 0], x[:, 1:].max(1)[0]], 1))


def stepper(net: nn.Module, ours: bool, half: bool, batch: tuple[Tensor, Tensor]) -> Step:
    """A function that makes one training step and tells its seconds of processor time, whoever else computes here."""
    optimiser = torch.optim.AdamW(net.parameters(), lr=5e-4, weight_decay=0.05, fused=ours)
    points, labels = batch

    def step() -> float:
        began = time.process_time()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            answer = net(points)
        loss = F.cross_entropy(getattr(answer, "logits", answer).float(), labels)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 10)
        optimiser.step()
        return time.process_time() - began

    return step


def main() -> None:
    """Print the median ratio and its range."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--batch", type=int, default=16)
    options = parser.parse_args()
    torch.set_num_threads(1)
    keep_memory()  # for both
    batch = torch.randn(options.batch, 1024, 3), torch.randint(40, (options.batch,))
    steps = [
        stepper(nets.build("point_transformer", 40), True, False, batch),
        stepper(nets.build("point_transformer", 40), True, True, batch),
        stepper(Plain(40), False, False, batch),
    ]
    rounds = [[step() for step in steps] for _ in range(options.repeats + 1)][1:]
    for number, name in enumerate(("float32", "bfloat16")):
        ratios = [seconds[2] / seconds[number] for seconds in rounds]
        took = statistics.median(seconds[number] for seconds in rounds)
        print(
            f"point_transformer in {name}: {statistics.median(ratios):.2f}x faster "
            f"[{min(ratios):.2f}..{max(ratios):.2f}], "
            f"{took:.2f} CPU seconds a step of {options.batch} clouds, 1 thread"
        )


if __name__ == "__main__":
    main()
