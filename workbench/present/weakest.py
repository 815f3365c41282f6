"""What a run that names kinds is not good at: its weakest kinds, what they are taken for, who is let in."""

from dataclasses import dataclass

import numpy as np

from engine.words import of_100, say
from workbench.present.answers import Answers
from workbench.present.slide import Bars, Row, Slide
from workbench.views.verdict import one, plain

_ROWS = 6


@dataclass(frozen=True)
class _Kind:
    name: str
    label: int
    right: int
    of: int

    @property
    def share(self) -> float:
        return self.right / self.of


def weakest(answers: Answers) -> Slide | None:
    """The slide of that; None where nothing known was tested."""
    kinds = sorted(_kinds(answers), key=lambda kind: (kind.share, kind.name))[:_ROWS]
    if not kinds:
        return None
    rows = [
        Row(plain(k.name), k.share, say("{right} of {of}", right=k.right, of=k.of), k.label)
        for k in kinds
    ]
    worst = kinds[0]
    if worst.right == worst.of:
        headline, told = say("No known kind went wrong in this test."), ""
    else:
        headline = say(
            "It is weakest at {worst}: {right} of {of}.",
            worst=plain(worst.name),
            right=worst.right,
            of=worst.of,
        )
        told = _taken_for(answers, worst)
    return Slide(
        say("What it is not good at"),
        headline,
        f"{told}{_fooled(answers)}".strip(),
        Bars(tuple(rows)),
    )


def _kinds(answers: Answers) -> list[_Kind]:
    labels, found = answers.tested.labels, []
    for label, name in enumerate(answers.tested.known):
        mine = labels == label
        if mine.any():
            right = int((answers.decided[mine] == label).sum())
            found.append(_Kind(name, label, right, int(mine.sum())))
    return found


def _taken_for(answers: Answers, kind: _Kind) -> str:
    said = answers.decided[answers.tested.labels == kind.label]
    wrong = said[(said != kind.label) & (said != answers.unknown)]
    away = int((said == answers.unknown).sum())
    parts = [say("did not dare to name {away}", away=away)] if away else []
    if wrong.size:
        often = int(np.bincount(wrong).argmax())
        called = int((wrong == often).sum())
        parts.append(
            say("called {called} {one}", called=called, one=one(answers.tested.known[often]))
        )
    return say("It {parts}. ", parts=say(" and ").join(parts))


def _fooled(answers: Answers) -> str:
    """The kind of stranger that is let in most often, and under which name."""
    tested = answers.tested
    let_in = (tested.labels == answers.unknown) & (answers.decided < answers.unknown)
    if not let_in.any():
        return ""
    many = np.bincount(tested.kind[let_in], minlength=len(tested.kinds))
    of = np.bincount(tested.kind[tested.labels == answers.unknown], minlength=len(tested.kinds))
    kind = int((many / np.maximum(of, 1)).argmax())
    names = answers.decided[let_in & (tested.kind == kind)]
    often = tested.known[int(np.bincount(names).argmax())]
    share = of_100(many[kind] / of[kind])
    who = one(tested.kinds[kind])
    return say(
        "Of strangers, {who} fools it most: {share} of 100 get a name, mostly {one}.",
        who=who,
        share=share,
        one=one(often),
    )
