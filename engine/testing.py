"""What a net answers on clouds it does not learn from: after every epoch, and once at the end on the test part."""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.batches import sample
from engine.clouds import Clouds
from engine.control import Control, Wish
from engine.device import seeded
from engine.errors import ConfigError, Stopped
from engine.evaluation import choose, evaluate, kept
from engine.events import Event, Note, Phase
from engine.experiment import Experiment, OpenSet
from engine.metrics.open_set import decide
from engine.points.augment import augment
from engine.predictions import PRETEND, TEST, TRAIN, VALIDATION, WATCH, Predictions, write
from engine.pretend import pretend_strangers
from engine.recipes.recipe import Recipe
from engine.scoring import rated
from engine.split import Rows, Split
from engine.state import is_best, load_weights, tested_checkpoint
from engine.store import Run
from engine.words import say

_BATCH = 64
_SPEAK_SECONDS = 0.2
_BANK = 4096  # training clouds kept for the scores that compare with them
_WATCHED = 1024
_VOTE = 8  # other random numbers than training's

Floats = NDArray[np.float32]
Gate = Callable[[], Iterator[Event]]


@dataclass(frozen=True)
class Answers:
    """logits (S, C) and features (S, F) of S clouds."""

    logits: Floats
    features: Floats


def answers(
    net: nn.Module, points: Floats, gate: Gate, name: str = "", voting: Experiment | None = None
) -> Generator[Event, None, Answers]:
    """The net's answers in evaluation mode; passes the gate before every batch, names its phase if it has a name.

    voting: an experiment whose `votes` looks at every cloud are averaged, all but the first changed as in training;
    features and logits alike, so that the last layer still leads from one to the other.
    """
    device = next(net.parameters()).device
    logits, features = [], []
    net.eval()
    spoken = 0.0
    for start in range(0, len(points), _BATCH):
        batch, looks = torch.from_numpy(points[start : start + _BATCH]).to(device), []
        for look in range(voting.training.votes if voting else 1):
            yield from gate()
            if name and time.monotonic() - spoken > _SPEAK_SECONDS:
                spoken = time.monotonic()
                detail, share = (
                    say("{start} of {points}", start=start, points=len(points)),
                    start / len(points),
                )
                yield Phase(name=name, part="testing", detail=detail, fraction=share)
            seen = _changed(batch, voting, look, start) if look and voting else batch
            with torch.no_grad():
                looks.append(net(seen).full())
        logits.append(_mean([output.logits for output in looks]))
        features.append(_mean([output.features for output in looks]))
    return Answers(np.concatenate(logits), np.concatenate(features))


def _changed(batch: Tensor, voting: Experiment, look: int, start: int) -> Tensor:
    generator = seeded(batch.device, voting.seed, _VOTE, look, start)
    return augment(batch, voting.augment, generator)


def _mean(looks: list[Tensor]) -> Floats:
    mean: Floats = torch.stack(looks).mean(dim=0).cpu().numpy()
    return mean


def known_and_spotted(
    logits: Floats, labels: Rows, known: int, open_set: OpenSet
) -> tuple[float, float]:
    """Share of known clouds named right without a threshold, and of strangers that the highest probability turns away
    at `open_set.threshold`; while a run learns nothing has been chosen on validation yet."""
    column = known if logits.shape[1] > known else None
    strangers = labels == known
    right = decide(logits[~strangers], 0.0, "threshold", column) == labels[~strangers]
    turned_away = decide(logits[strangers], open_set.threshold, "either", column) == known
    return float(right.mean()), float(turned_away.mean()) if strangers.any() else float("nan")


@dataclass(frozen=True)
class Asked:
    """The clouds a finished net is asked about, by part: points (S, N, 3), and what is known of each (S,)."""

    points: Floats
    labels: Rows
    row: Rows
    split: Rows
    names: tuple[str, ...]


