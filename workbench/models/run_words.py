"""What is said of a run in plain words, from its real numbers only. No widgets here."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.explained import aligned, of_classroom, of_scenes
from engine.words import of_100
from workbench.models import aligned_words, camera_words, scene_words
from workbench.models.aligned_words import Pieces
from workbench.models.curve import before
from workbench.models.live_run import LiveRun
from workbench.models.measured import KNOWN, STRANGERS

_TESTS = (
    "Test",
    "Rating",
    "Putting answers",
    "Looking at ideas",
    "Listening to",
    "Shaking pictures",
    "Asking what",
)  # how the phases of a test begin
FINISH = "Finish now, keep the result"
_COUNTS = ("correct_closed", "n_closed", "rejected_open", "n_open")
_STEPS = ("Data", "Nets", "First batch", "Learning", "Test")


@dataclass(frozen=True)
class Buttons:
    """The words on the two buttons, and whether they can be pressed; empty words: not there."""

    go: str = ""
    go_wish: str = ""
    go_icon: str = ""
    primary: bool = False
    stop: str = ""
    can_go: bool = True
    can_stop: bool = True


def headline(run: LiveRun) -> Pieces:
    """The sentence in large letters."""
    match run.state:
        case "failed":
            words = "The run could not go on." if run.started else "The run could not begin."
            return [(words, "ink")]
        case "finished" if aligned(run.results):
            return aligned_words.result(run.results, _ended(run))
        case "finished" if of_scenes(run.results):
            return scene_words.result(run.results, _ended(run))
        case "finished" if of_classroom(run.results):
            return camera_words.result(run.results, _ended(run))
        case "finished" if _whole(run.results):
            return _result(run)
        case "finished":
            return [("Stopped before anything could be tested.", "ink")]
        case "preparing":
            return [("Getting ready…", "ink2")]
    if is_tested(run):
        return [("Learnt.  ", "ink2"), ("Now it is tested on objects it never saw.", "ink")]
    first = {
        "paused": "Paused.  ",
        "pausing": "Learning…  ",
        "interrupted": "Interrupted.  ",
        "stopping": "Stopping…  ",
    }.get(run.state, "Learning…  ")
    figures = _figures(run)
    if not figures and run.state == "running":
        return [(_warming_up(run), "ink")]
    return [(first, "ink2"), *(figures or [("There are no numbers yet.", "ink")])]


def _figures(run: LiveRun) -> Pieces:
    known, strangers = run.last(KNOWN), run.last(STRANGERS)
    if known is None:
        return camera_words.figures(run) or scene_words.figures(run) or aligned_words.figures(run)
    pieces = [(f"{of_100(known)}%", "known"), (" of known objects right", "ink")]
    if strangers is None:
        return [*pieces, (".", "ink")]
    spotted = (f"{of_100(strangers)}%", "unknown")
    return [*pieces, (",\n", "ink"), spotted, (" of strangers spotted.", "ink")]


def _whole(results: Mapping[str, Any]) -> bool:
    """Whether all figures of a recognition are there: a log that somebody else wrote may hold anything."""
    counts = results.get("counts")
    if not isinstance(counts, Mapping) or any(not isinstance(counts.get(n), int) for n in _COUNTS):
        return False
    needed = ("acc_closed", "threshold", *(("acc_open",) if counts["n_open"] else ()))
    return all(isinstance(results.get(name), int | float) for name in needed)


def _result(run: LiveRun) -> Pieces:
    results = run.results
    pieces = [
        (f"{_ended(run)}.  ", "ink2"),
        (f"{of_100(results['acc_closed'])}%", "known"),
        (" of known objects kept and right", "ink"),
    ]
    if not results["counts"]["n_open"]:
        return [*pieces, (".", "ink")]
    spotted = (f"{of_100(results['acc_open'])}%", "unknown")
    return [*pieces, (",\n", "ink"), spotted, (" of strangers turned away.", "ink")]


def _ended(run: LiveRun) -> str:
    """Whether it learnt to its end, and how far it came where it did not."""
    if run.outcome != "finished early":
        return "Done"
    progress = run.progress
    return (
        f"Stopped early, pass {progress.epoch} of {progress.epochs}"
        if progress
        else "Stopped early"
    )


def _warming_up(run: LiveRun) -> str:
    seconds = seconds_to_first_numbers(run)
    if seconds is None:
        return "Warming up."
    return f"Warming up. The first numbers come in about {max(1, round(seconds))} seconds."


def seconds_to_first_numbers(run: LiveRun) -> float | None:
    """Until the first pass is done, at the speed measured so far."""
    progress, started = run.progress, run.started
    if progress is None or started is None or progress.step >= progress.steps:
        return None
    each = progress.seconds_left / (progress.steps - progress.step)
    return each * max(0, started.steps_per_epoch - progress.step)


def second_line(run: LiveRun) -> str:
    """The line below: what has just happened, how it compares with before, or what to do."""
    if run.state == "finished":
        return _counts(run)
    if run.state == "failed":
        return "What was saved before is kept." if run.started else "Nothing was harmed."
    if run.state in ("paused", "interrupted"):
        return "Everything up to the last save is kept. It can go on from there."
    if run.phase is not None:
        return ": ".join(filter(None, [run.phase.name, run.phase.detail])) + "."
    return _comparison(run)


def _counts(run: LiveRun) -> str:
    if aligned(run.results):
        return f"{aligned_words.counts(run.results)}{_tested(run)}"
    if of_scenes(run.results):
        return f"{scene_words.counts(run.results)}{_tested(run)}"
    if of_classroom(run.results):
        return f"{camera_words.counts(run.results)}{_tested(run)}"
    if not _whole(run.results):
        return "What it had learnt by then is kept."
    counts = run.results["counts"]
    parts = [f"{counts['correct_closed']:,} of {counts['n_closed']:,} known"]
    if counts["n_open"]:
        parts.append(f"{counts['rejected_open']:,} of {counts['n_open']:,} strangers")
    threshold = f"at threshold {run.results['threshold']:.2f}."
    return f"{', '.join(parts)}, {threshold}{_tested(run)}"


def _tested(run: LiveRun) -> str:
    """Which model the results are of."""
    model, checkpoint = run.results.get("model"), run.results.get("checkpoint", "")
    if model == "last":
        return " Tested: the last model."
    if model != "best":
        return ""
    step = checkpoint.removeprefix("step-")
    at = f", pass {int(step) / run.started.steps_per_epoch:.0f}" if run.started else ""
    return f" Tested: the best on validation{at}."


def _comparison(run: LiveRun) -> str:
    """The same figures some passes ago."""
    known, strangers = run.curves.get(KNOWN), run.curves.get(STRANGERS)
    if known is None:
        others = camera_words.comparison(run) or scene_words.comparison(run)
        return others or aligned_words.comparison(run)
    if len(known) < 2:
        return ""
    words, back = before(known)
    line = f"{words} it was {of_100(known.values[-1 - back])}%"
    if strangers is not None and len(strangers) > back:
        line += f" and {of_100(strangers.values[-1 - back])}%"
        if len(known) == back + 1 and strangers.values[0] > max(0.5, strangers.values[-1]):
            return line + ": an unsure beginner turns everyone away."
    return line + ", measured on objects held back from learning."


def ring(run: LiveRun) -> tuple[float | None, str, str]:
    """How much is done, and the two lines in the ring."""
    if run.state == "finished" and run.outcome != "finished early":
        epochs = run.started.epochs if run.started else 0
        return 1.0, "100%", f"{epochs} of {epochs}" if epochs else ""
    if run.progress is None:
        return (run.phase.fraction if run.phase else None), "–", "not begun"
    share = run.progress.step / max(1, run.progress.steps)
    return share, f"{share:.0%}", f"{run.progress.epoch} of {run.progress.epochs}"


def time_left(run: LiveRun, now: float) -> str:
    """How long it still takes and when that is; empty unless it goes on."""
    if run.state != "running" or run.progress is None or run.phase is not None:
        return ""
    left = run.progress.seconds_left
    done = time.strftime("%H:%M", time.localtime(now + left))
    slowed = "\nother programs may slow it down" if run.tempo.slowed else ""
    fast, slow = run.tempo.spread
    return f"{_between(left * fast, left * slow)} left · done about {done}{slowed}"


def _between(least: float, most: float) -> str:
    """“12 min”, or “11 to 14 min” where the two differ in words."""
    low, high = duration(least), duration(most)
    if low == high:
        return low
    number, _, unit = low.partition(" ")
    return f"{number} to {high}" if high.partition(" ")[2] == unit else f"{low} to {high}"


def duration(seconds: float) -> str:
    """A length of time in one unit, two for hours."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def buttons(run: LiveRun) -> Buttons:
    """What can be asked for now; what was asked for is said at once."""
    match run.state:
        case "preparing" | "running":
            return Buttons("Pause", "pause", "pause", stop=_end(run), can_stop=not is_tested(run))
        case "pausing":
            return Buttons(
                f"Pausing after this {_piece(run)}…", "pause", "pause", stop=_end(run), can_go=False
            )
        case "stopping":
            words = f"Stopping after this {_piece(run)}…"
            return Buttons(stop="Testing…" if run.phase else words, can_stop=False)
        case "paused" if run.attached:
            return Buttons("Resume", "resume", "play", primary=True, stop=_end(run))
    if run.can_continue:
        words = "Continue" if run.started else "Try again"
        return Buttons(words, "resume", "play", primary=not run.results)
    return Buttons()


def _end(run: LiveRun) -> str:
    """What ending it now does: before anything is learnt there is nothing to keep."""
    return FINISH if run.started is not None else "Stop"


def is_tested(run: LiveRun) -> bool:
    """Whether it has learnt, and is looked at now."""
    return run.phase is not None and run.phase.name.startswith(_TESTS)


def _piece(run: LiveRun) -> str:
    return "batch" if run.started else "file"


def steps(run: LiveRun) -> tuple[tuple[str, ...], int]:
    """The phases of a run and which one it is in."""
    if is_tested(run):
        return _STEPS, 4
    if run.progress is not None:
        return _STEPS, 3
    if run.started is not None:
        return _STEPS, 2
    building = run.phase is not None and run.phase.name.startswith("Building")
    return _STEPS, 1 if building else 0
