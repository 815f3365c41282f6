"""Ways to damage a file: blindly by its bytes, and with some knowledge of numbers, lines, zip, JSON and Parquet."""

import io
import json
import re
import struct
import zipfile
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
WORD = re.compile(rb"[A-Za-z_]{2,20}")
NUMBERS = (
    *(b"0", b"-1", b"1", b"2", b"3", b"255", b"256", b"65536", b"2147483647", b"2147483648", b"-2147483649"),
    *(b"4294967295", b"4294967296", b"99999999999999999999", b"1e308", b"1e999", b"-1e30", b"1e-320", b"nan", b"inf"),
    *(b"0x10", b"1_000", b"\xd9\xa3", b"--1", b"1.5", b"1 2", b""),
)  # fmt: skip
WHOLES = (
    0,
    1,
    2,
    3,
    127,
    128,
    255,
    2**15 - 1,
    2**16 - 1,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**63 - 1,
    2**64 - 1,
)
FLOATS = (0.0, -0.0, 1.0, float("nan"), float("inf"), -1e30, 1e38, 5e-324)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 2**70, 1e308, float("nan"), float("inf"), 0.5, -1e9),
    *("", "x", "../../etc/passwd", "\x00", "nan", "1", [], {}, [1], [[1]], {"a": 1}, [None] * 3, [0.5] * 7),
)  # fmt: skip


def mutated(data: bytes, rng: Random) -> bytes:
    """The file with one to six things wrong, some of them inside of what it packs."""
    if data[:4] == b"PK\x03\x04" and rng.random() < 0.7:
        return _inside_zip(data, rng)
    if data[:1] in b"{[" and rng.random() < 0.7:
        return _inside_json(data, rng)
    if data[:4] == b"PAR1" and rng.random() < 0.7:
        return _inside_parquet(data, rng)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        data = rng.choice(_WAYS)(data, rng)
    return data


def _place(data: bytes, rng: Random) -> int:
    """Anywhere; half the time in the first bytes, where files say what they are."""
    most = len(data) if rng.random() < 0.5 else min(len(data), 256)
    return rng.randrange(most + 1)


def _cut(data: bytes, rng: Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _put(data: bytes, rng: Random) -> bytes:
    at, piece = _place(data, rng), rng.randbytes(rng.randint(1, 8))
    return data[:at] + piece + data[at + len(piece) :]


def _insert(data: bytes, rng: Random) -> bytes:
    at = _place(data, rng)
    return data[:at] + rng.randbytes(rng.randint(1, 16)) + data[at:]


def _delete(data: bytes, rng: Random) -> bytes:
    at = _place(data, rng)
    return data[:at] + data[at + rng.randint(1, 40) :]


def _double(data: bytes, rng: Random) -> bytes:
    at, size = _place(data, rng), rng.randint(1, 200)
    return data[: at + size] + data[at:]


def _fill(data: bytes, rng: Random) -> bytes:
    at, size = _place(data, rng), rng.randint(1, 64)
    return data[:at] + rng.choice((b"\0", b"\xff", b" ", b"9")) * size + data[at + size :]


def _flip(data: bytes, rng: Random) -> bytes:
    at = min(_place(data, rng), len(data) - 1)
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :] if data else data


def _whole(data: bytes, rng: Random) -> bytes:
    at, size, order = _place(data, rng), rng.choice((1, 2, 4, 8)), rng.choice(("little", "big"))
    number = rng.choice(WHOLES) % 256**size
    return data[:at] + number.to_bytes(size, order) + data[at + size :]  # type: ignore[arg-type]


def _real(data: bytes, rng: Random) -> bytes:
    at, form = _place(data, rng), rng.choice(("<f", "<d"))
    piece = struct.pack(form, rng.choice(FLOATS))
    return data[:at] + piece + data[at + len(piece) :]


def _number(data: bytes, rng: Random) -> bytes:
    return _replaced(data, NUMBER, lambda _: rng.choice(NUMBERS), rng)


def _word(data: bytes, rng: Random) -> bytes:
    others = WORD.findall(data[:4096]) or [b"x"]
    return _replaced(data, WORD, lambda _: rng.choice(others), rng)


def _lines(data: bytes, rng: Random) -> bytes:
    lines = data.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            lines[one], lines[other] = lines[other], lines[one]
        case 1:
            del lines[one]
        case 2:
            lines[one:one] = [lines[other]] * rng.choice((1, 2, 50))
        case _:
            lines[one] = lines[one] + b" " + lines[other]
    return b"\n".join(lines)


def _replaced(
    data: bytes, what: re.Pattern[bytes], by: Callable[[bytes], bytes], rng: Random
) -> bytes:
    found = list(what.finditer(data, 0, 1 << 16))
    if not found:
        return data
    one = rng.choice(found)
    return data[: one.start()] + by(one[0]) + data[one.end() :]


_WAYS = (
    *(_cut, _put, _insert, _delete, _double, _fill, _flip, _whole, _whole),
    *(_real, _number, _number, _number, _word, _lines),
)


def _inside_zip(data: bytes, rng: Random) -> bytes:
    """One of its files is damaged, renamed or gone; the zip itself is whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(list(members))
    if rng.random() < 0.1:
        members[rng.choice(("points", "a/b.npy", "../x.npy", "x.txt"))] = members.pop(name)
    else:
        members[name] = mutated(members[name], rng)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def _inside_json(data: bytes, rng: Random) -> bytes:
    """Some values are others, of any kind, or gone; JSON that it still is."""
    if data.endswith(b"}\n") and data.count(b"\n") > 1:  # a line each
        lines = data.splitlines(keepends=True)
        at = rng.randrange(len(lines))
        lines[at] = _inside_json(lines[at], rng) + b"\n"
        return b"".join(lines)
    document = [json.loads(data)]
    for _ in range(rng.choice((1, 1, 2, 5))):
        _spoil(document, rng)
    return json.dumps(document[0]).encode()


def _inside_parquet(data: bytes, rng: Random) -> bytes:
    """A table with some other values or columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = pq.ParquetFile(io.BytesIO(data)).read().to_pylist()
    for _ in range(rng.choice((1, 1, 2))):
        _spoil(rows, rng)
    target = io.BytesIO()
    try:
        pq.write_table(pa.Table.from_pylist([row for row in rows if isinstance(row, dict)]), target)
    except (pa.ArrowException, TypeError, ValueError, OverflowError, AttributeError):
        return rng.choice(_WAYS)(data, rng)  # no table could hold that
    return target.getvalue()


def _spoil(document: Any, rng: Random) -> None:
    """Change, rename or delete one value, at any depth."""
    inner, at = document, 0
    while True:
        keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
        if not keys:
            return
        at = rng.choice(keys)
        if not isinstance(inner[at], dict | list) or rng.random() < 0.15:
            break
        inner = inner[at]
    way = rng.random()
    if way < 0.15 and inner is not document:
        del inner[at]
    elif way < 0.25 and isinstance(inner, list) and inner is not document:
        inner.extend([deepcopy(inner[at]) for _ in range(rng.choice((1, 3, 100)))])
    elif way < 0.35 and isinstance(inner, dict):
        inner[str(at) + "_"] = inner.pop(at)
    else:
        inner[at] = deepcopy(rng.choice(VALUES))
