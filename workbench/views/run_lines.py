"""Which curves of a run are drawn and how, and its figures as the meters show them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

import numpy as np

from engine.experiment import Loss
from engine.words import of_100, say
from workbench.models.curve import Curve
from workbench.models.live_run import Best, LiveRun
from workbench.models.measured import (
    BOXES,
    BOXES_EXACT,
    BOXES_FOUND,
    CLASSES,
    COPIED,
    EXPLAINED,
    FOUND,
    FOUND_IN_FIVE,
    HIDDEN,
    KNOWN,
    LIKENESS,
    PARTS,
    PARTS_BY_KIND,
    POINTS,
    SEEN,
    STRANGERS,
)
from workbench.models.mix import Lesson
from workbench.models.paper import compares, known_right
from workbench.models.recipes import Schema
from workbench.views.curve_plot import Line

_TINY = 1e-6  # with more zeros than this a number is no longer read
_DASHES = {"ce": (1.5, 3.0), "crd": (5.0, 3.0), "unknown": (3.0, 2.0, 1.0, 2.0)}
# Colours of classes that are unlike those of the losses, for a second term of one colour; then with other dashes.
_MORE = ("class9", "class3", "class5", "class7", "class1", "class8")
_MORE_DASHES = ((7.0, 2.5), (2.0, 2.0), (7.0, 2.0, 1.5, 2.0), (4.0, 1.5, 1.5, 1.5, 1.5, 1.5))
_ADDS = "adds/"
_RIGHT = (
    Line(KNOWN, say("known kinds right"), "known", filled=True, main=True),
    Line(STRANGERS, say("strangers spotted"), "unknown", dash=(), filled=True),
)


_ALIKE = (
    Line(EXPLAINED, say("explained (R²)"), "kd", filled=True, main=True),
    Line(LIKENESS, say("likeness (cosine)"), "known"),
    Line(FOUND, say("own picture first (recall)"), "unknown", dash=(5.0, 3.0)),
    Line(FOUND_IN_FIVE, say("among five"), "unknown", dash=(1.5, 3.0)),
)
_OF_SCENES = (
    Line(BOXES, say("found and named (mAP25)"), "known", filled=True, main=True),
    Line(BOXES_EXACT, say("the same, placed exactly (mAP50)"), "kd"),
    Line(BOXES_FOUND, say("found at all (recall)"), "unknown", dash=(5.0, 3.0)),
    Line(CLASSES, say("overlap (mean IoU)"), "known", filled=True, main=True),
    Line(POINTS, say("points right"), "kd"),
    Line(PARTS, say("overlap, shape by shape (mean IoU)"), "known", filled=True, main=True),
    Line(PARTS_BY_KIND, say("kind by kind"), "kd"),
    Line(SEEN, say("boxes found (AP50)"), "known", filled=True, main=True),
    Line(f"{COPIED}laser", say("laser copied (R²)"), "kd", dash=(5.0, 3.0)),
    Line(f"{COPIED}outlines", say("outlines copied (R²)"), "crd", dash=(1.5, 3.0)),
)
_HIDDEN = Line(HIDDEN, say("hidden patches, held back"), "unknown", dash=(5.0, 3.0))


def loss_lines(live: LiveRun, schema: Schema, weighted: bool = True) -> Sequence[Line]:
    """All terms and their sum, in the words and colours the losses registered; a colour is of one term only. weighted:
    what each adds to the sum, as `loss_curves` has it."""
    terms = sorted(name for name in live.curves if name.startswith("loss/"))
    if live.started is not None:
        terms = [f"loss/{term}" for term in live.started.terms]
    smoothing = _smoothing(live)
    lines = [Line("loss", say("everything"), "ink", (), smoothing, main=True)]
    shorts = [name.removeprefix("loss/") for name in terms if len(terms) > 1]
    entries = [schema.get("loss", {}).get(short, {}) for short in shorts]
    looks = _looks([str(entry.get("token", "ce")) for entry in entries])
    for short, entry, (token, dash) in zip(shorts, entries, looks, strict=True):
        word = str(entry.get("word") or entry.get("title") or short)
        name = f"{_ADDS if weighted else 'loss/'}{short}"
        lines.append(Line(name, word[0].lower() + word[1:], token, dash, smoothing))
    return [*lines, _HIDDEN] if HIDDEN in live.curves else lines


def loss_curves(live: LiveRun, schema: Schema, weighted: bool) -> Mapping[str, Curve]:
    """The run's curves, and if asked what each term adds to the loss: times its weight, which may still rise."""
    if not weighted:
        return live.curves
    losses = _losses(live, schema)
    adds = {
        f"{_ADDS}{name.removeprefix('loss/')}": curve.counted(loss.weight, loss.warmup_epochs)
        for name, curve in live.curves.items()
        if name.startswith("loss/")
        for loss in [losses.get(name.removeprefix("loss/"), Loss())]
    }
    return live.curves | adds


