"""One built-in shape in front of one camera: its points, how light each pixel is, its depth and its words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.datasets.pairs.words import COLOURS, SIZES, VIEWS, Slots
from engine.datasets.shapes import make_mesh
from engine.formats.surface import sample_surface
from engine.orbit import Orbit
from engine.render import Rendered, render, turntable

_DENSE = 10_000  # points on a surface, so that no pixel of 64 x 64 looks through
_WOBBLE = 0.06  # a small thing is not always equally small
_USE = 77  # shapes draw with other last numbers


@dataclass(frozen=True)
class Scene:
    """points (P, 3) of one shape in the world, its centre at the origin, z up; light (H, W) uint8, 0 beside it."""

    points: NDArray[np.float32]
    light: NDArray[np.uint8]
    seen: Rendered
    slots: Slots


def scenes(
    kind: str, seed: int, index: int, views: int, side: int, colours: Sequence[str] = tuple(COLOURS)
) -> list[Scene]:
    """Some views of one shape, each of another size, height and side; the same values give the same again."""
    mesh = make_mesh(kind, seed, index)
    rng = np.random.default_rng([seed, index, _USE, *kind.encode()])
    points, normals = sample_surface(mesh.vertices, mesh.faces, _DENSE, rng)
    low, high = points.min(axis=0), points.max(axis=0)
    points = points - (low + high) / 2
    points /= np.linalg.norm(points, axis=1).max()
    return [_scene(points, normals, kind, rng, side, colours) for _ in range(views)]


def _scene(
    points: NDArray[np.float32],
    normals: NDArray[np.float32],
    kind: str,
    rng: np.random.Generator,
    side: int,
    colours: Sequence[str],
) -> Scene:
    size, view = (list(words)[int(rng.integers(len(words)))] for words in (SIZES, VIEWS))
    colour = str(rng.choice(colours)) if colours else ""
    grown = points * np.float32(SIZES[size] * rng.uniform(1 - _WOBBLE, 1))
    camera = turntable([Orbit(rng.uniform(0, 360), rng.uniform(*VIEWS[view]))], side)
    white = np.ones((1, 1, 3))
    seen = render(grown[None], normals[None], white, camera, background=0.0)
    light = (seen.images[0, 0] * 255).round().astype(np.uint8)
    return Scene(grown, light, seen, Slots(kind, colour, size, view))


def painted(
    light: NDArray[np.uint8], colour: Sequence[float], background: float = 1.0
) -> NDArray[np.uint8]:
    """(H, W) of how light each pixel is, in a colour 0..1 before a grey: (H, W, 3)."""
    shown = np.where(light[..., None] > 0, light[..., None] * np.asarray(colour), background * 255)
    return shown.round().astype(np.uint8)
