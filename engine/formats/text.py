"""Numbers in lines of text, read by numpy's compiled reader."""

import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.formats.bounded import Damage
from engine.formats.shape import fan, indices
from engine.words import say

_BLANK_LINE = re.compile(rb"(?:\A|\n)(?:[ \t\v\f]*\n|[ \t\v\f]+\Z)")


def lines_of(data: bytes) -> Iterator[bytes]:
    """The lines that are not blank, one by one, without what follows a `#`."""
    if b"#" in data:
        data = re.sub(rb"#[^\r\n]*", b"", data)
    if b"\r" in data:
        data = data.replace(b"\r", b"\n")
    lines = io.BytesIO(data)
    # Looking for a blank line first costs far less than looking at every line.
    if _BLANK_LINE.search(data) is None:
        return iter(lines)
    return (line for line in lines if not line.isspace())


def table(
    lines: Iterable[bytes], columns: Sequence[int], rows: int | None = None
) -> NDArray[np.float64]:
    """These columns of the next lines of numbers between blanks: (lines, columns) float64.

    Takes as many lines as there are, or just `rows`; Damage when there are fewer, or when one of a list is blank,
    for numpy would pass over it and every row after it would be taken for the one before.
    """
    if isinstance(lines, list) and not all(map(bytes.strip, lines)):
        raise Damage(say("a line that should hold numbers is blank"))
    lines = iter(lines)
    first = next(lines, None) if rows != 0 else None
    numbers = np.empty((0, len(columns)))
    if first is not None:
        lines = itertools.chain([first], lines)
        try:
            numbers = np.loadtxt(
                lines, comments=None, usecols=columns, max_rows=rows, ndmin=2, encoding="latin1"
            )
        except (ValueError, IndexError, OverflowError):
            what = (
                say("a number")
                if len(columns) == 1
                else say("{columns} numbers", columns=len(columns))
            )
            raise Damage(say("a line that should hold {what} does not", what=what)) from None
    if rows is not None and len(numbers) < rows:
        raise Damage(
            say("it ends after {numbers} of {rows} lines", numbers=len(numbers), rows=rows)
        )
    return numbers


def polygons(
    lines: Sequence[bytes], sizes: NDArray[np.int64], skip: int, count: int
) -> NDArray[np.int64]:
    """Triangles from lines of corner indices below `count`; `skip` columns stand before them.

    Polygons are cut into fans; lines of fewer than three corners have no surface: left out.
    """
    found = [np.empty((0, 3), np.int64)]
    longest = max(map(len, lines), default=0)
    for size in np.unique(sizes[sizes >= 3]).tolist():
        if size > longest:
            raise Damage(
                say("a face announces {size} corners, which is more than its line holds", size=size)
            )
        here = np.flatnonzero(sizes == size).tolist()
        chosen = lines if len(here) == len(lines) else [lines[row] for row in here]
        corners = table(chosen, range(skip, skip + size))
        found.append(fan(indices(corners, count)))
    return np.concatenate(found)
