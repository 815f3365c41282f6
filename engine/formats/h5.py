"""HDF5: one cloud a file; what may be read from any HDF5 file is decided here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from engine import registry
from engine.formats.arrays import NAMES, looks_like_points, shape_from
from engine.formats.bounded import Damage, budget, size_of
from engine.formats.reader import Reader
from engine.formats.shape import Shape

# deflate, shuffle, fletcher32, lzf
_FILTERS = {1, 2, 3, 32000}


@registry.register("format", "h5", title="HDF5 cloud")
class H5(Reader):
    """The dataset called points, xyz, data or pc, else the first that looks like points."""

    suffixes = (".h5", ".hdf5")

    def read(self, path: Path) -> Shape:
        """The points."""
        with opened(path) as file:
            for name in [name for name in NAMES if has(file, name)] or list(file):
                data = dataset(file, name, size_of(path))
                if data is not None and (name in NAMES or looks_like_points(data)):
                    return shape_from(data[()])
        raise Damage("it holds no array of points")


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The HDF5 file, read-only, for a `with`; Damage when it is none or not whole."""
    import h5py

    size_of(path)
    if not h5py.is_hdf5(path):
        raise Damage("it is not an HDF5 file")
    with h5py.File(path, "r") as file:
        yield file


def has(file: Any, name: str) -> bool:
    """Whether the file has something of this name, without opening it."""
    return bool(file.id.links.exists(name.encode()))


def dataset(file: Any, name: str, size: int) -> Any:
    """A dataset that lies in the file itself and is no larger than a file of `size` bytes may hold.

    None when there is nothing of that name or it is a group.
    """
    import h5py

    if not has(file, name):
        return None
    # Asked of the link itself: h5py's own `in` and `get` follow it, into another file if need be.
    if file.id.links.get_info(name.encode()).type != h5py.h5l.TYPE_HARD:
        raise Damage(f"its “{name[:20]}” is a link to elsewhere, which is never followed")
    data = file[name]
    if not isinstance(data, h5py.Dataset):
        return None
    if data.external or data.is_virtual:
        raise Damage(f"its “{name[:20]}” lies in another file, which is never opened")
    if data.shape is None or data.dtype.hasobject or not _is_plain(data):
        raise Damage(f"its “{name[:20]}” does not hold plain numbers or text")
    if data.nbytes > budget(size):
        raise Damage(f"its “{name[:20]}” announces {data.nbytes:.3g} bytes, more than is sensible")
    if data.chunks and not _chunks_are_whole(data, size):
        raise Damage(f"its “{name[:20]}” is packed in pieces that are not whole")
    return data


def _is_plain(data: Any) -> bool:
    """Whether numbers are stored just as numpy has them: other layouts go through fragile code."""
    import h5py

    if data.dtype.kind not in "fiu":
        return True
    return bool(h5py.h5t.py_create(data.dtype).equal(data.id.get_type()))


def _chunks_are_whole(data: Any, size: int) -> bool:
    """Whether every chunk lies inside the file and is packed by a filter that comes with h5py.

    The HDF5 library itself trusts these numbers and dies of wrong ones; other filters are code
    that it would load from elsewhere.
    """
    chunk = int(np.prod(data.chunks, dtype=object)) * data.dtype.itemsize
    made = data.id.get_create_plist()
    filters = {made.get_filter(index)[0] for index in range(made.get_nfilters())}
    if chunk > budget(size) or not filters <= _FILTERS:
        return False
    sound = True

    def look(piece: Any) -> None:
        nonlocal sound
        smallest = 1 if filters else chunk
        sound &= smallest <= piece.size <= size - piece.byte_offset

    data.id.chunk_iter(look)
    return sound
