"""A triangle mesh that can be moved, scaled, turned, mirrored and joined with others."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Axis = Literal["x", "y", "z"]
Names = NDArray[np.str_]


@dataclass(frozen=True)
class Mesh:
    """vertices (V, 3) float64, faces (F, 3) int64 with outward winding. Every method gives a new mesh.

    parts (F,): the name of the part each face belongs to, "" where it has none; None: no face has one.
    """

    vertices: NDArray[np.float64]
    faces: NDArray[np.int64]
    parts: Names | None = None

    def __add__(self, other: "Mesh") -> "Mesh":
        return join([self, other])

    def move(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> "Mesh":
        """Shifted."""
        return replace(self, vertices=self.vertices + np.array((x, y, z)))

    def scale(self, x: float = 1.0, y: float = 1.0, z: float = 1.0) -> "Mesh":
        """Stretched along the axes; factors are positive."""
        return replace(self, vertices=self.vertices * (x, y, z))

    def turn(self, axis: Axis, degrees: float) -> "Mesh":
        """Turned around an axis through the origin, counter-clockwise when the axis points at you."""
        a, b = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
        cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        vertices = self.vertices.copy()
        vertices[:, a] = cos * self.vertices[:, a] - sin * self.vertices[:, b]
        vertices[:, b] = sin * self.vertices[:, a] + cos * self.vertices[:, b]
        return replace(self, vertices=vertices)

    def mirror(self, axis: Axis = "x") -> "Mesh":
        """The mirror image; the winding is turned round so that outside stays outside."""
        signs = np.where(np.arange(3) == "xyz".index(axis), -1.0, 1.0)
        return Mesh(self.vertices * signs, self.faces[:, ::-1], self.parts)

    def twice(self, axis: Axis = "x") -> "Mesh":
        """Together with its mirror image: two arms, two wheels."""
        return self + self.mirror(axis)

    def named(self, part: str) -> "Mesh":
        """The same, all of it of one part; what has a name already keeps it."""
        names = part_names(self)
        return replace(self, parts=np.where(names == "", part, names))

    def standing(self) -> "Mesh":
        """Moved so that it stands on the floor, z = 0, with the middle of its box over the origin."""
        low, high = self.vertices.min(axis=0), self.vertices.max(axis=0)
        middle = (low + high) / 2
        return self.move(-middle[0], -middle[1], -low[2])


def join(parts: Iterable[Mesh]) -> Mesh:
    """One mesh of many; surfaces inside one another stay, as in most models people draw."""
    parts = list(parts)
    starts = np.cumsum([0, *(len(part.vertices) for part in parts[:-1])])
    return Mesh(
        np.concatenate([part.vertices for part in parts]),
        np.concatenate([part.faces + start for part, start in zip(parts, starts, strict=True)]),
        _joined(parts),
    )


def copies(part: Mesh, places: ArrayLike) -> Mesh:
    """The same part at many places (P, 3): keys of a keyboard, slats of a bench."""
    offsets = np.asarray(places, np.float64).reshape(-1, 3)
    starts = np.arange(len(offsets)) * len(part.vertices)
    return Mesh(
        (part.vertices + offsets[:, None]).reshape(-1, 3),
        (part.faces + starts[:, None, None]).reshape(-1, 3),
        None if part.parts is None else np.tile(part.parts, len(offsets)),
    )


def _joined(parts: list[Mesh]) -> Names | None:
    if all(part.parts is None for part in parts):
        return None
    return np.concatenate([part_names(part) for part in parts])


def part_names(mesh: Mesh) -> Names:
    """(F,): the part of each face, "" where it has none."""
    return np.full(len(mesh.faces), "") if mesh.parts is None else mesh.parts
