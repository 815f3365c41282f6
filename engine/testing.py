"""What a net answers on clouds it does not learn from: after every epoch, and once at the end on the test part."""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.clouds import Clouds
from engine.control import Control, Wish
from engine.errors import Stopped
from engine.events import Event, Phase
from engine.experiment import OpenSet
from engine.metrics.open_set import decide, thresholded
from engine.predictions import TEST, VALIDATION, Predictions, write
from engine.recipes.recipe import Recipe
from engine.split import Rows, Split
from engine.state import is_best, load_weights, tested_checkpoint
from engine.store import Run

_BATCH = 64
_SPEAK_SECONDS = 0.2

Floats = NDArray[np.float32]
Gate = Callable[[], Iterator[Event]]


@dataclass(frozen=True)
class Answers:
    """logits (S, C) and features (S, F) of S clouds."""

    logits: Floats
    features: Floats


def answers(
    net: nn.Module, points: Floats, gate: Gate, name: str = ""
) -> Generator[Event, None, Answers]:
    """The net's answers in evaluation mode; passes the gate before every batch, names its phase if it has a name."""
    device = next(net.parameters()).device
    logits, features = [], []
    net.eval()
    spoken = 0.0
    for start in range(0, len(points), _BATCH):
        yield from gate()
        if name and time.monotonic() - spoken > _SPEAK_SECONDS:
            spoken = time.monotonic()
            yield Phase(name=name, detail=f"{start} of {len(points)}", fraction=start / len(points))
        with torch.no_grad():
            output = net(torch.from_numpy(points[start : start + _BATCH]).to(device))
        logits.append(output.logits.float().cpu().numpy())
        features.append(output.features.float().cpu().numpy())
    return Answers(np.concatenate(logits), np.concatenate(features))


def known_and_spotted(
    logits: Floats, labels: Rows, known: int, open_set: OpenSet
) -> tuple[float, float]:
    """Share of known clouds named right without a threshold, and of strangers turned away at the run's threshold."""
    column = known if logits.shape[1] > known else None
    strangers = labels == known
    right = decide(logits[~strangers], 0.0, "threshold", column) == labels[~strangers]
    turned_away = decide(logits[strangers], open_set.threshold, "either", column) == known
    return float(right.mean()), float(turned_away.mean()) if strangers.any() else float("nan")


def test(
    run: Run, clouds: Clouds, parts: Split, recipe: Recipe, gate: Gate
) -> Generator[Event, None, dict[str, Any]]:
    """Answer every validation and test cloud, write predictions.h5, and return the results with their counts."""
    checkpoint = tested_checkpoint(run)
    load_weights(recipe.net, checkpoint)
    rows = np.concatenate([parts.validation, parts.test, parts.test_strangers])
    student = yield from answers(recipe.net, clouds.points[rows], gate, "Testing")
    teacher = None
    if recipe.teacher is not None:
        teacher = yield from answers(
            recipe.teacher, clouds.points[rows], gate, "Testing the teacher"
        )
    predictions = Predictions(
        logits=student.logits,
        teacher_logits=teacher.logits if teacher else None,
        features=student.features,
        labels=parts.targets[rows],
        kind=clouds.labels[rows],
        row=rows,
        split=np.where(np.arange(len(rows)) < len(parts.validation), VALIDATION, TEST).astype(
            np.uint8
        ),
        names=tuple(clouds.names[row] for row in rows),
        kinds=clouds.kinds,
        known=parts.known,
        threshold=run.experiment.open_set.threshold,
        cache=str(clouds.source),
    )
    write(run.predictions_path, predictions)
    model = "best" if run.experiment.training.keep == "best" and is_best(checkpoint) else "last"
    return _figures(predictions) | {"model": model, "checkpoint": checkpoint.name}


def _figures(predictions: Predictions) -> dict[str, Any]:
    """Test figures at the run's threshold, with counts."""
    tested = predictions.of(TEST)
    figures = thresholded(
        tested.logits,
        tested.labels,
        predictions.threshold,
        unknown_column=predictions.unknown_column,
    )
    return figures | {"threshold": predictions.threshold}


def gate_of_test(control: Control, step: int) -> Gate:
    """Testing, `step` batches into the run, goes on after 'finish now': only discarding or leaving ends it."""

    def gate() -> Iterator[Event]:
        try:
            yield from control.gate(step)
        except Stopped:
            if control.wish is Wish.DISCARD:
                raise

    return gate
