"""The second table of a sweep: every line less one row, seed by seed, with the 95 % interval of the mean difference."""

from collections.abc import Sequence

from engine.paired import Paired, paired
from engine.sweep.table import Line, in_bars, names_of, scale_of, title_of
from engine.words import say


def against(table: Sequence[Line], base: str) -> str:
    """Markdown: mean difference [interval] of every figure, over the seeds both have. A star marks an interval that
    leaves out 0. Empty where nothing can be compared.

    A line is held against the base's line at the same place of the grid, or against its only one.
    """
    others = [
        (line, under) for line in table if line.row != base if (under := _base(table, line, base))
    ]
    paths = list(dict.fromkeys(path for line, _ in others for path in line.values))
    names = [name for name in names_of(table) if any(_of(*both, name).n for both in others)]
    if not names:
        return ""
    head = [say("less “{base}”", base=base), *paths, *map(title_of, names), "seeds"]
    body = [
        [line.row, *(str(line.values.get(path, "")) for path in paths)]
        + [_shown(_of(line, under, name), name) for name in names]
        + [str(max(_of(line, under, name).n for name in names))]
        for line, under in others
    ]
    rule = ["---"] * (1 + len(paths)) + ["--:"] * (len(names) + 1)
    return in_bars([head, rule, *body])


def _base(table: Sequence[Line], line: Line, base: str) -> Line | None:
    found = [other for other in table if other.row == base]
    same = [other for other in found if other.values == line.values]
    return same[0] if same else found[0] if len(found) == 1 else None


def _of(line: Line, under: Line, name: str) -> Paired:
    return paired(line.by_seed(name), under.by_seed(name))


def _shown(difference: Paired, name: str) -> str:
    factor, digits = scale_of(name)
    if not difference.n:
        return "–"
    mean = f"{difference.mean * factor:+.{digits}f}"
    if difference.n < 2:
        return mean
    low, high = difference.low * factor, difference.high * factor
    return f"{mean} [{low:+.{digits}f}, {high:+.{digits}f}]{' *' if difference.clear else ''}"
