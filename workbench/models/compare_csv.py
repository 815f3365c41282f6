"""The table of runs as CSV: one line a row, shares with all digits, names of settings as in a recipe file."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from engine.compare.lines import Line, figures_of

_FACTS = ("name", "recipe", "data", "protocol", "seeds", "state", "when", "runs")


def as_csv(lines: Sequence[Line], settings: Sequence[str]) -> str:
    """Text of a CSV file. A figure has its mean, its deviation and over how many seeds; empty: not measured."""
    figures = figures_of(lines)
    measured = [f"{key}{part}" for key in figures for part in ("", "_deviation", "_seeds")]
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow([*_FACTS, *measured, *settings])
    for line in lines:
        table.writerow([*_facts(line), *_figures(line, figures), *_settings(line, settings)])
    return out.getvalue()


def _facts(line: Line) -> list[str]:
    run = line.run
    seeds = " ".join(str(seed) for seed in line.seeds)
    moment = datetime.fromtimestamp(run.when, UTC).isoformat(timespec="seconds")
    ids = " ".join(one.id for one in line.runs)
    return [
        run.name,
        run.recipe,
        run.experiment.data.name,
        line.protocol,
        seeds,
        run.state,
        moment,
        ids,
    ]


def _figures(line: Line, figures: Iterable[str]) -> list[str]:
    cells: list[str] = []
    for key in figures:
        figure = line.figure(key)
        if figure is None:
            cells += ["", "", "0"]
        else:
            spread = "" if figure.deviation is None else repr(figure.deviation)
            cells += [repr(figure.mean), spread, str(figure.count)]
    return cells


def _settings(line: Line, settings: Sequence[str]) -> list[str]:
    values = [line.settings.get(path) for path in settings]
    return [
        ""
        if value is None
        else " ".join(map(str, value))
        if isinstance(value, tuple)
        else str(value)
        for value in values
    ]
