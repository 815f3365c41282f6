"""What the Mixtures page says: about each way of mixing, and about what a deal did, counted on it."""

from dataclasses import dataclass

from workbench.models.mixture import Deal

WHY = (
    "Real strangers are not there while a model learns. So we make pretend ones from what it knows: "
    "true points, impossible shapes. Whatever was mixed, the right answer is “none of these”."
)
TERM = "Pseudo-open-set samples · Algorithm 1"
LABEL = "Label of every output: unknown (K), one past the K known kinds."
IN_A_RUN = (
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
    ("Mixed", "each point to its new cloud"),
    ("New clouds", "objects that do not exist"),
    "The heap only shows what goes in.",
)
_FRAMES = {
    "shuffle": Frames(
        ("Shuffled", "one point here, one there"),
        ("Dealt", "objects that do not exist"),
        "One heap, shuffled, dealt out like cards: every point goes to exactly one new cloud.",
    ),
    "cut": Frames(
        ("Cut", "on one side of a plane"),
        ("Joined", "two sides that never met"),
        "Nothing is poured together here: the heap shows the clouds laid over one another, where "
        "planes cut them. What no new cloud takes stays behind.",
    ),
    "parts": Frames(
        ("Cut", "across one axis"),
        ("Swapped", "every part from another"),
        "Nothing is poured together here: the heap shows the clouds laid over one another, where "
        "they are cut into as many parts. Every part goes to exactly one new cloud.",
    ),
    "rigid": Frames(
        ("Picked", "a compact piece each"),
        ("Transplanted", "in the place of others"),
        "Nothing is poured together here: pieces keep their shape and move to where others were. "
        "What no new cloud takes stays behind.",
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
            f"All {uses.size:,} points are kept"
            if lost == 0
            else f"{lost:,} of {uses.size:,} points are left out",
        ),
        Check(
            twice == 0,
            "No point is used twice"
            if twice == 0
            else f"{twice:,} point{'s are' if twice != 1 else ' is'} used more than once",
        ),
        Check(
            different,
            f"The {len(kinds)} sources are of {len(kinds)} kinds"
            if different
            else "Two sources are of one kind",
        ),
    )


def chips(deal: Deal | None, points: int) -> list[str]:
    """The facts over the picture."""
    if deal is None:
        return [f"{points:,} points"]
    facts = [f"{points:,} points in, {deal.source.size:,} points out"]
    lost = int((deal.uses == 0).sum())
    if lost:
        return [*facts, f"{lost:,} left behind"]
    return [*facts, "no point is added or lost"]
