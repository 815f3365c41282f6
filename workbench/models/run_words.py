"""What is said of a run in plain words, from its real numbers only. No widgets here."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.explained import aligned, of_classroom, of_scenes
from engine.words import counted, of_100, say
from workbench.models import aligned_words, camera_words, scene_words
from workbench.models.aligned_words import Pieces
from workbench.models.curve import before
from workbench.models.live_run import LiveRun
from workbench.models.measured import KNOWN, STRANGERS

_LONG = 100  # of one unit, then the next larger is told
_SETTLED, _TELLING = 5.0, 0.05  # seconds and share of a phase after which its end can be foreseen
FINISH = say("Finish now, keep the result")
_COUNTS = ("correct_closed", "n_closed", "rejected_open", "n_open")
_STEPS = (say("Data"), say("Nets"), say("First batch"), say("Learning"), say("Test"))


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
            words = (
                say("The run could not go on.") if run.started else say("The run could not begin.")
            )
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
            return [(say("Stopped before anything could be tested."), "ink")]
        case "preparing":
            return [(say("Getting ready…"), "ink2")]
    if is_tested(run):
        return [
            (say("Learnt.  "), "ink2"),
            (say("Now it is tested on objects it never saw."), "ink"),
        ]
    first = {
        "paused": say("Paused.  "),
        "pausing": say("Learning…  "),
        "interrupted": say("Interrupted.  "),
        "stopping": say("Stopping…  "),
    }.get(run.state, say("Learning…  "))
    figures = _figures(run)
    if not figures and run.state == "running":
        return [(_warming_up(run), "ink")]
    return [(first, "ink2"), *(figures or [(say("There are no numbers yet."), "ink")])]


def _figures(run: LiveRun) -> Pieces:
    known, strangers = run.last(KNOWN), run.last(STRANGERS)
    if known is None:
        return camera_words.figures(run) or scene_words.figures(run) or aligned_words.figures(run)
    pieces = [(f"{of_100(known)}%", "known"), (say(" of known objects right"), "ink")]
    if strangers is None:
        return [*pieces, (".", "ink")]
    spotted = (f"{of_100(strangers)}%", "unknown")
    return [*pieces, (",\n", "ink"), spotted, (say(" of strangers spotted."), "ink")]


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
        (say(" of known objects kept and right"), "ink"),
    ]
    if not results["counts"]["n_open"]:
        return [*pieces, (".", "ink")]
    spotted = (f"{of_100(results['acc_open'])}%", "unknown")
    return [*pieces, (",\n", "ink"), spotted, (say(" of strangers turned away."), "ink")]


def _ended(run: LiveRun) -> str:
    """Whether it learnt to its end, and how far it came where it did not."""
    if run.outcome != "finished early":
        return say("Done")
    progress = run.progress
    return (
        say("Stopped early, pass {epoch} of {epochs}", epoch=progress.epoch, epochs=progress.epochs)
        if progress
        else say("Stopped early")
    )


def _warming_up(run: LiveRun) -> str:
    seconds = seconds_to_first_numbers(run)
    if seconds is None:
        return say("Warming up.")
    return say(
        "Warming up. The first numbers come in about {seconds}.",
        seconds=counted(max(1, round(seconds)), "second"),
    )


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
        return say("What was saved before is kept.") if run.started else say("Nothing was harmed.")
    if run.state in ("paused", "interrupted"):
        return say("Everything up to the last save is kept. It can go on from there.")
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
        return say("What it had learnt by then is kept.")
    counts = run.results["counts"]
    parts = [
        say(
            "{correct_closed:,} of {n_closed:,} known",
            correct_closed=counts["correct_closed"],
            n_closed=counts["n_closed"],
        )
    ]
    if counts["n_open"]:
        parts.append(
            say(
                "{rejected_open:,} of {n_open:,} strangers",
                rejected_open=counts["rejected_open"],
                n_open=counts["n_open"],
            )
        )
    threshold = say("at threshold {threshold:.2f}.", threshold=run.results["threshold"])
    return f"{', '.join(parts)}, {threshold}{_tested(run)}"


def _tested(run: LiveRun) -> str:
    """Which model the results are of."""
    model, checkpoint = run.results.get("model"), run.results.get("checkpoint", "")
    if model == "last":
        return say(" Tested: the last model.")
    if model != "best":
        return ""
    step = checkpoint.removeprefix("step-")
    at = (
        say(", pass {step:.0f}", step=int(step) / run.started.steps_per_epoch)
        if run.started
        else ""
    )
    return say(" Tested: the best on validation{at}.", at=at)


def _comparison(run: LiveRun) -> str:
    """The same figures some passes ago."""
    known, strangers = run.curves.get(KNOWN), run.curves.get(STRANGERS)
    if known is None:
        others = camera_words.comparison(run) or scene_words.comparison(run)
        return others or aligned_words.comparison(run)
    if len(known) < 2:
        return ""
    words, back = before(known)
    line = say("{words} it was {values}%", words=words, values=of_100(known.values[-1 - back]))
    if strangers is not None and len(strangers) > back:
        line += say(" and {values}%", values=of_100(strangers.values[-1 - back]))
        if len(known) == back + 1 and strangers.values[0] > max(0.5, strangers.values[-1]):
            return line + say(": an unsure beginner turns everyone away.")
    return line + say(", measured on objects held back from learning.")


def ring(run: LiveRun) -> tuple[float | None, str, str]:
    """How much is done, and the two lines in the ring."""
    if run.state == "finished" and run.outcome != "finished early":
        epochs = run.started.epochs if run.started else 0
        return 1.0, "100%", say("{epochs} of {epochs}", epochs=epochs) if epochs else ""
    if run.progress is None:
        return (run.phase.fraction if run.phase else None), "–", say("not begun")
    share = run.progress.step / max(1, run.progress.steps)
    return (
        share,
        f"{share:.0%}",
        say("{epoch} of {epochs}", epoch=run.progress.epoch, epochs=run.progress.epochs),
    )


def time_left(run: LiveRun, now: float) -> str:
    """How long it still takes and when that is; empty unless it goes on."""
    if run.state != "running" or run.progress is None or run.phase is not None:
        return ""
    left = run.progress.seconds_left
    done = time.strftime("%H:%M", time.localtime(now + left))
    slowed = say("\nother programs may slow it down") if run.tempo.slowed else ""
    fast, slow = run.tempo.spread
    return say(
        "{between} left · done about {done}{slowed}",
        between=_between(left * fast, left * slow),
        done=done,
        slowed=slowed,
    )


def _between(least: float, most: float) -> str:
    """“12 min”, or “11 to 14 min” where the two differ in words."""
    low, high = duration(least), duration(most)
    if low == high:
        return low
    if most < _LONG:
        return say("{low} to {high} s", low=_seconds(least), high=_seconds(most))
    if least >= _LONG and _minutes(most) < _LONG:
        return say("{low} to {high} min", low=_minutes(least), high=_minutes(most))
    return say("{low} to {high}", low=low, high=high)


def duration(seconds: float) -> str:
    """A length of time in one unit, two for hours."""
    if seconds < _LONG:
        return f"{_seconds(seconds)} s"
    minutes = _minutes(seconds)
    if minutes < _LONG:
        return say("{minutes} min", minutes=minutes)
    return say("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)


def phase_lasting(name: str, seconds: float, fraction: float | None) -> str:
    """For how long a phase has gone on, and for how long it will where that can be told by the share that is done."""
    told = f"{name}  {duration(seconds)}"
    if fraction is None or fraction < _TELLING or seconds < _SETTLED:
        return told
    left = duration(seconds * (1 - fraction) / fraction)
    return say("{told} · about {left} left", told=told, left=left)


def _seconds(time: float) -> int:
    return max(1, round(time))


def _minutes(time: float) -> int:
    return round(time / 60)


def buttons(run: LiveRun) -> Buttons:
    """What can be asked for now; what was asked for is said at once."""
    match run.state:
        case "preparing" | "running":
            return Buttons(
                say("Pause"), "pause", "pause", stop=_end(run), can_stop=not is_tested(run)
            )
        case "pausing":
            return Buttons(
                say("Pausing after this {piece}…", piece=_piece(run)),
                "pause",
                "pause",
                stop=_end(run),
                can_go=False,
            )
        case "stopping":
            words = say("Stopping after this {piece}…", piece=_piece(run))
            return Buttons(stop=say("Testing…") if run.phase else words, can_stop=False)
        case "paused" if run.attached:
            return Buttons(say("Resume"), "resume", "play", primary=True, stop=_end(run))
    if run.can_continue:
        words = say("Continue") if run.started else say("Try again")
        return Buttons(words, "resume", "play", primary=not run.results)
    return Buttons()


def _end(run: LiveRun) -> str:
    """What ending it now does: before anything is learnt there is nothing to keep."""
    return FINISH if run.started is not None else say("Stop")


def is_tested(run: LiveRun) -> bool:
    """Whether it has learnt, and is looked at now."""
    return run.phase is not None and run.phase.part == "testing"


def _piece(run: LiveRun) -> str:
    return say("batch") if run.started else say("file")


def steps(run: LiveRun) -> tuple[tuple[str, ...], int]:
    """The phases of a run and which one it is in."""
    if is_tested(run):
        return _STEPS, 4
    if run.progress is not None:
        return _STEPS, 3
    if run.started is not None:
        return _STEPS, 2
    building = run.phase is not None and run.phase.part == "building"
    return _STEPS, 1 if building else 0
