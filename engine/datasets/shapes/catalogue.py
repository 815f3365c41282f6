"""The kinds of shape that exist, and how one of them is made from its seed."""

import zlib
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.datasets.shapes.mesh import Mesh, Names, part_names
from engine.formats.surface import normalised, sample_faces, sample_surface

T = TypeVar("T")


class Dice(np.random.Generator):
    """A random generator that can also throw a coin and pick."""

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.random() < probability

    def one_of(self, *options: T) -> T:
        """Any of these, all alike; name one twice to see it more often."""
        return options[int(self.integers(len(options)))]


Build = Callable[[Dice], Mesh]
KINDS: dict[str, Build] = {}

# ModelNet has these facing along x and all others along y; here too, so that what is learnt carries over.
SIDEWAYS = ("desk", "dresser", "monitor", "night_stand", "sofa", "table", "xbox")


def kind(build: Build) -> Build:
    """Put a function into KINDS under its own name. What it makes faces -y, with x to its left, z up."""
    KINDS[build.__name__] = build
    return build


def make_mesh(kind: str, seed: int, index: int) -> Mesh:
    """One shape. The same three values always give the same one, whatever else is made."""
    dice = _dice(kind, seed, index, 0)
    shape = KINDS[kind](dice).scale(*dice.uniform(0.92, 1.08, 3))
    heading = dice.uniform(-4, 4) - (90 if kind in SIDEWAYS else 0)
    return shape.turn("z", heading).standing()


def make_cloud(kind: str, seed: int, index: int, points: int) -> NDArray[np.float32]:
    """Points (points, 3) on one shape, centred at their mean with largest radius 1."""
    mesh = make_mesh(kind, seed, index)
    places, _ = sample_surface(mesh.vertices, mesh.faces, points, _dice(kind, seed, index, 1))
    return normalised(places)


def make_parted(kind: str, seed: int, index: int, points: int) -> tuple[NDArray[np.float32], Names]:
    """The points of `make_cloud`, and the name of the part that each lies on (points,); "" where it has none."""
    mesh = make_mesh(kind, seed, index)
    dice = _dice(kind, seed, index, 1)
    places, _, faces = sample_faces(mesh.vertices, mesh.faces, points, dice)
    return normalised(places), part_names(mesh)[faces]


def _dice(kind: str, seed: int, index: int, use: int) -> Dice:
    """Throws that depend on these values alone; `use` keeps form and points apart."""
    return Dice(np.random.PCG64([seed, zlib.crc32(kind.encode()), index, use]))
