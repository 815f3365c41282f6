"""A small student learns from a finished, frozen teacher and from the labels (the paper's section 3.1, Table 1)."""

from typing import Any

from torch import nn

from engine.nets import count_parameters
from engine.nets.ensemble import Ensemble
from engine.nets.folded import folded
from engine.recipes.recipe import Recipe
from engine.recipes.teacher import find_teachers, load_net
from engine.registry import register


@register("recipe", "distil", "Soft answers", "copy the teacher’s doubts")
class Distil(Recipe):
    """Knowledge distillation. The teacher answers once per batch, in evaluation mode, without gradient."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "distil",
        "net": "pointnet_student",
        "losses": {"kd": 1.0, "ce": 1.0},
        "needs_teacher": True,
        "unknown_output": False,
        "words": "A small student learns from a big teacher: not only what is right, but how sure to be.",
    }

    def find_teacher(self) -> nn.Module:
        """The net of the teacher run that the experiment names, or those of several as one; frozen and folded."""
        bench, known = self.bench, len(self.bench.known)
        runs = find_teachers(bench.store, bench.experiment, bench.known)
        nets = [load_net(run, known) for run in runs]
        self.teacher_parameters = sum(map(count_parameters, nets))
        nets = [folded(net) for net in nets]
        return (nets[0] if len(nets) == 1 else Ensemble(nets, known)).to(bench.device).eval()
