"""Points as lines of numbers: x y z and perhaps more, between blanks, commas or semicolons."""

import itertools
from pathlib import Path

from engine import registry
from engine.formats.bounded import Damage, content
from engine.formats.reader import Reader
from engine.formats.shape import Shape, unit_normals
from engine.formats.text import lines_of, table
from engine.words import say

_TO_BLANKS = bytes.maketrans(b",;", b"  ")


@registry.register("format", "xyz", title=say("Lines of numbers"))
class Xyz(Reader):
    """A first line may hold a count (pts) or column names; six columns may hold normals."""

    suffixes = (".xyz", ".pts", ".txt", ".csv", ".asc", ".xyzn")

    def read(self, path: Path) -> Shape:
        """The points, with normals when columns four to six are unit vectors."""
        data = content(path).removeprefix(b"\xef\xbb\xbf").translate(_TO_BLANKS)
        lines = lines_of(data)
        first = next(lines, b"")
        words, announced = first.split(), None
        if len(words) == 1 and words[0].isdigit():
            announced, first = int(words[0][:16]), next(lines, b"")
        elif words and not _is_number(words[0]):
            first = next(lines, b"")
        columns = range(6 if len(first.split()) >= 6 else 3)
        rows = table(itertools.chain([first] if first else [], lines), columns)
        if announced is not None and announced != len(rows):
            raise Damage(
                say(
                    "it announces {announced} points and holds {rows}",
                    announced=announced,
                    rows=len(rows),
                )
            )
        return Shape(rows[:, :3], None, unit_normals(rows[:, 3:]) if len(columns) == 6 else None)


def _is_number(word: bytes) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
