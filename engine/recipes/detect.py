"""Finding things in rooms: a net answers with boxes, each with what it holds (3DETR)."""

from pathlib import Path
from typing import Any, cast

import torch
from pydantic import Field
from torch import Tensor, nn

from engine.detection import BoxLoss, BoxLossSettings
from engine.errors import ConfigError
from engine.experiment import Experiment
from engine.losses import Lesson
from engine.losses.boxes import COSTS
from engine.nets.detr3d.detector import Detector
from engine.nets.detr3d.published import take_published
from engine.nets.output import Output
from engine.pretrained.matching import Match
from engine.pretrained.reading import read_tensors
from engine.pretrained.whole import take_fitting
from engine.recipes.of_scenes import NEUTRAL, OfScenes, enough
from engine.recipes.recipe import Bench
from engine.recipes.starting import StartSettings, Take
from engine.registry import configure, register
from engine.scene_batches import RoomBatch
from engine.scene_moves import RoomSettings
from engine.words import say

_PUBLISHED = "pre_encoder.mlp_module."


def take_detector(net: nn.Module, path: Path, source: str = "") -> Match:
    """A published 3DETR as a whole; else what `take_fitting` takes."""
    if isinstance(net, Detector) and any(_PUBLISHED in name for name in read_tensors(path)):
        return take_published(net, path, source)
    return take_fitting(net, path, source)


@register("recipe", "detect", say("Find things in rooms"), say("boxes around what stands there"))
class Detect(OfScenes):
    """Its losses are the terms of engine.detection, weighed as published."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "detect",
        "net": "detector_small",
        "nets": "detector",
        "losses": {
            "box_overlap": 1.0,
            "box_kind": 1.0,
            "box_centre": 5.0,
            "box_size": 1.0,
            "box_heading": 0.1,
        },
        "needs_teacher": False,
        "unknown_output": False,
        "task": "detect",
        "says": (say("a box and"), say("a name for"), say("every thing")),
        "data": "scenes",
        "usual": NEUTRAL
        | {
            "optimiser.learning_rate": 0.0005,
            "optimiser.weight_decay": 0.1,
            "optimiser.gradient_clip": 0.1,
            "training.batch_size": 8,
        },  # as 3DETR is trained
        "words": say(
            "A model looks at whole rooms and learns to put a box around every thing, and to name it."
        ),
    }
    taken: Take = staticmethod(take_detector)

    class Settings(StartSettings, RoomSettings):
        """How rooms are shown, and how answers are matched with true boxes."""

        start: str = Field(
            "",
            title=say("Starts from"),
            description=say(
                "A run that learnt before, as from pictures, or a file of Point-MAE, Point-BERT, ACT or "
                "ReCon (for nets on a pre-trained encoder), or of 3DETR (all of it). Empty: from scratch."
            ),
            json_schema_extra={"term": say("pre-trained weights"), "place": "file"},
        )
        nothing: float = Field(
            0.25,
            gt=0,
            title=say("Weight of “nothing”"),
            description=say("Of answers that no box belongs to."),
            json_schema_extra={"term": say("no-object weight")},
        )
        match_overlap: float = Field(
            2.0,
            ge=0,
            title=say("Overlap in matching"),
            json_schema_extra={"term": say("GIoU cost")},
        )
        match_kind: float = Field(
            1.0, ge=0, title=say("Kind in matching"), json_schema_extra={"term": say("class cost")}
        )
        repeats: int = Field(
            1,
            ge=1,
            le=64,
            title=say("Answers for each box"),
            description=say(
                "1 as published; more learn faster, and near-doubles are dropped when answers are chosen."
            ),
            json_schema_extra={"term": say("one-to-many matching")},
        )

    def __init__(self, settings: Any, bench: Bench) -> None:
        super().__init__(settings, bench)
        plain = dict.fromkeys(COSTS, 1.0)  # the lessons have the weights
        keys = ("nothing", "match_overlap", "match_kind", "repeats")
        own = {key: getattr(settings, key) for key in keys}
        self.costs = BoxLoss(BoxLossSettings(**plain, **own))

    @classmethod
    def check(cls, experiment: Experiment) -> None:
        """Too few points for an encoder of patches too."""
        super().check(experiment)
        _, net = cls.form(experiment)
        own = configure("recipe", experiment.recipe.name, experiment.recipe.settings)
        if net.encoder == "backbone":
            enough(own.points, net.patches, "recipe.points")
        elif own.unit == "radius":
            raise ConfigError(
                say(
                    "This net looks at rooms in metres only. Nothing was started. Set recipe.unit to "
                    "“auto”, or choose a net on a pre-trained encoder."
                )
            )

    @classmethod
    def scaled(cls, experiment: Experiment) -> bool:
        """3DETR’s own encoders know metres."""
        return cls.form(experiment)[1].encoder == "backbone" and super().scaled(experiment)

    @classmethod
    def build(cls, experiment: Experiment, known: int) -> nn.Module:
        """The net with so many answers, told how its encoder sees rooms."""
        built = cast(Detector, super().build(experiment, known))
        built.scaled = cls.scaled(experiment)
        return built

    @classmethod
    def answers(cls, experiment: Experiment) -> int:
        """Things a box can hold."""
        return cls.counts(experiment)[1]

    def terms(self, batch: RoomBatch) -> dict[str, Tensor]:  # type: ignore[override]
        """Every loss term of a batch, unweighted."""
        proposals = self.net(batch.points)
        self.right = torch.zeros((), device=batch.points.device)
        with torch.autocast(batch.points.device.type, enabled=False):
            answer = proposals.logits[-1].flatten(0, 1)
            costs = self.costs(proposals, batch.truths)
            lesson = Lesson(Output(answer, answer), batch.rows, batch.rows, costs=costs)
            return {name: loss(lesson) for name, loss in self.losses.items()}
