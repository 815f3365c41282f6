"""What a finished run contributes to the table of its sweep."""

import math
from itertools import pairwise
from typing import Any

from engine.events import Started
from engine.store import Run
from engine.sweep.examined import TITLES, examined
from engine.words import say

SHARES = {
    "validation": say("validation accuracy, to choose by"),
    "acc_known_no_threshold": say("right without threshold"),
    "acc_closed": say("known kept and right"),
    "acc_open": say("strangers turned away"),
    "acc_total": "total",
    "f_measure": say("F weighted"),
    "auroc": "AUROC",
    "r2": "R²",
    "likeness": "likeness",
    "recall_1": say("own picture found first"),
    "reconstruction": say("hidden patches, chamfer"),
    "map25": "mAP25",
    "map50": "mAP50",
    "map25_official": say("mAP25 as published code averages"),
    "miou": say("mean IoU"),
    "instance_miou": say("mean IoU, shape by shape"),
    "category_miou": say("mean IoU, kind by kind"),
    "accuracy": say("points right"),
    "ap50": "AP50",
    "depth_error": say("depth off by"),
    "depth_error_learnt": say("depth off by, against what was taught"),
    "r2/laser": say("R² of the laser teacher"),
    "r2/outlines": say("R² of the outline teacher"),
    **TITLES,
}
JUDGED_BY = (
    "validation/accuracy",
    "validation/likeness",
    "validation/map25",
    "validation/miou",
    "validation/instance_miou",
    "validation/ap50",
    "validation/reconstruction",
)


def figures(run: Run) -> dict[str, Any]:
    """The test's shares as far as the results have them, epochs learnt, minutes worked and the device."""
    results = run.log.results()
    if run.log.values(JUDGED_BY[0]):
        results = results | {"validation": chosen_merit(run)}
    results = {**results, **examined(run.path)}
    shares = {
        name: float(results[name])
        for name in SHARES
        if isinstance(results.get(name), int | float) and math.isfinite(results[name])
    }
    return {
        **shares,
        "epochs": len(_course(run)),
        "minutes": minutes(run),
        "device": next((e.device for e in run.log.read() if isinstance(e, Started)), ""),
    }


def chosen_merit(run: Run) -> float:
    """What the model that was tested, the best or the last, is worth on validation: more is better."""
    values = _course(run)
    return max(values) if run.experiment.training.keep == "best" else values[-1]


def _course(run: Run) -> tuple[float, ...]:
    """The figure a run is judged by, epoch by epoch; a loss with its sign turned."""
    for name in JUDGED_BY:
        if values := run.log.values(name):
            return values if name != JUDGED_BY[-1] else tuple(-value for value in values)
    return ()


_OPENING = ("opening", "Opening the data")  # the latter in logs of older versions


def minutes(run: Run) -> float:
    """How long the run was worked on, without the time between being left and being resumed."""
    events = run.events()
    begun = [number for number, event in enumerate(events) if _begins(event, number)]
    spans = pairwise([*begun, len(events)])
    return sum(events[end - 1].time - events[start].time for start, end in spans) / 60


def _begins(event: Any, number: int) -> bool:
    return number == 0 or (event.kind == "phase" and (event.part or event.name) in _OPENING)
