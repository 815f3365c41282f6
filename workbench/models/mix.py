"""What a recipe passes on: lessons with their weights, who gives them, who learns. No Qt here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.words import say

Source = Literal[
    "teacher", "picture", "mimic", "labels", "boxes", "things", "points", "cloud", "net"
]
SOURCES: dict[Source, str] = {
    "teacher": say("the teacher"),
    "picture": say("the teacher of pictures"),
    "mimic": say("its teachers"),
    "labels": say("the labels"),
    "boxes": say("the true boxes"),
    "things": say("the true boxes and distances"),
    "points": say("the labels of points"),
    "cloud": say("the cloud itself"),
    "net": say("the net itself"),
}
TAUGHT: tuple[Source, ...] = ("teacher", "picture", "mimic")  # by another net
SHOWN: tuple[Source, ...] = (
    "labels",
    "boxes",
    "things",
    "points",
    "cloud",
)  # by what is learnt from
PICTURE = say("Picture")  # what a camera is shown
PIXELS_PER_WEIGHT = 22.0
WIDEST = 48.0
CROWDED = 3  # arrows from one place; more share their room


@dataclass(frozen=True)
class Lesson:
    """One loss term: plain word, term and symbol, colour token, weight, where it comes from."""

    name: str
    word: str
    weight: float
    token: str = "ce"
    symbol: str = ""
    greek: str = ""
    why: str = ""
    source: Source = "teacher"

    @property
    def term(self) -> str:
        """The short name that formulas use."""
        return self.name.upper()

    @property
    def pixels(self) -> float:
        """How wide its arrow is; 0 stands for a dashed hairline."""
        return min(self.weight * PIXELS_PER_WEIGHT, WIDEST)


@dataclass(frozen=True)
class Mix:
    """What is shown. `ratio` is the learner's parameters over the teacher's, None: unknown; `answers`: what it is to
    say where it names no kinds."""

    lessons: tuple[Lesson, ...] = ()
    kinds: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    teacher: str = say("Teacher")
    has_teacher: bool = False
    second: bool = False  # another teacher stands beside the first
    shown: str = say("Cloud")  # what it is shown, where it names no kinds
    learner: str = say("Student")
    learner_token: str = "accent"
    learner_note: str = ""
    teacher_note: str = ""
    ratio: float | None = None
    unknown: bool = False
    mixtures: bool = False  # pretend strangers, mixed from clouds, are learnt from too

    def pixels(self, lesson: Lesson) -> float:
        """How wide a lesson's arrow is: narrower where more than three come from one place."""
        beside = sum(other.source == lesson.source for other in self.lessons)
        return lesson.pixels * min(1.0, CROWDED / max(beside, 1))


def in_words(mix: Mix) -> str:
    """The picture as a sentence, for those who cannot see it."""
    parts = [
        say(
            "{word} from {sources}, weight {amount}",
            word=item.word,
            sources=SOURCES[item.source],
            amount=amount(item.weight),
        )
        for item in mix.lessons
    ]
    learnt = (
        say("{kinds} kinds", kinds=len(mix.kinds)) if not mix.answers else " ".join(mix.answers)
    )
    if mix.mixtures:
        parts.append(say("pretend strangers, mixed from its clouds, are learnt from too"))
    return say(
        "{learner} learns {learnt}: {parts}.",
        learner=mix.learner,
        learnt=learnt,
        parts="; ".join(parts),
    )


def formula(mix: Mix) -> str:
    """The total loss with its weights: L = 1.00 KD + 0.50 CE."""
    return "".join(text for text, _ in pieces(mix))


def amount(weight: float) -> str:
    """A weight with two decimals, with as many as a small one needs, or with none where it is large."""
    if weight >= 100:
        return f"{weight:,.0f}"
    return f"{weight:.2f}" if weight == 0 or weight >= 0.01 else f"{weight:.2g}"


def pieces(mix: Mix) -> Sequence[tuple[str, str]]:
    """The formula in pieces of one colour each."""
    found = [("L = ", "ink")]
    for index, lesson in enumerate(mix.lessons):
        found += [(" + ", "ink3")] if index else []
        found += [(amount(lesson.weight) + " ", "ink"), (lesson.term, lesson.token)]
    return found if mix.lessons else [("L = 0", "ink")]
