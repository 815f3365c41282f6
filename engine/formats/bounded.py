"""What every reader keeps to: nothing is allocated before the file has shown that it holds it."""

import re
from pathlib import Path

from engine.words import say

MAX_BYTES = 512 << 20
MAX_HEADER = 64 << 10
MAX_PROPERTIES = 200
_PIXELS_A_BYTE = 8 * 1032  # of one bit each, as deflate packs them at best


class Damage(ValueError):
    """Why a file cannot be read, worded as the end of a sentence that begins with its name."""


def size_of(path: Path) -> int:
    """Bytes in the file; Damage when it is no regular file, empty, or larger than MAX_BYTES."""
    if not path.exists():
        raise Damage(say("there is no such file"))
    if not path.is_file():
        raise Damage(say("it is not a regular file"))
    size = path.stat().st_size
    if not size:
        raise Damage(say("it is empty"))
    if size > MAX_BYTES:
        raise Damage(say("it is larger than {max_bytes} MB", max_bytes=MAX_BYTES >> 20))
    return size


def content(path: Path) -> bytes:
    """The whole file, which is known to be of a bearable size."""
    size = size_of(path)
    with path.open("rb") as file:
        return file.read(size)


def budget(size: int) -> int:
    """How many bytes a file of this size may unfold to; beyond it, it is taken for a bomb."""
    return 4 * size + (64 << 20)


def check_fits(needed: int, left: int, announced: str) -> None:
    """Damage when a header announces more than the rest of the file can hold."""
    if needed > left:
        raise Damage(
            say(
                "its beginning tells of {announced}, which is more than the file holds: it may be cut "
                "short",
                announced=announced,
            )
        )


def check_pixels(width: int, height: int, size: int, most: int) -> None:
    """Damage when a picture of `size` bytes announces more than `most` pixels, or more than any packing gives."""
    if width * height > min(most, _PIXELS_A_BYTE * size):
        raise Damage(
            say(
                "it has {width} x {height} pixels, more than is sensible",
                width=width,
                height=height,
            )
        )


def plain(text: object, most: int = 100) -> str:
    """Text from outside, made safe for one line of a sentence and cut to a bearable length."""
    line = str(text).encode("utf-8", "backslashreplace").decode("utf-8")
    line = re.sub(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+", " ", line).strip()
    return line if len(line) <= most else line[: most - 1] + "…"
