"""The columns of the table of runs to compare, and what each says of a line."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from engine import protocols
from engine.compare.lines import FIGURES, LESS_IS_BETTER, Line
from engine.compare.paper import PROTOCOLS
from engine.compare.settings import Schema, Title, differing, shown, title_of
from engine.words import counted, say
from workbench.models.run_table import STATES, when

Kind = Literal["run", "text", "figure", "setting", "curve"]


@dataclass(frozen=True)
class Column:
    """What a column is called, what its heading explains, and how wide it is."""

    key: str
    title: str
    tip: str
    kind: Kind = "text"
    width: int = 96


RUN = Column("name", say("Run"), say("Check the runs to compare"), "run", 216)
_BEHIND = (
    Column(
        "data",
        say("Data, strangers"),
        say("Data set, and which strangers it was tested on"),
        width=292,
    ),
    Column("seed", say("Seed"), say("Where its random numbers began"), width=74),
    Column("state", say("State"), say("What became of it"), width=96),
    Column("when", say("When"), say("When it was last written"), width=116),
    Column(
        "curve",
        say("Learning"),
        say("What validation judges it by (accuracy, likeness, mAP, mIoU), pass by pass"),
        "curve",
        118,
    ),
)
_NAMES = {
    "modelnet": "ModelNet",
    "shapes": say("Shapes"),
    "modelnet_views": say("ModelNet, pictures"),
    "shapes_views": say("Shapes, pictures"),
    "streets": say("Streets"),
    "kitti": "KITTI",
    "nuscenes": "nuScenes",
    "waymo": say("Waymo"),
    "coco": "COCO",
    "frames": say("Indoor scans, pictures"),
    "folder_pairs": say("Own pictures"),
}
_WIDE = ("acc_closed", "acc_open", "f_measure")


def columns(
    lines: Sequence[Line],
    only_differing: bool,
    titles: Mapping[str, Title],
    figures: Mapping[str, tuple[str, str]] = FIGURES,
) -> list[Column]:
    """All columns; those of settings are of `lines`, the picked ones."""
    measured = [
        Column(key, title, term, "figure", 140 if key in _WIDE else 122)
        for key, (title, term) in figures.items()
    ]
    own = [
        Column(path, _heading(path, titles), f"{title_of(path, titles)} ({path})", "setting", 128)
        for path in _paths(lines, only_differing)
    ]
    recipe = Column("recipe", say("Recipe"), say("What is passed on, and by whom"), width=152)
    return [RUN, recipe, *measured, *own, *_BEHIND]


def _heading(path: str, titles: Mapping[str, Title]) -> str:
    """What differs comes first, then of which lesson: headings begin differently where they are cut."""
    title = titles.get(path)
    if title is None or not title.of:
        return title_of(path, titles)
    return f"{title.words[:1].upper()}{title.words[1:]} · {title.of}"


def _paths(lines: Sequence[Line], only_differing: bool) -> list[str]:
    hidden = ("recipe.name", "data.name", "data.protocol")
    every = dict.fromkeys(path for line in lines for path in line.settings)
    paths = differing(line.settings for line in lines) if only_differing else list(every)
    return [path for path in paths if path not in hidden]


def text_of(line: Line, column: Column, schema: Schema) -> str:
    """A cell in words."""
    if column.kind == "figure":
        return figure_text(line, column.key)
    if column.kind == "setting":
        return shown(column.key, line.settings.get(column.key))
    run = line.run
    match column.key:
        case "name":
            return run.name
        case "recipe":
            entry = schema.get("recipe", {}).get(run.recipe, {})
            return str(entry.get("title") or run.recipe.replace("_", " ").capitalize())
        case "data":
            met = f" · {protocol_word(line)}" if _meets_strangers(line) else ""
            return f"{data_word(line)}{met}"
        case "seed":
            return (
                str(line.seeds[0])
                if len(line.seeds) == 1
                else say("{seeds} seeds", seeds=len(line.seeds))
            )
        case "state":
            return STATES.get(run.state, run.state)
        case "when":
            return when(run.when)
    return counted(len(run.curve), "pass") if run.curve else ""


def figure_text(line: Line, key: str) -> str:
    """“87.1 %”, “87.1 ± 0.4 %”, or a dash for what was not measured."""
    figure = line.figure(key)
    return "–" if figure is None else f"{figure.text} %"


def difference(line: Line, baseline: Line | None, key: str) -> float | None:
    """A line's figure minus the baseline's, None where either is missing or both are one line."""
    if baseline is None or baseline.run.path == line.run.path:
        return None
    own, other = line.figure(key), baseline.figure(key)
    return None if own is None or other is None else own.mean - other.mean


def is_better(key: str, apart: float) -> bool:
    """Whether a difference to the baseline is for the better."""
    return apart < 0 if key in LESS_IS_BETTER else apart > 0


def sort_value(line: Line, column: Column, schema: Schema) -> Any:
    """What a column is sorted by: numbers as numbers, what is missing below all."""
    if column.kind == "figure":
        figure = line.figure(column.key)
        return -math.inf if figure is None else figure.mean
    if column.kind == "setting":
        value = line.settings.get(column.key)
        return (
            float(value)
            if isinstance(value, int | float)
            else text_of(line, column, schema).lower()
        )
    if column.key == "when":
        return line.run.when
    if column.key == "seed":
        return float(line.seeds[0])
    if column.key == "curve":
        return line.run.curve[-1] if line.run.curve else -math.inf
    return text_of(line, column, schema).lower()


def explain(line: Line, column: Column) -> str:
    """What a cell says when it is pointed at."""
    if column.kind == "figure":
        figure = line.figure(column.key)
        if figure is None:
            return say("Not measured")
        many = (
            say("mean and standard deviation over {count} seeds", count=figure.count)
            if figure.count > 1
            else say("one run")
        )
        at = say(", each at its own threshold") if column.key in FIGURES else ""
        return f"{column.tip}\n{many}{at}"
    if column.key == "data":
        if not _meets_strangers(line):
            return say("No strangers are met")
        told = PROTOCOLS.get(line.protocol, protocol_word(line))
        return say("{told}\nprotocol {protocol}", told=told, protocol=line.protocol)
    if column.key == "seed":
        return ", ".join(str(seed) for seed in line.seeds)
    if column.key == "when":
        return f"{datetime.fromtimestamp(line.run.when):%Y-%m-%d %H:%M}"
    return "\n".join(run.id for run in line.runs) if column.kind == "run" else ""


def data_word(line: Line) -> str:
    """The data set, and how many of its kinds are known."""
    known = line.run.started.known if line.run.started else line.run.experiment.data.known
    own = line.run.experiment.data.name
    name = _NAMES.get(own, own)
    return f"{name} {len(known)}" if known else name


def protocol_word(line: Line) -> str:
    """Which strangers it is tested on, as the window calls them, to stand in a sentence."""
    word = protocols.titles().get(line.protocol, line.protocol)
    return word[:1].lower() + word[1:]


def _meets_strangers(line: Line) -> bool:
    """False only where the run said that there are none."""
    return line.run.started is None or bool(line.run.started.strangers)
