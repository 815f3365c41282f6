"""All points of a scan that was brought, made ready to be shown away from the window's thread."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import RunError
from engine.formats.npy import arrays_of
from engine.formats.refusal import refusing
from engine.orbit import Floats, Frame
from engine.shading import local_light
from engine.words import say


@dataclass(frozen=True)
class WholeScan:
    """points (S, 3) in an even order, their local light (S,), and the cylinder around them."""

    points: Floats
    light: Floats
    frame: Frame


def whole_scan(path: Path, most: int) -> WholeScan:
    """The first `most` points of what the engine kept of a scan. Raises EngineError where it is gone."""
    with refusing(path, "scan"):
        arrays = arrays_of(path, ("whole",))
    if "whole" not in arrays:
        raise RunError(say("The points of the scan are not there any more. Drop the file again."))
    points = np.asarray(arrays["whole"], np.float32)[:most]
    return WholeScan(points, local_light(points), Frame.around(points))
