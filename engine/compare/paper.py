"""The rows the paper printed and the runs of ours that belong to them; never a printed number as ours."""

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.compare.lines import Line
from engine.compare.settings import (
    Schema,
    Settings,
    protocol_of,
    settings_asked,
    shown,
    title_of,
    titles,
)
from engine.experiment import Choice, Experiment, Loss
from engine.places import resource
from engine.protocols import PAPER, STANDARD
from engine.store import RunSummary
from engine.words import say, translated

PAPERS_PROTOCOL = PAPER
THRESHOLD = 0.5
_TEACHER, _TAUGHT = "pointnet_teacher", ("distil", "joint")
_COMPARED = ("losses.", "recipe.", "net.")
PROTOCOLS = {
    PAPERS_PROTOCOL: say("33 strangers of each other kind, 990 in all, as the paper counted"),
    STANDARD: say("all 1,560 strangers of the test part, which the paper did not use"),
}
NOT_RUN = say("not run here yet")
OTHER_THRESHOLD = say("run, but not with a threshold of {threshold:g}", threshold=THRESHOLD)
OTHER_STRANGERS = say("run, but with other strangers")
OTHER_SCORE = say("run, but by another score than the highest probability")


@dataclass(frozen=True)
class Row:
    """One printed row: `percent` by figure; `net` has `parameters` parameters, its teacher `teacher_parameters` (0: it
    has none); `lessons` are its loss terms."""

    name: str
    recipe: str
    net: str
    parameters: int
    lessons: tuple[str, ...]
    percent: dict[str, float]
    teacher_parameters: int = 0


@dataclass(frozen=True)
class Ours:
    """What was measured here for a row: the line shown, other lines that belong there too, and in words which of its
    settings are not those of the row."""

    line: Line
    others: tuple[Line, ...]
    apart: tuple[str, ...] = ()


def printed() -> dict[str, Any]:
    """resources/paper.toml."""
    return _read()


def table_1() -> tuple[Row, ...]:
    """Known kinds right without a threshold."""
    return tuple(
        _row(row, {"acc_known_no_threshold": row["percent"]}) for row in _read()["known_right"]
    )


def table_2() -> tuple[Row, ...]:
    """Closed-set, open-set and total accuracy and F-measure at threshold 0.5."""
    keys = ("acc_closed", "acc_open", "acc_total", "f_measure")
    return tuple(_row(row, {key: row[key] for key in keys}) for row in _read()["open_set"])


def chosen_temperature(loss: str) -> float:
    """The temperature the paper settled on for KD or CRD."""
    return float(_read()["temperatures"][loss])


def same_kinds(data: str, known: Collection[str]) -> bool:
    """Whether these are the paper's data and known kinds."""
    return data == "modelnet" and sorted(known) == sorted(_read()["kinds"])


def belongs(run: RunSummary, row: Row) -> bool:
    """Whether a tested run is what the row describes: recipe, loss terms, net, data and known kinds, one teacher of the
    paper's size where there is one, and one look at each tested cloud."""
    started, experiment = run.started, run.experiment
    if started is None or not run.tested:
        return False
    silent = _read()["steadying"]
    return (
        run.recipe == row.recipe
        and sorted(term for term in started.terms if term not in silent) == sorted(row.lessons)
        and experiment.net.name in ("auto", row.net)
        and started.parameters == row.parameters
        and started.teacher_parameters == row.teacher_parameters
        and experiment.training.votes == 1
        and same_kinds(experiment.data.name, started.known)
    )


def losses_of(row: Row, schema: Schema) -> dict[str, Loss]:
    """A row's terms at the paper's temperatures. It prints no weights: they are the recipes' usual ones."""
    every = schema.get("recipe", {})
    own = every.get(row.recipe, {}).get("losses", {})
    usual = {name: weight for one in every.values() for name, weight in one["losses"].items()} | own
    steadying = [name for name in _read()["steadying"] if name in own]
    hot = _read()["temperatures"]
    return {
        name: Loss.model_validate(
            {"weight": usual.get(name, 1.0)} | ({"temperature": hot[name]} if name in hot else {})
        )
        for name in (*row.lessons, *steadying)
    }


def apart(line: Line, row: Row, schema: Schema) -> tuple[str, ...]:
    """In words, which settings of recipe, net and losses are not those of the row; none before the schema is there."""
    usual = _usual(row, schema)
    words = titles(schema)
    return tuple(
        say(
            "{setting} {ours}, not {theirs}",
            setting=title_of(path, words),
            ours=shown(path, line.settings.get(path)),
            theirs=shown(path, usual.get(path)),
        )
        for path in _other(line, usual)
    )


def _usual(row: Row, schema: Schema) -> Settings:
    """All settings of what a row describes; empty before the schema is there."""
    if row.recipe not in schema.get("recipe", {}):
        return {}
    asked = Experiment(recipe=Choice(name=row.recipe), losses=losses_of(row, schema))
    return settings_asked(asked, schema)


def _other(line: Line, usual: Settings) -> list[str]:
    """The paths that are not as usual, of those that make a row what it is."""
    paths = {**line.settings, **usual} if usual else {}
    return [
        path
        for path in paths
        if path.startswith(_COMPARED) and line.settings.get(path) != usual.get(path)
    ]


def ours_1(row: Row, lines: Iterable[Line], schema: Schema) -> Ours | None:
    """Ours for a row of Table 1; strangers and scores play no part, so every protocol counts."""
    return _ours(row, schema, (line for line in lines if belongs(line.run, row)))


def ours_2(row: Row, lines: Iterable[Line], protocol: str, schema: Schema) -> Ours | None:
    """Ours for a row of Table 2: by the highest probability at the paper's threshold, met with strangers of this
    protocol."""
    return _ours(
        row,
        schema,
        (
            line
            for line in lines
            if belongs(line.run, row)
            and _by_probability(line)
            and line.run.results.get("threshold") == THRESHOLD
            and protocol_of(line.run.experiment) == protocol
            and line.figure("acc_open") is not None
        ),
    )


def why_not_2(row: Row, lines: Iterable[Line], protocol: str) -> str:
    """Why there is nothing of ours beside a row of Table 2."""
    there = [line for line in lines if belongs(line.run, row)]
    met = [line for line in there if protocol_of(line.run.experiment) == protocol]
    if any(_by_probability(line) for line in met):
        return OTHER_THRESHOLD
    return OTHER_SCORE if met else OTHER_STRANGERS if there else NOT_RUN


def _by_probability(line: Line) -> bool:
    return bool(line.run.results.get("score", "msp") == "msp")


def _ours(row: Row, schema: Schema, lines: Iterable[Line]) -> Ours | None:
    """Shown is what has the fewest other settings, then what learnt longest, then what has most seeds, then the newest:
    never what did best."""
    usual = _usual(row, schema)
    found = sorted(
        lines,
        key=lambda line: (
            -len(_other(line, usual)),
            line.run.experiment.training.epochs,
            len(line.seeds),
            line.run.when,
        ),
        reverse=True,
    )
    return Ours(found[0], tuple(found[1:]), apart(found[0], row, schema)) if found else None


def _row(row: dict[str, Any], percent: dict[str, float]) -> Row:
    net = row["net"]
    outputs = "parameters_unknown" if row["recipe"] in ("open_set", "joint") else "parameters"
    return Row(
        translated(row["name"]),
        row["recipe"],
        net,
        _read()["nets"][net][outputs],
        tuple(row["lessons"]),
        percent,
        _read()["nets"][_TEACHER]["parameters"] if row["recipe"] in _TAUGHT else 0,
    )


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(resource("paper.toml").read_text(encoding="utf-8"))
