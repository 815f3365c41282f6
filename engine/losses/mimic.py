"""How far the map that a student imitates is from its teacher's: 1.0 is what predicting the mean everywhere costs.

z and wanted (B, C, H, W), valid (B, H, W), the teacher's mean and deviation (C,) over valid pixels of the training
pictures. Mean over valid pixels and features of (z - t)² / deviation², so 1 - loss is R² of each feature; after the
masked L2 of Liu et al. (CVPR 2021). The paper's own is the plain mean square over all pixels, 0 where nothing is known,
which “always 0” nearly minimises.
"""

from dataclasses import dataclass
from typing import Any, Literal

import torch
from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.losses.lesson import Course, Lesson, Term
from engine.registry import register

_LEAST = 1e-4


@dataclass(frozen=True)
class Mimic:
    """One teacher's map and its imitation, as the module says. plain: to be compared as in the paper."""

    z: Tensor
    wanted: Tensor
    valid: Tensor
    mean: Tensor
    deviation: Tensor
    plain: bool = False

    def rows(self) -> tuple[Tensor, Tensor]:
        """What is said and wanted at the P valid pixels, of the features that change at all: (P, C')."""
        alive = self.deviation > 0
        return tuple(
            each.permute(0, 2, 3, 1)[self.valid][:, alive] for each in (self.z, self.wanted)
        )  # type: ignore[return-value]

    def statistics(self) -> tuple[Tensor, Tensor]:
        """Mean and deviation (C',) of the features that change."""
        alive = self.deviation > 0
        return self.mean[alive], self.deviation[alive]


def imitation(mimic: Mimic) -> Tensor:
    """The mean over valid pixels and features, by the variance; 0 without any."""
    return (
        _errors(mimic).mean() if mimic.valid.any() and mimic.deviation.any() else mimic.z.sum() * 0
    )


def explained(mimic: Mimic) -> Tensor:
    """R² (C,) of each feature on this batch against predicting the training pictures' mean; NaN where there is no valid
    pixel or the feature never changes."""
    found = torch.full_like(mimic.deviation, torch.nan)
    if mimic.valid.any():
        found[mimic.deviation > 0] = 1 - _errors(mimic).mean(dim=0).to(found.dtype)
    return found.detach()


def plain(mimic: Mimic) -> Tensor:
    """The paper's: the mean square over all pixels, of which those without a teacher want 0."""
    return F.mse_loss(mimic.z, torch.where(mimic.valid[:, None], mimic.wanted, 0))


def outlined(mimic: Mimic, measure: Literal["square", "entropy"], balanced: bool) -> Tensor:
    """For maps of 0 and 1: squared error or cross-entropy, pixels inside an outline weighing sqrt(outside / inside)
    where balanced; by what predicting the mean costs with the same weights. 0 without any valid pixel."""
    if not (mimic.valid.any() and mimic.deviation.any()):
        return mimic.z.sum() * 0
    said, wanted = mimic.rows()
    share = mimic.statistics()[0].clamp(_LEAST, 1 - _LEAST)
    heavier = ((1 - share) / share).sqrt() if balanced else torch.ones_like(share)
    weights = 1 + (heavier - 1) * wanted
    if measure == "square":
        costs = (said - wanted).square()
        of_mean = share * heavier * (1 - share).square() + (1 - share) * share.square()
    else:
        costs = F.binary_cross_entropy(said.clamp(_LEAST, 1 - _LEAST), wanted, reduction="none")
        of_mean = -share * heavier * share.log() - (1 - share) * (1 - share).log()
    return (weights * costs / of_mean).mean()


def _errors(mimic: Mimic) -> Tensor:
    said, wanted = mimic.rows()
    return ((said - wanted) / mimic.statistics()[1]).square()


def _told(word: str, greek: str, symbol: str, why: str) -> dict[str, Any]:
    return {
        "word": word,
        "greek": greek,
        "symbol": symbol,
        "token": "kd",
        "why": why,
        "from": "mimic",
    }


@register(
    "loss", "laser", "See as the laser does", "What the laser’s teacher would feel at each pixel."
)
class Laser(Term):
    """By the variance of each feature over valid pixels, or plain where the net's wiring is the paper's."""

    extra: dict[str, Any] = _told(
        "See as the laser",
        "alpha",
        "α",
        "How closely the imitated map must follow the laser teacher’s.",
    )

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        mimic = lesson.mimics["laser"]
        return plain(mimic) if mimic.plain else imitation(mimic)


@register("loss", "outlines", "Know the outlines", "Which thing each pixel shows.")
class Outlines(Term):
    """As `outlined`, or plain where the net's wiring is the paper's."""

    extra: dict[str, Any] = _told(
        "Know the outlines",
        "beta",
        "β",
        "How closely the imitated outlines must follow the teacher’s.",
    )

    class Settings(registry.Settings):
        """Of imitated outlines."""

        measure: Literal["square", "entropy"] = Field(
            "square",
            title="Measured by",
            description="Squared differences, or chances that each pixel is inside.",
            json_schema_extra={"term": "MSE or BCE"},
        )
        balanced: bool = Field(
            False,
            title="Insides count more",
            description="By the square root of how many pixels are outside for one inside. Outlines come out too wide.",
            json_schema_extra={"term": "positive weight"},
        )

    settings: Settings

    def __init__(self, settings: Any, course: Course) -> None:
        super().__init__(settings, course)

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        mimic = lesson.mimics["outlines"]
        if mimic.plain:
            return plain(mimic)
        return outlined(mimic, self.settings.measure, self.settings.balanced)
