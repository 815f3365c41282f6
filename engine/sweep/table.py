"""The table of a sweep: mean and standard deviation over the seeds, as Markdown to read and CSV to go on with."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.compare.lines import Figure, over_seeds
from engine.sweep.figures import SHARES
from engine.sweep.plan import Cell

_SHARES = 6  # of the figures, the first so many
_PLAIN = {
    "auroc": (1, 3),
    "r2": (1, 3),
    "likeness": (1, 3),
    "reconstruction": (1, 5),
} | dict.fromkeys(("r2/laser", "r2/outlines", "probe_depth", "probe_depth_untaught"), (1, 3))


@dataclass(frozen=True)
class Line:
    """A row at one place of the grid: the figures of every seed that is done."""

    row: str
    values: dict[str, Any]
    seeds: tuple[int, ...]
    done: tuple[dict[str, Any], ...]

    def by_seed(self, name: str) -> dict[int, float]:
        """A figure of every seed that has it."""
        told = zip(self.seeds, self.done, strict=True)
        return {seed: figures[name] for seed, figures in told if name in figures}

    def figure(self, name: str) -> Figure | None:
        """A figure over the seeds that have it; None where none has."""
        return over_seeds(figures[name] for figures in self.done if name in figures)


def lines(cells: Iterable[Cell], done: dict[str, dict[str, Any]]) -> list[Line]:
    """The table's lines in the order of the plan; `done` has the figures of every cell that is done."""
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(f"{cell.row} {cell.values}", []).append(cell)
    return [
        Line(
            group[0].row,
            group[0].values,
            tuple(cell.seed for cell in group if cell.key in done),
            tuple(done[cell.key] for cell in group if cell.key in done),
        )
        for group in groups.values()
    ]


def markdown(table: Sequence[Line]) -> str:
    """A Markdown table: shares in percent, AUROC as a number."""
    paths = _paths(table)
    head = ["row", *paths, *map(title_of, names_of(table)), "seeds", "epochs", "minutes", "device"]
    body = [
        [line.row, *(str(line.values.get(path, "")) for path in paths)]
        + [_shown(name, line.figure(name)) for name in names_of(table)]
        + [
            str(len(line.done)),
            _mean(line, "epochs", ".4g"),
            _mean(line, "minutes", ".1f"),
            _devices(line),
        ]
        for line in table
    ]
    rule = ["---"] * (1 + len(paths)) + ["--:"] * (len(head) - len(paths) - 2) + ["---"]
    return in_bars([head, rule, *body])


def comma_separated(table: Sequence[Line]) -> str:
    """The same as CSV, shares from 0 to 1, mean and standard deviation (sd) in columns of their own."""
    paths, names = _paths(table), names_of(table)
    both = [f"{name}_{what}" for name in names for what in ("mean", "sd")]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["row", *paths, *both, "seeds", "epochs", "minutes", "device"])
    for line in table:
        shares = [value for name in names for value in _both(line.figure(name))]
        rest = [len(line.done), _mean(line, "epochs", ".6g"), _mean(line, "minutes", ".6g")]
        writer.writerow(
            [
                line.row,
                *(line.values.get(path, "") for path in paths),
                *shares,
                *rest,
                _devices(line),
            ]
        )
    return text.getvalue()


def _paths(table: Sequence[Line]) -> list[str]:
    return list(dict.fromkeys(path for line in table for path in line.values))


def names_of(table: Sequence[Line]) -> list[str]:
    """The shares of a recognition, unless only others were measured; every other figure that a result has."""
    found = [name for name in SHARES if any(line.figure(name) for line in table)]
    shares = list(SHARES)[:_SHARES]
    recognised = not found or bool(set(shares) & set(found))
    return [name for name in SHARES if name in found or (recognised and name in shares)]


def title_of(name: str) -> str:
    """The head of a figure's column."""
    return SHARES[name]


def scale_of(name: str) -> tuple[int, int]:
    """What a figure is shown times, and with how many digits: shares are percent."""
    return _PLAIN.get(name, (100, 2))


def _shown(name: str, figure: Figure | None) -> str:
    if figure is None:
        return "–"
    factor, digits = scale_of(name)
    deviation = figure.deviation
    spread = f" ± {deviation * factor:.{digits}f}" if deviation is not None else ""
    return f"{figure.mean * factor:.{digits}f}{spread}"


def _both(figure: Figure | None) -> tuple[float | None, float | None]:
    return (figure.mean, figure.deviation) if figure is not None else (None, None)


def _mean(line: Line, name: str, form: str) -> str:
    figure = line.figure(name)
    return format(figure.mean, form) if figure is not None else ""


def _devices(line: Line) -> str:
    return ", ".join(sorted({figures.get("device", "") for figures in line.done}))


def in_bars(rows: Iterable[Sequence[str]]) -> str:
    """Rows of text as a Markdown table."""
    escaped = ([text.replace("|", "\\|") for text in row] for row in rows)
    return "".join(f"| {' | '.join(row)} |\n" for row in escaped)
