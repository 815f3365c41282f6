"""A small student learns from a finished, frozen teacher and from the labels (the paper's section 3.1, Table 1)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from torch import nn

from engine import registry
from engine.events import Event, Note
from engine.nets import count_parameters
from engine.nets.ensemble import Ensemble
from engine.nets.folded import folded
from engine.recipes.recipe import Recipe
from engine.recipes.same_data import doubt_about, held_apart
from engine.recipes.teacher import find_teachers, load_net
from engine.registry import register
from engine.store import Run
from engine.words import say


@register("recipe", "distil", say("Soft answers"), say("copy the teacher’s doubts"))
class Distil(Recipe):
    """Knowledge distillation. The teacher answers once per batch, in evaluation mode, without gradient."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "distil",
        "net": "pointnet_student",
        "losses": {"kd": 1.0, "ce": 1.0},
        "needs_teacher": True,
        "unknown_output": False,
        "words": say(
            "A small student learns from a big teacher: not only what is right, but how sure to be."
        ),
    }

    def begin(self, folder: Path) -> Iterator[Event]:
        """Says what is only trusted of the teachers' data."""
        yield from super().begin(folder)
        yield from (Note(text=sentence) for sentence in self.doubts)

    def find_teacher(self) -> nn.Module:
        """The net of the teacher run that the experiment names, or those of several as one; frozen and folded."""
        bench, known = self.bench, len(self.bench.known)
        runs = find_teachers(bench.store, bench.experiment, bench.known, bench.teachers)
        self.teachers = tuple(run.id for run in runs)
        # Those it has learnt from already stay its teachers: what they know cannot be unlearnt.
        fresh = [run for run in runs if run.id not in bench.teachers]
        doubts = [doubt_about(run, bench.experiment.data) for run in fresh]
        shared = {run.id: held_apart(run, bench.experiment) for run in runs}
        self.peeked = any(shared.values())
        # What was noted when a teacher was new is not noted again.
        self.doubts = tuple(filter(None, (*doubts, *(shared[run.id] for run in fresh))))
        nets = [load_net(run, known) for run in runs]
        self.teacher_parameters = sum(map(count_parameters, nets))
        alone = len(nets) == 1 and not _has_unknown(runs[0])
        nets = [folded(net) for net in nets]
        return (nets[0] if alone else Ensemble(nets, known)).to(bench.device).eval()


def _has_unknown(run: Run) -> bool:
    """Whether a run has trained an “unknown” output, which is no part of what it teaches."""
    recipe = registry.get("recipe", run.experiment.recipe.name)
    return bool(recipe.extra["unknown_output"])
