"""What the report says of a run, in the order a reader asks: how good, how sure, what was done, which mistakes."""

import base64
import json
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import evaluation
from engine.datasets import read_cache
from engine.errors import DataError
from engine.metrics.scale import Scale
from engine.picture import splat, to_png
from engine.predictions import TEST, Predictions
from engine.report.charts import curves, histograms
from engine.store import Run
from engine.words import counted, of_100

_SHOWN = 8
_ORANGE = (0.92, 0.45, 0.06)
_CURVES = {
    "validation/accuracy": ("known kinds right", "known"),
    "watch/rejected": ("strangers turned away", "unknown"),
}


def run_section(run: Run, results: dict[str, Any]) -> str:
    """Everything about one tested run that names kinds."""
    predictions = run.predictions().of(TEST)
    sure = evaluation.score_of(predictions, predictions.score)
    known = predictions.labels < len(predictions.known)
    chart = histograms(
        sure[known], sure[~known], predictions.threshold, Scale.of(predictions.score, sure)
    )
    said = evaluation.said(predictions, predictions.score, predictions.threshold)
    return "".join(
        [
            f"<div><h1>{escape(run.experiment.name)}</h1><span class=small>run {escape(run.id)}</span></div>",
            f"<p class=lead>{_sentence(results)}</p>",
            f"<div class=row>{_tiles(results)}</div>",
            f"<div class='row wide'>{card('How sure it was', 'every test object once; strangers dashed', chart)}",
            f"{card('How it learnt', 'on objects held back', _learnt(run))}</div>",
            f"<div class='row wide'>{card('Kind by kind', 'known objects kept and right', _kinds(predictions, said))}",
            f"{card('What was done', 'enough to do it again', done(run, results))}</div>",
            _strangers(predictions, said),
        ]
    )


def _sentence(results: dict[str, Any]) -> str:
    if not results["counts"]["n_closed"]:
        return "There was nothing known to test it on."
    known = f"It names <span class=known>{of_100(results['acc_closed'])} of 100</span> things it was taught"
    if not results["counts"]["n_open"]:
        return f"{known}."
    return f"{known},<br>and turns away <span class=stranger>{of_100(results['acc_open'])} of 100</span> strangers."


def _tiles(results: dict[str, Any]) -> str:
    counts = results["counts"]
    right = counts["correct_closed"] + counts["rejected_open"]
    tiles = [
        (
            "known",
            "Known, kept and right",
            "acc_closed",
            f"{counts['correct_closed']} of {counts['n_closed']}",
        ),
        (
            "unknown",
            "Strangers turned away",
            "acc_open",
            f"{counts['rejected_open']} of {counts['n_open']}",
        ),
        ("accent", "Balance of the two", "f_measure", "weighted F-measure"),
        ("ce", "Right overall", "acc_total", f"{right} of {counts['n_closed'] + counts['n_open']}"),
    ]
    return "".join(
        f"<div class=card><div class=tile style='--mark:var(--{token})'>{title}<b>{percent(results[key])}</b>"
        f"<span class=small style='margin:0'>{note}</span></div></div>"
        for token, title, key, note in tiles
    )


def _learnt(run: Run) -> str:
    lines, tokens = {}, {}
    for metric, (name, token) in _CURVES.items():
        values = run.log.values(metric)
        if values:
            lines[name], tokens[name] = (range(1, len(values) + 1), values), token
    return curves(lines, tokens)


def _kinds(predictions: Predictions, said: NDArray[np.int64]) -> str:
    rows = []
    for index, kind in enumerate(predictions.known):
        mine = predictions.labels == index
        if mine.any():
            right, of = int((said[mine] == index).sum()), int(mine.sum())
            rows.append(
                f"<span>{escape(kind)}</span><span class=track><i style='width:{right / of:.1%}'></i></span>"
                f"<b>{right} of {of}</b>"
            )
    return f"<div class=bars>{''.join(rows)}</div>"


def done(run: Run, results: dict[str, Any]) -> str:
    """What was trained on what, and the command to repeat it."""
    experiment, started = (
        run.experiment,
        next((event for event in run.events() if event.kind == "started"), None),
    )
    versions = json.loads((run.path / "env.json").read_text(encoding="utf-8"))
    facts = {
        "Recipe": experiment.recipe.name,
        "Data": experiment.data.name,
        "Seed": str(experiment.seed),
    }
    if started is not None:
        facts["Net"] = f"{started.parameters:,} parameters"
        facts["Learnt from"] = (
            f"{started.train:,} objects of {len(started.known)} kinds, {started.epochs} passes"
        )
        if started.teachers:
            facts["Taught by"] = ", ".join(started.teachers)
        facts["Device"] = f"{started.device}, {counted(started.threads, 'thread')}"
    which = "best on validation" if results["model"] == "best" else "last"
    facts["Tested"] = f"{which} checkpoint, {results['checkpoint']}"
    facts["Versions"] = ", ".join(
        f"{name} {number}" for name, number in versions["packages"].items()
    )
    rows = "".join(f"<dt>{name}<dd>{escape(value)}" for name, value in facts.items())
    # The folder by its name: a report is given away, and a whole path says who made it.
    again = f"in the run’s folder, {escape(run.path.name)}: <code>pcd-engine run run.toml</code>"
    return f"<dl>{rows}<dt>Do it again<dd>{again}</dl>"


def _strangers(predictions: Predictions, said: NDArray[np.int64]) -> str:
    """Eight strangers of different kinds, failures first among equals, drawn by a fixed seed."""
    known = len(predictions.known)
    order = np.random.default_rng(0).permutation(np.flatnonzero(predictions.labels == known))
    _, first = np.unique(predictions.kind[order], return_index=True)
    chosen = order[np.sort(first)][:_SHOWN]
    try:
        clouds = read_cache(Path(predictions.cache))
    except DataError:
        return ""
    pictures = [
        f"<figure><img alt='' src='data:image/png;base64,{_picture(clouds.points[predictions.row[index]])}'>"
        f"<b>{escape(predictions.kinds[predictions.kind[index]])}</b><br>"
        f"{_verdict(predictions, int(said[index]))}</figure>"
        for index in chosen
    ]
    turned = int((said[chosen] == known).sum())
    note = f"{turned} turned away, {len(chosen) - turned} not; drawn at random"
    return (
        card("Strangers", note, f"<div class=gallery>{''.join(pictures)}</div>") if pictures else ""
    )


def _verdict(predictions: Predictions, said: int) -> str:
    if said == len(predictions.known):
        return "<span class=good>turned away</span>"
    return f"<span class=bad>called {escape(predictions.known[said])}</span>"


def _picture(points: NDArray[np.float32]) -> str:
    colors = np.tile(np.array(_ORANGE, dtype=np.float32), (len(points), 1))
    return base64.b64encode(to_png(splat(points, colors, 150, 130, light_theme=True))).decode()


def card(title: str, note: str, body: str) -> str:
    """A panel with a heading and a small note beside it; both are markup already."""
    return f"<section class=card><h2>{title}<small>{note}</small></h2>{body}</section>"


def percent(share: float) -> str:
    """A share as markup; a dash for what was not measured."""
    return "–" if share != share else f"{of_100(share, 1)}<small> %</small>"
