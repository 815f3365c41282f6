"""One numpy array (npy) or several in a zip (npz); pickled objects are never loaded."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from engine import registry
from engine.formats.arrays import NAMES, looks_like_points, shape_from
from engine.formats.bounded import Damage, budget, check_fits, content
from engine.formats.reader import Reader
from engine.formats.shape import Shape
from engine.words import say

_HEADER_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


@registry.register("format", "npy", title=say("numpy array"))
class Npy(Reader):
    """One array (n, 3 or more), or records with x, y and z."""

    suffixes = (".npy",)

    def read(self, path: Path) -> Shape:
        """The points."""
        return shape_from(array_of(path))


@registry.register("format", "npz", title=say("numpy arrays"))
class Npz(Reader):
    """The array called points, xyz, data or pc, else the first that looks like points."""

    suffixes = (".npz",)

    def read(self, path: Path) -> Shape:
        """The points."""
        data = content(path)
        most = budget(len(data))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            order = [name for name in NAMES if name in members] or list(members)
            for name in order:
                array = _member(archive, members[name], most)
                if name in NAMES or looks_like_points(array):
                    return shape_from(array)
        raise Damage(say("it holds no array of points"))


def array_of(path: Path) -> NDArray[Any]:
    """The array of an npy file, whatever it is. Damage when the file is not whole or holds objects."""
    data = content(path)
    return _array(io.BytesIO(data), len(data))


def arrays_of(path: Path, names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Those arrays of an npz file that have one of these names. Damage when one of them is not whole or too large."""
    data = content(path)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        return {
            name: _member(archive, members[name], budget(len(data)))
            for name in names
            if name in members
        }


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> NDArray[np.generic]:
    if info.file_size > most:
        raise Damage(
            say(
                "its array “{filename}” would unfold to more than is sensible",
                filename=info.filename[:20],
            )
        )
    with archive.open(info) as member:
        return _array(member, info.file_size)


def _array(file: IO[bytes], size: int) -> NDArray[np.generic]:
    """The array in an npy stream of `size` bytes; its header cannot ask for more than that."""
    reader = _HEADER_READERS.get(np.lib.format.read_magic(file))
    if reader is None:
        raise Damage(say("its version of the npy format is not known"))
    shape, fortran, dtype = reader(file)
    if dtype.hasobject:
        raise Damage(say("it holds pickled objects, which could run code and are never loaded"))
    items = 1
    for length in shape:
        items *= length
    check_fits(items * dtype.itemsize, size, say("{items} numbers", items=items))
    flat = np.frombuffer(file.read(items * dtype.itemsize), dtype, items)
    return flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)
