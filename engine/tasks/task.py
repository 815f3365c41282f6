"""What the training loop asks of a task: open the material, cut batches, look at the net after each epoch, test it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, Protocol, Self

import torch
from torch import Tensor

from engine.control import Control
from engine.events import Event
from engine.experiment import Experiment
from engine.recipes.recipe import Recipe
from engine.state import Position, is_best, load_weights, tested_checkpoint
from engine.store import Run

Gate = Callable[[], Iterator[Event]]


class Batches(Protocol):
    """`steps` batches an epoch of `size` clouds each, on the device."""

    steps: int
    size: int
    device: torch.device

    def at(self, step: int) -> Any:
        """What the recipe's `terms` take: the same for the same seed and step, whatever came before."""

    def variant(self, epoch: int) -> int | None:
        """Which fixed variant of the clouds an epoch shows; None where every batch is changed afresh."""

    def shown(self, variant: int) -> Tensor:
        """All training clouds (M, N, 3) in one of their fixed variants."""


class Task(ABC):
    """known and strangers: kinds, or what else can be answered; groups: what shapes are of, where a net is told; train
    and validation: rows of the material; notes: what is not as it was asked."""

    experiment: Experiment
    known: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    notes: Sequence[str] = ()
    train: Any
    validation: Any
    labels: Tensor

    @classmethod
    @abstractmethod
    def open(cls, experiment: Experiment, control: Control) -> Generator[Event, None, Self]:
        """Prepare and read what is learnt from; the generator's return value is the task."""

    @staticmethod
    @abstractmethod
    def tested(run: Run) -> bool:
        """Whether a run's folder holds what its test left."""

    @abstractmethod
    def batches(
        self, recipe: Recipe, device: torch.device, control: Control
    ) -> Generator[Event, None, Batches]:
        """The training material on the device; the generator's return value."""

    @abstractmethod
    def check(
        self, recipe: Recipe, position: Position, gate: Gate
    ) -> Generator[Event, None, tuple[dict[str, float], float]]:
        """After an epoch: figures by name, and the one by which the best model is chosen (more is better, above -1)."""

    @abstractmethod
    def test(self, run: Run, recipe: Recipe, gate: Gate) -> Generator[Event, None, dict[str, Any]]:
        """Once, at the end: write what it answers into the run's folder, and return the results."""

    def take_tested(self, run: Run, recipe: Recipe) -> dict[str, Any]:
        """Load the weights that are tested; which they are."""
        checkpoint = tested_checkpoint(run)
        load_weights(recipe.net, checkpoint)
        recipe.net.eval()
        best = self.experiment.training.keep == "best" and is_best(checkpoint)
        return {"model": "best" if best else "last", "checkpoint": checkpoint.name}
