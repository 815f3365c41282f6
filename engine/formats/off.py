"""OFF meshes, ModelNet's own format, with or without its glued first line (`OFF490 518 0`)."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine import registry
from engine.formats.bounded import MAX_HEADER, Damage, check_fits, content
from engine.formats.reader import Reader
from engine.formats.shape import Shape
from engine.formats.text import lines_of, polygons, table
from engine.words import say

# Geomview's keyword: texture, colour, normal, then forms of more dimensions that nobody exports.
_KEYWORD = re.compile(rb"(?:\s|#[^\r\n]*[\r\n])*(?:ST)?C?(N)?(4)?(n)?OFF(\s+BINARY)?")
_SHORTEST_LINE = 2


@registry.register("format", "off", title=say("OFF mesh"))
class Off(Reader):
    """Vertices, then polygons as index lists; colours are passed over."""

    suffixes = (".off", ".coff", ".noff")

    def read(self, path: Path) -> Shape:
        """The mesh, its polygons cut into triangles."""
        data = content(path)
        keyword = _KEYWORD.match(data, 0, MAX_HEADER)
        if keyword is None:
            raise Damage(say("it does not begin with the word OFF"))
        normals, *others = keyword.groups()
        if any(others):
            raise Damage(
                say("binary OFF files and those of other than three dimensions are not read")
            )
        lines = lines_of(data[keyword.end() :])
        points, faces = _counts(next(lines, b""))
        announced = say("{points} vertices and {faces} faces", points=points, faces=faces)
        check_fits((points + faces) * _SHORTEST_LINE, len(data), announced)
        rows = table(lines, range(6 if normals else 3), points)
        return Shape(rows[:, :3], _faces(lines, faces, points), rows[:, 3:] if normals else None)


def _counts(line: bytes) -> tuple[int, int]:
    words = line.split()[:2]
    if len(words) < 2 or not all(word.isdigit() and len(word) < 16 for word in words):
        raise Damage(say("it does not say how many vertices and faces it has"))
    return int(words[0]), int(words[1])


def _faces(lines: Iterator[bytes], count: int, points: int) -> NDArray[np.int64]:
    rows = list(itertools.islice(lines, count))
    if len(rows) == count and {row[:2] for row in rows} == {b"3 "}:
        sizes = np.full(count, 3)  # nearly every mesh there is: spares one pass over the lines
    else:
        sizes = np.clip(table(rows, [0], count)[:, 0], 0, 1 << 31).astype(np.int64)
    return polygons(rows, sizes, 1, points)
