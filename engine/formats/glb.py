"""glTF 2.0 scenes, which phones and scanning programs write: one file (glb), or text with buffers beside it (gltf).

Only places and faces are read: no pictures, no bones, nothing compressed. Every count is checked against the bytes
there are before anything is allocated.
"""

import base64
import binascii
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import registry
from engine.formats.bounded import Damage, budget, check_fits, content
from engine.formats.reader import Reader
from engine.formats.shape import Shape, indices
from engine.formats.transforms import matrix_of
from engine.words import say

_MOST_JSON = 64 << 20
_MOST_NODES = 100_000
_DEEPEST = 200
_TYPES = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC3": 3}
_PACKED = {
    "KHR_draco_mesh_compression": say("Draco"),
    "EXT_meshopt_compression": "meshopt",
}
_POINTS, _TRIANGLES, _STRIP, _FAN = 0, 4, 5, 6


@registry.register("format", "glb", title=say("glTF scene"))
class Gltf(Reader):
    """All meshes of the scene where its nodes put them, taken together."""

    suffixes = (".glb", ".gltf")

    def read(self, path: Path) -> Shape:
        """The mesh, or the points where there is no face."""
        data = content(path)
        document, packed = _opened(data)
        return _Scene(document, packed, path.parent, budget(len(data))).shape()


