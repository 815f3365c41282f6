"""What is said in plain words of a run that looks at rooms, parts of shapes or streets, from its real numbers only."""

from typing import Any

from engine.explained import FIGURES, MATERIAL
from workbench.models.aligned_words import Pieces
from workbench.models.curve import before
from workbench.models.live_run import LiveRun
from workbench.models.measured import BOXES, CLASSES, PARTS

_WORDS = {
    BOXES: ("Things in rooms, found and named: ", " (mAP25)."),
    CLASSES: ("Points of rooms: ", " overlap with the truth (mean IoU)."),
    PARTS: ("Parts of shapes: ", " overlap with the truth (mean IoU)."),
}


_LASER = "What a laser hit in streets: "


def figures(run: LiveRun) -> Pieces:
    """What it can by now; nothing where it has measured nothing of the kind."""
    recipe = run.experiment.recipe.name if run.experiment is not None else ""
    for name in _WORDS:
        value = run.last(name)
        if value is not None:
            return _said(name, value, recipe)
    return []


def result(results: dict[str, Any], ended: str = "Done") -> Pieces:
    """What it could in its test, and how it ended."""
    done = (f"{ended}.  ", "ink2")
    for name in _WORDS:
        value = results.get(name.removeprefix("validation/"))
        if value is not None:
            return [done, *_said(name, value, results["task"])]
    return [done, ("There was nothing to measure it by.", "ink")]


def counts(results: dict[str, Any]) -> str:
    """The figures behind the sentence."""
    parts = [f"{results['scenes']:,} {MATERIAL[results['task']]}"]
    parts += [f"{words}: {results[name]:.0%}" for name, words in FIGURES.items() if name in results]
    return f"{'; '.join(parts)}."


def comparison(run: LiveRun) -> str:
    """What it was some passes ago."""
    for name in _WORDS:
        curve = run.curves.get(name)
        if curve is not None and len(curve) > 1:
            words, back = before(curve)
            was = f"{curve.values[-1 - back]:.0%}"
            return f"{words} it was {was}, measured on what was held back from learning."
    return ""


def _said(name: str, value: float, task: str) -> Pieces:
    first, after = _WORDS[name]
    return [
        (_LASER if task == "laser" else first, "ink"),
        (f"{value:.0%}", "known"),
        (after, "ink"),
    ]
