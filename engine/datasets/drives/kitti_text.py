"""KITTI's text files: what stands in a picture, and how its cameras and its laser are placed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.scan import matrix
from engine.datasets.drives.turns import rigid
from engine.formats.bounded import Damage, plain
from engine.projection import Calibration
from engine.words import say

DONT_CARE = "DontCare"
TYPES = ("Car", "Van", "Truck", "Pedestrian", "Person_sitting", "Cyclist", "Tram", "Misc")
_NUMBERS = 14
_MOST_LINES = 10_000
_MATRICES = {"R0_rect": (3, 3), "R_rect": (3, 3)}


@dataclass(frozen=True)
class Labels:
    """kinds: K words; numbers (K, 14): truncation, occlusion, alpha, left, top, right, bottom, height, width, length,
    then the middle of the bottom x, y, z in the camera's axes in metres, and the turn about its y in radians;
    bad: how many lines are none."""

    kinds: tuple[str, ...]
    numbers: NDArray[np.float64]
    bad: int

    @property
    def boxes(self) -> NDArray[np.float64]:
        """(K, 4): left, top, right, bottom in pixels."""
        return self.numbers[:, 3:7]

    def solids(self, camera_from_laser: NDArray[np.float64]) -> NDArray[np.float64]:
        """(K, 7) in the laser's axes; NaN where a label tells no place, as KITTI's own -1000 and sizes of -1."""
        height, width, length = self.numbers[:, 7:10].T
        middle = self.numbers[:, 10:13].copy()
        middle[:, 1] -= height / 2
        back = np.linalg.inv(camera_from_laser)
        turn = self.numbers[:, 13]
        ahead = (
            np.stack([np.cos(turn), np.zeros(len(turn)), -np.sin(turn)], axis=1) @ back[:3, :3].T
        )
        centre = middle @ back[:3, :3].T + back[:3, 3]
        heading = np.arctan2(ahead[:, 1], ahead[:, 0])
        result = np.column_stack([centre, length, width, height, heading])
        untold = (self.numbers[:, 7:10] == -1).all(axis=1) | (self.numbers[:, 10:13] == -1000).all(
            axis=1
        )
        result[untold] = np.nan
        return result


def labels_of(text: str) -> Labels:
    """Every line that is a kind and 14 numbers, or 15 with a score. Damage when there are more than is sensible."""
    kinds, rows, bad = [], [], 0
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if len(lines) > _MOST_LINES:
        raise Damage(say("it has {lines} labels, more than is sensible", lines=len(lines)))
    for kind, *words in lines:
        try:
            numbers = [float(word) for word in words[:_NUMBERS]]
        except ValueError:
            numbers = []
        if len(numbers) == _NUMBERS:
            kinds.append(kind)
            rows.append(numbers)
        else:
            bad += 1
    table = np.array(rows, np.float64).reshape(-1, _NUMBERS)
    table[~np.isfinite(table)] = np.nan
    return Labels(tuple(kinds), table, bad)


def calibration_of(text: str) -> Calibration:
    """P2 whole, with its fourth column, and R0_rect · Tr_velo_to_cam. Damage when one of them is no such matrix.

    Odometry's files call the last “Tr” and have no R0_rect, as their pictures are rectified: it is the identity.
    """
    told: dict[str, list[str]] = {}
    for line in text.splitlines():
        key, _, rest = line.strip().partition(" ")
        told.setdefault(key.rstrip(":"), rest.split())
    projection = _told(told, ("P2",), (3, 4))
    if (
        projection[0, 0] <= 0
        or projection[1, 1] <= 0
        or not np.allclose(projection[2, :3], (0, 0, 1))
    ):
        raise Damage(say("its P2 is not the matrix of a camera"))
    camera_from_laser = rigid(_told(told, ("Tr_velo_to_cam", "Tr_velo_cam", "Tr"), (3, 4)))
    for name, shape in _MATRICES.items():
        if name in told:
            rectified = np.eye(4)
            rectified[:3, :3] = _told(told, (name,), shape)
            camera_from_laser = rigid(rectified) @ camera_from_laser
            break
    return Calibration(projection, camera_from_laser)


def _told(
    told: dict[str, list[str]], names: tuple[str, ...], shape: tuple[int, int]
) -> NDArray[np.float64]:
    for name in names:
        if name in told:
            try:
                return matrix([float(word) for word in told[name]], *shape)
            except (ValueError, Damage):
                rows, columns = shape
                raise Damage(
                    say(
                        "its {name} is not {rows} x {columns} numbers",
                        name=plain(name, 20),
                        rows=rows,
                        columns=columns,
                    )
                ) from None
    raise Damage(say("it has no {names}", names=names[0]))
