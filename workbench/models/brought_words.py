"""All that is said on the page “Bring your own”."""

from pathlib import Path

from engine.orbit import Orbit
from engine.words import counted, of_100
from workbench.models.brought import Brought, Region

SENTENCE = "Drop any mesh or scan: the model says what it is, or that it does not know."
FORMATS = "PLY, OBJ, STL, OFF, GLB, PCD, PTS, XYZ, LAS, NPZ. It stays on this computer."
LOOKING = "Looking…"
NOTHING = (
    "No model to ask yet",
    "Start the demo on Home, or let a run learn to its end. Then drop anything here.",
)
FIRST = ("Drop a mesh or a scan anywhere", "A phone scan, a model from the web, a file of points: the model looks at "
         "its shape, and says what it takes it for or that it does not know it.")  # fmt: skip
SMALL = 0.02  # of a probability: where all changes are below this, log-odds are shown
IN_LOG_ODDS = "in log-odds: its probability hardly moves"
GONE = "its points are not kept any more: drop it again"
_UP = {"z": "z", "y": "y", "x": "x", "-z": "−z", "-y": "−y", "-x": "−x"}


def plain(kind: str) -> str:
    """night_stand is a night stand."""
    return kind.replace("_", " ")


def verdict(brought: Brought) -> tuple[str, str]:
    """What is said in quotation marks, and what to make of it."""
    if brought.said is not None:
        return f"“{plain(brought.said)}”, {of_100(brought.probability)} %", _sure(brought)
    return "“I do not know this.”", _unsure(brought)


def _sure(brought: Brought) -> str:
    if brought.like is False:
        return "Sure enough, yet unlike what it learnt."
    return "Sure enough to say so."


def _unsure(brought: Brought) -> str:
    if brought.outvoted:
        return "“None of these” was likelier."
    if brought.like:
        return "Like known things, yet no kind is likely."
    return "Nothing it learnt comes close enough."


def you_said(kind: str) -> str:
    """What the person called it, where the model said something else."""
    return f"You said: {plain(kind)}."


def short_verdict(brought: Brought) -> str:
    """The same under a small picture."""
    return "not known" if brought.said is None else plain(brought.said)


def chips(brought: Brought) -> list[str]:
    """The file, and how many points were read and used."""
    used = len(brought.points)
    read = f"{counted(brought.read, 'point')} read, {used:,} used"
    if brought.mesh:
        read = f"a mesh of {counted(brought.read, 'corner')}, {used:,} points of it used"
    return [brought.file.name, read]


def whole_chips(brought: Brought, shown: int, few: int) -> list[str]:
    """The file, and how many of its points are drawn, at rest and while it turns."""
    every = brought.read - brought.dropped
    said = f"all {shown:,} points" if shown == every else f"showing {shown:,} of {every:,} points"
    turning = f", {few:,} while it turns" if few < shown else ""
    return [brought.file.name, said + turning]


def up(brought: Brought) -> str:
    """Which axis of the file points up, and whether that was guessed."""
    if brought.file.suffix.lower() in (".glb", ".gltf") and brought.up == "y" and brought.guessed:
        return "y, as its format says"
    if brought.quarter:
        return f"{_UP[brought.up]}, turned {brought.quarter * 90}°"
    return f"{_UP[brought.up]}, {_whose(brought)}"


def up_in_full(brought: Brought) -> str:
    """The same with both, for the tooltip."""
    turned = f", turned {brought.quarter * 90}°" if brought.quarter else ""
    return f"{_UP[brought.up]}, {_whose(brought)}{turned}"


def _whose(brought: Brought) -> str:
    return "guessed" if brought.guessed else "as you said"


def size(brought: Brought) -> tuple[str, str]:
    """How it was fitted, and its true size for the tooltip."""
    sides = " × ".join(f"{side:.3g}" for side in brought.size)
    return "to a ball of 1", f"Fitted to a ball of radius 1: {sides} in the file’s unit"


def thinned(brought: Brought) -> str:
    """How its points were chosen."""
    if brought.read < len(brought.points) and not brought.mesh:
        return "few, so repeated"
    return "evenly"


def like(brought: Brought) -> str:
    """Whether it is like what was learnt, with the distance."""
    if brought.like is None or brought.away is None:
        return ""
    return f"{'yes' if brought.like else 'no'}, {brought.away:.2f} away"


def usual(brought: Brought) -> str:
    """How far apart known samples lie."""
    if brought.usual is None:
        return ""
    low, high = brought.usual
    return f"usual distance: {low:.2f} to {high:.2f}"


def legend(brought: Brought) -> tuple[str, str]:
    """What is bright, and what is dim; two empty words where it cannot be told."""
    if not len(brought.decided):
        return "", ""
    how = "points it decided by" if brought.how == "max" else "points that pulled most"
    return f"{int(brought.decided.sum())} {how}", "the rest"


def spoke(brought: Brought) -> str:
    """The heading over the regions."""
    return (
        "What spoke for it"
        if brought.said is not None
        else f"What spoke for “{plain(brought.about)}”"
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
    height = "upper" if z > 0.25 else "lower" if z < -0.25 else "middle"
    side = "right" if across > 0.2 else "left" if across < -0.2 else ""
    behind = ", front" if depth > 0.3 else ", back" if depth < -0.3 else ""
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
    falls = "falls" if region.change >= 0 else "rises"
    return (
        f"Part {region.number}, {place(region)}. Left out, the probability of “{plain(kind)}” {falls} by "
        f"{abs(region.change):.2f} (log-odds {region.margin:+.2f})."
    )


KEEP = (
    "Collect several things of one kind, so that the model can be taught from all of them at once. "
    "Nothing is learnt until you press “Teach it this”."
)


def keep(kind: str, is_kept: bool) -> str:
    """The button that collects examples."""
    if not kind:
        return "Keep as an example"
    return f"{'Kept' if is_kept else 'Keep'} as “{short(kind)}”"


def basket(count: int, kind: str) -> str:
    """The examples there are, all of one kind."""
    return f"{counted(count, 'example')} of “{short(kind, 18)}”"


def short(kind: str, most: int = 10) -> str:
    """A kind as long as a button can bear."""
    name = plain(kind)
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def lesson(names: list[str], waiting: str = "") -> str:
    """What is going to be learnt from; `waiting`: the examples of another kind, which stay as they are."""
    shown = ", ".join(Path(name).name for name in names[:3])
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    if waiting:
        return f"From {shown} alone. Not used: {waiting}"
    return f"From {counted(len(names), 'example')}: {shown}{more}"
