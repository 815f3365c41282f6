"""A laser's scan from a file of bare numbers, and numbers from lists that may hold anything."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.formats.bounded import Damage, content


def scan_of(path: Path, numbers: int) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """So many float32 a point: (N, numbers), and what is wrong with the file. Damage when it holds no whole point."""
    data = content(path)
    size = 4 * numbers
    count, rest = divmod(len(data), size)
    if not count:
        raise Damage("it does not hold one whole point")
    points = np.frombuffer(data, "<f4", count * numbers).reshape(count, numbers).astype(np.float32)
    if not rest:
        return points, ()
    return points, (
        f"its scan breaks off within a point; the {count} whole points before that are used",
    )


def matrix(values: Any, rows: int, columns: int) -> NDArray[np.float64]:
    """Numbers in lists, or a flat list of them, as a matrix. Damage when they are not just as many finite numbers."""
    try:
        result = np.array(values, np.float64).reshape(rows, columns)
    except (TypeError, ValueError, OverflowError):
        raise Damage(f"it has no {rows} x {columns} numbers where it ought to") from None
    if not (np.abs(result) < 1e12).all():
        raise Damage("some of its numbers are not finite")
    return result


def rigid(values: Any) -> NDArray[np.float64]:
    """(4, 4), a turn and a shift, from 3 x 4 or 4 x 4 numbers. Damage when it is something else."""
    try:
        rows = np.array(values, np.float64).size // 4
    except (TypeError, ValueError, OverflowError):
        rows = 0
    whole = np.eye(4)
    whole[:3] = matrix(values, 4 if rows == 4 else 3, 4)[:3]
    turn = whole[:3, :3]
    if np.abs(turn @ turn.T - np.eye(3)).max() > 1e-2 or np.linalg.det(turn) < 0:
        raise Damage("what ought to turn axes into others does not")
    return whole
