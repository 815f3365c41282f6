"""What is said of one sample at a threshold, and whether that is right."""

from dataclasses import dataclass

import numpy as np

from engine.predictions import Predictions
from engine.words import say
from workbench.models.swept import Swept


@dataclass(frozen=True)
class Guess:
    """One known kind and how likely the net finds it."""

    kind: str
    label: int
    probability: float


@dataclass(frozen=True)
class Verdict:
    """What is said of one sample at the threshold in force, and whether that is right.

    said: a known kind, None when turned away; outvoted: sure enough, but the trained unknown won;
    rated: the score in words where another one than the highest probability decides; none: the chance of a trained
    unknown.
    """

    name: str
    kind: str
    stranger: bool
    said: str | None
    right: bool
    outvoted: bool
    confidence: float
    top: tuple[Guess, ...]
    rated: str = ""
    none: float = 0.0


def judge(
    tested: Predictions, swept: Swept, sample: int, threshold: float, outvotes: bool
) -> Verdict:
    """The verdict on one tested sample. outvotes: a trained unknown may turn away what is sure enough."""
    named = swept.named(sample, threshold)
    said = int(swept.best[sample]) if named else swept.unknown
    chances = swept.probabilities[sample]
    order = np.argsort(-chances, kind="stable")[:3]
    rating = float(swept.values[sample])
    return Verdict(
        name=tested.names[sample],
        kind=tested.kinds[tested.kind[sample]],
        stranger=bool(tested.labels[sample] == swept.unknown),
        said=None if said == swept.unknown else tested.known[said],
        right=bool(said == tested.labels[sample]),
        outvoted=outvotes and not named and rating >= threshold,
        confidence=float(swept.confidence[sample]),
        top=tuple(Guess(tested.known[i], int(i), float(chances[i])) for i in order),
        none=float(1 - chances.sum()),
        rated="" if outvotes else say("score {rating}", rating=swept.scale.say(rating)),
    )
