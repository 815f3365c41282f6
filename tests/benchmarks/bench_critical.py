"""A training step of teacher and student against PointNet as it is usually written: ratio, gradients, peak memory.

Ours: matrices over all points, the critical-point layer, Adam in one kernel, freed memory kept for the next step.
Theirs: 1x1 convolutions, torch's Adam, everything as it comes. Each in a process of its own, one step in turn, in
seconds of processor time, those included in which the system clears fresh memory.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine import nets
from engine.device import keep_memory
from tests.benchmarks.conv1d import Conv1d
from tests.benchmarks.figures import Figure, ratio, repeats, tell

BATCH, POINTS = 32, 1024
NETS = {"teacher": "pointnet_teacher", "student": "pointnet_student"}


def stepper(net: nn.Module, ours: bool) -> Callable[[], Tensor]:
    """A function that makes one step on clouds of noise and returns the loss."""
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3, fused=ours)
    generator = torch.Generator().manual_seed(0)
    points = torch.randn(BATCH, POINTS, 3, generator=generator)
    labels = torch.randint(10, (BATCH,), generator=generator)

    def step() -> Tensor:
        answer = net(points)
        loss = F.cross_entropy(getattr(answer, "logits", answer), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return loss.detach()

    return step


def gradients_apart(name: str) -> float:
    """The largest difference, as a share of the largest gradient, of the points', the widest layer's and the last
    layer's gradients, in float64, without dropout."""
    torch.manual_seed(0)
    ours = nets.build(name, dropout=0.0).double()
    plain = Conv1d(deepcopy(ours)).double()
    points = torch.randn(4, 128, 3, dtype=torch.float64)
    found = []
    for net in (ours, plain):
        seen = points.clone().requires_grad_()
        answer = net(seen)
        F.cross_entropy(getattr(answer, "logits", answer), torch.arange(4)).backward()
        found.append((seen.grad, net.logits.weight.grad, net.widest.norm.weight.grad))
    return max(float((a - b).abs().max() / b.abs().max()) for a, b in zip(*found, strict=True))


def serve(which: str, name: str) -> None:
    """One step for every line that comes in; says how long it took, and how many megabytes the steps have added."""
    torch.set_num_threads(1)
    ours = which == "ours"
    if ours:
        keep_memory()
    net = nets.build(name)
    net = net if ours else Conv1d(net)
    step = stepper(net, ours)
    answer = net(torch.randn(2, 8, 3))  # what is loaded or compiled once is no part of a step
    getattr(answer, "logits", answer).sum().backward()
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    before = highest()
    for _ in sys.stdin:
        began = time.process_time()
        step()
        print(time.process_time() - began, highest() - before, flush=True)


def highest() -> float:
    """The most memory this process has had, MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


class Child:
    """A process that steps when it is told to."""

    def __init__(self, which: str, name: str) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.bench_critical", "serve", which, name]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(command, text=True, **pipes)
        self.memory = 0.0

    def seconds(self) -> float:
        """One step."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        took, self.memory = map(float, self._process.stdout.readline().split())
        return took

    def end(self) -> None:
        """Let it go."""
        self._process.communicate()


def race(title: str, name: str) -> None:
    """Tell how much faster a step is, and how much less memory it takes."""
    ours, plain = Child("ours", name), Child("plain", name)
    rounds = [(ours.seconds(), plain.seconds()) for _ in range(repeats(5) + 1)][1:]
    ratio(f"{title} step, 32 clouds of 1,024", rounds, 4)
    share = ours.memory / plain.memory
    value = f"{share:.2f} of it, {ours.memory:,.0f} MB"
    tell(Figure(f"{title} step, memory", value, "half", share <= 0.5, f"{plain.memory:,.0f} MB"))
    for child in (ours, plain):
        child.end()


def main() -> None:
    """Tell all figures."""
    for title, name in NETS.items():
        apart = gradients_apart(name)
        value = f"{apart:.0e} apart in float64"
        tell(Figure(f"{title} step, gradients", value, "1e-11", apart < 1e-11))
        race(title, name)


if __name__ == "__main__":
    serve(*sys.argv[2:]) if sys.argv[1:2] == ["serve"] else main()
