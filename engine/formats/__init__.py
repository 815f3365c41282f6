"""The files people have: `read_shape` gives what is in one, `read_cloud` and `cloud_of` a cloud to learn from."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine import registry
from engine.errors import FormatError
from engine.formats.reader import Reader
from engine.formats.refusal import named, refusing
from engine.formats.shape import Shape, sound
from engine.formats.surface import normalised, sample_surface
from engine.words import say

__all__ = ["COMMON", "Shape", "cloud_of", "read_cloud", "read_shape", "suffixes"]

COMMON = say("PLY, OBJ, STL, OFF, GLB, PCD, PTS, XYZ, LAS, NPY or NPZ")


def suffixes() -> set[str]:
    """Every file ending that can be read, in lower case and with its dot."""
    readers = [registry.get("format", name) for name in registry.names("format")]
    return {suffix for reader in readers for suffix in reader.suffixes}


def read_shape(path: Path) -> Shape:
    """The points of a file, all finite, and its triangles. Raises only FormatError."""
    reader = _reader(path.suffix.lower())
    if reader is None:
        raise FormatError(
            say(
                "{named} was not read: this kind of file is not known. Known are {common}.",
                named=named(path),
                common=COMMON,
            )
        )
    # What a damaged file makes of its numbers is judged by `sound`, not by numpy's warnings.
    with refusing(path, reader.title), np.errstate(all="ignore"):
        return sound(reader.read(path))


def read_cloud(path: Path, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """`count` points of a file, centred at their mean with largest radius 1: (count, 3) float32.

    From the surface, evenly by area, where there are triangles; else drawn from the points.
    Fewer points than asked for: each is used equally often, and the rest is drawn.
    Raises only FormatError.
    """
    return cloud_of(read_shape(path), path, count, rng)


def cloud_of(shape: Shape, path: Path, count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """What `read_cloud` gives, from a shape that was read; `path` names it in errors."""
    low, high = shape.vertices.min(axis=0), shape.vertices.max(axis=0)
    spread = (high - low).max()
    # Survey coordinates lie far from the origin: the offset goes before anything is float32.
    centred = shape.vertices - (low + high) / 2
    if spread > 1e-12 * np.abs(shape.vertices).max():
        points = _drawn(Shape(centred / spread, shape.faces), count, rng)
        if np.ptp(points, axis=0).any():
            return normalised(points)
    raise FormatError(
        say("{named} was not read: all its points are in one place.", named=named(path))
    )


def _drawn(shape: Shape, count: int, rng: np.random.Generator) -> NDArray[np.floating]:
    if shape.faces is not None:
        try:
            return sample_surface(shape.vertices, shape.faces, count, rng)[0]
        except FormatError:
            pass  # no triangle has an area: there is no surface, but there are points
    total = len(shape.vertices)
    every = np.tile(np.arange(total), count // total)
    return shape.vertices[np.append(every, rng.choice(total, count % total, replace=False))]


def _reader(suffix: str) -> Reader | None:
    for name in registry.names("format"):
        if suffix in registry.get("format", name).suffixes:
            reader: Reader = registry.make("format", name, {})
            return reader
    return None
