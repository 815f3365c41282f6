"""Arrays and words of classroom.h5 on their way into the file and back, checked for shape, size and kind. numpy."""

import json
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.words import say

Shape = tuple[Any, tuple[int | str, ...]]
WORDS: Shape = (np.uint8, ("N",))
_MOST = 2**28  # bytes of one array: a file that claims more is not read into memory
Figures = dict[str, float | None]


def put(
    group: Any, name: str, array: NDArray[Any], told: Shape, sizes: dict[str, int] | None = None
) -> None:
    """Write one array packed and with a checksum; raises ValueError unless it has its shape."""
    kind, shape = told
    _fits(name, array.shape, shape, {} if sizes is None else sizes)
    packed = {"compression": "gzip", "compression_opts": 1, "shuffle": True, "fletcher32": True}
    group.create_dataset(name, data=array.astype(kind), **(packed if array.size else {}))


def take(data: Any, name: str, told: Shape, sizes: dict[str, int]) -> NDArray[Any]:
    """Read one array. shape: numbers, and letters for sizes that are the same wherever the letter comes again; raises
    ValueError for another shape or size."""
    kind, shape = told
    _fits(name, data.shape, shape, sizes)
    if data.dtype != np.dtype(kind):
        raise ValueError(say("{name} holds {dtype}", name=name, dtype=data.dtype))
    if int(np.prod(data.shape, dtype=object)) * data.dtype.itemsize > _MOST:
        raise ValueError(say("{name} claims to have the shape {data}", name=name, data=data.shape))
    array: NDArray[Any] = data[()]
    return array


def writable(about: dict[str, Any]) -> NDArray[np.uint8]:
    """Words and numbers as bytes; numbers that are none become None."""
    return np.frombuffer(json.dumps(_plain(about), allow_nan=False).encode(), np.uint8)


def told(file: Any) -> dict[str, Any]:
    """The same, read back."""
    return About(json.loads(take(file["about"], "about", WORDS, {}).tobytes())).values


@dataclass(frozen=True)
class About:
    """What a file says in words, taken out as what it should be; a ValueError, TypeError or KeyError if it is not."""

    values: dict[str, Any]

    def __post_init__(self) -> None:
        if not isinstance(self.values, dict):
            raise ValueError(say("it says nothing about itself"))

    def part(self, key: str) -> dict[str, Any]:
        """A table of its own."""
        return About(self.values[key]).values

    def rows(self, key: str) -> list[dict[str, Any]]:
        """A list of tables."""
        return [About(row).values for row in self.values[key]]

    def words(self, key: str) -> tuple[str, ...]:
        """A list of words."""
        if not isinstance(self.values[key], list):
            raise ValueError(say("{key} is no list", key=key))
        return tuple(map(str, self.values[key]))

    def whole(self, key: str) -> int:
        """A whole number."""
        return int(self.values[key])

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of numbers."""
        return tuple(float(value) for value in self.values[key])

    def maybe(self, key: str) -> tuple[float | None, ...]:
        """A list of numbers of which some may be missing."""
        return tuple(None if value is None else float(value) for value in self.values[key])

    def maybe_one(self, key: str) -> float | None:
        """A number that may be missing."""
        return None if self.values[key] is None else float(self.values[key])

    def figures(self, key: str) -> Figures:
        """Numbers by name, some missing."""
        return {
            name: None if value is None else float(value) for name, value in self.part(key).items()
        }

    def tables(self, key: str) -> dict[str, Figures]:
        """Such figures by name."""
        return {name: About(self.part(key)).figures(name) for name in self.part(key)}

    def nested(self, key: str) -> dict[str, dict[str, Figures]]:
        """Tables of such figures by name."""
        return {name: About(self.part(key)).tables(name) for name in self.part(key)}


def _fits(
    name: str, found: tuple[int, ...], shape: tuple[int | str, ...], sizes: dict[str, int]
) -> None:
    wanted = [
        size if isinstance(size, int) else sizes.setdefault(size, own)
        for size, own in zip(shape, found, strict=False)
    ]
    if len(found) != len(shape) or list(found) != wanted:
        raise ValueError(say("{name} has the shape {found}", name=name, found=found))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(own) for key, own in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(own) for own in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not isfinite(value) else value
