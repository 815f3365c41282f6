"""A camera learns to find things and how far away they are, and sits in class with a laser and an outline teacher.

After “ClassroomNet: learning generalizable, interpretable features via stacked knowledge distillation”.
"""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.anchors import HALF, best_overlaps, choose_anchors
from engine.camera_batches import DriveBatch
from engine.errors import ConfigError
from engine.experiment import Experiment
from engine.losses import Lesson
from engine.losses.mimic import Mimic, explained
from engine.net_checks import REFUSED
from engine.nets.classroom import TEACHERS, ClassroomAnswer, Fed
from engine.nets.classroom.listening import Listen
from engine.nets.classroom.net import ClassroomNet
from engine.nets.output import Output
from engine.recipes.classroom_settings import ClassSettings
from engine.recipes.of_scenes import NEUTRAL, OfScenes
from engine.recipes.recipe import Bench, usual_losses
from engine.registry import called, configure, register
from engine.teaching_maps import Statistics
from engine.words import say

NONE, ORACLE = "none", "oracle"
_SILENT = {NONE: say("no such teacher"), ORACLE: say("its map is fed in")}


@register("recipe", "classroom", say("Classroom"), say("a camera taught by a laser"))
class Classroom(OfScenes):
    """The task tells it of the training data with `meet` before the first batch."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "distil",
        "net": "classroom_small",
        "nets": "camera_net",
        "losses": {
            "objectness": 1.0,
            "rpn_box": 1.0,
            "box_kind": 1.0,
            "box_place": 1.0,
            "box_depth": 1.0,
            "laser": 3.0,
            "outlines": 3.0,
        },
        "needs_teacher": False,
        "unknown_output": False,
        "task": "classroom",
        "says": (say("a box and a"), say("distance for"), say("every thing")),
        "data": "drives",
        "usual": NEUTRAL
        | {
            "optimiser.learning_rate": 0.002,
            "optimiser.weight_decay": 0.0001,
            "optimiser.gradient_clip": 10.0,
            "optimiser.warmup_epochs": 0.4,
            "training.batch_size": 4,
        },
        "words": say(
            "A camera learns from a laser and from outlines to find things on the street and their "
            "distance."
        ),
    }

    class Settings(ClassSettings):
        """As the file beside this one says."""

    def __init__(self, settings: Any, bench: Bench) -> None:
        super().__init__(settings, bench)
        self.said = {"laser": settings.laser.strip(), "outlines": settings.outlines.strip()}
        for name in TEACHERS:
            if self.said[name] in _SILENT and name in self.losses:
                del self.losses[name], self.weights[name]
        self.taught = tuple(name for name in TEACHERS if name in self.losses)
        self.fed_in = tuple(name for name in TEACHERS if self.said[name] == ORACLE)
        self.r2: dict[str, Tensor] = {}
        if settings.weighing == "learned":
            self.log_variances = nn.ParameterDict(
                {name: nn.Parameter(torch.zeros(())) for name in self.losses}
            )

    @classmethod
    def sources(cls) -> frozenset[str]:
        """What its losses look at."""
        return frozenset({"things", "boxes", "mimic"})

    @classmethod
    def check(cls, experiment: Experiment) -> None:
        """Losses of other detectors, and of teachers there are not."""
        super().check(experiment)
        own = configure("recipe", experiment.recipe.name, experiment.recipe.settings)
        for name in usual_losses(cls.extra["losses"], experiment):
            if name not in cls.extra["losses"]:
                raise ConfigError(
                    say(
                        "The loss {called} is for another recipe. Nothing was started. Choose {instead}.",
                        called=called("loss", name),
                        instead=called("loss", *cls.extra["losses"]),
                    )
                )
            silent = _SILENT.get(str(getattr(own, name, "")).strip())
            if silent and name in experiment.losses:
                raise ConfigError(
                    say(
                        "The loss {called} has nothing to compare with: {silent} (recipe.{name}). "
                        "Nothing was started. Leave the loss out, or choose another teacher.",
                        called=called("loss", name),
                        silent=silent,
                        name=name,
                    )
                )
        cls.shape(experiment, 1)

    @classmethod
    def answers(cls, experiment: Experiment) -> int:
        """Things a box can hold."""
        return cls.counts(experiment)[1]

    @classmethod
    def build(cls, experiment: Experiment, known: int) -> nn.Module:
        """The net, with channels as wide as its teachers'."""
        net, _ = cls.form(experiment)
        built: nn.Module = net(cls.shape(experiment, known), known)
        return built

    @classmethod
    def shape(cls, experiment: Experiment, known: int) -> Any:
        """The net's settings as the recipe and its teachers need them; ConfigError for anchors that do not fit."""
        choice = cls.net_of(experiment)
        own = configure("recipe", experiment.recipe.name, experiment.recipe.settings)
        losses = usual_losses(cls.extra["losses"], experiment)
        chances = "outlines" in losses and losses["outlines"].settings.get("measure") == "entropy"
        told = own.outlines.strip() in (
            "labels",
            NONE,
            ORACLE,
        )  # no more kinds than there are things
        changes: dict[str, Any] = {
            "laser": own.dims,
            "outlines": min(own.outline_kinds, known) if told else own.outline_kinds,
            "outline_link": "sigmoid" if chances else "linear",
            "depth_max": own.depth_max,
        }
        if own.anchors:
            changes["anchors"] = own.anchors
        return configure(cls.extra["nets"], choice.name, choice.settings | changes)

    def shared_parts(self) -> tuple[nn.Module, ...]:
        """All that looks at pictures; anchors and boxes are drawn from the whole batch, and counted by all."""
        net = self.student
        return (net.trunk, *net.channels.values(), net.levels)

    @property
    def student(self) -> ClassroomNet:
        """The net."""
        return cast(ClassroomNet, self.net)

    def meet(
        self, boxes: NDArray[Any], picture: tuple[int, int], statistics: Mapping[str, Statistics]
    ) -> float:
        """Take anchors from the training boxes (K, 4) of pictures (height, width), unless others were asked for, and
        each teacher's statistics; the share of boxes that an anchor overlaps by half.

        ConfigError where that is below 0.9 and nobody insisted, and where a teacher tells another number of features.
        """
        for name, own in statistics.items():
            self._meet_teacher(name, own)
        reached = fit_anchors(self.student, boxes, picture, bool(self.settings.anchors))
        if reached < REFUSED and not self.settings.override:
            raise ConfigError(_unfit(reached, self.student.settings.paper))
        return reached

    def _meet_teacher(self, name: str, own: Statistics) -> None:
        channel = self.student.mimic(name)
        if len(own.mean) != len(channel.mean):
            raise ConfigError(
                say(
                    "The teacher “{name}” tells {told} features, and the student imitates {imitated}. "
                    "Nothing was started. Set recipe.{key} to {told}.",
                    name=name,
                    told=len(own.mean),
                    imitated=len(channel.mean),
                    key="dims" if name == "laser" else "outline_kinds",
                )
            )
        mean, deviation = (np.asarray(each, np.float32) for each in (own.mean, own.deviation))
        channel.meet(
            *(torch.from_numpy(each).to(channel.mean.device) for each in (mean, deviation))
        )

    def terms(self, batch: DriveBatch) -> dict[str, Tensor]:  # type: ignore[override]
        """Every loss term of a batch, unweighted; R² of each teacher is in `r2`, in `figures` too if a number."""
        self.right = torch.zeros((), device=batch.images.device)
        answer = self.student(batch.images, batch.truths, self.fed(batch))
        mimics = self._mimics(answer, batch)
        self.r2 = {name: explained(own) for name, own in mimics.items()}
        told = {f"r2/{name}": own for name, own in self.r2.items()}
        self.figures = {name: value for name, value in told.items() if value.isfinite()}
        return self._terms(answer, mimics, batch)

    def shaken(self, batch: DriveBatch, images: Tensor, seed: int = 0) -> dict[str, Tensor]:
        """The terms of other images (B, 3, H, W) in a batch's place, on the same drawn anchors and proposals for the
        same seed, whichever mode the net is in; gradients reach the images."""
        answer = self.student(images, batch.truths, self.fed(batch), seed=seed)
        return self._terms(answer, self._mimics(answer, batch), batch)

    def look(self, batch: DriveBatch, listen: Listen | None = None) -> ClassroomAnswer:
        """What is found; to be asked in evaluation mode."""
        answer: ClassroomAnswer = self.student(batch.images, fed=self.fed(batch), listen=listen)
        return answer

    def fed(self, batch: DriveBatch) -> dict[str, Fed]:
        """The maps that take the place of the student's own."""
        return {name: batch.maps[name] for name in self.fed_in}

    def weighted(self, name: str, value: Tensor, epoch: float) -> Tensor:
        """A term as it counts now; where weights are learnt, exp(-s) of it, and s."""
        if self.settings.weighing == "learned":
            s = self.log_variances[name]
            value = (-s).exp() * value.float() + s
        return super().weighted(name, value, epoch)

    def _mimics(self, answer: ClassroomAnswer, batch: DriveBatch) -> dict[str, Mimic]:
        plain, found = self.student.settings.paper, {}
        for name in self.taught:
            own, channel = batch.maps[name], self.student.mimic(name)
            z = answer.maps[name].float()
            found[name] = Mimic(z, own.values, own.valid, channel.mean, channel.deviation, plain)
        return found

    def _terms(
        self, answer: ClassroomAnswer, mimics: Mapping[str, Mimic], batch: DriveBatch
    ) -> dict[str, Tensor]:
        empty = Output(batch.images[:0], batch.images[:0])
        lesson = Lesson(empty, batch.rows, batch.rows, costs=answer.costs, mimics=mimics)
        with torch.autocast(batch.images.device.type, enabled=False):
            return {name: loss(lesson) for name, loss in self.losses.items()}


