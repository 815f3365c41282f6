"""ScanNet's .sens files, version 4: intrinsics, then frame after frame pose, JPEG or PNG colour and zlib depth."""

import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.datasets.pairs.frame import MOST_PIXELS, Frame, Matrix, picture_of
from engine.formats.bounded import Damage, check_fits
from engine.words import say

VERSION = 4
_RAW, _ZLIB = 0, 1  # depth
_HEADER = struct.Struct("<iiIIIIfQ")
_FRAME = struct.Struct("<16fQQQQ")
_LONGEST_NAME = 4096


def sens_frames(path: Path, stride: int) -> Iterator[Frame]:
    """One frame in `stride`. Damage when the file is of another version or not whole."""
    left = path.stat().st_size
    with path.open("rb") as file:
        (version,) = struct.unpack("<I", _taken(file, 4))
        if version != VERSION:
            raise Damage(
                say(
                    "it is of version {version}, and only version {known} can be read",
                    version=version,
                    known=VERSION,
                )
            )
        (length,) = struct.unpack("<Q", _taken(file, 8))
        check_fits(
            length, min(left, _LONGEST_NAME), say("a name of {length} letters", length=length)
        )
        _taken(file, length)
        colour, _, depth, _ = (_matrix(_taken(file, 64)) for _ in range(4))
        sort, packing, *sizes, unit, count = _HEADER.unpack(_taken(file, _HEADER.size))
        if sort not in (1, 2) or packing not in (_RAW, _ZLIB) or not unit > 0:
            raise Damage(say("its pictures are packed in a way that is not known"))
        wide, high = sizes[2:]
        if not 0 < wide * high <= MOST_PIXELS:
            raise Damage(say("its depth pictures are {wide} x {high}", wide=wide, high=high))
        check_fits(count * _FRAME.size, left, say("{count} frames", count=count))
        for number in range(count):
            *pose, _, _, bytes_colour, bytes_depth = _FRAME.unpack(_taken(file, _FRAME.size))
            check_fits(
                bytes_colour + bytes_depth, left - file.tell(), say("frame {number}", number=number)
            )
            if number % stride:
                file.seek(bytes_colour + bytes_depth, 1)
                continue
            yield Frame(
                f"{path.stem}_{number:06d}",
                np.array(pose, np.float64).reshape(4, 4),
                colour[:3, :3],
                depth[:3, :3],
                _later(_taken(file, bytes_colour), (sizes[0], sizes[1])),
                partial(_unpacked, _taken(file, bytes_depth), packing, (high, wide), unit),
            )


def _later(content: bytes, size: tuple[int, int]) -> Callable[[], Image.Image]:
    return partial(picture_of, content, size)


def _unpacked(
    content: bytes, packing: int, shape: tuple[int, int], unit: float
) -> NDArray[np.float32]:
    """Depth in metres (H, W); never more is unpacked than a picture of this size needs."""
    needed = 2 * shape[0] * shape[1]
    if packing == _ZLIB:
        content = zlib.decompressobj().decompress(content, needed)
    if len(content) != needed:
        raise Damage(say("its depth picture is not whole"))
    return np.asarray(np.frombuffer(content, "<u2").reshape(shape) / unit, np.float32)


def _matrix(content: bytes) -> Matrix:
    return np.frombuffer(content, "<f4").astype(np.float64).reshape(4, 4)


def _taken(file: BinaryIO, size: int) -> bytes:
    content = file.read(size)
    if len(content) != size:
        raise Damage(say("it ends in the middle of a frame"))
    return content
