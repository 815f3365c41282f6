"""Thresholds that nobody chose by looking at the test part: each rule in words, with the value it gives or why not."""

from dataclasses import dataclass, field
from typing import Literal

from engine.errors import ConfigError
from engine.evaluation import choose
from engine.experiment import OpenSet
from engine.predictions import Predictions
from engine.words import say

Rule = Literal["own", "fixed", "recall", "youden", "cost"]
RULES: tuple[Rule, ...] = ("own", "fixed", "recall", "youden", "cost")
ON_VALIDATION: tuple[Rule, ...] = ("recall", "youden", "cost")


@dataclass(frozen=True)
class Targets:
    """What can be asked of two of the rules: the share of known kept, and what a stranger let in costs."""

    recall: float = 0.95
    cost_ratio: float = 1.0


@dataclass(frozen=True)
class Pick:
    """A rule, the value it gives (None: it gives none), what that is best for, and why there is none."""

    rule: Rule
    value: float | None
    words: str
    why_not: str = ""


@dataclass
class Picks:
    """The rules for one score, each asked once. `held`: validation clouds and mixtures of them."""

    held: Predictions
    score: str
    own: float | None
    _found: dict[tuple[Rule, Targets], Pick] = field(default_factory=dict)

    def of(self, rule: Rule, targets: Targets) -> Pick:
        """What a rule gives."""
        key = (rule, targets)
        if key not in self._found:
            self._found[key] = self._ask(rule, targets)
        return self._found[key]

    def _ask(self, rule: Rule, targets: Targets) -> Pick:
        words = in_words(rule, targets)
        if rule == "own":
            return Pick(rule, self.own, words, "" if self.own is not None else _NOT_OWN)
        options = OpenSet(
            score=self.score, rule=rule, recall=targets.recall, cost_ratio=targets.cost_ratio
        )
        try:
            found = choose(self.held, options)[1]
        except ConfigError as error:
            return Pick(rule, None, words, error.sentence)
        # Below 0 are only those that a trained unknown outvotes: no threshold gives them a name.
        return Pick(rule, max(0.0, found) if self.score == "msp" else found, words)


def in_words(rule: Rule, targets: Targets) -> str:
    """What a threshold chosen by this rule is good for."""
    return {
        "own": say("the run was tested with it"),
        "fixed": say("as likely as not"),
        "recall": say("keeps {recall:.4g} % of known", recall=100 * targets.recall),
        "youden": say("best balance"),
        "cost": say(
            "least cost, a stranger let in costs {cost_ratio:g} ×", cost_ratio=targets.cost_ratio
        ),
    }[rule]


_NOT_OWN = say("The run's own threshold is a value of another score.")