def fit_anchors(
    net: ClassroomNet, boxes: NDArray[Any], picture: tuple[int, int], asked: bool
) -> float:
    """Give a net anchors chosen from boxes (K, 4) of pictures (height, width), unless others were asked for or its
    wiring has its own; the share of boxes that one overlaps by half."""
    form, sizes = net.settings, net.settings.sizes
    if not form.paper and not asked and len(boxes):
        sizes = choose_anchors(boxes, form.strides, picture, len(sizes[0]), form.ratios)
        net.detector.take_anchors(sizes)
    offset = 0.0 if form.paper else 0.5
    found = best_overlaps(boxes, sizes, form.strides, picture, form.ratios, offset)
    return float((found >= HALF).mean()) if len(found) else 1.0


def _unfit(reached: float, paper: bool) -> str:
    why = say("The paper’s anchors") if paper else say("The anchors")
    way = (
        say("Choose net.aggregation “pyramid”")
        if paper
        else say("Leave recipe.anchors empty, set net.finest to 2, or use larger pictures")
    )
    return say(
        "{why} reach only {reached:.0f} % of the training boxes (an overlap of a half or more); the "
        "others could hardly be found. Nothing was started. {way}; to train all the same, set "
        "recipe.override to true.",
        why=why,
        reached=100 * reached,
        way=way,
    )
