"""A short film that goes round and round, as one file: GIF opens everywhere, WebP is smaller and finer."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.atomic import writing

ENDINGS = (".gif", ".webp")
_COLORS = 255
_QUALITY = 84


def write_film(path: Path, frames: Sequence[NDArray[np.uint8]], milliseconds: int) -> None:
    """Write frames (H, W, 3) of one size, each shown so long, whole or not at all; raises OSError.

    The file's ending decides the format; anything but .webp becomes a GIF.
    """
    pictures = [Image.fromarray(frame) for frame in frames]
    told = {"save_all": True, "duration": milliseconds, "loop": 0}
    with writing(path) as temporary:
        if path.suffix.lower() == ".webp":
            first, *others = pictures
            first.save(temporary, "WEBP", append_images=others, quality=_QUALITY, **told)
        else:
            first, *others = _of_few_colors(frames, pictures)
            first.save(temporary, "GIF", append_images=others, optimize=False, **told)


def _of_few_colors(
    frames: Sequence[NDArray[np.uint8]], pictures: Sequence[Image.Image]
) -> list[Image.Image]:
    """All in the same colours, those of some frames together: with colours of its own each frame would flicker."""
    some = np.concatenate(frames[:: max(1, len(frames) // 4)])
    palette = Image.fromarray(some).quantize(_COLORS, Image.Quantize.MEDIANCUT)
    return [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in pictures]
