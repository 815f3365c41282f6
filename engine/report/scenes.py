"""What the report says of a run that finds things in rooms, or names points of rooms or shapes."""

from collections.abc import Mapping
from html import escape
from typing import Any

from engine.explained import MATERIAL, sentence
from engine.report.cards import card, percent, remark
from engine.report.charts import curves
from engine.report.header import header
from engine.report.sections import done
from engine.store import Run
from engine.words import counted, of_100, say

_TILES = (
    ("known", say("How well things are found"), "map25", say("mAP at an overlap (IoU) above .25")),
    ("accent", say("The same, placed exactly"), "map50", say("mAP at an overlap (IoU) above .5")),
    ("unknown", say("True boxes found at all"), "recall25", say("recall at .25, mean over things")),
    (
        "kd",
        say("As published code averages"),
        "map25_official",
        say("mAP25 over all that was said, too"),
    ),
    ("known", say("Overlap of said and true points"), "miou", say("mean IoU over classes")),
    (
        "known",
        say("Overlap of parts, shape by shape"),
        "instance_miou",
        say("mean IoU over shapes"),
    ),
    ("accent", say("The same, kind by kind"), "category_miou", say("mean IoU over kinds")),
    ("ce", say("Points right"), "accuracy", say("share of all points with a label")),
)
_CURVES = {
    "validation/map25": ("mAP25", "known"),
    "validation/map50": ("mAP50", "kd"),
    "validation/miou": (say("mean IoU"), "known"),
    "validation/points_right": (say("points right"), "kd"),
    "validation/instance_miou": (say("mean IoU, shape by shape"), "known"),
    "validation/category_miou": (say("mean IoU, kind by kind"), "kd"),
}
_COLUMNS = {
    "ap25": say("AP25"),
    "ap50": say("AP50"),
    "recall25": say("found"),
    "iou": say("IoU"),
    "truths": say("boxes"),
    "points": say("points"),
    "shapes": say("shapes"),
}
_COUNTS = ("truths", "points", "shapes")


def scenes_section(run: Run, results: Mapping[str, Any]) -> str:
    """Everything about one such run."""
    what = counted(results["scenes"], MATERIAL[results["task"]])
    return "".join(
        [
            header(run, results),
            f"<p class=lead>{escape(sentence(results))}</p>",
            f"<div class=row>{_tiles(results)}</div>",
            "<div class='row wide'>",
            card(say("How it learnt"), say("on what was held back"), _learnt(run)),
            f"{card(say('What was done'), say('enough to do it again'), done(run, dict(results)))}</div>",
            card(
                say("Each by itself"),
                say("over {what} of the test", what=what),
                _table(results["per_class"]),
            ),
            _along_axes(results.get("along_axes", 0)),
        ]
    )


def _along_axes(askew: int) -> str:
    """What true boxes were measured as, where that is not as they stand."""
    if not askew:
        return ""
    told = say(
        "Measured against boxes along the axes: {boxes} stand askew, and the net knows one direction only.",
        boxes=counted(askew, "true box"),
    )
    return f"<p class=small>{escape(told)}</p>"


def _tiles(results: Mapping[str, Any]) -> str:
    return "".join(
        f"<div class=card><div class=tile style='--mark:var(--{token})'>{title}<b>{percent(results[key])}</b>"
        f"<span class=small style='margin:0'>{note}</span></div></div>"
        for token, title, key, note in _TILES
        if key in results
    )


def _learnt(run: Run) -> str:
    lines, tokens = {}, {}
    for metric, (name, token) in _CURVES.items():
        if values := run.log.values(metric):
            lines[name], tokens[name] = (range(1, len(values) + 1), values), token
    return curves(lines, tokens) if lines else remark(say("Nothing was measured on the way."))


def _table(each: Mapping[str, Mapping[str, float | None]]) -> str:
    columns = [key for key in _COLUMNS if any(key in row for row in each.values())]
    head = "".join(f"<th>{_COLUMNS[key]}" for key in columns)
    rows = "".join(
        f"<tr><td>{escape(name)}{''.join(f'<td>{_cell(key, row.get(key))}' for key in columns)}"
        for name, row in each.items()
    )
    return f"<table><tr><th>{head}</tr>{rows}</table>"


def _cell(key: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if key in _COUNTS else f"{of_100(value, 1)}%"
