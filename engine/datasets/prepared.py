"""A data set that was prepared before, in the HDF5 form that `pcd-engine import` writes."""

from collections.abc import Generator
from pathlib import Path

import numpy as np
from pydantic import Field

from engine import registry
from engine.clouds import Clouds
from engine.control import Control
from engine.datasets.cache import read_cache
from engine.datasets.found import Found, fingerprint, place
from engine.events import Event, Phase
from engine.formats.bounded import Damage, plain
from engine.formats.h5 import dataset, has, opened
from engine.formats.refusal import refusing
from engine.words import say

_ARRAYS = {"points": (3, "f"), "labels": (1, "iu"), "train": (1, "biu"), "names": (1, "S")}


@registry.register(
    "dataset",
    "prepared",
    title=say("A prepared file"),
    about=say("One HDF5 file that this program wrote, for instance with “pcd-engine import”."),
)
class PreparedFile:
    """Read as it was written, kinds, split and all."""

    class Settings(registry.Settings):
        """Where it is."""

        path: str = Field(min_length=1, title=say("File"))

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    def fingerprint(self) -> str:
        """Changes when the file changes."""
        path = place(self.settings.path)
        return fingerprint(self.settings, Found(path, stacks=(path,)))

    def read(self, control: Control) -> Generator[Event, None, Clouds]:
        """The clouds. Raises FormatError or DataError when the file is damaged."""
        yield from control.gate()
        path = place(self.settings.path)
        yield Phase(name=say("Reading clouds"), detail=plain(path.name))
        with refusing(path, say("prepared data set")):
            _check_arrays(path)
            clouds = read_cache(path)
            _check(clouds)
        return clouds


def is_prepared(path: Path) -> bool:
    """True for an HDF5 file that this program wrote; never raises."""
    try:
        with opened(path) as file:
            return "about" in file.attrs and all(has(file, name) for name in _ARRAYS)
    except (Damage, OSError, RuntimeError):
        return False


def _check_arrays(path: Path) -> None:
    """Damage unless the arrays are of a bearable size and the right sort, before any is read."""
    with opened(path) as file:
        size = path.stat().st_size
        for name, (rank, sort) in _ARRAYS.items():
            array = dataset(file, name, size)
            if array is None or array.ndim != rank or array.dtype.kind not in sort:
                raise Damage(say("it has no “{name}” of the right sort", name=name))
            if len(array) != len(file["points"]):
                raise Damage(
                    say(
                        "it has {points} clouds but {array} {name}",
                        points=len(file["points"]),
                        array=len(array),
                        name=name,
                    )
                )


def _check(clouds: Clouds) -> None:
    if not len(clouds) or clouds.points.shape[1] < 1 or clouds.points.shape[2] != 3:
        raise Damage(say("it holds no clouds"))
    if not np.isfinite(clouds.points).all():
        raise Damage(say("some of its points are not finite numbers"))
    if clouds.labels.min() < 0 or clouds.labels.max() >= len(clouds.kinds):
        raise Damage(say("some of its labels belong to no kind"))
    if not set(clouds.known) <= set(clouds.kinds):
        raise Damage(say("its known kinds are not among its kinds"))
