"""What the Mixtures page says: about each way of mixing, and about what a deal did, counted on it."""

from dataclasses import dataclass

from engine.words import say
from workbench.models.mixture import Deal

WHY = say(
    "Real strangers are not there while a model learns. So we make pretend ones from what it knows: "
    "true points, impossible shapes. Whatever was mixed, the right answer is “none of these”."
)
TERM = say("Pseudo-open-set samples · Algorithm 1")
LABEL = say("Label of every output: unknown (K), one past the K known kinds.")
IN_A_RUN = say(
    "In a run every cloud is first turned and stretched by chance, and every mixture is centred and "
    "scaled like any other cloud. Here they stay as they are, so that each point can be followed."
)


@dataclass(frozen=True)
class Frames:
    """The words under the third and fourth picture, and what the heap in the middle stands for."""

    third: tuple[str, str]
    fourth: tuple[str, str]
    note: str


_OTHER = Frames(
    (say("Mixed"), say("each point to its new cloud")),
    (say("New clouds"), say("objects that do not exist")),
    say("The heap only shows what goes in."),
)
_FRAMES = {
    "shuffle": Frames(
        (say("Shuffled"), say("one point here, one there")),
        (say("Dealt"), say("objects that do not exist")),
        say("One heap, shuffled, dealt out like cards: every point goes to exactly one new cloud."),
    ),
    "cut": Frames(
        (say("Cut"), say("on one side of a plane")),
        (say("Joined"), say("two sides that never met")),
        say(
            "Nothing is poured together here: the heap shows the clouds laid over one another, where "
            "planes cut them. What no new cloud takes stays behind."
        ),
    ),
    "parts": Frames(
        (say("Cut"), say("across one axis")),
        (say("Swapped"), say("every part from another")),
        say(
            "Nothing is poured together here: the heap shows the clouds laid over one another, where "
            "they are cut into as many parts. Every part goes to exactly one new cloud."
        ),
    ),
    "rigid": Frames(
        (say("Picked"), say("a compact piece each")),
        (say("Transplanted"), say("in the place of others")),
        say(
            "Nothing is poured together here: pieces keep their shape and move to where others were. "
            "What no new cloud takes stays behind."
        ),
    ),
}


def frames(mixture: str) -> Frames:
    """The words for a way of mixing; for one that is not known here, words that are true of all."""
    return _FRAMES.get(mixture, _OTHER)


@dataclass(frozen=True)
class Check:
    """A sentence, and whether it is what a perfect deal would say."""

    holds: bool
    words: str


def checks(deal: Deal, kinds: list[str]) -> tuple[Check, ...]:
    """What is true of a deal from sources of these kinds, counted point by point."""
    uses = deal.uses
    lost, twice = int((uses == 0).sum()), int((uses > 1).sum())
    different = len(set(kinds)) == len(kinds)
    return (
        Check(
            lost == 0,
            say("All {size:,} points are kept", size=uses.size)
            if lost == 0
            else say("{lost:,} of {size:,} points are left out", lost=lost, size=uses.size),
        ),
        Check(
            twice == 0,
            say("No point is used twice")
            if twice == 0
            else say("1 point is used more than once")
            if twice == 1
            else say("{twice:,} points are used more than once", twice=twice),
        ),
        Check(
            different,
            say("The {kinds} sources are of {kinds} kinds", kinds=len(kinds))
            if different
            else say("Two sources are of one kind"),
        ),
    )


def chips(deal: Deal | None, points: int) -> list[str]:
    """The facts over the picture."""
    if deal is None:
        return [say("{points:,} points", points=points)]
    facts = [say("{points:,} points in, {size:,} points out", points=points, size=deal.source.size)]
    lost = int((deal.uses == 0).sum())
    if lost:
        return [*facts, say("{lost:,} left behind", lost=lost)]
    return [*facts, say("no point is added or lost")]
