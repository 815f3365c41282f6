"""Wavefront OBJ meshes: the points and faces; materials and textures are never opened."""

import re
from pathlib import Path

import numpy as np

from engine import registry
from engine.formats.bounded import Damage, content
from engine.formats.reader import Reader
from engine.formats.shape import Shape
from engine.formats.text import lines_of, polygons, table
from engine.words import say


@registry.register("format", "obj", title=say("Wavefront OBJ mesh"))
class Obj(Reader):
    """All objects of a file taken together, polygons cut into triangles."""

    suffixes = (".obj",)

    def read(self, path: Path) -> Shape:
        """The mesh, or the points when there is no face."""
        data = re.sub(rb"\\\r?\n", b" ", content(path))
        vertices: list[bytes] = []
        corners: list[bytes] = []
        for line in lines_of(data):
            word, _, rest = line.strip().replace(b"\t", b" ").partition(b" ")
            if word == b"v":
                vertices.append(rest)
            elif word == b"f":
                corners.append(_absolute(rest, len(vertices)))
        sizes = np.array([len(line.split()) for line in corners], np.int64)
        faces = polygons(corners, sizes, 0, len(vertices))
        return Shape(table(vertices, range(3)), faces if len(faces) else None)


def _absolute(line: bytes, so_far: int) -> bytes:
    """Corners counted from 0, texture and normal dropped; negative ones count back from here."""
    if b"/" in line:
        line = re.sub(rb"/\S*", b"", line)
    try:
        numbers = [int(word) for word in line.split()]
    except ValueError:
        raise Damage(say("a face holds something other than whole numbers")) from None
    return b" ".join(b"%d" % (n - 1 if n > 0 else so_far + n if n < 0 else -1) for n in numbers)
