"""The same cube, 2 wide around (10, 20, 30), written in every format by hand: what readers are tried on."""

import base64
import io
import json
import struct
from pathlib import Path
from typing import Any

import h5py
import numpy as np

CORNERS = np.array(
    [[x, y, z] for x in (9.0, 11.0) for y in (19.0, 21.0) for z in (29.0, 31.0)], np.float64
)
QUADS = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
TRIANGLES = [t for a, b, c, d in QUADS for t in ((a, b, c), (a, c, d))]
MESHES = ("off", "obj", "stl", "text.stl", "ply", "text.ply", "glb", "gltf")


def write(folder: Path, kind: str) -> Path:
    """The cube as a file `cube.<kind>`; what stands before the last dot of `kind` is a variety."""
    path = folder / f"cube.{kind}"
    made = _WRITERS[kind]()
    path.write_bytes(made)
    return path


def kinds() -> list[str]:
    """Every kind that `write` knows."""
    return list(_WRITERS)


def rows(table: np.ndarray = CORNERS, between: str = " ") -> str:
    """Lines of numbers."""
    return "".join(between.join(f"{value:g}" for value in row) + "\n" for row in table)


def _off() -> bytes:
    faces = "".join(f"4 {' '.join(map(str, quad))}\n" for quad in QUADS)
    return f"OFF\n8 6 0\n{rows()}{faces}".encode()


def _obj() -> bytes:
    points = "".join(f"v {line}\n" for line in rows().splitlines())
    faces = "".join(f"f {' '.join(f'{i + 1}/1/1' for i in quad)}\n" for quad in QUADS)
    return f"# a cube\nmtllib no.mtl\n{points}vt 0 0\nvn 0 0 1\n{faces}".encode()


def _stl() -> bytes:
    body = b"".join(struct.pack("<12fH", 0, 0, 0, *CORNERS[list(t)].ravel(), 0) for t in TRIANGLES)
    return b"solid but binary".ljust(80) + struct.pack("<I", 12) + body


def _text_stl() -> bytes:
    facet = "facet normal 0 0 0\n outer loop\n{}{}{} endloop\nendfacet\n"
    lines = [f"  vertex {line}\n" for line in rows().splitlines()]
    return ("solid x\n" + "".join(facet.format(*(lines[i] for i in t)) for t in TRIANGLES)).encode()


def _ply_header(form: str) -> str:
    return (
        f"ply\nformat {form} 1.0\ncomment by hand\nelement vertex 8\nproperty float x\n"
        "property float y\nproperty float z\nelement face 12\n"
        "property list uchar int vertex_indices\nend_header\n"
    )


def _ply() -> bytes:
    faces = b"".join(struct.pack("<B3i", 3, *t) for t in TRIANGLES)
    points = CORNERS.astype("<f4").tobytes()
    return _ply_header("binary_little_endian").encode() + points + faces


def _text_ply() -> bytes:
    faces = "".join(f"3 {a} {b} {c}\n" for a, b, c in TRIANGLES)
    return (_ply_header("ascii") + rows() + faces).encode()


def pcd(data: str, count: int = 8) -> str:
    """The header of a PCD file with x, y, z and a colour."""
    return (
        "# .PCD v0.7\nVERSION 0.7\nFIELDS x y z rgb\nSIZE 4 4 4 4\nTYPE F F F U\nCOUNT 1 1 1 1\n"
        f"WIDTH {count}\nHEIGHT 1\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS {count}\nDATA {data}\n"
    )


def _pcd() -> bytes:
    return pcd("binary").encode() + np.c_[CORNERS, np.zeros(8)].astype("<f4").tobytes()


def _text_pcd() -> bytes:
    return (pcd("ascii") + rows(np.c_[CORNERS, np.zeros(8)])).encode()


def _packed_pcd() -> bytes:
    """Field after field; the 32 zero bytes of the colours as one literal and a copy of it."""
    plain = CORNERS.T.astype("<f4").tobytes()
    packed = b"".join(bytes([15]) + plain[i : i + 16] for i in range(0, 96, 16))
    # One literal zero, then a copy of 31 bytes from 1 back: 7 << 5 and 31 - 2 - 7 more.
    packed += bytes([0, 0]) + bytes([7 << 5, 31 - 2 - 7, 0])
    return pcd("binary_compressed").encode() + struct.pack("<2I", len(packed), 128) + packed


def scene(points: np.ndarray = CORNERS, corners: list[Any] | None = None) -> tuple[Any, bytes]:
    """A glTF scene of one mesh and its binary part: the points as float32, then the corners as uint16."""
    numbers = TRIANGLES if corners is None else corners
    places = np.asarray(points, "<f4").tobytes()
    packed = places + np.asarray(numbers, "<u2").tobytes()
    count = int(np.size(numbers))
    views = [
        {"buffer": 0, "byteLength": len(places)},
        {"buffer": 0, "byteOffset": len(places), "byteLength": 2 * count},
    ]
    accessors = [
        {"bufferView": 0, "componentType": 5126, "count": len(points), "type": "VEC3"},
        {"bufferView": 1, "componentType": 5123, "count": count, "type": "SCALAR"},
    ]
    return {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(packed)}],
    }, packed


def glb(document: Any, packed: bytes = b"") -> bytes:
    """The one-file form."""
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    packed += bytes(-len(packed) % 4)
    chunks = struct.pack("<I", len(text)) + b"JSON" + text
    chunks += struct.pack("<I", len(packed)) + b"BIN\0" + packed
    return b"glTF" + struct.pack("<II", 2, 12 + len(chunks)) + chunks


def _gltf() -> bytes:
    document, packed = scene()
    inside = base64.b64encode(packed).decode()
    document["buffers"][0]["uri"] = f"data:application/octet-stream;base64,{inside}"
    return json.dumps(document).encode()


def _las() -> bytes:
    header = bytearray(227)
    header[:4], header[24:26] = b"LASF", bytes([1, 2])
    struct.pack_into("<HIIBHI", header, 94, 227, 227, 0, 0, 20, 8)
    struct.pack_into("<6d", header, 131, 0.01, 0.01, 0.01, 10, 20, 30)
    points = [struct.pack("<3i8x", *row) for row in (CORNERS - [10, 20, 30]).astype(int) * 100]
    return bytes(header) + b"".join(points)


def _npy() -> bytes:
    file = io.BytesIO()
    np.save(file, CORNERS)
    return file.getvalue()


def _npz() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, colours=np.zeros((8, 3)), points=CORNERS)
    return file.getvalue()


def _h5(**packing: Any) -> bytes:
    made = io.BytesIO()
    with h5py.File(made, "w") as file:
        file.create_dataset("points", data=CORNERS, **packing)
    return made.getvalue()


_WRITERS = {
    "off": _off,
    "obj": _obj,
    "stl": _stl,
    "text.stl": _text_stl,
    "ply": _ply,
    "text.ply": _text_ply,
    "pcd": _pcd,
    "text.pcd": _text_pcd,
    "packed.pcd": _packed_pcd,
    "xyz": lambda: rows().encode(),
    "pts": lambda: f"8\n{rows()}".encode(),
    "txt": lambda: rows(between=",").encode(),
    "las": _las,
    "npy": _npy,
    "npz": _npz,
    "glb": lambda: glb(*scene()),
    "gltf": _gltf,
    "h5": _h5,
    "packed.h5": lambda: _h5(chunks=(3, 2), compression="gzip", shuffle=True, fletcher32=True),
}
