"""Concept alignment: a student of clouds learns to answer as a teacher of pictures, through a few concepts.

“3D point cloud pre-training with knowledge distillation from 2D images”: equations 5 to 8, and every ablation.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Self

import torch
from pydantic import Field
from torch import Tensor, nn

from engine.errors import ConfigError
from engine.events import Event
from engine.experiment import Choice, Data, Experiment
from engine.losses import Lesson
from engine.nets import count_parameters
from engine.nets.aligned import Aligned, AlignedStudent, AlignmentSettings, Objective
from engine.nets.alignment import local_rows
from engine.nets.concepts import check_heads
from engine.nets.output import Output
from engine.nets.point_transformer import PointTransformer
from engine.nets.reconstruction import hidden_of
from engine.pair_batches import PairBatch
from engine.recipes.recipe import Bench, Recipe, usual_losses
from engine.recipes.starting import StartSettings, started
from engine.registry import called, configure, get, register
from engine.teachers2d import ImageTeacher, check_image_teacher, image_teacher_of
from engine.words import say

_PREFIX, _SIZE = (
    (10, 768),
    512,
)  # of CLIP with ClipCap, for the counters of a teacher not loaded yet
_RECONSTRUCTION = "reconstruction"
_OF_CLOUDS = ("protocol", "shots", "known_count", "known_seed")
Question = Literal["prefix", "embed", "patches"]
_QUESTIONS: dict[str, Question] = {"prefix": "prefix", "embedding": "embed", "local": "patches"}


@register(
    "recipe", "align", say("Learn from pictures"), say("answer as a teacher that sees the picture")
)
class Align(Recipe):
    """Trains an AlignedStudent, whose `encoder` the recipe “classify” can start from.

    Losses “mse”, “cosine” and “match” compare answers, “reconstruction” hides patches: any weighted sum.
    """

    extra: dict[str, Any] = {  # noqa: RUF012
        "pictogram": "align",
        "net": "point_transformer_small",
        "losses": {"mse": 1.0, "cosine": 0.0, "match": 0.0, "reconstruction": 0.0},
        "needs_teacher": False,
        "unknown_output": False,
        "task": "align",
        "data": "pairs",
        "usual": {
            "optimiser.learning_rate": 0.001,
            "optimiser.weight_decay": 0.05,
            "optimiser.decay_all": False,
            "augment.dropout": 0.0,
            "augment.scale": 1.5,
            "augment.shift": 0.2,
            "augment.shuffle": True,
        },  # as Point-MAE is pre-trained
        "words": say(
            "A model of points learns from a teacher of pictures: what a cloud shows, in the teacher’s "
            "own terms."
        ),
    }

    class Settings(AlignmentSettings, StartSettings):
        """Who teaches, and what is learnt how."""

        image_teacher: Choice = Field(Choice(name="built_in"), title=say("Teacher of pictures"))
        frozen: bool = Field(
            False,
            title=say("Encoder stays as it is"),
            description=say(
                "Only what comes after it learns: how much an encoder knows of hidden patches (Table 7)."
            ),
        )

    settings: Settings
    image_teacher: ImageTeacher | None = None  # none where only hidden patches are guessed

    def __init__(self, settings: Settings, bench: Bench) -> None:
        super().__init__(settings, bench)
        if settings.frozen:
            self.student.encoder.requires_grad_(False)

    @classmethod
    def sources(cls) -> frozenset[str]:
        """Pictures, and the clouds themselves."""
        return frozenset({"picture", "cloud"})

    @classmethod
    def check(cls, experiment: Experiment) -> None:
        """Nets without patches, heads that do not fit, nothing to guess, and what pairs have not."""
        super().check(experiment)
        net = cls.net_of(experiment)
        if not issubclass(get("net", net.name), PointTransformer):
            raise ConfigError(
                say(
                    "The net “{net}” cannot learn from pictures, for it has no patches. Nothing was "
                    "started. Choose “point_transformer” or “point_transformer_small”.",
                    net=net.name,
                )
            )
        own = configure("recipe", experiment.recipe.name, experiment.recipe.settings)
        form, objective = configure("net", net.name, net.settings), objective_of(experiment)
        check_heads(own, form.width, form.heads)
        if objective != "distil" or own.random_decoder:
            hidden_of(own.mask, form.patches)
        if objective == "reconstruct" and own.frozen and own.random_decoder:
            raise ConfigError(
                say(
                    "With the encoder as it is and a random decoder there is nothing left to learn. "
                    "Nothing was started. Let either learn, or add the loss {called}: hidden patches are "
                    "guessed in the test all the same.",
                    called=called("loss", "mse"),
                )
            )
        if own.target == "local" and "match" in usual_losses(cls.extra["losses"], experiment):
            raise ConfigError(
                say(
                    "The loss {called} tells pictures apart, and patches of one picture are not to be "
                    "told apart. Nothing was started. Choose {instead}, or another recipe.target.",
                    called=called("loss", "match"),
                    instead=called("loss", "mse", "cosine"),
                )
            )
        for key in _OF_CLOUDS:
            if getattr(experiment.data, key) != Data.model_fields[key].default:
                raise ConfigError(
                    say(
                        "data.{key} is for recipes that learn from labels; pairs are never drawn by it. "
                        "Nothing was started. Leave it out.",
                        key=key,
                    )
                )
        if objective != "reconstruct":
            check_image_teacher(own.image_teacher)

    @property
    def student(self) -> AlignedStudent:
        """The net."""
        assert isinstance(self.net, AlignedStudent)
        return self.net

    @property
    def question(self) -> Question:
        """What the image teacher is asked."""
        return _QUESTIONS[self.settings.target]

    @classmethod
    def build(
        cls,
        experiment: Experiment,
        known: int,
        prefix: tuple[int, int] = _PREFIX,
        size: int = _SIZE,
    ) -> nn.Module:
        """The student; without a teacher at hand as wide as CLIP with ClipCap would make it."""
        net = cls.net_of(experiment)
        own = configure("recipe", experiment.recipe.name, experiment.recipe.settings)
        form = configure("net", net.name, net.settings)
        return AlignedStudent(form, own, prefix, size, objective_of(experiment))

    def build_net(self) -> nn.Module:
        """As wide as its teacher's answers are."""
        bench, choice = self.bench, self.settings.image_teacher
        if objective_of(bench.experiment) == "reconstruct":
            return self.build(bench.experiment, 0)
        teacher = image_teacher_of(choice, "".join(bench.teachers[:1])).to(bench.device)
        # Out of the module tree: it is neither trained nor saved again.
        object.__setattr__(self, "image_teacher", teacher)
        self.teachers = (teacher.identity,) if teacher.identity else ()
        self.teacher_parameters = count_parameters(teacher)
        size = teacher.width if self.settings.target == "local" else teacher.embedding
        prefix = teacher.length, teacher.width
        return self.build(bench.experiment, 0, prefix, size)

    def begin(self, folder: Path) -> Iterator[Event]:
        """Load what it starts from, where it does not start from scratch."""
        yield from started(self.net, self.settings.start, self.bench, folder)

    def terms(self, batch: PairBatch) -> dict[str, Tensor]:  # type: ignore[override]
        """Every loss term of a batch, unweighted."""
        hides = _RECONSTRUCTION in self.losses
        aligned = self.student(batch.points, batch.mask if hides else None)
        self.right = torch.zeros((), device=batch.points.device)
        with torch.autocast(batch.points.device.type, enabled=False):
            student, teacher = self.compared(aligned, batch)
            if not len(
                student
            ):  # no patch lies in a picture, or nothing is answered: nothing is wrong
                answer = batch.points[:, :1] if aligned.answer is None else aligned.answer
                student = answer[:1, 0].float()
                teacher = student.detach()
            told = Output(teacher, teacher)
            loss = aligned.reconstruction
            loss = None if loss is None else loss.float()
            answer = Output(student, student, reconstruction=loss)
            lesson = Lesson(answer, batch.rows, batch.rows, told)
            return {name: loss(lesson) for name, loss in self.losses.items()}

    def compared(self, aligned: Aligned, batch: PairBatch) -> tuple[Tensor, Tensor]:
        """Answers and targets in float32, (R, D) each: a row for each cloud, or, where features of the picture's
        patches are the target, for each of the clouds' patches that lies in the picture."""
        answer, target = aligned.answer, batch.target
        if answer is None or self.image_teacher is None:
            return target.new_zeros(0, 1), target.new_zeros(0, 1)
        if self.settings.target != "local":
            return answer.flatten(1).float(), target.flatten(1)
        chosen, visible = aligned.encoded.patches.chosen, aligned.encoded.visible
        chosen = chosen if visible is None else chosen.gather(1, visible)
        return local_rows(answer.float(), target, batch.cells(chosen, self.image_teacher.grid))

    def train(self, mode: bool = True) -> Self:
        """What is frozen keeps its batch statistics and leaves no block out."""
        super().train(mode)
        if self.settings.frozen:
            self.student.encoder.eval()
        if self.settings.random_decoder and self.student.decoder is not None:
            self.student.decoder.eval()
        return self


def objective_of(experiment: Experiment) -> Objective:
    """What the losses of an experiment ask of the student."""
    losses = set(usual_losses(Align.extra["losses"], experiment))
    if _RECONSTRUCTION not in losses:
        return "distil"
    return "both" if losses - {_RECONSTRUCTION} else "reconstruct"