def _opened(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The JSON of either form and the binary part of the glb form."""
    if not data.startswith(b"glTF"):
        return _json(data), b""
    if len(data) < 20:
        raise Damage(say("it ends inside its header"))
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise Damage(
            say("it is of version {version} of glTF, and only version 2 is read", version=version)
        )
    check_fits(length, len(data), say("{length} bytes", length=length))
    chunks = dict(_chunks(data[:length]))
    return _json(chunks.get(b"JSON", b"")), chunks.get(b"BIN\0", b"")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The first chunk of each kind is the one that counts."""
    found: dict[bytes, bytes] = {}
    place = 12
    while place + 8 <= len(data):
        (size,) = struct.unpack_from("<I", data, place)
        check_fits(size, len(data) - place - 8, say("a chunk of {size} bytes", size=size))
        found.setdefault(data[place + 4 : place + 8], data[place + 8 : place + 8 + size])
        place += 8 + size
    yield from found.items()


def _json(text: bytes) -> dict[str, Any]:
    if len(text) > _MOST_JSON:
        raise Damage(say("its description is larger than is sensible"))
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise Damage(say("its description is no JSON")) from None
    if not isinstance(document, dict) or not isinstance(document.get("asset"), dict):
        raise Damage(say("it does not describe a glTF scene"))
    return document


class _Scene:
    def __init__(self, document: dict[str, Any], packed: bytes, folder: Path, most: int) -> None:
        self._document, self._packed, self._folder = document, packed, folder
        self._left = most  # instances may unfold a small file to a huge scene
        self._buffers: dict[int, bytes] = {}
        self._points: list[NDArray[np.float64]] = []
        self._faces: list[NDArray[np.int64]] = []
        self._count = 0

    def shape(self) -> Shape:
        """Everything in the scene that is shown first."""
        for mesh, matrix in self._placed():
            for primitive in mesh.get("primitives", []):
                self._add(primitive, matrix)
        if not self._points:
            raise Damage(say("it holds no mesh and no points"))
        faces = np.concatenate(self._faces) if self._faces else None
        return Shape(np.concatenate(self._points), faces)

    def _placed(self) -> Iterator[tuple[dict[str, Any], NDArray[np.float64]]]:
        """Every mesh, as often as it is shown, with the matrix (4, 4) that puts it there."""
        nodes = self._list("nodes")
        if not nodes:
            yield from ((mesh, np.eye(4)) for mesh in self._list("meshes"))
            return
        waiting = [(number, np.eye(4), 0) for number in self._roots(len(nodes))]
        seen = 0
        while waiting:
            number, above, depth = waiting.pop()
            seen += 1
            if seen > _MOST_NODES or depth > _DEEPEST:
                raise Damage(say("its nodes hold each other in a circle, or are too many"))
            node = self._item("nodes", number)
            matrix = above @ matrix_of(node)
            if "mesh" in node:
                yield self._item("meshes", node["mesh"]), matrix
            waiting += [(child, matrix, depth + 1) for child in node.get("children", [])]

    def _roots(self, count: int) -> list[int]:
        if self._list("scenes"):
            scene = self._item("scenes", self._document.get("scene", 0))
            return list(scene.get("nodes", []))
        below = {child for node in self._list("nodes") for child in node.get("children", [])}
        return [number for number in range(count) if number not in below]

    def _add(self, primitive: dict[str, Any], matrix: NDArray[np.float64]) -> None:
        _refuse_packed(primitive)
        mode = primitive.get("mode", _TRIANGLES)
        if mode not in (_POINTS, _TRIANGLES, _STRIP, _FAN):
            return  # lines have no surface
        places = primitive.get("attributes", {}).get("POSITION")
        if places is None:
            return
        points = self._numbers(places, "VEC3")
        self._points.append(points @ matrix[:3, :3].T + matrix[:3, 3])
        if mode != _POINTS:
            corners = self._corners(primitive, len(points))
            self._faces.append(_triangles(corners, mode) + self._count)
        self._count += len(points)

    def _corners(self, primitive: dict[str, Any], count: int) -> NDArray[np.int64]:
        if "indices" not in primitive:
            return np.arange(count)
        return indices(self._numbers(primitive["indices"], "SCALAR")[:, 0], count)

    def _numbers(self, number: Any, form: str) -> NDArray[np.float64]:
        """An accessor's values (count, width)."""
        accessor = self._item("accessors", number)
        if accessor.get("type") != form or accessor.get("componentType") not in _TYPES:
            raise Damage(say("an accessor is of another type than its use"))
        if "sparse" in accessor or "bufferView" not in accessor:
            raise Damage(
                say("it stores places sparsely, which is not read; export it without that")
            )
        kind, width = np.dtype(_TYPES[accessor["componentType"]]), _WIDTHS[form]
        view = self._item("bufferViews", accessor["bufferView"])
        _refuse_packed(view)
        buffer = self._buffer(_whole(view.get("buffer")))
        start, size = _whole(view.get("byteOffset", 0)), _whole(view.get("byteLength"))
        check_fits(start + size, len(buffer), say("a view of {size} bytes", size=size))
        count, skip = _whole(accessor.get("count")), _whole(accessor.get("byteOffset", 0))
        stride = _whole(view.get("byteStride", 0)) or width * kind.itemsize
        check_fits(width * kind.itemsize, stride, say("steps of {stride} bytes", stride=stride))
        needed = skip + (count - 1) * stride + width * kind.itemsize if count else 0
        check_fits(needed, size, say("{count} places or corners", count=count))
        self._left -= count * width * 8
        check_fits(0, self._left, say("more than is sensible"))
        raw = np.ndarray((count, width), kind, buffer, start + skip, (stride, kind.itemsize))
        values = raw.astype(np.float64)
        return values / np.iinfo(kind).max if accessor.get("normalized") is True else values

    def _buffer(self, number: int) -> bytes:
        if number not in self._buffers:
            self._buffers[number] = self._fetched(self._item("buffers", number))
        return self._buffers[number]

    def _fetched(self, buffer: dict[str, Any]) -> bytes:
        uri = buffer.get("uri")
        if uri is None:
            return self._packed
        if not isinstance(uri, str):
            raise Damage(say("a buffer has no name"))
        if uri.startswith("data:"):
            try:
                return base64.b64decode(uri.partition("base64,")[2], validate=True)
            except binascii.Error:
                raise Damage(say("a buffer inside it is not whole")) from None
        # A scene names its own buffers; it must not have other files read.
        if Path(uri).name != uri or not uri.lower().endswith(".bin"):
            raise Damage(say("it names a buffer that is no .bin file beside it; export it as glb"))
        return content(self._folder / uri)

    def _list(self, name: str) -> list[dict[str, Any]]:
        found: Any = self._document.get(name, [])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise Damage(say("its {name} are no list", name=name))
        return found

    def _item(self, name: str, number: Any) -> dict[str, Any]:
        items = self._list(name)
        if _whole(number) >= len(items):
            raise Damage(
                say(
                    "it points to number {number} of {items} {name}",
                    number=number,
                    items=len(items),
                    name=name,
                )
            )
        return items[int(number)]


def _triangles(corners: NDArray[np.int64], mode: int) -> NDArray[np.int64]:
    """Corners (n,) as triangles (F, 3); what is left over at the end is no triangle."""
    if mode == _TRIANGLES:
        return corners[: len(corners) // 3 * 3].reshape(-1, 3)
    if len(corners) < 3:
        return np.zeros((0, 3), np.int64)
    first = corners[:-2] if mode == _STRIP else np.full(len(corners) - 2, corners[0])
    return np.stack([first, corners[1:-1], corners[2:]], axis=1)


def _refuse_packed(part: dict[str, Any]) -> None:
    extensions = part.get("extensions")
    for name in extensions if isinstance(extensions, dict) else ():
        if name in _PACKED:
            raise Damage(
                say(
                    "it is compressed with {packed}, which is not read; export it uncompressed",
                    packed=_PACKED[name],
                )
            )


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Damage(say("a number in its description is missing or no whole number"))
    return value
