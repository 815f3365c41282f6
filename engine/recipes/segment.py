"""Naming what every point of a room belongs to."""

from typing import Any

from torch import Tensor

from engine.experiment import Experiment
from engine.recipes.of_scenes import NEUTRAL, OfScenes, enough
from engine.recipes.recipe import Bench
from engine.recipes.starting import StartSettings
from engine.registry import configure, register
from engine.scene_batches import BlockBatch
from engine.scene_moves import PieceSettings
from engine.words import say


@register(
    "recipe", "segment", say("Name points of rooms"), say("floor, wall, chair, point by point")
)
class Segment(OfScenes):
    """Learns from blocks of rooms; a test covers whole rooms and tells every point.

    Rooms are seen whole by default, as the built-in ones are sparse; ScanNet's usual columns are cut = "column" and
    filled = 0.02.
    """

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "segment",
        "net": "scene_segmenter_small",
        "nets": "segmenter",
        "losses": {"points": 1.0},
        "needs_teacher": False,
        "unknown_output": False,
        "task": "segment",
        "says": (say("what every"), say("point of a room"), say("belongs to")),
        "data": "scenes",
        "usual": NEUTRAL
        | {
            "optimiser.learning_rate": 0.001,
            "optimiser.weight_decay": 0.01,
            "augment.scale": 1.1,
            "training.batch_size": 8,
        },
        "words": say(
            "A model learns to say of every point of a room what it belongs to: floor, wall, chair."
        ),
    }
    trains = "scenes"

    class Settings(StartSettings, PieceSettings):
        """How rooms are cut, and how the pieces are changed."""

    def __init__(self, settings: Any, bench: Bench) -> None:
        unit = "radius" if self.scaled(bench.experiment) else "metres"
        super().__init__(settings.model_copy(update={"unit": unit}), bench)

    @classmethod
    def check(cls, experiment: Experiment) -> None:
        """Too few points of a block too."""
        super().check(experiment)
        own = configure("recipe", experiment.recipe.name, experiment.recipe.settings)
        enough(own.points, cls.form(experiment)[1].patches, "recipe.points")

    def terms(self, batch: BlockBatch) -> dict[str, Tensor]:  # type: ignore[override]
        """Every loss term of a batch, unweighted; also how many of the counted points are right."""
        return self.judged(self.net(batch.points, batch.colours), batch.labels)
