"""How far the map that a student imitates is from its teacher's: 1.0 is what predicting the mean everywhere costs.

z and wanted (B, C, H, W), valid (B, H, W), the teacher's mean and deviation (C,) over valid pixels of the training
pictures. The squared errors of valid pixels over the variance, of all features together, so 1 - loss is the share of
what the teacher says that is explained (R², weighted by variance); after the masked L2 of Liu et al. (CVPR 2021). The
paper's own is the plain mean square over all pixels, 0 where nothing is known, which “always 0” nearly minimises.
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
from engine.words import say

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

    @property
    def counts(self) -> bool:
        """Whether there is a valid pixel, and a feature that changes at all."""
        return bool(self.valid.any() and self.deviation.any())

    def average(self, costs: Tensor) -> Tensor:
        """The mean () of costs (B, C, H, W) over valid pixels, of the features that change."""
        counted = self.valid[:, None] & _wide(self.deviation > 0)
        return torch.where(counted, costs, 0).sum() / counted.sum()


def imitation(mimic: Mimic, each: bool = False) -> Tensor:
    """Over valid pixels, by the variance of all features together, or, where each feature counts the same, the mean of
    each by its own; 0 without any."""
    if not mimic.counts:
        return mimic.z.sum() * 0
    errors = mimic.z - mimic.wanted
    alive = mimic.deviation > 0
    if each:
        return mimic.average((errors / _wide(torch.where(alive, mimic.deviation, 1))).square())
    return mimic.average(errors.square()) / mimic.deviation[alive].square().mean()


@torch.no_grad()
def explained(mimic: Mimic) -> Tensor:
    """R² () on this batch against predicting the training pictures' mean, features weighted by their variance; NaN
    where there is no valid pixel or no feature ever changes."""
    if not mimic.counts:
        return torch.full_like(mimic.deviation[0], torch.nan)
    return 1 - imitation(mimic).to(mimic.deviation.dtype)


def plain(mimic: Mimic) -> Tensor:
    """The paper's: the mean square over all pixels, of which those without a teacher want 0."""
    return F.mse_loss(mimic.z, torch.where(mimic.valid[:, None], mimic.wanted, 0))


def outlined(mimic: Mimic, measure: Literal["square", "entropy"], balanced: bool) -> Tensor:
    """For maps of 0 and 1: squared error or cross-entropy, pixels inside an outline weighing sqrt(outside / inside)
    where balanced; by what predicting the mean costs with the same weights. 0 without any valid pixel."""
    if not mimic.counts:
        return mimic.z.sum() * 0
    said, wanted = mimic.z, mimic.wanted
    share = _wide(mimic.mean.clamp(_LEAST, 1 - _LEAST))
    heavier = ((1 - share) / share).sqrt() if balanced else torch.ones_like(share)
    weights = 1 + (heavier - 1) * wanted
    if measure == "square":
        costs = (said - wanted).square()
        of_mean = share * heavier * (1 - share).square() + (1 - share) * share.square()
    else:
        costs = F.binary_cross_entropy(said.clamp(_LEAST, 1 - _LEAST), wanted, reduction="none")
        of_mean = -share * heavier * share.log() - (1 - share) * (1 - share).log()
    return mimic.average(weights * costs / of_mean)


def _wide(values: Tensor) -> Tensor:
    return values[:, None, None]


def _told(word: str, greek: str, symbol: str, why: str, token: str) -> dict[str, Any]:
    return {
        "word": word,
        "greek": greek,
        "symbol": symbol,
        "token": token,
        "why": why,
        "from": "mimic",
    }


@register(
    "loss",
    "laser",
    say("See as the laser does"),
    say("What the laser’s teacher would feel at each pixel."),
)
class Laser(Term):
    """By the variance over valid pixels, or plain where the net's wiring is the paper's."""

    extra: dict[str, Any] = _told(
        say("See as the laser"),
        "alpha",
        "α",
        say("How closely the imitated map must follow the laser teacher’s."),
        "kd",
    )

    class Settings(registry.Settings):
        """How its features are weighed."""

        each: bool = Field(
            False,
            title=say("Each feature counts the same"),
            description=say(
                "Off: those that differ more between points count more, as their variance."
            ),
            json_schema_extra={"term": say("per-channel normalisation")},
        )

    settings: Settings

    def __init__(self, settings: Any, course: Course) -> None:
        super().__init__(settings, course)

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        mimic = lesson.mimics["laser"]
        return plain(mimic) if mimic.plain else imitation(mimic, self.settings.each)


@register("loss", "outlines", say("Know the outlines"), say("Which thing each pixel shows."))
class Outlines(Term):
    """As `outlined`, or plain where the net's wiring is the paper's."""

    extra: dict[str, Any] = _told(
        say("Know the outlines"),
        "beta",
        "β",
        say("How closely the imitated outlines must follow the teacher’s."),
        "crd",
    )

    class Settings(registry.Settings):
        """Of imitated outlines."""

        measure: Literal["square", "entropy"] = Field(
            "square",
            title=say("Measured by"),
            description=say("Squared differences, or chances that each pixel is inside."),
            json_schema_extra={"term": say("MSE or BCE")},
        )
        balanced: bool = Field(
            False,
            title=say("Insides count more"),
            description=say(
                "By the square root of how many pixels are outside for one inside; outlines are then "
                "said wider than they are."
            ),
            json_schema_extra={"term": say("positive weight")},
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
