"""What a student of pictures answers about pairs it does not learn from."""

from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.events import Event
from engine.metrics.alignment import Nearness, ranks, recall
from engine.pair_batches import PairBatches, evenly
from engine.recipes.align import Align
from engine.tasks.steps import Pace
from engine.tasks.task import Gate

MOST = 1024  # pairs that an answer's own picture is looked for among
_AT_ONCE = 64


@dataclass
class Seen:
    """near: of all rows; kept (V,): some pairs, and their answers and targets (V, D), where each pair is one row;
    guessed and clouds: summed loss of hidden patches, and over how many clouds."""

    near: Nearness
    kept: NDArray[np.int64]
    answers: Tensor = field(default_factory=lambda: torch.zeros(0, 1))
    targets: Tensor = field(default_factory=lambda: torch.zeros(0, 1))
    guessed: float = 0.0
    clouds: int = 0

    def figures(self) -> dict[str, float]:
        """mse, r2, likeness and recall where something was answered, reconstruction where patches were hidden."""
        found: dict[str, float] = {}
        if self.near.numbers:
            found = {"mse": self.near.mse, "r2": self.near.r2}
            found["likeness"] = float(self.near.likeness.mean())
        if len(self.answers):
            sides = (self.answers.numpy(), self.targets.numpy())
            places = ranks(*sides, self.near.constant)
            found |= {"recall_1": recall(places, 1), "recall_5": recall(places, 5)}
            found["among"] = len(self.answers)
        if self.clouds:
            found["reconstruction"] = self.guessed / self.clouds
        return found


def look(
    recipe: Align, part: PairBatches, constant: Tensor, gate: Gate, name: str
) -> Generator[Event, None, Seen]:
    """The answers about all pairs of a part, in evaluation mode and without anything hidden; hidden patches are
    guessed in a second look. Passes the gate before every batch, and names its phase if it has a name."""
    net, seen = recipe.student.eval(), Seen(Nearness(constant.numpy()), evenly(len(part), MOST))
    answers, targets, pace = [], [], Pace(gate, name, len(part), "testing")
    for start in range(0, len(part), _AT_ONCE):
        yield from pace.at(start)
        rows = torch.arange(start, min(start + _AT_ONCE, len(part)), device=part.device)
        batch = part.plain(rows)
        with torch.no_grad():
            mine, theirs = (side.cpu() for side in recipe.compared(net(batch.points), batch))
            if net.decoder is not None:
                loss = net(batch.points, batch.mask).reconstruction
                seen.guessed += float(loss) * len(rows)
                seen.clouds += len(rows)
        seen.near.add(mine.numpy(), theirs.numpy())
        if len(mine) == len(rows) and recipe.question != "patches":
            here = seen.kept[(seen.kept >= start) & (seen.kept < start + len(rows))] - start
            answers.append(mine[here])
            targets.append(theirs[here])
    if answers:
        seen.answers, seen.targets = torch.cat(answers), torch.cat(targets)
    return seen
