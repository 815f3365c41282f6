"""The rows the paper printed and the runs of ours that belong to them; never a printed number as ours."""

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.compare.lines import Line
from engine.compare.settings import protocol_of
from engine.places import resource
from engine.protocols import PAPER, STANDARD
from engine.store import RunSummary

PAPERS_PROTOCOL = PAPER
THRESHOLD = 0.5
PROTOCOLS = {
    PAPERS_PROTOCOL: "33 strangers of each other kind, 990 in all, as the paper counted",
    STANDARD: "all 1,560 strangers of the test part, which the paper did not use",
}
NOT_RUN = "not run here yet"
OTHER_THRESHOLD = f"run, but not with a threshold of {THRESHOLD:g}"
OTHER_STRANGERS = "run, but with other strangers"


@dataclass(frozen=True)
class Row:
    """One printed row: `percent` by figure; `net` has `parameters` parameters; `lessons` are its loss terms."""

    name: str
    recipe: str
    net: str
    parameters: int
    lessons: tuple[str, ...]
    percent: dict[str, float]


@dataclass(frozen=True)
class Ours:
    """What was measured here for a row: the line shown, and other lines that belong there too."""

    line: Line
    others: tuple[Line, ...]


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
    """Whether a tested run is what the row describes: recipe, loss terms, net, data and known kinds."""
    started, experiment = run.started, run.experiment
    if started is None or not run.tested:
        return False
    silent = _read()["steadying"]
    return (
        run.recipe == row.recipe
        and sorted(term for term in started.terms if term not in silent) == sorted(row.lessons)
        and experiment.net.name in ("auto", row.net)
        and started.parameters == row.parameters
        and same_kinds(experiment.data.name, started.known)
    )


def ours_1(row: Row, lines: Iterable[Line]) -> Ours | None:
    """Ours for a row of Table 1; strangers play no part, so every protocol counts."""
    return _ours(line for line in lines if belongs(line.run, row))


def ours_2(row: Row, lines: Iterable[Line], protocol: str) -> Ours | None:
    """Ours for a row of Table 2: at the paper's threshold, met with strangers of this protocol."""
    return _ours(
        line
        for line in lines
        if belongs(line.run, row)
        and line.run.results.get("threshold") == THRESHOLD
        and protocol_of(line.run.experiment) == protocol
        and line.figure("acc_open") is not None
    )


def why_not_2(row: Row, lines: Iterable[Line], protocol: str) -> str:
    """Why there is nothing of ours beside a row of Table 2."""
    there = [line for line in lines if belongs(line.run, row)]
    if any(protocol_of(line.run.experiment) == protocol for line in there):
        return OTHER_THRESHOLD
    return OTHER_STRANGERS if there else NOT_RUN


def _ours(lines: Iterable[Line]) -> Ours | None:
    """Shown is what learnt longest, then what has most seeds, then the newest: never what did best."""
    found = sorted(
        lines,
        key=lambda line: (line.run.experiment.training.epochs, len(line.seeds), line.run.when),
        reverse=True,
    )
    return Ours(found[0], tuple(found[1:])) if found else None


def _row(row: dict[str, Any], percent: dict[str, float]) -> Row:
    net = row["net"]
    outputs = "parameters_unknown" if row["recipe"] in ("open_set", "joint") else "parameters"
    return Row(
        row["name"],
        row["recipe"],
        net,
        _read()["nets"][net][outputs],
        tuple(row["lessons"]),
        percent,
    )


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(resource("paper.toml").read_text(encoding="utf-8"))
