"""All that is said on the page “Bring your own”."""

from pathlib import Path

from engine.orbit import Orbit
from engine.words import counted, of_100, say
from workbench.models.brought import Brought, Region

SENTENCE = say("Drop any mesh or scan: the model says what it is, or that it does not know.")
FORMATS = say("PLY, OBJ, STL, OFF, GLB, PCD, PTS, XYZ, LAS, NPZ. It stays on this computer.")
LOOKING = say("Looking…")
NOTHING = (
    say("No model to ask yet"),
    say("Start the demo on Home, or let a run learn to its end. Then drop anything here."),
)
FIRST = (
    say("Drop a mesh or a scan anywhere"),
    say(
        "A phone scan, a model from the web, a file of points: the model looks at its shape, and says what "
        "it takes it for or that it does not know it."
    ),
)
SMALL = 0.02  # of a probability: where all changes are below this, log-odds are shown
IN_LOG_ODDS = say("in log-odds, as its chance hardly moves")
GONE = say("its points are not kept any more: drop it again")
_UP = {"z": "z", "y": "y", "x": "x", "-z": "−z", "-y": "−y", "-x": "−x"}


def first(name: str) -> tuple[str, str]:
    """What may be dropped, and the run that answers."""
    return FIRST[0], say(
        "A phone scan, a model from the web, a file of points: “{name}” looks at its shape, and says what it "
        "takes it for or that it does not know it.",
        name=name,
    )


def plain(kind: str) -> str:
    """night_stand is a night stand."""
    return kind.replace("_", " ")


def verdict(brought: Brought) -> tuple[str, str]:
    """What is said in quotation marks, and what to make of it."""
    if brought.said is not None:
        return f"“{plain(brought.said)}”, {of_100(brought.probability)} %", _sure(brought)
    return say("“I do not know this.”"), _unsure(brought)


def _sure(brought: Brought) -> str:
    if brought.like is False:
        return say("Sure enough, yet unlike what it learnt.")
    return say("Sure enough to say so.")


def _unsure(brought: Brought) -> str:
    if brought.otherwise is not None:
        guess = brought.otherwise.guess
        return say(
            "Turned upright: {kind}, {percent} %.",
            kind=plain(guess.kind),
            percent=of_100(guess.probability),
        )
    if brought.outvoted:
        return say("“None of these” was likelier.")
    if brought.like:
        return say("Like known things, yet no kind is likely.")
    return say("Nothing it learnt comes close enough.")


def you_said(kind: str) -> str:
    """What the person called it, where the model said something else."""
    return say("You said: {kind}.", kind=plain(kind))


def short_verdict(brought: Brought) -> str:
    """The same under a small picture."""
    return say("not known") if brought.said is None else plain(brought.said)


def chips(brought: Brought) -> list[str]:
    """The file, and how many points were read and used."""
    used = len(brought.points)
    read = say("{points} read, {used:,} used", points=counted(brought.read, "point"), used=used)
    if brought.mesh:
        read = say(
            "a mesh of {corners}, {used:,} points of it used",
            corners=counted(brought.read, "corner"),
            used=used,
        )
    return [brought.file.name, read]


def whole_chips(brought: Brought, shown: int, few: int) -> list[str]:
    """The file, and how many of its points are drawn, at rest and while it turns."""
    every = brought.read - brought.dropped
    said = (
        say("all {shown:,} points", shown=shown)
        if shown == every
        else say("showing {shown:,} of {every:,} points", shown=shown, every=every)
    )
    turning = say(", {few:,} while it turns", few=few) if few < shown else ""
    return [brought.file.name, said + turning]


def up(brought: Brought) -> str:
    """Which axis of the file points up, and whether that was guessed."""
    if brought.file.suffix.lower() in (".glb", ".gltf") and brought.up == "y" and brought.guessed:
        return say("y, as its format says")
    if brought.quarter:
        return say("{up}, turned {quarter}°", up=_UP[brought.up], quarter=brought.quarter * 90)
    return f"{_UP[brought.up]}, {_whose(brought)}"


def up_in_full(brought: Brought) -> str:
    """The same with both, for the tooltip."""
    turned = say(", turned {quarter}°", quarter=brought.quarter * 90) if brought.quarter else ""
    return f"{_UP[brought.up]}, {_whose(brought)}{turned}"


def _whose(brought: Brought) -> str:
    return say("guessed") if brought.guessed else say("as set")


