"""Fine-tuning: a transformer over patches learns to name kinds, from scratch or from what it learnt before."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field
from torch import nn

from engine.errors import ConfigError
from engine.events import Event
from engine.experiment import Choice, Experiment
from engine.recipes.recipe import Bench, Recipe
from engine.recipes.starting import StartSettings, started
from engine.registry import register
from engine.words import say


@register("recipe", "classify", say("Fine-tune"), say("start from what was learnt before"))
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
        "usual": {
            "optimiser.learning_rate": 0.0005,
            "optimiser.weight_decay": 0.05,
            "optimiser.decay_all": False,
            "augment.dropout": 0.0,
            "augment.scale": 1.5,
            "augment.shift": 0.2,
            "augment.shuffle": True,
        },  # as Point-MAE is fine-tuned
        "words": say(
            "A transformer learns to name kinds, starting from weights that learnt without labels before."
        ),
    }

    class Settings(StartSettings):
        """Where it starts, and what of it learns."""

        mode: Literal["fine_tune", "probe"] = Field(
            "fine_tune",
            title=say("What learns"),
            description=say(
                "“fine_tune”: everything; “probe”: one linear layer on what the net sees already."
            ),
            json_schema_extra={"term": say("fine-tuning or linear probe")},
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
                say(
                    "The net “{name}” has no encoder that could be fine-tuned. Nothing was started. "
                    "Choose “point_transformer” or “point_transformer_small”.",
                    name=self.net_of(bench.experiment).name,
                )
            )
        if settings.mode == "probe":
            self.net.requires_grad_(False).get_submodule("logits").requires_grad_(True)

    def begin(self, folder: Path) -> Iterator[Event]:
        """Load what it starts from; raises an error in a sentence where too little of it fits."""
        yield from started(self.net, self.settings.start, self.bench, folder)

    def train(self, mode: bool = True) -> Self:
        """A frozen net keeps its batch statistics and leaves no block out."""
        super().train(mode)
        if self.settings.mode == "probe":
            self.net.eval()
        return self
