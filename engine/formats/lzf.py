"""LZF, the compression inside PCD files (Lehmann's liblzf): literal runs and copies."""

from engine.formats.bounded import Damage
from engine.words import say


def unpacked(data: bytes, size: int) -> bytes:
    """The first `size` bytes that the packed data stand for."""
    out = bytearray()
    at = 0
    try:
        while len(out) < size:
            control = data[at]
            at += 1
            if control < 32:
                out += data[at : at + control + 1]
                at += control + 1
                continue
            length = control >> 5
            if length == 7:
                length += data[at]
                at += 1
            back = ((control & 31) << 8) + data[at] + 1
            at += 1
            _copy(out, back, length + 2)
    except IndexError:
        raise Damage(say("its packed data end too early")) from None
    return bytes(out[:size])


def _copy(out: bytearray, back: int, length: int) -> None:
    """Repeat what stands `back` bytes before the end; the copy may overlap itself."""
    start = len(out) - back
    if start < 0:
        raise Damage(say("its packed data refer to what is not there"))
    piece = out[start : start + length]
    out += piece if back >= length else (piece * (length // back + 1))[:length]
