"""Naming the part that every point of a shape lies on."""

from typing import Any

from torch import Tensor, nn

from engine.errors import ConfigError
from engine.experiment import Experiment
from engine.recipes.of_scenes import OfScenes, enough
from engine.registry import configure, register
from engine.scene_batches import PartBatch
from engine.words import say


@register(
    "recipe", "parts", say("Name the parts of things"), say("seat, legs and back, point by point")
)
class Parts(OfScenes):
    """The net is told what a shape is, and says for each of its points which part that lies on."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "parts",
        "net": "part_segmenter_small",
        "nets": "segmenter",
        "losses": {"points": 1.0},
        "needs_teacher": False,
        "unknown_output": False,
        "task": "parts",
        "says": (say("which part"), say("every point"), say("lies on")),
        "data": "parts",
        "usual": {
            "optimiser.learning_rate": 0.0005,
            "optimiser.weight_decay": 0.05,
            "optimiser.decay_all": False,
            "augment.dropout": 0.0,
            "augment.scale": 1.25,
            "augment.shift": 0.1,
            "training.batch_size": 16,
        },
        "words": say(
            "A model is told what a thing is, and learns which part of it every point lies on."
        ),
    }
    trains = "parts"

    @classmethod
    def check(cls, experiment: Experiment) -> None:
        """Too few points of a shape, too."""
        super().check(experiment)
        data = configure("parts", experiment.data.name, experiment.data.settings)
        enough(data.points, cls.form(experiment)[1].patches, "data.points")

    @classmethod
    def build(cls, experiment: Experiment, known: int, groups: int = 0) -> nn.Module:
        """The net with so many parts of so many categories; those of the data where they are not known yet."""
        net, settings = cls.form(experiment)
        built: nn.Module = net(settings, known, groups or cls.counts(experiment)[1])
        return built

    def build_net(self) -> nn.Module:
        """As many parts and categories as the data tell."""
        bench = self.bench
        if len(bench.labels) < 2:
            raise ConfigError(
                say(
                    "There is one shape to learn from, and it takes two. Nothing was started. Choose "
                    "other data."
                )
            )
        return self.build(bench.experiment, len(bench.known), len(bench.groups))

    def terms(self, batch: PartBatch) -> dict[str, Tensor]:  # type: ignore[override]
        """Every loss term of a batch, unweighted; also how many points are right."""
        return self.judged(self.net(batch.points, batch.category), batch.labels)
