"""The table of a sweep: mean and standard deviation over the seeds, as Markdown to read and CSV to go on with."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.atomic import write_text
from engine.compare.lines import Figure, over_seeds
from engine.sweep.figures import SHARES
from engine.sweep.plan import Cell

_SHARES = 6  # of the figures, the first so many
_PLAIN = {"auroc": (1, 3), "r2": (1, 3), "likeness": (1, 3), "reconstruction": (1, 5)}


@dataclass(frozen=True)
class Line:
    """A row at one place of the grid: the figures of every seed that is done."""

    row: str
    values: dict[str, Any]
    done: tuple[dict[str, Any], ...]

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
            tuple(done[cell.key] for cell in group if cell.key in done),
        )
        for group in groups.values()
    ]


def markdown(table: Sequence[Line]) -> str:
    """A Markdown table: shares in percent, AUROC as a number."""
    paths = _paths(table)
    head = ["row", *paths, *_titles(table), "seeds", "epochs", "minutes", "device"]
    body = [
        [line.row, *(str(line.values.get(path, "")) for path in paths)]
        + [_shown(name, line.figure(name)) for name in _names(table)]
        + [
            str(len(line.done)),
            _mean(line, "epochs", ".4g"),
            _mean(line, "minutes", ".1f"),
            _devices(line),
        ]
        for line in table
    ]
    rule = ["---"] * (1 + len(paths)) + ["--:"] * (len(head) - len(paths) - 2) + ["---"]
    return "".join(f"| {' | '.join(_escaped(row))} |\n" for row in [head, rule, *body])


def comma_separated(table: Sequence[Line]) -> str:
    """The same as CSV, shares from 0 to 1, mean and standard deviation (sd) in columns of their own."""
    paths, names = _paths(table), _names(table)
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


def write_table(folder: Path, table: Sequence[Line]) -> str:
    """Write table.md and table.csv; returns the Markdown."""
    text = markdown(table)
    write_text(folder / "table.md", text)
    write_text(folder / "table.csv", comma_separated(table))
    return text


def _paths(table: Sequence[Line]) -> list[str]:
    return list(dict.fromkeys(path for line in table for path in line.values))


def _names(table: Sequence[Line]) -> list[str]:
    """The shares of a recognition, unless only others were measured; every other figure that a result has."""
    found = [name for name in SHARES if any(line.figure(name) for line in table)]
    shares = list(SHARES)[:_SHARES]
    recognised = not found or bool(set(shares) & set(found))
    return [name for name in SHARES if name in found or (recognised and name in shares)]


def _titles(table: Sequence[Line]) -> list[str]:
    return [SHARES[name] for name in _names(table)]


def _shown(name: str, figure: Figure | None) -> str:
    if figure is None:
        return "–"
    factor, digits = _PLAIN.get(name, (100, 2))
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


def _escaped(row: list[str]) -> list[str]:
    return [text.replace("|", "\\|") for text in row]
