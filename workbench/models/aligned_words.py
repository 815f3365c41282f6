"""What is said in plain words of a run that learns from pictures, from its real numbers only."""

from typing import Any

from engine.explained import share_of
from engine.words import of_100, say
from workbench.models.curve import before
from workbench.models.live_run import LiveRun
from workbench.models.measured import EXPLAINED, FOUND, HIDDEN

Pieces = list[tuple[str, str]]  # words and the colour token they are in


def figures(run: LiveRun) -> Pieces:
    """What it can by now; nothing where it has measured nothing of the kind."""
    found = {name: run.last(name) for name in (EXPLAINED, FOUND, HIDDEN)}
    return _said(found[EXPLAINED], found[FOUND], found[HIDDEN])


def result(results: dict[str, Any], ended: str = "Done") -> Pieces:
    """What it could in its test, and how it ended."""
    told = _said(results.get("r2"), results.get("recall_1"), results.get("reconstruction"))
    return [(f"{ended}.  ", "ink2"), *told]


def counts(results: dict[str, Any]) -> str:
    """The figures behind the sentence."""
    parts = [say("{pairs:,} pairs", pairs=results["pairs"])]
    if "likeness" in results:
        parts.append(say("likeness {likeness:.2f}", likeness=results["likeness"]))
    if "recall_5" in results:
        among, five = results["among"], of_100(results["recall_5"])
        parts.append(
            say("own picture in first five of {among:,.0f}: {five} %", among=among, five=five)
        )
    if "as_teacher/kind" in (words := results.get("words", {})):
        parts.append(say("teacher’s kind named: {kind} %", kind=of_100(words["as_teacher/kind"])))
    return f"{'; '.join(parts)}."


def comparison(run: LiveRun) -> str:
    """What it explained some passes ago."""
    curve = run.curves.get(EXPLAINED)
    if curve is None or len(curve) < 2:
        return ""
    words, back = before(curve)
    was = share_of(float(curve.values[-1 - back]))
    return say(
        "{words} it was {was}, measured on pairs held back from learning.", words=words, was=was
    )


def _said(r2: float | None, first: float | None, hidden: float | None) -> Pieces:
    if r2 is None:
        if hidden is None:
            return []
        return [
            (say("It guesses hidden patches, with an error of "), "ink"),
            (f"{hidden:.4f}", "kd"),
            (".", "ink"),
        ]
    told = [
        (say("It explains "), "ink"),
        (share_of(r2), "kd"),
        (say(" of what the picture’s teacher says"), "ink"),
    ]
    if first is None:
        return [*told, (".", "ink")]
    found = (f"{of_100(first)} %", "known")
    return [
        *told,
        (",\n", "ink"),
        (say("and finds its own picture first in "), "ink"),
        found,
        (".", "ink"),
    ]
