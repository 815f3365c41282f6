"""What is said in plain words of a run that looks at rooms, parts of shapes or streets, from its real numbers only."""

from typing import Any

from engine.explained import FIGURES, MATERIAL
from engine.words import counted, of_100, say
from workbench.models.aligned_words import Pieces
from workbench.models.curve import before
from workbench.models.live_run import LiveRun
from workbench.models.measured import BOXES, CLASSES, PARTS

_WORDS = {
    BOXES: (say("How well things in rooms are found and named: "), say(" (mAP25).")),
    CLASSES: (say("Points of rooms: "), say(" overlap with the truth (mean IoU).")),
    PARTS: (say("Parts of shapes: "), say(" overlap with the truth (mean IoU).")),
}

_SHORTER = {"map50": say("how well things are found and named (mAP50)")}  # beside the headline’s
_LASER = say("What a laser hit in streets: ")


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
        value = results.get(_bare(name))
        if value is not None:
            return [done, *_said(name, value, results["task"])]
    return [done, (say("There was nothing to measure it by."), "ink")]


def counts(results: dict[str, Any]) -> str:
    """The other figures of the test, beside the one that the sentence tells."""
    parts = [counted(results["scenes"], MATERIAL[results["task"]])]
    headline = next((name for name in map(_bare, _WORDS) if name in results), "")
    parts += [
        f"{_SHORTER.get(name, words)}: {of_100(results[name])}%"
        for name, words in FIGURES.items()
        if name in results and name != headline
    ]
    return f"{'; '.join(parts)}."


def comparison(run: LiveRun) -> str:
    """What it was some passes ago."""
    for name in _WORDS:
        curve = run.curves.get(name)
        if curve is not None and len(curve) > 1:
            words, back = before(curve)
            was = of_100(float(curve.values[-1 - back]))
            return say(
                "{words} it was {was}%, measured on what was held back from learning.",
                words=words,
                was=was,
            )
    return ""


def _bare(name: str) -> str:
    return name.removeprefix("validation/")


def _said(name: str, value: float, task: str) -> Pieces:
    first, after = _WORDS[name]
    return [
        (_LASER if task == "laser" else first, "ink"),
        (f"{of_100(value)}%", "known"),
        (after, "ink"),
    ]
