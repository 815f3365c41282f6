"""Parquet tables through pyarrow, an extra that only Waymo's files need: a row where it is asked for, not the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from engine.errors import DataError
from engine.formats.bounded import Damage
from engine.words import say

SEGMENT, TIME = "key.segment_context_name", "key.frame_timestamp_micros"
Row = dict[str, Any]
_MOST_BYTES = 4 << 30  # of the rows that are read at once


def pyarrow_parquet() -> ModuleType:
    """The library; a DataError says how to install it."""
    try:
        import pyarrow.parquet
    except ImportError:
        raise DataError(
            say(
                "Waymo’s files need pyarrow, which is not installed. Nothing was read. Install it with "
                "“python -m pip install pyarrow” or as this program’s extra “waymo”, then try again."
            )
        ) from None
    module: ModuleType = pyarrow.parquet
    return module


class Table:
    """One file. Rows are found by the time of the frame, and by the number of a camera or laser where they have one."""

    def __init__(self, path: Path, columns: Iterable[str], number: str = "") -> None:
        """Reads the keys only. columns: all that will be asked for; those that a file lacks are None in each row."""
        self.path = path
        self._file = pyarrow_parquet().ParquetFile(path)
        here = set(self._file.schema_arrow.names)
        self._columns = [name for name in columns if name in here]
        self._number = number if number in here else ""
        keys = [name for name in (TIME, self._number) if name and name in here]
        self._where: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        self._kept: tuple[int, Any] = (-1, None)
        for group in range(self._file.num_row_groups):
            self._index(group, keys)

    def times(self, number: int) -> list[int]:
        """Of which frames there are rows with this camera or laser, in order."""
        return sorted(time for time, of_row in self._where if of_row == number)

    def rows(self, time: int = 0, number: int = 0) -> list[Row]:
        """The rows of a frame, 0 where the file knows no time, with this camera or laser."""
        return [self._row(group, row) for group, row in self._where.get((time, number), ())]

    def row(self, time: int = 0, number: int = 0) -> Row | None:
        """The first of them, None without one."""
        found = self._where.get((time, number))
        return self._row(*found[0]) if found else None

    def _index(self, group: int, keys: list[str]) -> None:
        rows = self._file.read_row_group(group, columns=keys).to_pydict()
        count = self._file.metadata.row_group(group).num_rows
        times = rows.get(TIME, [0] * count)
        numbers = rows.get(self._number, [0] * count)
        for row, (time, number) in enumerate(zip(times, numbers, strict=True)):
            self._where[int(time), number_of(number)].append((group, row))

    def _row(self, group: int, row: int) -> Row:
        if self._kept[0] != group:
            about = self._file.metadata.row_group(group)
            parts = [about.column(at) for at in range(about.num_columns)]
            size = sum(
                part.total_uncompressed_size
                for part in parts
                if part.path_in_schema.split(".list.")[0] in self._columns
            )
            if size > _MOST_BYTES:
                raise Damage(say("it announces more rows at once than the memory holds"))
            self._kept = group, self._file.read_row_group(group, columns=self._columns)
        table = self._kept[1]
        return {name: _value(table.column(name), row) for name in self._columns}


def number_of(value: Any) -> int:
    """The number of a camera or laser, which some files write as a text."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return _NAMES.get(str(value).upper(), -1)


_NAMES = {"FRONT": 1, "FRONT_LEFT": 2, "FRONT_RIGHT": 3, "SIDE_LEFT": 4, "SIDE_RIGHT": 5, "TOP": 1}


def _value(column: Any, row: int) -> Any:
    """A list as an array, whatever else as Python has it."""
    value = column[row]
    if hasattr(value, "values") and value.values is not None:
        return value.values.to_numpy(zero_copy_only=False)
    return value.as_py()
