"""Files that are nearly right, made by hypothesis part by part: headers true to their format, numbers free to lie."""

import io
import struct
import zipfile
from itertools import chain

import h5py
import numpy as np
from hypothesis import strategies as st

SMALL = st.integers(0, 12)
COUNT = st.one_of(
    SMALL, SMALL, st.sampled_from((-1, 255, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**63, 10**19))
)  # fmt: skip
REAL = st.one_of(
    st.floats(-100, 100, width=32), st.sampled_from((0.0, float("nan"), float("inf"), 1e30, -1e308))
)
NUMBER = st.one_of(
    REAL.map(repr), COUNT.map(str), st.sampled_from(("", "x", "1e999", "0x1", "1,5", "١"))
)
PLAIN = st.lists(st.floats(-9, 9, width=16).map(repr), min_size=3, max_size=7)
LINE = st.one_of(PLAIN, PLAIN, st.lists(NUMBER, max_size=8)).map(" ".join)
LINES = st.lists(LINE, max_size=14)
FACE = st.lists(COUNT.map(str), min_size=1, max_size=6).map(" ".join)
BODY = st.binary(max_size=400)
END = st.sampled_from(("\n", "\r\n", "\r"))


def _text(*parts: st.SearchStrategy[list[str]]) -> st.SearchStrategy[bytes]:
    return st.builds(
        lambda end, *blocks: end.join(line for block in blocks for line in block).encode() + b"\n",
        END,
        *parts,
    )


def _one(*lines: str) -> st.SearchStrategy[list[str]]:
    return st.sampled_from(lines).map(lambda line: [line])


OFF = _text(
    _one("OFF", "COFF", "NOFF", "# c\nOFF", "OFF BINARY", "off"),
    st.tuples(COUNT, COUNT, COUNT).map(lambda counts: [" ".join(map(str, counts))]),
    LINES,
    st.lists(FACE.map(lambda words: f"3 {words}"), max_size=6),
)
_OBJ_LINE = st.one_of(
    LINE.map("v {}".format), LINE.map("v {}".format), FACE.map("f {}".format),
    FACE.map(lambda words: "f " + words.replace(" ", "/1/1 ")), LINE.map("vn {}".format),
    st.sampled_from(("f 1 2 3", "f -1 -2 -3", "f 1//2 2//2 3//2", "g x", "l 1 2", "v 1 2 \\", "usemtl ../../x")),
)  # fmt: skip
OBJ = _text(st.lists(_OBJ_LINE, max_size=20))
_FACET = LINE.map(lambda line: f"facet normal 0 0 1\nouter loop\nvertex {line}\nendloop\nendfacet")
STL = st.one_of(
    _text(_one("solid x", "solid"), st.lists(_FACET, max_size=6), st.just(["endsolid"])),
    st.builds(
        lambda head, count, body: head.ljust(80) + struct.pack("<I", count % 2**32) + body,
        st.sampled_from((b"solid", b"", b"\0" * 80)),
        COUNT,
        st.one_of(BODY, SMALL.map(lambda n: bytes(50 * n))),
    ),
)
_TYPES = st.sampled_from(("float", "double", "uchar", "int", "uint8", "float32", "half", ""))
_PROPERTY = st.one_of(
    st.builds(lambda kind, name: f"property {kind} {name}", _TYPES, st.sampled_from("xyzabr")),
    st.builds(lambda one, two: f"property list {one} {two} vertex_indices", _TYPES, _TYPES),
)
_XYZ = [f"property float {axis}" for axis in "xyz"]
_ELEMENT = st.builds(
    lambda name, count, own, more: [f"element {name} {count}", *own, *more],
    st.sampled_from(("vertex", "vertex", "face", "edge")),
    COUNT,
    st.sampled_from((_XYZ, _XYZ, [], ["property list uchar int vertex_indices"])),
    st.lists(_PROPERTY, max_size=3),
)
PLY = st.builds(
    lambda form, elements, end, body: (
        "\n".join(["ply", f"format {form} 1.0", *chain(*elements), "end_header"]).encode()
        + end
        + body
    ),
    st.sampled_from(("ascii", "binary_little_endian", "binary_big_endian", "x")),
    st.lists(_ELEMENT, min_size=1, max_size=3),
    st.sampled_from((b"\n", b"\r\n", b" \n")),
    st.one_of(BODY, LINES.map(lambda lines: "\n".join(lines).encode())),
)
_FIELD = st.tuples(
    st.sampled_from(("x", "y", "z", "rgb", "normal_x")),
    st.sampled_from("FFIUx"),
    st.sampled_from(("4", "8", "1", "2", "3", "0", "-4")),
    st.one_of(st.just("1"), COUNT.map(str)),
)
_AXES = [(axis, "F", "4", "1") for axis in "xyz"]
PCD = st.builds(
    lambda fields, count, kind, body: (
        "\n".join(
            [*(" ".join(row) for row in zip(("FIELDS", "TYPE", "SIZE", "COUNT"), *fields, strict=True)),
             f"WIDTH {count}", "HEIGHT 1", f"POINTS {count}", f"DATA {kind}"]
        ).encode() + b"\n" + body
    ),
    st.one_of(st.just(_AXES), st.lists(_FIELD, min_size=1, max_size=6).map(lambda more: _AXES + more)),
    COUNT,
    st.sampled_from(("ascii", "binary", "binary_compressed", "x")),
    st.one_of(BODY, LINES.map(lambda lines: "\n".join(lines).encode()),
              st.builds(lambda a, b, rest: struct.pack("<II", a % 2**32, b % 2**32) + rest, COUNT, COUNT, BODY)),
)  # fmt: skip
XYZ = st.builds(
    lambda head, lines, between: "\n".join([*head, *lines]).replace(" ", between).encode() + b"\n",
    st.one_of(st.just([]), COUNT.map(lambda n: [str(n)]), st.just(["x y z"]), st.just(["\ufeff# c"])),
    LINES,
    st.sampled_from((" ", ",", ";", "\t", ", ")),
)  # fmt: skip


