"""What the report says of a camera student that was taught by a laser and by outlines."""

from collections.abc import Mapping
from html import escape
from typing import Any

from engine.explained import SEEN, copied, sentence
from engine.report.cards import card, percent, remark
from engine.report.charts import curves
from engine.report.header import header
from engine.report.sections import done
from engine.store import Run
from engine.words import say

_TOKENS = ("known", "accent", "ce", "unknown", "unknown", "kd")
_CURVES = {
    "validation/ap50": (say("boxes found (AP50)"), "known"),
    "validation/depth_delta": (say("distances within a quarter"), "accent"),
    "validation/r2/laser": (say("laser teacher copied (R²)"), "kd"),
    "validation/r2/outlines": (say("outline teacher copied (R²)"), "crd"),
}
_COLUMNS = {"ap50": "AP50", "ap": "AP", "recall": say("found"), "truths": say("boxes")}
_GROUPS = {
    "laser": say("Laser teacher"),
    "outlines": say("Outline teacher"),
    "free": say("Its own eyes"),
}


def classroom_section(run: Run, results: Mapping[str, Any]) -> str:
    """Everything about one such run."""
    frames = say("over {frames} frames of the test", frames=results["frames"])
    return "".join(
        [
            header(run, results),
            f"<p class=lead>{escape(sentence(results))}</p>",
            f"<div class=row>{_tiles(results)}</div>",
            "<div class='row wide'>",
            card(say("How it learnt"), say("on frames held back"), _learnt(run)),
            f"{card(say('What was done'), say('enough to do it again'), done(run, dict(results)))}</div>",
            _listening(results.get("listening", {})),
            card(say("Each by itself"), frames, _table(results.get("per_thing", {}), _COLUMNS)),
        ]
    )


def _tiles(results: Mapping[str, Any]) -> str:
    tiles = [
        (token, words, percent(results[name]))
        for token, (name, words) in zip(_TOKENS, SEEN.items(), strict=True)
        if results.get(name) is not None
    ]
    tiles += [
        (
            "kd",
            say("of what the teacher “{name}” says, copied (R²)", name=escape(name)),
            f"{value:.2f}",
        )
        for name, value in copied(results).items()
    ]
    return "".join(
        f"<div class=card><div class=tile style='--mark:var(--{token})'>{words[:1].upper()}{words[1:]}<b>{number}</b>"
        "</div></div>"
        for token, words, number in tiles
    )


def _learnt(run: Run) -> str:
    lines, tokens = {}, {}
    for metric, (name, token) in _CURVES.items():
        values = [max(value, 0.0) for value in run.log.values(metric)]
        if values:
            lines[name], tokens[name] = (range(1, len(values) + 1), values), token
    return curves(lines, tokens) if lines else remark(say("Nothing was measured on the way."))


def _listening(told: Mapping[str, Mapping[str, float | None]]) -> str:
    """What each group of channels adds to AP50, in points of it."""
    if not told:
        return ""
    rows = {_GROUPS.get(group, group): own for group, own in told.items()}
    columns = {"shapley": say("adds to AP50"), "drop": say("AP50 falls without it")} | {
        "drop_zero": say("zeroed"),
        "drop_shuffle": say("of another picture"),
    }
    return card(
        say("Who it listens to"), say("Shapley values over its channels"), _table(rows, columns)
    )


def _table(each: Mapping[str, Mapping[str, float | None]], named: Mapping[str, str]) -> str:
    columns = [key for key in named if any(key in row for row in each.values())]
    head = "".join(f"<th>{named[key]}" for key in columns)
    rows = "".join(
        f"<tr><td>{escape(name)}{''.join(f'<td>{_cell(key, row.get(key))}' for key in columns)}"
        for name, row in each.items()
    )
    return f"<table><tr><th>{head}</tr>{rows}</table>"


def _cell(key: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if key == "truths" else f"{value:.1%}"
