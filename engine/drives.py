"""What a camera and a laser saw of a street at one moment: whatever the source, this is what a classroom learns from.

numpy only.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.projection import Calibration

NOT_TOLD = -1


@dataclass(frozen=True)
class Frame:
    """One moment. H x W pixels, N laser returns, K things in the picture.

    image (H, W, 3) uint8; points (N, 4) float32: x forward, y left, z up in metres, intensity 0..1;
    of_points (N,) int16, index into `Drive.classes`, -1 where not told; owner (N,) int32, which of the K things a point
    is of, -1 none or not told;
    boxes (K, 4) float32: left, top, right, bottom in pixels, 0 the picture's left or top edge;
    labels (K,) int16, index into `Drive.things`; solids (K, 7) float32 in the laser's axes: centre, full size, heading
    in radians about z from x towards y, NaN where not told; depths (K,) float32: metres along the camera's axis, NaN
    where not told; ignored (J, 4) float32: boxes in which nothing found or missed counts;
    areas (H, W) int16, index into `Drive.classes`, -1 not told, and owners (H, W) int16, which of the K things a pixel
    shows, -1 none; each None where the source tells no outlines;
    moment: frames of one moment stay on one side of the split, empty where each frame is of its own;
    depth_map (H, W) float32: true metres along the camera's axis, inf for the sky; None where only the laser knows.
    """

    name: str
    image: NDArray[np.uint8]
    points: NDArray[np.float32]
    of_points: NDArray[np.int16]
    owner: NDArray[np.int32]
    calibration: Calibration
    boxes: NDArray[np.float32]
    labels: NDArray[np.int16]
    solids: NDArray[np.float32]
    depths: NDArray[np.float32]
    ignored: NDArray[np.float32]
    areas: NDArray[np.int16] | None = None
    owners: NDArray[np.int16] | None = None
    depth_map: NDArray[np.float32] | None = None
    train: bool = True
    moment: str = ""

    def __len__(self) -> int:
        return len(self.points)


@dataclass(frozen=True)
class Drive:
    """Frames of one size. things: what a box can hold; classes: what a point or a pixel can be of, of which the first
    len(things) are the things in the same order; problems: one sentence for each thing that was left out; made: True
    for generated streets."""

    frames: tuple[Frame, ...]
    things: tuple[str, ...]
    classes: tuple[str, ...]
    title: str
    problems: tuple[str, ...] = ()
    made: bool = False
    source: Path | None = field(default=None, compare=False)

    def __len__(self) -> int:
        return len(self.frames)
