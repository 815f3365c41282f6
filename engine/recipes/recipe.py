"""What every recipe has in common: a net to train, an optional teacher, and a weighted sum of registered losses."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine import registry
from engine.errors import ConfigError
from engine.experiment import Experiment, Loss
from engine.losses import Lesson
from engine.nets import build, chosen
from engine.nets.output import Output
from engine.store import RunStore


@dataclass(frozen=True)
class Bench:
    """What a recipe is built from: the experiment, its known kinds, where other runs are, the device."""

    experiment: Experiment
    known: tuple[str, ...]
    store: RunStore
    device: torch.device


@dataclass(frozen=True)
class Batch:
    """points (B, N, 3) augmented, labels (B,), rows (B,) in the training set, epoch as a fraction."""

    points: Tensor
    labels: Tensor
    rows: Tensor
    epoch: float


class Recipe(nn.Module):
    """Trains `net`; whatever else has weights (a loss's projections) is trained and saved with it.

    `extra` tells the window: pictogram, usual net, usual losses with weights, whether a teacher is needed and
    whether there is an output for 'none of these'.
    """

    extra: dict[str, Any]
    teacher: nn.Module | None = None

    class Settings(registry.Settings):
        """Most recipes have no settings of their own."""

    def __init__(self, settings: Settings, bench: Bench) -> None:
        super().__init__()
        self.settings, self.bench = settings, bench
        experiment = bench.experiment
        net = chosen(experiment.net, self.extra["net"])
        outputs = len(bench.known) + int(self.extra["unknown_output"])
        self.net = build(net.name, outputs, **net.settings)
        self.weights = usual_losses(self.extra["losses"], experiment)
        self.losses = nn.ModuleDict(
            {
                name: registry.make("loss", name, loss.settings)
                for name, loss in self.weights.items()
            }
        )

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """Every loss term of a batch, unweighted; also the student's answers for the training accuracy."""
        lesson = Lesson(self.net(batch.points), batch.labels, batch.rows, self.asked(batch.points))
        self.right = (lesson.student.logits.detach().argmax(dim=1) == batch.labels).sum()
        return {name: loss(lesson) for name, loss in self.losses.items()}

    def total(self, terms: dict[str, Tensor], epoch: float) -> Tensor:
        """The weighted sum, each term risen by its warm-up."""
        parts = [self._weight(name, epoch) * value.float() for name, value in terms.items()]
        return torch.stack(parts).sum()

    def asked(self, points: Tensor) -> Output | None:
        """The frozen teacher's answers, or None without one."""
        if self.teacher is None:
            return None
        with torch.no_grad():
            output: Output = self.teacher(points)
        return output

    def _weight(self, name: str, epoch: float) -> float:
        loss = self.weights[name]
        return loss.weight * (min(1.0, epoch / loss.warmup_epochs) if loss.warmup_epochs else 1.0)


def usual_losses(usual: dict[str, float], experiment: Experiment) -> dict[str, Loss]:
    """The experiment's losses, or the recipe's own mix when it names none; terms of weight 0 are left out."""
    losses = experiment.losses or {name: Loss(weight=weight) for name, weight in usual.items()}
    kept = {name: loss for name, loss in losses.items() if loss.weight > 0}
    if not kept:
        raise ConfigError(
            "Every loss has weight 0, so there is nothing to learn from. Nothing was started."
        )
    return kept
