"""A finished run that is asked about things: its net, its answers and what it knows, kept while questions come."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from torch import nn

from engine.bring.familiar import Familiar, familiar
from engine.bring.preferred import preferred
from engine.bring.thing import Floats
from engine.bundled import bundled_run
from engine.device import choose
from engine.evaluation import said
from engine.experiment import Experiment
from engine.nets import build_for
from engine.predictions import TEST, TRAIN, Predictions
from engine.scoring import evidence_of, rater
from engine.state import load_weights, tested_checkpoint
from engine.store import Run, RunStore
from engine.testing import Answers, answers

_KEPT = 2
_kept: dict[tuple[Path, int], "AskedRun"] = {}


@dataclass(frozen=True)
class AskedRun:
    """A run, its tested net on its device, what it predicted, and what it is familiar with; count: the points it
    takes."""

    run: Run
    net: nn.Module
    predictions: Predictions
    familiar: Familiar
    count: int

    @property
    def known(self) -> tuple[str, ...]:
        """The kinds it can name."""
        return self.predictions.known

    def answers(self, clouds: Floats, votes: bool = False) -> Answers:
        """Logits and features of clouds (B, N, 3); `votes`: as often looked at as the run was tested with."""
        voting = self.run.experiment if votes else None
        steps = answers(self.net, clouds, _no_gate, voting=voting)
        while True:
            try:
                next(steps)
            except StopIteration as ended:
                found: Answers = ended.value
                return found

    def decide(self, found: Answers) -> tuple[int, float]:
        """What is said of one cloud (K: turned away), and its score, by the run's own score and threshold."""
        own = self.predictions
        one = _beside(own.of(TRAIN), found)
        asked = one.split == TEST
        rate = rater(own.score, self.run.experiment.open_set.score)
        value = float(rate(evidence_of(one, asked))[0])
        scores = np.full(len(one), value, np.float32)
        rated = replace(one, scores={own.score: scores}).of(TEST)
        return int(said(rated, own.score, own.threshold)[0]), value


def asked_run(run: Run) -> AskedRun:
    """A finished run, ready to answer; what was asked lately is still there. Raises RunError where it cannot be."""
    try:
        key = run.path, run.predictions_path.stat().st_mtime_ns
    except OSError:
        key = run.path, 0  # reading says what is wrong
    if key not in _kept:
        while len(_kept) >= _KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = _loaded(run)
    return _kept[key]


def find_run(wanted: Path | None, store: RunStore) -> Run:
    """The run that was asked for, else the `preferred` one, else the bundled one."""
    if wanted is not None:
        return store.open(wanted)
    found = preferred(store.runs())
    return store.open(found.path if found is not None else bundled_run(store))


def _loaded(run: Run) -> AskedRun:
    predictions = run.predictions()
    net = build_for(run.experiment, len(predictions.known))
    load_weights(net, tested_checkpoint(run))
    here = run.experiment.training.model_copy(update={"device": "auto", "precision": "float32"})
    return AskedRun(
        run,
        net.to(choose(here)).eval(),
        predictions,
        familiar(predictions),
        _count(run.experiment, predictions),
    )


def _count(experiment: Experiment, predictions: Predictions) -> int:
    """How many points a cloud of its data has: as they lie there, else as they were asked for."""
    with suppress(OSError, KeyError), h5py.File(predictions.cache, "r") as file:
        return int(file["points"].shape[1])
    return int(experiment.data.settings.get("points", 1024))


def _beside(bank: Predictions, found: Answers) -> Predictions:
    """What was learnt from, and one more cloud after it, as if it were tested."""

    def more(array: Any, value: Any) -> Any:
        return np.append(array, np.asarray([value], array.dtype), axis=0)

    return replace(
        bank,
        logits=more(bank.logits, found.logits[0]),
        features=more(bank.features, found.features[0]),
        labels=more(bank.labels, len(bank.known)),
        kind=more(bank.kind, -1),
        row=more(bank.row, -1),
        split=more(bank.split, TEST),
        names=(*bank.names, "brought"),
        teacher_logits=None,
        teacher_features=None,
        scores={},
        teacher_scores={},
    )


def _no_gate() -> Iterator[Any]:
    yield from ()


def forget() -> None:
    """Let go of all runs that are kept."""
    _kept.clear()