def size(brought: Brought) -> tuple[str, str]:
    """How it was fitted, and its true size for the tooltip."""
    sides = " × ".join(f"{side:.3g}" for side in brought.size)
    return say("to a ball of 1"), say(
        "Fitted to a ball of radius 1: {sides} in the file’s unit", sides=sides
    )


def thinned(brought: Brought) -> str:
    """How its points were chosen."""
    if brought.read < len(brought.points) and not brought.mesh:
        return say("few, so repeated")
    return say("evenly")


def like(brought: Brought) -> str:
    """Whether it is like what was learnt, with the distance."""
    if brought.like is None or brought.away is None:
        return ""
    return say(
        "{like}, {away:.2f} away", like=say("yes") if brought.like else say("no"), away=brought.away
    )


def usual(brought: Brought) -> str:
    """How far apart known samples lie."""
    if brought.usual is None:
        return ""
    low, high = brought.usual
    return say("usual distance: {low:.2f} to {high:.2f}", low=low, high=high)


def legend(brought: Brought) -> tuple[str, str]:
    """What is bright, and what is dim; two empty words where it cannot be told."""
    if not len(brought.decided):
        return "", ""
    how = say("points it decided by") if brought.how == "max" else say("points that pulled most")
    return f"{int(brought.decided.sum())} {how}", say("the rest")


def spoke(brought: Brought) -> str:
    """The heading over the regions."""
    return (
        say("What spoke for it")
        if brought.said is not None
        else say("What spoke for “{about}”", about=plain(brought.about))
    )


def weak(brought: Brought) -> bool:
    """Whether no region alone changes anything."""
    return all(abs(region.change) < SMALL for region in brought.regions)


def place(region: Region) -> str:
    """Where a region is as the view first shows the thing: “upper left”, “lower middle, behind”."""
    right, _, toward = Orbit(elevation=0.0).axes()
    x, y, z = region.centre
    across = x * right[0] + y * right[1]
    depth = x * toward[0] + y * toward[1]
    height = say("upper") if z > 0.25 else say("lower") if z < -0.25 else say("middle")
    side = say("right") if across > 0.2 else say("left") if across < -0.2 else ""
    behind = say(", front") if depth > 0.3 else say(", back") if depth < -0.3 else ""
    return " ".join(filter(None, (height, side))) + behind


def strongest(brought: Brought) -> list[tuple[Region, float]]:
    """The regions with what they change, the strongest first: the probability, or the log-odds where that hardly moves
    (near 0 and 1 it cannot)."""
    changes = [region.margin if weak(brought) else region.change for region in brought.regions]
    pairs = zip(brought.regions, changes, strict=True)
    return sorted(pairs, key=lambda pair: -abs(pair[1]))


def signed(change: float) -> str:
    """A change with its sign."""
    return f"{change:+.2f}".replace("-", "−")


def change_in_words(region: Region, kind: str) -> str:
    """The whole story of a bar."""
    falls = say("falls") if region.change >= 0 else say("rises")
    return say(
        "Part {number}, {place}. Left out, the probability of “{kind}” {falls} by {change:.2f} "
        "(log-odds {margin:+.2f}).",
        number=region.number,
        place=place(region),
        kind=plain(kind),
        falls=falls,
        change=abs(region.change),
        margin=region.margin,
    )


KEEP = say(
    "Collect several things of one kind, so that the model can be taught from all of them at once. "
    "Nothing is learnt until you press “Teach it this”."
)


def keep(kind: str, is_kept: bool) -> str:
    """The button that collects examples."""
    if not kind:
        return say("Keep as an example")
    return say(
        "{is_kept} as “{kind}”", is_kept=say("Kept") if is_kept else say("Keep"), kind=short(kind)
    )


def basket(count: int, kind: str) -> str:
    """The examples there are, all of one kind."""
    return say("{examples} of “{kind}”", examples=counted(count, "example"), kind=short(kind, 18))


def short(kind: str, most: int = 10) -> str:
    """A kind as long as a button can bear."""
    name = plain(kind)
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def lesson(names: list[str], waiting: str = "") -> str:
    """What is going to be learnt from; `waiting`: the examples of another kind, which stay as they are."""
    shown = ", ".join(Path(name).name for name in names[:3])
    more = say(" and {names} more", names=len(names) - 3) if len(names) > 3 else ""
    if waiting:
        return say("From {shown} alone. Not used: {waiting}", shown=shown, waiting=waiting)
    return say(
        "From {examples}: {shown}{more}",
        examples=counted(len(names), "example"),
        shown=shown,
        more=more,
    )
