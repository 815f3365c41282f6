"""STL meshes, text or binary; the two are told apart by the length, because “solid” begins both."""

import re
from pathlib import Path

import numpy as np

from engine import registry
from engine.formats.bounded import Damage, check_fits, content
from engine.formats.reader import Reader
from engine.formats.shape import Shape
from engine.formats.text import table
from engine.words import say

_HEADER = 84
_TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("colour", "<u2")])
_VERTEX = re.compile(rb"vertex[ \t]+([^\r\n]*)", re.IGNORECASE)


@registry.register("format", "stl", title=say("STL mesh"))
class Stl(Reader):
    """Triangles with their own corners; the stored normals are passed over."""

    suffixes = (".stl",)

    def read(self, path: Path) -> Shape:
        """The mesh: three vertices a triangle."""
        data = content(path)
        count = int.from_bytes(data[80:_HEADER], "little") if len(data) >= _HEADER else -1
        whole = len(data) == _HEADER + count * _TRIANGLE.itemsize
        if not whole and data[:512].lstrip().lower().startswith(b"solid"):
            corners = table(_VERTEX.findall(data), range(3))
        elif count >= 0:
            check_fits(
                count * _TRIANGLE.itemsize,
                len(data) - _HEADER,
                say("{count} triangles", count=count),
            )
            rows = np.frombuffer(data, _TRIANGLE, count, _HEADER)
            corners = rows["corners"].reshape(-1, 3).astype(np.float64)
        else:
            raise Damage(say("it is neither a text nor a binary STL file"))
        if len(corners) % 3:
            raise Damage(say("its last triangle is not whole"))
        return Shape(corners, np.arange(len(corners)).reshape(-1, 3))
