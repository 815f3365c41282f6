"""PCD clouds of the Point Cloud Library: text, binary and compressed."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine import registry
from engine.formats.bounded import (
    MAX_HEADER,
    MAX_PROPERTIES,
    Damage,
    budget,
    check_fits,
    content,
)
from engine.formats.lzf import unpacked
from engine.formats.reader import Reader
from engine.formats.shape import Shape
from engine.formats.text import lines_of, table
from engine.words import say

_DATA = re.compile(rb"^DATA[ \t]+(\w+)[ \t]*\r?\n", re.MULTILINE)
_NORMALS = ["normal_x", "normal_y", "normal_z"]


@dataclass(frozen=True)
class _Header:
    """How many points there are, and the name, numpy type and number of values of each field."""

    points: int
    fields: tuple[tuple[str, str, int], ...]

    @property
    def row(self) -> int:
        return sum(np.dtype(kind).itemsize * count for _, kind, count in self.fields)

    def column(self, name: str) -> tuple[int, int]:
        """Position of a field: the how-manieth value of a row, and the how-manieth byte."""
        values = at = 0
        for other, kind, count in self.fields:
            if other == name:
                return values, at
            values, at = values + count, at + np.dtype(kind).itemsize * count
        raise Damage(say("its points have no field “{name}”", name=name))

    def kind(self, name: str) -> str:
        return next(kind for other, kind, _ in self.fields if other == name)


@registry.register("format", "pcd", title=say("PCD cloud"))
class Pcd(Reader):
    """Points that are not numbers mean “nothing measured here” in this format: they go."""

    suffixes = (".pcd",)

    def read(self, path: Path) -> Shape:
        """The points, with normals where the file has them."""
        data = content(path)
        start = _DATA.search(data, 0, MAX_HEADER)
        if start is None:
            raise Damage(say("it does not begin with a whole PCD header"))
        header = _header(data[: start.start()].decode("ascii", "replace"))
        reader = _READERS.get(start[1].lower())
        if reader is None:
            raise Damage(say("its kind of data is neither ascii, binary nor binary_compressed"))
        names = ["x", "y", "z"]
        if set(_NORMALS) <= {name for name, _, _ in header.fields}:
            names += _NORMALS
        rows = reader(data[start.end() :], header, names)
        rows = rows[np.isfinite(rows[:, :3]).all(axis=1)]
        return Shape(rows[:, :3], None, rows[:, 3:] if len(names) == 6 else None)


def _header(text: str) -> _Header:
    words = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.split()}
    names = words.get("FIELDS", [])
    kinds, ones = words.get("TYPE", []), ["1"] * len(names)
    sizes, counts = words.get("SIZE", ["4"] * len(names)), words.get("COUNT", ones)
    if not len(names) == len(kinds) == len(sizes) == len(counts) <= MAX_PROPERTIES:
        raise Damage(say("its header does not describe every field"))
    fields = []
    for name, kind, size, count in zip(names, kinds, sizes, counts, strict=True):
        if kind + size not in _KINDS or not _is_count(count) or not 0 < int(count) < MAX_HEADER:
            raise Damage(say("its field “{name}” is of no known type", name=name[:20]))
        fields.append((name, _KINDS[kind + size], int(count)))
    points = words.get("POINTS", ["?"])[:1]
    if not all(map(_is_count, points)):
        raise Damage(say("it does not say how many points it has"))
    return _Header(int(points[0]), tuple(fields))


_KINDS = {f"{kind}{size}": f"<{kind.lower()}{size}" for kind in "IU" for size in (1, 2, 4, 8)}
_KINDS |= {f"F{size}": f"<f{size}" for size in (4, 8)}


def _is_count(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < 16


def _ascii(body: bytes, header: _Header, names: list[str]) -> NDArray[np.float64]:
    check_fits(2 * header.points, len(body) + 1, say("{points} points", points=header.points))
    return table(lines_of(body), [header.column(name)[0] for name in names], header.points)


def _binary(body: bytes, header: _Header, names: list[str]) -> NDArray[np.float64]:
    check_fits(header.points * header.row, len(body), say("{points} points", points=header.points))
    bytes_ = np.frombuffer(body, np.uint8, header.points * header.row)
    rows = bytes_.reshape(header.points, header.row)
    columns = []
    for name in names:
        (_, at), kind = header.column(name), np.dtype(header.kind(name))
        columns.append(np.ascontiguousarray(rows[:, at : at + kind.itemsize]).view(kind)[:, 0])
    return np.stack(columns, axis=1).astype(np.float64)


def _compressed(body: bytes, header: _Header, names: list[str]) -> NDArray[np.float64]:
    """Field after field, all of it packed together; only as much is unpacked as is needed."""
    packed, size = int.from_bytes(body[:4], "little"), int.from_bytes(body[4:8], "little")
    check_fits(packed, len(body) - 8, say("{packed} packed bytes", packed=packed))
    if size != header.points * header.row or size > budget(len(body)):
        raise Damage(say("its packed data do not have the announced size"))
    starts = {name: header.column(name)[1] * header.points for name in names}
    ends = [starts[n] + header.points * np.dtype(header.kind(n)).itemsize for n in names]
    data = unpacked(body[8 : 8 + packed], max(ends))
    columns = [np.frombuffer(data, header.kind(n), header.points, starts[n]) for n in names]
    return np.stack(columns, axis=1).astype(np.float64)


_READERS = {b"ascii": _ascii, b"binary": _binary, b"binary_compressed": _compressed}
