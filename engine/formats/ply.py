"""PLY meshes and clouds: the header is checked here, the body is read by plyfile."""

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import registry
from engine.formats.bounded import MAX_HEADER, MAX_PROPERTIES, Damage, check_fits, content
from engine.formats.reader import Reader
from engine.formats.shape import Shape, fan, indices
from engine.words import say

_BYTES = {
    **dict.fromkeys(("char", "uchar", "int8", "uint8"), 1),
    **dict.fromkeys(("short", "ushort", "int16", "uint16"), 2),
    **dict.fromkeys(("int", "uint", "float", "int32", "uint32", "float32"), 4),
    **dict.fromkeys(("double", "float64"), 8),
}
_PLAIN = {"vertex": "points", "face": "faces"}
_END = re.compile(rb"^end_header[ \t]*(\r\n|\n|\r)", re.MULTILINE)


@registry.register("format", "ply", title=say("PLY mesh or cloud"))
class Ply(Reader):
    """Text and binary; the element `vertex` with x, y, z and, where there is one, `face`."""

    suffixes = (".ply",)

    def read(self, path: Path) -> Shape:
        """The mesh, or the points when there is no face."""
        ply, vertices = _opened(path)
        normals = _columns(ply["vertex"], "nx", "ny", "nz")
        return Shape(vertices, _faces(ply, len(vertices)), normals)


def coloured(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """The vertices (V, 3) of a file as they are, and their red, green and blue (V, 3) where it has them."""
    ply, vertices = _opened(path)
    return vertices, _columns(ply["vertex"], "red", "green", "blue")


def _opened(path: Path) -> tuple[Any, NDArray[np.float64]]:
    """The file once its header was checked, and its vertices (V, 3)."""
    data = content(path)
    ply = _parsed(path, data, *_check_header(data))
    if "vertex" not in ply:
        raise Damage(say("it has no element “vertex”"))
    vertices = _columns(ply["vertex"], "x", "y", "z")
    if vertices is None:
        raise Damage(say("its vertices have no x, y and z"))
    return ply, vertices


def _check_header(data: bytes) -> tuple[bool, dict[str, list[str]]]:
    """Whether it is text, and the list properties of each element that has some.

    Damage unless the body can hold what the header announces.
    """
    end = _END.search(data, 0, MAX_HEADER)
    if not data.startswith(b"ply") or end is None:
        raise Damage(say("it does not begin with a whole PLY header"))
    lines = data[: end.start()].decode("ascii", "replace").splitlines()
    text = any(line.split()[:2] == ["format", "ascii"] for line in lines)
    left, needed = len(data) - end.end() + 1, 0
    lists: dict[str, list[str]] = {}
    for name, count, properties in _elements(lines):
        row = sum(2 if text else _BYTES[words[1]] for words in properties)
        if count and not row:
            raise Damage(say("its element “{name}” has no properties", name=name))
        needed += count * row
        check_fits(needed, left, f"{count} {_PLAIN.get(name, f'of “{name}”')}")
        if names := [words[-1] for words in properties if words[0] == "list"]:
            lists[name] = names
    return text, lists


def _elements(lines: list[str]) -> list[tuple[str, int, list[list[str]]]]:
    """Name, count and properties of each element; a property is [kind, type, ..., name]."""
    found: list[tuple[str, int, list[list[str]]]] = []
    properties = 0
    for words in map(str.split, lines):
        if words[:1] == ["element"] and len(words) == 3 and words[2].isdecimal():
            if len(words[2]) > 15:
                raise Damage(say("it announces more elements than any file holds"))
            found.append((words[1], int(words[2]), []))
        elif words[:1] == ["property"] and found and len(words) in (3, 5):
            property_ = words[1:] if words[1] == "list" else ["one", *words[1:]]
            for type_ in property_[1:-1]:
                if type_ not in _BYTES:
                    raise Damage(say("“{type}” is not a PLY type", type=type_[:20]))
            found[-1][2].append(property_)
            properties += 1
        elif words[:1] in (["element"], ["property"]):
            raise Damage(say("its header has a line that makes no sense"))
    if properties > MAX_PROPERTIES:
        raise Damage(
            say("it announces more than {max_properties} properties", max_properties=MAX_PROPERTIES)
        )
    return found


def _parsed(path: Path, data: bytes, text: bool, lists: dict[str, list[str]]) -> Any:
    from plyfile import PlyData, PlyParseError

    # Triangles only, the usual case, can be mapped in one go: 50 times faster than row by row.
    if not text and set(lists) == {"face"} and len(lists["face"]) == 1:
        with contextlib.suppress(PlyParseError, ValueError):
            known = {"face": {lists["face"][0]: 3}}
            return PlyData.read(str(path), mmap="c", known_list_len=known)
    return PlyData.read(io.BytesIO(data), mmap=False)


def _columns(element: Any, *names: str) -> NDArray[np.float64] | None:
    rows = element.data
    if not set(names) <= set(rows.dtype.names or ()):
        return None
    return np.stack([np.asarray(rows[name], np.float64) for name in names], axis=1)


def _faces(ply: Any, count: int) -> NDArray[np.int64] | None:
    if "face" not in ply or not ply["face"].count:
        return None
    rows = ply["face"].data
    name = next((n for n in ("vertex_indices", "vertex_index") if n in rows.dtype.names), None)
    if name is None:
        raise Damage(say("its faces have no “vertex_indices”"))
    polygons = rows[name]
    if polygons.dtype != object:
        return fan(indices(polygons, count))
    sizes = np.fromiter(map(len, polygons), np.int64, len(polygons))
    found = [np.empty((0, 3), np.int64)]
    for size in np.unique(sizes[sizes >= 3]):
        found.append(fan(indices(np.stack(list(polygons[sizes == size])), count)))
    return np.concatenate(found)
