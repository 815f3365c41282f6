"""What a benchmark finds: one line of the table for the README, and how two ways are timed against each other."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Figure:
    """what was measured, how it came out, what it was to be, and whether it is; plain: what it was measured against."""

    what: str
    value: str
    goal: str
    met: bool
    plain: str = ""


def tell(figure: Figure) -> None:
    """Print it for a person, or, for the table, as a line of JSON."""
    if "--json" in sys.argv:
        print(json.dumps(asdict(figure)), flush=True)
    else:
        mark = "" if figure.met else "  (missed)"
        print(f"{figure.what}: {figure.value}, goal {figure.goal}{mark}", flush=True)


def repeats(usual: int) -> int:
    """How many times each way is timed: `--repeats N`."""
    if "--repeats" in sys.argv:
        return int(sys.argv[sys.argv.index("--repeats") + 1])
    return usual


def busy(work: Work) -> float:
    """Seconds of processor time of one call, whoever else computes here."""
    began = time.process_time()
    work()
    return time.process_time() - began


def against(what: str, ours: Work, plain: Work, goal: float, times: int) -> float:
    """Time both in turn and tell how much faster ours is; the first round is not counted."""
    return ratio(what, [(busy(ours), busy(plain)) for _ in range(times + 1)][1:], goal)


def ratio(what: str, rounds: list[tuple[float, float]], goal: float) -> float:
    """Tell the median ratio of rounds (seconds of ours, of the plain way) and its range, and return it."""
    ratios = [slow / fast for fast, slow in rounds]
    middle = statistics.median(ratios)
    took, plain = (1e3 * statistics.median(each) for each in zip(*rounds, strict=True))
    value = f"{middle:.1f}x [{min(ratios):.1f}..{max(ratios):.1f}], {took:,.1f} ms"
    tell(Figure(what, value, f"{goal:g}x", middle >= goal, f"{plain:,.1f} ms"))
    return middle


def below(what: str, value: float, goal: float, unit: str, digits: int = 1) -> None:
    """Tell a figure that is to be small."""
    tell(Figure(what, f"{value:.{digits}f} {unit}", f"at most {goal:g} {unit}", value <= goal))