def test(
    run: Run, clouds: Clouds, parts: Split, recipe: Recipe, gate: Gate
) -> Generator[Event, None, dict[str, Any]]:
    """Answer every validation and test cloud, some training clouds and mixtures, rate them by every open-set score,
    write predictions.h5, and return the results with their counts."""
    checkpoint, experiment = tested_checkpoint(run), run.experiment
    load_weights(recipe.net, checkpoint)
    asked = _asked(clouds, parts, experiment)
    student = yield from answers(recipe.net, asked.points, gate, say("Testing"), experiment)
    teacher = None
    if recipe.teacher is not None:
        teacher = yield from answers(recipe.teacher, asked.points, gate, say("Testing the teacher"))
    yield Phase(name=say("Rating by every score"), part="testing")
    last = getattr(recipe.net, "logits", None)
    weight, bias = (_numbers(last, name) for name in ("weight", "bias"))
    predictions = rated(
        Predictions(
            logits=student.logits,
            teacher_logits=teacher.logits if teacher else None,
            features=student.features,
            teacher_features=teacher.features if teacher else None,
            weight=weight,
            bias=bias,
            labels=asked.labels,
            kind=np.where(asked.row < 0, -1, clouds.labels[asked.row]),
            row=asked.row,
            split=asked.split.astype(np.uint8),
            names=asked.names,
            kinds=clouds.kinds,
            known=parts.known,
            threshold=experiment.open_set.threshold,
            cache=str(clouds.source),
            mixture=recipe.mixture,
            peeked=recipe.peeked,
        ),
        experiment.open_set.score,
    )
    score, threshold, rule = yield from _chosen(predictions, experiment.open_set)
    write(run.predictions_path, replace(predictions, score=score, threshold=threshold))
    model = "best" if experiment.training.keep == "best" and is_best(checkpoint) else "last"
    about = {"rule": rule, "model": model, "checkpoint": checkpoint.name}
    return evaluate(predictions, score, threshold) | about


def _chosen(
    predictions: Predictions, options: OpenSet
) -> Generator[Event, None, tuple[str, float, str]]:
    """Score, threshold and rule as the run wants them; else the paper's, and a note says why."""
    try:
        score, threshold = choose(predictions, options)
    except ConfigError as error:
        yield Note(
            text=say(
                "{sentence} The highest probability decides, at {threshold}.",
                sentence=error.sentence,
                threshold=options.threshold,
            )
        )
        return "msp", options.threshold, "fixed"
    if options.rule == "recall" and (share := kept(predictions, score, threshold)) < options.recall:
        yield Note(
            text=say(
                "No threshold keeps {recall:.0%} of the validation clouds: {share:.1%} are kept at the "
                "lowest, for a trained “unknown” outvotes the others.",
                recall=options.recall,
                share=share,
            )
        )
    return score, threshold, options.rule


def _asked(clouds: Clouds, parts: Split, experiment: Experiment) -> Asked:
    bank = sample(parts.train, _BANK, experiment.seed)
    known = len(parts.known)
    points, labels = clouds.points[parts.validation], parts.targets[parts.validation]
    mixed = pretend_strangers(torch.from_numpy(points), torch.from_numpy(labels), known, experiment)
    watched = sample(parts.watch, _WATCHED, experiment.seed)
    rows = np.concatenate([parts.validation, parts.test, parts.test_strangers, bank, watched])
    sizes = (
        (VALIDATION, len(parts.validation)),
        (TEST, len(parts.test) + len(parts.test_strangers)),
        (TRAIN, len(bank)),
        (WATCH, len(watched)),
        (PRETEND, len(mixed.names)),
    )
    strangers = len(mixed.names)
    return Asked(
        points=np.concatenate([clouds.points[rows], mixed.points]),
        labels=np.concatenate([parts.targets[rows], np.full(strangers, known)]),
        row=np.concatenate([rows, np.full(strangers, -1)]),
        split=np.concatenate([np.full(size, part) for part, size in sizes]),
        names=(*(clouds.names[row] for row in rows), *mixed.names),
    )


def _numbers(layer: Any, name: str) -> Floats | None:
    """Weight or bias of the last layer; None where it is no plain linear one."""
    if not isinstance(layer, nn.Linear):
        return None
    values: Floats = getattr(layer, name).detach().float().cpu().numpy()
    return values


def gate_of_test(control: Control, step: int) -> Gate:
    """Testing, `step` batches into the run, goes on after 'finish now': only discarding or leaving ends it."""

    def gate() -> Iterator[Event]:
        try:
            yield from control.gate(step)
        except Stopped:
            if control.wish is Wish.DISCARD:
                raise

    return gate