def weighs_as_set(live: LiveRun) -> bool:
    """Whether terms weigh what the experiment says; weights that are learnt are not in the log."""
    draft = live.experiment
    return draft is None or draft.recipe.settings.get("weighing") != "learned"


def _losses(live: LiveRun, schema: Schema) -> Mapping[str, Loss]:
    if live.experiment is None:
        return {}
    usual = schema.get("recipe", {}).get(live.experiment.recipe.name, {}).get("losses", {})
    return live.experiment.losses or {name: Loss(weight=one) for name, one in usual.items()}


def _looks(tokens: Sequence[str]) -> Iterator[tuple[str, tuple[float, ...]]]:
    """A colour of its own and dashes for each: its own where no term before it has that."""
    more = product(_MORE_DASHES, _MORE)
    for place, token in enumerate(tokens):
        if token not in tokens[:place]:
            yield token, _DASHES.get(token, ())
        else:
            dash, spare = next(more)
            yield spare, dash


def right_lines(live: LiveRun, material: str) -> Sequence[Line]:
    """What tells how right it is. Of pairs: how its answers are like the teacher’s, nothing where none are given;
    of rooms, parts and streets: what was measured so far; else known kinds, and strangers where the data have some."""
    if material in ("scenes", "parts", "drives"):
        return [line for line in _OF_SCENES if line.name in live.curves]
    if material == "pairs":
        only_hidden = HIDDEN in live.curves and EXPLAINED not in live.curves
        return () if only_hidden else _ALIKE
    return _RIGHT if live.started is None or live.started.strangers else _RIGHT[:1]


def _smoothing(live: LiveRun) -> float:
    """Over about half a pass, so that long and short runs are smoothed alike."""
    steps = live.started.steps_per_epoch if live.started is not None else 0
    return 1 - 1 / max(10.0, steps / 2)


def paper_mark(live: LiveRun) -> tuple[float | None, str]:
    """Where the paper's student without a teacher stood, for ModelNet10's kinds only."""
    data = live.experiment.data.name if live.experiment is not None else ""
    kinds = tuple(live.started.known) if live.started is not None else ()
    percent = known_right("student", (Lesson("ce", "", 1.0, source="labels"),))
    if percent is None or not compares(data, kinds):
        return None, ""
    return percent / 100, say("paper, no teacher:\n{percent:.2f} %", percent=percent)


def course(curve: Curve | None, points: int = 60) -> list[float]:
    """A few values of a curve, evenly chosen, the newest included."""
    if curve is None or not len(curve):
        return []
    rows = np.unique(np.linspace(0, len(curve) - 1, points).round().astype(int))
    return [float(value) for value in curve.values[rows]]


def schedule_words(live: LiveRun) -> str:
    """How the learning rate goes, in words."""
    if live.experiment is None:
        return ""
    optimiser = live.experiment.optimiser
    return {
        "cosine": say("falls slowly, then faster"),
        "step": say(
            "× {step_factor:g} every {step_epochs} passes",
            step_factor=optimiser.step_factor,
            step_epochs=optimiser.step_epochs,
        ),
        "constant": say("stays as it is"),
    }[optimiser.schedule]


def plain(number: float) -> str:
    """Two figures, without powers of ten."""
    if 0 < abs(number) < _TINY:
        return "≈ 0"
    return str(np.format_float_positional(number, precision=2, fractional=False, trim="-"))


def tested_words(live: LiveRun) -> str:
    """Which model is tested at the end: the best on validation, or the last."""
    keep = live.experiment.training.keep if live.experiment is not None else "last"
    return say("this one is tested") if keep == "best" else say("the last model is tested")


def best_words(best: Best) -> str:
    """The figures of the best pass, and what they are of."""
    told = (
        (best.known, say("known")),
        (best.strangers, say("strangers")),
        (best.explained, say("explained")),
        (best.likeness, say("alike")),
        (best.boxes, "mAP25"),
        (best.classes, say("mean IoU")),
        (best.parts, say("mean IoU")),
        (best.seen, "AP50"),
    )
    parts = [f"{of_100(value, 1)} % {words}" for value, words in told if value is not None]
    return say("validation: {parts}", parts=", ".join(parts)) if parts else ""
