"""A small student learns from a finished, frozen teacher and from the labels (the paper's section 3.1, Table 1)."""

from typing import Any

from torch import nn

from engine.recipes.recipe import Recipe
from engine.recipes.teacher import find_teacher, load_net
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
        """The net of the teacher run that the experiment names."""
        bench = self.bench
        run = find_teacher(bench.store, bench.experiment, bench.known)
        return load_net(run, len(bench.known)).to(bench.device).requires_grad_(False).eval()
