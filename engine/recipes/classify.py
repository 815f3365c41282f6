"""Fine-tuning: a transformer over patches learns to name kinds, from scratch or from what it learnt before."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field
from torch import nn

from engine import registry
from engine.atomic import write_text
from engine.errors import ConfigError, RunError
from engine.events import Event, Figure, Note
from engine.experiment import Choice, Experiment
from engine.pretrained import take
from engine.recipes.recipe import Bench, Recipe
from engine.registry import register
from engine.state import tested_checkpoint

MATCH = "match.json"


@register("recipe", "classify", "Fine-tune", "start from what was learnt before")
class Classify(Recipe):
    """What was loaded of a checkpoint is noted, and written to the run folder as `match.json`.

    Few-shot: data.protocol “random” draws data.known_count kinds, and data.shots clouds of each are learnt from.
    """

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "classify",
        "net": "point_transformer_small",
        "losses": {"ce": 1.0},
        "needs_teacher": False,
        "unknown_output": False,
        "words": "A transformer learns to name kinds, starting from weights that learnt without labels before.",
    }

    class Settings(registry.Settings):
        """Where it starts, and what of it learns."""

        start: str = Field(
            "",
            title="Starts from",
            description="A run’s id or folder, or a file of Point-MAE, Point-BERT, ACT or ReCon. Empty: from scratch.",
            json_schema_extra={"term": "pre-trained weights"},
        )
        mode: Literal["fine_tune", "probe"] = Field(
            "fine_tune",
            title="What learns",
            description="“fine_tune”: everything; “probe”: one linear layer on what the net sees already.",
            json_schema_extra={"term": "fine-tuning or linear probe"},
        )

    settings: Settings

    @classmethod
    def net_of(cls, experiment: Experiment) -> Choice:
        """A probe’s head is its last layer alone."""
        net = super().net_of(experiment)
        if experiment.recipe.settings.get("mode") == "probe":
            return Choice(name=net.name, **net.settings | {"head": ()})
        return net

    def __init__(self, settings: Settings, bench: Bench) -> None:
        super().__init__(settings, bench)
        if not isinstance(getattr(self.net, "encoder", None), nn.Module):
            raise ConfigError(
                f"The net “{self.net_of(bench.experiment).name}” has no encoder that could be fine-tuned. Nothing was "
                "started. Choose “point_transformer” or “point_transformer_small”."
            )
        if settings.mode == "probe":
            self.net.requires_grad_(False).get_submodule("logits").requires_grad_(True)

    def begin(self, folder: Path) -> Iterator[Event]:
        """Load what it starts from; raises an error in a sentence where too little of it fits."""
        start = self.settings.start.strip()
        if not start:
            return
        path = _file(start, self.bench)
        match = take(self.net, path, start)
        try:
            write_text(folder / MATCH, match.table())
        except OSError as error:
            raise RunError(f"What was loaded could not be written down: {error}.") from None
        yield Note(text=match.sentence())
        yield Figure(name="match", path=MATCH)

    def train(self, mode: bool = True) -> Self:
        """A frozen net keeps its batch statistics and leaves no block out."""
        super().train(mode)
        if self.settings.mode == "probe":
            self.net.eval()
        return self


def _file(start: str, bench: Bench) -> Path:
    """The checkpoint a name stands for: a file, or the tested weights of a run."""
    path = Path(start).expanduser()
    if path.is_file():
        return path
    if path.suffix in (".pt", ".pth", ".safetensors", ".ckpt", ".tar"):
        raise ConfigError(f"There is no checkpoint file at {start}. Nothing was started.")
    return tested_checkpoint(bench.store.open(start)) / "model.safetensors"