def _las(
    version: int, start: int, records: int, kind: int, row: int, count: int, body: bytes
) -> bytes:
    header = bytearray(375 if version == 4 else 227)
    header[:4], header[24:26] = b"LASF", bytes([1, version])
    struct.pack_into(
        "<HIIBHI", header, 94, len(header), start % 2**32, records % 2**32, kind, row % 2**16, count % 2**32
    )  # fmt: skip
    struct.pack_into("<6d", header, 131, 0.01, 0.01, 0.01, 1, 2, 3)
    if version == 4:
        struct.pack_into("<Q", header, 247, count % 2**64)
    return bytes(header) + body


LAS = st.builds(
    _las,
    st.sampled_from((2, 3, 4, 9)),
    st.one_of(st.sampled_from((227, 375)), COUNT),
    COUNT,
    st.sampled_from((0, 1, 3, 6, 7, 0x80, 0xC0, 255)),
    st.one_of(st.sampled_from((20, 28, 30, 34)), COUNT),
    COUNT,
    st.one_of(BODY, SMALL.map(lambda n: bytes(range(20)) * n)),
)
_DESCR = st.sampled_from((
    "<f8", "<f4", ">f4", "<i4", "|u1", "|b1", "<c16", "|O", "<U4", "|S3", "<M8[D]", "<f2", "|V8", "", "x",
    [("x", "<f4"), ("y", "<f4"), ("z", "<f4")], [("x", "|O")], [("x", "<f4", (2**31,))],
))  # fmt: skip
_SHAPE = st.lists(st.one_of(SMALL, st.just(3), COUNT), max_size=4).map(tuple)


def _array(descr: object, shape: tuple[int, ...], order: bool, version: int, body: bytes) -> bytes:
    head = repr({"descr": descr, "fortran_order": order, "shape": shape}).encode() + b"\n"
    size = len(head).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + size + head + body


_FLOATS = st.lists(st.floats(-9, 9), max_size=40).map(lambda values: np.array(values).tobytes())
NPY = st.builds(
    _array,
    _DESCR,
    st.one_of(SMALL.map(lambda n: (n, 3)), _SHAPE),
    st.booleans(),
    st.sampled_from((1, 1, 2, 3)),
    st.one_of(BODY, _FLOATS, st.just(bytes(288))),
)


def _zip(members: list[tuple[str, bytes]], packed: bool) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED if packed else 0) as archive:
        for name, content in dict(members).items():
            archive.writestr(name, content)
    return target.getvalue()


_MEMBER = st.tuples(
    st.sampled_from(("points.npy", "xyz.npy", "arr_0.npy", "a/b.npy", "../../x.npy", "x.txt")),
    st.one_of(NPY, NPY, BODY),
)
NPZ = st.builds(_zip, st.lists(_MEMBER, max_size=3), st.booleans())
_DTYPES = ("<f8", ">f4", "<i2", "|u1", "<f2", "|S4", "|b1", "<c8")


def _h5(sets: list[tuple[str, str, tuple[int, ...], str]]) -> bytes:
    target = io.BytesIO()
    with h5py.File(target, "w") as file:
        for name, dtype, shape, way in {one[0]: one for one in sets}.values():
            _h5_entry(file, name, dtype, shape, way)
    return target.getvalue()


def _h5_entry(file: h5py.File, name: str, dtype: str, shape: tuple[int, ...], way: str) -> None:
    if way in ("link", "elsewhere"):
        file[name] = h5py.SoftLink("/x") if way == "link" else h5py.ExternalLink("/etc/passwd", "x")
    elif way == "group":
        file.create_group(name)
    elif way == "external":
        file.create_dataset(name, (4, 3), "u1", external="/etc/passwd")
    elif way == "whole":
        file.create_dataset(name, data=np.arange(36.0).reshape(12, 3).astype(dtype))
    else:
        packing = (
            {"compression": "gzip"} if way == "gzip" else {"scaleoffset": 0} if way == "odd" else {}
        )
        try:
            file.create_dataset(
                name, shape, dtype, chunks=tuple(min(8, n) for n in shape) or None, **packing
            )
        except (ValueError, TypeError, OSError, OverflowError):
            file.create_dataset(name, (2, 3), dtype)


H5 = st.builds(
    _h5,
    st.lists(
        st.tuples(
            st.sampled_from(("points", "xyz", "data", "x")),
            st.sampled_from(_DTYPES),
            st.lists(st.sampled_from((1, 3, 8, 2**31, 2**39)), max_size=3).map(tuple),
            st.sampled_from(("whole", "whole", "lazy", "gzip", "odd", "link", "elsewhere", "external", "group")),
        ),
        max_size=3,
    ),
)  # fmt: skip
FORMATS = {
    "off": OFF, "obj": OBJ, "stl": STL, "ply": PLY, "pcd": PCD, "xyz": XYZ, "pts": XYZ, "txt": XYZ, "las": LAS,
    "npy": NPY, "npz": NPZ, "h5": H5,
}  # fmt: skip
