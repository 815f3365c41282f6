"""Step two: a stranger that is turned away, and one that is let in."""

from functools import partial

import numpy as np
from PySide6.QtWidgets import QWidget

from engine.words import say
from workbench.models.swept import Rows
from workbench.models.verdict import Verdict
from workbench.tour.stage import Stage
from workbench.tour.step import Step
from workbench.views.verdict import plain

_EACH = 4
_LOOK_MS = 2200


def _strangers(stage: Stage, let_in: bool) -> Rows:
    """Those let in, or turned away, as things stand."""
    model = stage.openset.model
    labels, unknown = model.predictions.labels, len(model.predictions.known)
    strangers = np.flatnonzero(labels == unknown)
    return np.array([row for row in strangers if model.named(int(row)) == let_in], np.int64)


def _nearest(stage: Stage, let_in: bool) -> Rows:
    return stage.openset.model.nearest(_EACH, _strangers(stage, let_in))


def enter(stage: Stage) -> None:
    """The pane shows strangers alone: those closest to the threshold on either side."""
    stage.met = set()
    sides = [_nearest(stage, let_in) for let_in in (False, True)]
    both = np.concatenate(sides)
    stage.openset.selection.hold(both, say("strangers closest to the threshold"))
    stage.openset.card.guide(True)


def leave(stage: Stage) -> None:
    """What the page usually shows."""
    stage.openset.selection.hold(None)
    stage.openset.card.guide(False)


def hole(stage: Stage) -> list[QWidget]:
    """The pane of one sample, with the others below."""
    return [stage.openset.pane]


def focus(stage: Stage) -> QWidget:
    """The tiles, which the arrow keys walk through."""
    return stage.openset.pane.gallery


def done(stage: Stage) -> bool:
    """One of either sort was looked at, as far as there are both."""
    _note(stage)
    return {bool(side) for side in (False, True) if len(_strangers(stage, side))} <= stage.met


def _note(stage: Stage) -> Verdict | None:
    """Remember the stranger that was picked, if one was."""
    pane = stage.openset.pane
    if pane.sample is None or pane.gallery.chosen_row is None:
        return None
    if int(stage.openset.model.predictions.row[pane.sample]) != pane.gallery.chosen_row:
        return None
    verdict = stage.openset.model.verdict(pane.sample)
    if not verdict.stranger:
        return None
    stage.met.add(verdict.said is not None)
    return verdict


def words(stage: Stage) -> tuple[str, str]:
    """How many there are of either sort, then who was met."""
    verdict = _note(stage)
    if verdict is None:
        away, let_in = (len(_strangers(stage, side)) for side in (False, True))
        return (
            say("Meet two strangers"),
            say(
                "{away:,} strangers are turned away now, and {let_in:,} get in under a wrong name. Here "
                "are those closest to the threshold: orange numbers are turned away, blue ones get in. "
                "Click one of each.",
                away=away,
                let_in=let_in,
            ),
        )
    kind = plain(verdict.kind)
    if verdict.said is None:
        title = say("A {kind}: “I do not know this”", kind=kind)
        said = say("It never learnt what a {kind} is, and says so: right.", kind=kind)
    else:
        title = say("A {kind}: taken for a {said}", kind=kind, said=plain(verdict.said))
        said = say(
            "It never learnt what a {kind} is, yet takes it for a {said}: this one gets in.",
            kind=kind,
            said=plain(verdict.said),
        )
    other = (
        say("one with a blue number, which gets in")
        if verdict.said is None
        else say("one with an orange number, which is turned away")
    )
    return title, say("{said} The bars show what it found likely.", said=said) + (
        "" if done(stage) else say(" Now click {other}.", other=other)
    )


def show(stage: Stage) -> None:
    """Pick the one turned away that is closest, and soon after the one let in."""
    picks = [_nearest(stage, side)[:1] for side in (False, True) if side not in stage.met]
    found = [int(pick[0]) for pick in picks if len(pick)]
    pane = stage.openset.pane
    for number, sample in enumerate(found):
        if number:
            stage.later(_LOOK_MS, partial(pane.show_by_hand, sample))
        else:
            pane.show_by_hand(sample)


STEP = Step(
    page="openset",
    enter=enter,
    ready=lambda stage: stage.openset.pane.isVisible(),
    hole=hole,
    focus=focus,
    words=words,
    done=done,
    show=show,
    leave=leave,
)
