"""What is said in plain words of a camera student of a laser and of outlines, from its real numbers only."""

from collections.abc import Mapping
from typing import Any

from engine.explained import by_truth, copied
from engine.words import counted, say
from workbench.models.aligned_words import Pieces
from workbench.models.classroom_words import teacher_word
from workbench.models.curve import before
from workbench.models.live_run import LiveRun
from workbench.models.measured import DISTANCE, SEEN


def figures(run: LiveRun) -> Pieces:
    """What it can by now; nothing where it has measured nothing of the kind."""
    found = run.last(SEEN)
    return [] if found is None else _said(found, run.last(DISTANCE))


def result(results: Mapping[str, Any], ended: str = "Done") -> Pieces:
    """What it could in its test, and how it ended."""
    done = (f"{ended}.  ", "ink2")
    found = results.get("ap50")
    if found is None:
        return [done, (say("There was nothing to measure it by."), "ink")]
    return [done, *_said(found, by_truth(dict(results)).get("depth_error"))]


def counts(results: Mapping[str, Any]) -> str:
    """The figures behind the sentence."""
    parts = [counted(results["frames"], "frame")]
    if results.get("recall") is not None:
        parts.append(say("true boxes among its proposals: {recall:.0%}", recall=results["recall"]))
    parts += [
        say("{teacher_word} copied (R²): {share:.2f}", teacher_word=teacher_word(name), share=value)
        for name, value in copied(results).items()
    ]
    return f"{'; '.join(parts)}."


def comparison(run: LiveRun) -> str:
    """What it was some passes ago."""
    curve = run.curves.get(SEEN)
    if curve is None or len(curve) < 2:
        return ""
    words, back = before(curve)
    was = f"{curve.values[-1 - back]:.0%}"
    return say(
        "{words} it was {was}, measured on frames held back from learning.", words=words, was=was
    )


def _said(found: float, off: float | None) -> Pieces:
    told = [
        (say("Things on the street, found and named: "), "ink"),
        (f"{found:.0%}", "known"),
        (say(" (AP50)"), "ink"),
    ]
    if off is None:
        return [*told, (".", "ink")]
    return [
        *told,
        (",\n", "ink"),
        (say("their distance is off by "), "ink"),
        (f"{off:.0%}", "accent"),
        (".", "ink"),
    ]
