"""Losses of concept alignment: the student's answer about a cloud against the image teacher's about its picture.

Both (B, D) of one width, without anything learnt between them; D is a whole prefix as one row.
"""

from typing import Any

from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.losses.infonce import infonce
from engine.losses.lesson import Lesson, Term
from engine.registry import register
from engine.words import say


@register(
    "loss",
    "mse",
    say("Answer as the picture’s teacher"),
    say("Number by number, as near as can be."),
)
class MeanSquare(Term):
    """Mean square of s - t (the paper's choice)."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Say the same"),
        "greek": "alpha",
        "symbol": "α",
        "token": "kd",
        "why": say("How closely the answer must follow the picture’s, number by number."),
        "from": "picture",
    }

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return F.mse_loss(lesson.student.features, lesson.taught.features)


@register(
    "loss",
    "cosine",
    say("Point the same way"),
    say("The direction counts, the length of the answer not."),
)
class Cosine(Term):
    """Mean of 1 - cos(s, t)."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Point the same way"),
        "greek": "beta",
        "symbol": "β",
        "token": "crd",
        "why": say("How closely the answer’s direction must follow the picture’s."),
        "from": "picture",
    }

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        student, teacher = lesson.student.features, lesson.taught.features
        return 1 - F.cosine_similarity(student, teacher, dim=1).mean()


@register(
    "loss",
    "match",
    say("Find the own picture"),
    say("Each cloud must find its own picture among those of the batch."),
)
class Match(Term):
    """InfoNCE (van den Oord et al. 2018), both ways, on the answers themselves: no projection is learnt."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Find the own picture"),
        "greek": "eta",
        "symbol": "η",
        "token": "crd",
        "why": say("How clearly each cloud must find its own picture among the others."),
        "from": "picture",
    }

    class Settings(registry.Settings):
        """Of the search."""

        temperature: float = Field(
            0.1,
            ge=0.01,
            le=10,
            title=say("Softness of the search"),
            description=say("Lower looks only at the most alike pictures."),
            json_schema_extra={"term": say("InfoNCE temperature")},
        )

    settings: Settings

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        student, teacher = lesson.student.features, lesson.taught.features
        return infonce(student, teacher, self.settings.temperature)


@register(
    "loss",
    "reconstruction",
    say("Guess what is hidden"),
    say("Patches are hidden and must be guessed."),
)
class Reconstruction(Term):
    """The chamfer loss of the hidden patches, which the student has computed (Point-MAE)."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Guess what is hidden"),
        "greek": "gamma",
        "symbol": "γ",
        "token": "ce",
        "why": say("How much the guessed shape of hidden patches counts; needs no picture."),
        "from": "cloud",
    }

    def forward(self, lesson: Lesson) -> Tensor:
        """One number; 0 of a net that hides nothing."""
        guessed = lesson.student.reconstruction
        return lesson.student.logits.new_zeros(()) if guessed is None else guessed
