"""HDF5: one cloud a file; what may be read from any HDF5 file is decided here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from engine import registry
from engine.formats.arrays import NAMES, looks_like_points, shape_from
from engine.formats.bounded import Damage, budget, plain, size_of
from engine.formats.reader import Reader
from engine.formats.shape import Shape
from engine.words import say

# deflate, shuffle, fletcher32, lzf
_FILTERS = {1, 2, 3, 32000}


@registry.register("format", "h5", title=say("HDF5 cloud"))
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
        raise Damage(say("it holds no array of points"))


# lzf and deflate of real numbers stay far below it; what claims more than so many times the file is taken for a bomb.
_MOST_PACKED = 100


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The HDF5 file, read-only, for a `with`; Damage when it is none or not whole."""
    import h5py

    size_of(path)
    if not h5py.is_hdf5(path):
        raise Damage(say("it is not an HDF5 file"))
    with h5py.File(path, "r") as file:
        yield file


@contextmanager
def own(path: Path) -> Iterator[Any]:
    """A file of this program's own making that may have been in other hands: as `opened`, with all of it looked at.

    Damage when anything in it leads to another file, or is larger than what such a file can hold.
    """
    with opened(path) as file:
        root = file["/"].id
        _look_through(root, size_of(path), {hash(root)})
        yield file


def _look_through(group: Any, size: int, seen: set[int]) -> None:
    """Groups and datasets as HDF5 itself has them: h5py's own objects cost ten times as much to make."""
    import h5py

    for name in group:
        if group.links.get_info(name).type != h5py.h5l.TYPE_HARD:
            raise Damage(
                say(
                    "its “{named}” is a link to elsewhere, which is never followed",
                    named=_named(name),
                )
            )
        inner = h5py.h5o.open(group, name)
        if isinstance(inner, h5py.h5d.DatasetID):
            _check_own(inner, name, size)
        elif isinstance(inner, h5py.h5g.GroupID) and hash(inner) not in seen:
            seen.add(hash(inner))
            _look_through(inner, size, seen)


def _check_own(data: Any, name: bytes, size: int) -> None:
    import h5py

    made, kind = data.get_create_plist(), data.get_type()
    layout = made.get_layout()
    outside = layout == h5py.h5d.CONTIGUOUS and made.get_external_count()
    if outside or layout == h5py.h5d.VIRTUAL:
        raise Damage(
            say("its “{named}” lies in another file, which is never opened", named=_named(name))
        )
    numbers = data.get_space().get_simple_extent_npoints()
    most = _MOST_PACKED * size + budget(0)
    if numbers * kind.get_size() > most:
        raise Damage(say("its “{named}” announces more than is sensible", named=_named(name)))
    if layout == h5py.h5d.CHUNKED and numbers:
        chunk = int(np.prod(made.get_chunk(), dtype=object)) * kind.get_size()
        if not _chunks_are_whole(data, chunk, size, most):
            raise Damage(
                say("its “{named}” is packed in pieces that are not whole", named=_named(name))
            )


def _named(name: bytes) -> str:
    return plain(name.decode("utf-8", "replace"), 20)


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
        raise Damage(
            say("its “{name}” is a link to elsewhere, which is never followed", name=name[:20])
        )
    data = file[name]
    if not isinstance(data, h5py.Dataset):
        return None
    if data.external or data.is_virtual:
        raise Damage(
            say("its “{name}” lies in another file, which is never opened", name=name[:20])
        )
    if data.shape is None or data.dtype.hasobject or not _is_plain(data):
        raise Damage(say("its “{name}” does not hold plain numbers or text", name=name[:20]))
    if data.nbytes > budget(size):
        raise Damage(
            say(
                "its “{name}” announces {nbytes:.3g} bytes, more than is sensible",
                name=name[:20],
                nbytes=data.nbytes,
            )
        )
    chunk = int(np.prod(data.chunks or (), dtype=object)) * data.dtype.itemsize
    if data.chunks and not _chunks_are_whole(data.id, chunk, size, budget(size)):
        raise Damage(say("its “{name}” is packed in pieces that are not whole", name=name[:20]))
    return data


def _is_plain(data: Any) -> bool:
    """Whether numbers are stored just as numpy has them: other layouts go through fragile code."""
    import h5py

    if data.dtype.kind not in "fiu":
        return True
    return bool(h5py.h5t.py_create(data.dtype).equal(data.id.get_type()))


def _chunks_are_whole(data: Any, chunk: int, size: int, most: int) -> bool:
    """Whether every chunk lies inside the file and is packed by a filter that comes with h5py.

    data: HDF5's own; chunk: its bytes when unpacked. The HDF5 library itself trusts these numbers and dies of wrong
    ones; other filters are code that it would load from elsewhere.
    """
    made = data.get_create_plist()
    filters = {made.get_filter(index)[0] for index in range(made.get_nfilters())}
    if chunk > most or not filters <= _FILTERS:
        return False
    sound = True

    def look(piece: Any) -> None:
        nonlocal sound
        smallest = 1 if filters else chunk
        sound &= smallest <= piece.size <= size - piece.byte_offset

    data.chunk_iter(look)
    return sound
