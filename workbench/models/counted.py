"""One answerer, student or teacher, looked at by one score: everything that a drag looks up."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from engine.evaluation import judged, score_of
from engine.metrics.scale import Scale
from engine.predictions import PRETEND, TEST, VALIDATION, Predictions
from workbench.models.points import Points, points
from workbench.models.snapping import Picks
from workbench.models.swept import Swept

Who = Literal["student", "teacher"]


@dataclass(frozen=True)
class ScoreOffer:
    """A score that can be chosen, or the sentence why it cannot; `rank` is its AUROC on mixtures of validation clouds,
    None where these cannot judge it."""

    name: str
    why_not: str = ""
    rank: float | None = None


@dataclass(frozen=True)
class Counted:
    """The test part swept, on a scale over validation and test, with the rules that look at validation only."""

    who: Who
    score: str
    swept: Swept
    picks: Picks

    @property
    def scale(self) -> Scale:
        """Where the handle's positions are."""
        return self.swept.scale

    @cached_property
    def points(self) -> Points:
        """Where every step is on every curve."""
        return points(self.swept.tables)


def count(predictions: Predictions, who: Who, score: str) -> Counted:
    """Count everything; raises ConfigError for a score that is not stored. May run in any thread."""
    answered = predictions.as_teacher() if who == "teacher" else predictions
    seen = answered.of(VALIDATION, TEST)
    scale = Scale.of(score, score_of(seen, score))
    own = answered.threshold if (who, score) == ("student", predictions.score) else None
    picks = Picks(answered.of(VALIDATION, PRETEND), score, own)
    counted = Counted(who, score, Swept(answered.of(TEST), score, scale), picks)
    _ = counted.points, counted.swept.curve, counted.swept.areas, counted.swept.shape
    return counted


def offers(predictions: Predictions, who: Who) -> list[ScoreOffer]:
    """The scores that one may choose, what tells best on validation first, then those that are refused."""
    answered = predictions.as_teacher() if who == "teacher" else predictions
    stored = {"msp", *answered.scores}
    rank = judged(answered)
    first = sorted(stored, key=lambda name: (-rank.get(name, -1.0), name != "msp", name))
    refused = sorted(name for name in answered.refused if name not in stored)
    return [ScoreOffer(name, rank=rank.get(name)) for name in first] + [
        ScoreOffer(name, answered.refused[name]) for name in refused
    ]
