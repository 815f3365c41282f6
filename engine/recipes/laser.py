"""Naming what every point of a laser's sweep through a street belongs to: what it has learnt can teach a camera."""

from pathlib import Path
from typing import Any

from pydantic import Field
from torch import Tensor, nn

from engine.errors import ConfigError
from engine.laser_batches import SweepBatch, SweepSettings
from engine.pretrained.matching import ENOUGH, Match
from engine.pretrained.reading import read_tensors
from engine.recipes.of_scenes import NEUTRAL, OfScenes
from engine.recipes.starting import StartSettings, Take
from engine.registry import called, register
from engine.words import say


def take_laser(net: nn.Module, path: Path, source: str = "") -> Match:
    """Load all that fits of another laser net; its last layer too where it tells as many classes apart.

    Raises ConfigError when less than 90 % of the tensors fit, FormatError when the file cannot be read; the net is then
    as it was.
    """
    offered, source = read_tensors(path), source or path.name
    wanted = {name: value for name, value in net.state_dict().items() if value.is_floating_point()}
    there = [name for name in wanted if name in offered]
    fitting = [name for name in there if offered[name].shape == wanted[name].shape]
    match = Match(
        source=source,
        whose=say("a laser net"),
        loaded=tuple(fitting),
        missing=tuple(name for name in wanted if name not in offered),
        mismatched=tuple(
            (name, tuple(offered[name].shape), tuple(wanted[name].shape))
            for name in there
            if name not in fitting
        ),
        unexpected=tuple(sorted(offered.keys() - net.state_dict().keys())),
        share=len(fitting) / len(wanted),
    )
    if match.share < ENOUGH:
        raise ConfigError(
            say(
                "Only {share:.0%} of the net’s tensors fit those of {source}; it takes {enough:.0%}. "
                "Nothing was started. Choose a run of the recipe {called} with the same net.width, or "
                "start from scratch.",
                share=match.share,
                source=source,
                enough=ENOUGH,
                called=called("recipe", "laser"),
            )
        )
    net.load_state_dict({name: offered[name].to(wanted[name].dtype) for name in fitting}, False)
    return match


@register(
    "recipe", "laser", say("Name points of a laser"), say("car, pedestrian, ground, point by point")
)
class Laser(OfScenes):
    """Learns from whole sweeps; published for SemanticKITTI: two at a time, scaled by 0.95 to 1.05, turned any way."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "segment",
        "net": "spvcnn",
        "nets": "laser_net",
        "losses": {"points": 1.0},
        "needs_teacher": False,
        "unknown_output": False,
        "task": "laser",
        "says": (say("what every"), say("point of a laser"), say("belongs to")),
        "data": "drives",
        "usual": NEUTRAL
        | {
            "optimiser.learning_rate": 0.004,
            "optimiser.weight_decay": 0.0001,
            "augment.scale": 1.05,
            "training.batch_size": 2,
        },
        "words": say(
            "A model learns to say of every point that a laser measured in a street what it belongs to: "
            "car, pedestrian, ground. What it has learnt can teach a camera."
        ),
    }

    taken: Take = staticmethod(take_laser)

    class Settings(StartSettings, SweepSettings):
        """Which points it looks at, and how sweeps are changed."""

        start: str = Field(
            "",
            title=say("Starts from"),
            description=say(
                "A run of this recipe by id or folder, or a file of its weights. Empty: from scratch."
            ),
            json_schema_extra={"term": say("pre-trained weights"), "place": "file"},
        )

    def terms(self, batch: SweepBatch) -> dict[str, Tensor]:  # type: ignore[override]
        """Every loss term of a batch, unweighted; also how many of the told points are right."""
        return self.judged(self.net(batch.points, batch.cloud).logits, batch.labels)
