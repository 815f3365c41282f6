"""What a run works with once it is built, and how it is saved."""

import time
from dataclasses import dataclass, field

from engine.control import Control
from engine.events import Checkpoint
from engine.ranks.together import Together
from engine.ranks.world import here
from engine.recipes.recipe import Recipe
from engine.state import Snapshot
from engine.store import Run
from engine.tasks.task import Batches, Task


@dataclass
class Work:
    """Everything a run works with once it is built."""

    run: Run
    control: Control
    task: Task
    recipe: Recipe
    batches: Batches
    snapshot: Snapshot
    together: Together
    saved_at: float = field(default_factory=time.monotonic)

    @property
    def epoch(self) -> float:
        """Passes over the data so far."""
        return self.snapshot.position.step / self.batches.steps

    def save(self, best: bool = False) -> Checkpoint:
        """Write a checkpoint now."""
        relative = ""
        if here().first:
            path = self.snapshot.save(self.run, self.epoch, best)
            relative = path.relative_to(self.run.path).as_posix()
        self.saved_at = time.monotonic()
        return Checkpoint(
            step=self.snapshot.position.step, epoch=self.epoch, path=relative, best=best
        )
