"""A laser's scan from a file of bare numbers, and numbers from lists that may hold anything."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.formats.bounded import Damage, content
from engine.words import say


def scan_of(path: Path, numbers: int) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """So many float32 a point: (N, numbers), and what is wrong with the file. Damage when it holds no whole point."""
    data = content(path)
    size = 4 * numbers
    count, rest = divmod(len(data), size)
    if not count:
        raise Damage(say("it does not hold one whole point"))
    points = np.frombuffer(data, "<f4", count * numbers).reshape(count, numbers).astype(np.float32)
    if not rest:
        return points, ()
    return points, (
        say(
            "its scan breaks off within a point; the {count} whole points before that are used",
            count=count,
        ),
    )


def matrix(values: Any, rows: int, columns: int) -> NDArray[np.float64]:
    """Numbers in lists, or a flat list of them, as a matrix. Damage when they are not just as many finite numbers."""
    try:
        result = np.array(values, np.float64).reshape(rows, columns)
    except (TypeError, ValueError, OverflowError):
        raise Damage(
            say(
                "it has no {rows} x {columns} numbers where it ought to", rows=rows, columns=columns
            )
        ) from None
    if not (np.abs(result) < 1e12).all():
        raise Damage(say("some of its numbers are not finite"))
    return result


def within(root: Path, name: Any) -> Path | None:
    """The file that a data set calls by this name, None when the name leads out of its folder."""
    if not isinstance(name, str) or not name or "\x00" in name:
        return None
    relative = Path(name)
    if relative.is_absolute() or ".." in relative.parts:
        return None
    return root / relative
