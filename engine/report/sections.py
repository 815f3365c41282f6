"""What the report says of a run, in the order a reader asks: how good, how sure, what was done, which mistakes."""

import json
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import evaluation
from engine.clouds import Clouds
from engine.datasets import read_cache
from engine.errors import DataError
from engine.metrics.scale import Scale
from engine.passes import learnt_for
from engine.predictions import TEST, Predictions
from engine.report import strangers
from engine.report.beside_paper import beside_paper
from engine.report.cards import card, percent, remark
from engine.report.charts import curves, histograms
from engine.report.header import header, kept_pass
from engine.report.numbers import numbers
from engine.store import Run
from engine.words import counted, of_100, say

_COLORS = 10
_CURVES = {
    "validation/accuracy": (say("known kinds right"), "known"),
    "watch/rejected": (say("strangers turned away"), "unknown"),
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
    clouds, counted_kinds = _clouds(predictions), _counted(predictions, said)
    made = clouds is not None and clouds.made
    return "".join(
        [
            header(run, results, made),
            f"<p class=lead>{_sentence(results)}</p>",
            f"<div class=row>{_tiles(run, results)}</div>",
            "<div class='row wide'>",
            card(say("How sure it was"), say("every test object once; strangers hatched"), chart),
            f"{card(say('How it learnt'), say('on objects held back'), _learnt(run, results))}</div>",
            "<div class='row wide'>",
            card(say("Kind by kind"), say("known objects kept and right"), _kinds(counted_kinds)),
            f"{card(say('What was done'), say('enough to do it again'), done(run, results))}</div>",
            _strangers(predictions, said, clouds),
            numbers(
                run,
                results,
                predictions,
                sure,
                [(k, str(right), str(of)) for k, right, of in counted_kinds],
            ),
            beside_paper(run),
        ]
    )


def _sentence(results: dict[str, Any]) -> str:
    if not results["counts"]["n_closed"]:
        return say("There was nothing known to test it on.")
    known = _marked("known", results["acc_closed"])
    if not results["counts"]["n_open"]:
        return say("It names {known} things it was taught.", known=known)
    return say(
        "It names {known} things it was taught,<br>and turns away {away} strangers.",
        known=known,
        away=_marked("stranger", results["acc_open"]),
    )


def _marked(side: str, share: float) -> str:
    return f"<span class={side}>{say('{share} of 100', share=of_100(share))}</span>"


def _tiles(run: Run, results: dict[str, Any]) -> str:
    counts = results["counts"]
    shares = (
        (
            "known",
            say("Known, kept and right"),
            "acc_closed",
            _of(counts, "correct_closed", "n_closed"),
        ),
        (
            "unknown",
            say("Strangers turned away"),
            "acc_open",
            _of(counts, "rejected_open", "n_open"),
        ),
        ("accent", say("Balance of the two"), "f_measure", say("weighted F-measure")),
    )
    tiles = [(token, title, percent(results[key]), note) for token, title, key, note in shares]
    tiles.append(_size(run))
    return "".join(
        f"<div class=card><div class=tile style='--mark:var(--{token})'>{title}<b>{number}</b>"
        f"<span class=small style='margin:0'>{note}</span></div></div>"
        for token, title, number, note in tiles
    )


def _of(counts: dict[str, int], right: str, of: str) -> str:
    return (
        say("{right} of {of}", right=counts[right], of=counts[of])
        if counts[of]
        else say("none was tested")
    )


def _size(run: Run) -> tuple[str, str, str, str]:
    started = run.log.started()
    if started is None:
        return "kd", say("Size, dials"), "–", say("parameters")
    many = started.parameters
    number = (
        f"{many / 1e6:.2f}<small> M</small>"
        if many >= 1e6
        else f"{many / 1e3:.0f}<small> k</small>"
    )
    teacher = started.teacher_parameters
    smaller = teacher and teacher > many
    note = (
        say("{teacher:.0f} times smaller than its teacher", teacher=teacher / many)
        if smaller
        else say("parameters")
    )
    return (
        "kd",
        say("Size, {many} dials", many=say("million") if many >= 1e6 else say("thousand")),
        number,
        note,
    )


def _learnt(run: Run, results: dict[str, Any]) -> str:
    lines, tokens = {}, {}
    for metric, (name, token) in _CURVES.items():
        values = run.log.values(metric)
        if values:
            lines[name], tokens[name] = (range(1, len(values) + 1), values), token
    if not lines:
        return remark(say("Nothing was measured on the way."))
    return curves(lines, tokens, kept_pass(run, results))


def _counted(predictions: Predictions, said: NDArray[np.int64]) -> list[tuple[str, int, int]]:
    """(kind, right, of) of every known kind that was tested."""
    rows = []
    for index, kind in enumerate(predictions.known):
        mine = predictions.labels == index
        if mine.any():
            rows.append((kind.replace("_", " "), int((said[mine] == index).sum()), int(mine.sum())))
    return rows


def _kinds(rows: list[tuple[str, int, int]]) -> str:
    if not rows:
        return remark(say("Nothing known was left over to test it on."))
    marks = len(rows) <= _COLORS  # more colours cannot be told apart
    drawn = []
    for place, (kind, right, of) in enumerate(rows):
        color = f"var(--c{place})" if marks else "var(--known)"
        drawn.append(
            f"<span><i class=dot style='background:{color}'></i>{escape(kind)}</span><span class=track>"
            f"<i style='width:{right / of:.1%};background:{color}'></i></span>"
            f"<b>{of_100(right / of)} %<small> {say('{right} of {of}', right=right, of=of)}</small></b>"
        )
    return f"<div class=bars>{''.join(drawn)}</div>"


def done(run: Run, results: dict[str, Any]) -> str:
    """What was trained on what, and the command to repeat it."""
    experiment, started = (
        run.experiment,
        next((event for event in run.events() if event.kind == "started"), None),
    )
    versions = json.loads((run.path / "env.json").read_text(encoding="utf-8"))
    facts = {
        say("Recipe"): experiment.recipe.name,
        say("Data"): experiment.data.name,
        say("Seed"): str(experiment.seed),
    }
    if started is not None:
        facts[say("Net")] = say("{parameters:,} parameters", parameters=started.parameters)
        facts[say("Learnt from")] = say(
            "{train:,} objects of {known} kinds, {passes}",
            train=started.train,
            known=len(started.known),
            passes=learnt_for(run.log.passes(), started.epochs),
        )
        if started.teachers:
            facts[say("Taught by")] = ", ".join(started.teachers)
        facts[say("Device")] = f"{started.device}, {counted(started.threads, 'thread')}"
    which = say("best on validation") if results["model"] == "best" else say("last")
    facts[say("Tested")] = say(
        "{which} checkpoint, {checkpoint}", which=which, checkpoint=results["checkpoint"]
    )
    facts[say("Versions")] = ", ".join(
        f"{name} {number}" for name, number in versions["packages"].items()
    )
    rows = "".join(f"<dt>{name}<dd>{escape(value)}" for name, value in facts.items())
    # The folder by its name: a report is given away, and a whole path says who made it.
    own = started.teachers if started is not None and experiment.teacher else []
    taught = f" --set &quot;teacher={escape(' + '.join(own))}&quot;" if own else ""
    again = say(
        "in the run’s folder, {folder}: <code>pcd-engine run run.toml{taught}</code>",
        folder=escape(run.path.name),
        taught=taught,
    )
    return f"<dl>{rows}<dt>{say('Do it again')}<dd>{again}</dl>"


def _strangers(predictions: Predictions, said: NDArray[np.int64], clouds: Clouds | None) -> str:
    if clouds is None:
        return ""
    pictures = strangers.gallery(predictions, said, clouds)
    note = strangers.note(predictions, said)
    title = {8: say("Eight strangers")}.get(pictures.count("<figure"), say("Strangers"))
    return card(title, note, f"<div class=gallery>{pictures}</div>") if pictures else ""


def _clouds(predictions: Predictions) -> Clouds | None:
    """None where the data are gone from this computer."""
    try:
        return read_cache(Path(predictions.cache))
    except DataError:
        return None
