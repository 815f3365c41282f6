"""LAS and LAZ scans, read by laspy once the header was found honest."""

import io
import struct
from pathlib import Path

import numpy as np

from engine import registry
from engine.formats.bounded import Damage, budget, check_fits, content
from engine.formats.reader import Reader
from engine.formats.shape import Shape
from engine.words import say

_SHORTEST_HEADER = 227
_RECORD_HEADER, _LONG_RECORD_HEADER = 54, 60


@registry.register("format", "las", title=say("LAS or LAZ scan"))
class Las(Reader):
    """Coordinates in the file's own unit, most often metres far from the origin, hence float64."""

    suffixes = (".las", ".laz")

    def read(self, path: Path) -> Shape:
        """The points; packed files (laz) need the package lazrs."""
        import laspy

        data = content(path)
        if _check_header(data) and not laspy.LazBackend.detect_available():
            raise Damage(say("packed LAZ files need the package “lazrs”, which is not installed"))
        points = laspy.read(io.BytesIO(data)).xyz
        return Shape(np.array(points, np.float64))


def _check_header(data: bytes) -> bool:
    """Damage unless the file can hold what it announces; True when its points are packed."""
    if len(data) < _SHORTEST_HEADER or not data.startswith(b"LASF"):
        raise Damage(say("it does not begin with a whole LAS header"))
    start, records, kind, row, count = struct.unpack_from("<IIBHI", data, 96)
    long_records = 0
    if data[25] >= 4 and len(data) >= 375:
        long_records, new_count = struct.unpack_from("<IQ", data, 243)
        count = max(count, new_count)
    if not row:
        raise Damage(say("it announces points of no size"))
    check_fits(records * _RECORD_HEADER, len(data), say("{records} records", records=records))
    check_fits(
        long_records * _LONG_RECORD_HEADER,
        len(data),
        say("{long_records} records", long_records=long_records),
    )
    packed = bool(kind & 0xC0)
    left = budget(len(data)) if packed else len(data) - start
    check_fits(count * row, left, say("{count} points", count=count))
    return packed
