"""What the report says of a run that learnt from pictures: how near its answers are, in figures, words and pictures."""

import base64
from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

from engine.concept_maps import ConceptMaps, read_concept_maps
from engine.errors import RunError
from engine.explained import sentence, worded
from engine.picture import to_png
from engine.report.cards import card, percent, remark
from engine.report.charts import curves
from engine.report.header import header
from engine.report.sections import done
from engine.store import Run
from engine.words import of_100, say

_SHOWN = 8
_HELD = say("on pairs held back; what is below nothing is drawn at nothing")
_CURVES = {
    "validation/likeness": (say("likeness (cosine)"), "known"),
    "validation/r2": (say("explained (R²)"), "kd"),
    "validation/recall_1": (say("own picture found first"), "unknown"),
}


def aligned_section(run: Run, results: Mapping[str, Any]) -> str:
    """Everything about one tested run that learnt from pictures."""
    words = results.get("words", {})
    return "".join(
        [
            header(run, results),
            f"<p class=lead>{escape(sentence(results))}</p>",
            f"<div class=row>{_tiles(results)}</div>",
            "<div class='row wide'>",
            card(say("How it learnt"), _HELD, _learnt(run)),
            card(say("In words"), say("of sentences about tested pairs"), _words(words))
            if words
            else "",
            f"{card(say('What was done'), say('enough to do it again'), done(run, dict(results)))}</div>",
            _pairs(run),
        ]
    )


def _tiles(results: Mapping[str, Any]) -> str:
    among = say("of {among:.0f} pictures", among=results.get("among", 0))
    tiles = [
        (
            "known",
            say("Explained of what the teacher says"),
            "r2",
            say("R², against the mean answer"),
        ),
        ("accent", say("Likeness of the answers"), "likeness", say("cosine, less the mean answer")),
        ("unknown", say("Own picture found first"), "recall_1", among),
        ("ce", say("Own picture among the first five"), "recall_5", among),
    ]
    found = [
        (token, title, percent(results[key]), note)
        for token, title, key, note in tiles
        if key in results
    ]
    if "reconstruction" in results:
        error = f"{results['reconstruction']:.4f}"
        found.append(
            ("kd", say("Error of guessed patches"), error, say("chamfer loss, lower is better"))
        )
    return "".join(
        f"<div class=card><div class=tile style='--mark:var(--{token})'>{title}<b>{number}</b>"
        f"<span class=small style='margin:0'>{note}</span></div></div>"
        for token, title, number, note in found
    )


def _learnt(run: Run) -> str:
    lines, tokens = {}, {}
    for metric, (name, token) in _CURVES.items():
        values = np.maximum(run.log.values(metric), 0)
        if len(values):
            lines[name], tokens[name] = (range(1, len(values) + 1), values.tolist()), token
    return curves(lines, tokens) if lines else remark(say("Only hidden patches were guessed."))


def _words(words: Mapping[str, float]) -> str:
    rows = [
        f"<span>{escape(worded(name))}</span><span class=track><i style='width:{share:.1%}'></i></span>"
        f"<b>{of_100(share)} %</b>"
        for name, share in words.items()
    ]
    return f"<div class=bars>{''.join(rows)}</div>"


def _pairs(run: Run) -> str:
    """Eight tested pairs, drawn by a fixed seed: the picture, and what either says of it."""
    try:
        maps = read_concept_maps(run.path)
    except RunError:
        return ""
    chosen = np.sort(np.random.default_rng(0).permutation(len(maps))[:_SHOWN])
    shown = "".join(_pair(maps, int(row)) for row in chosen)
    note = say("the picture its teacher saw; the student saw points only; drawn at random")
    return card(say("Pairs"), note, f"<div class=gallery>{shown}</div>") if shown else ""


def _pair(maps: ConceptMaps, row: int) -> str:
    picture = base64.b64encode(to_png(maps.images[row])).decode()
    sides = (
        (say("teacher"), maps.teacher_words[row]),
        (say("student"), maps.student_words[row]),
    )
    said = "".join(f"<br>{who}: {escape(words)}" for who, words in sides if words)
    likeness = say("likeness {likeness:.2f}", likeness=maps.likeness[row])
    return (
        f"<figure><img alt='' src='data:image/png;base64,{picture}'>"
        f"<b>{likeness}</b>{said}</figure>"
    )
