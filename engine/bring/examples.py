"""The arrays of answers and examples: small npz files, read back with nothing but numbers in them."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.atomic import writing
from engine.bring.thing import Floats
from engine.errors import RunError
from engine.formats.npy import arrays_of
from engine.formats.refusal import refusing
from engine.places import cache_folder
from engine.words import say

NAME = "examples.npz"
_KEPT = 200  # answers whose arrays stay
_WHOLE = 12  # scans that stay: of a million points each takes 12 MB


def keep_arrays(**arrays: NDArray[Any]) -> Path:
    """Write the arrays of an answer to the cache, under a name made of them; the oldest ones go."""
    return _keep(cache_folder() / "brought", _KEPT, arrays)


def keep_whole(points: Floats) -> Path:
    """The same for all points (S, 3) of a scan, as `whole`; fewer of these stay."""
    return _keep(cache_folder() / "brought" / "whole", _WHOLE, {"whole": points})


def _keep(folder: Path, most: int, arrays: dict[str, NDArray[Any]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    mark = hashlib.blake2b(digest_size=12)
    for name, array in arrays.items():
        mark.update(name.encode() + np.ascontiguousarray(array).tobytes())
    path = folder / f"{mark.hexdigest()}.npz"
    if path.exists():
        os.utime(path)
    else:
        _write(path, arrays)
        for old in sorted(folder.glob("*.npz"), key=lambda file: -file.stat().st_mtime)[most:]:
            old.unlink(missing_ok=True)
    return path


def read_examples(paths: Sequence[Path], count: int) -> tuple[Floats, tuple[str, ...]]:
    """The clouds (E, N, 3) of several answers and the names of their files; FormatError or RunError where one will not
    do."""
    clouds, names = [], []
    for path in paths:
        with refusing(path, "example"):
            arrays = arrays_of(path, ("points", "name"))
            points = np.asarray(arrays["points"], np.float32)
        if points.shape != (count, 3) or not np.isfinite(points).all():
            raise RunError(
                say(
                    "An example has {points} points, but this run takes {count}. Nothing was changed. "
                    "Ask this run about the thing first.",
                    points=len(points),
                    count=count,
                )
            )
        clouds.append(points)
        names.append(str(arrays["name"]) if "name" in arrays else path.stem)
    return np.stack(clouds), tuple(names)


def write_examples(path: Path, clouds: Floats, names: Sequence[str], former: Path) -> None:
    """Keep the examples of a lesson in its run folder, after those of the lessons before it, where there are any in
    `former`."""
    points, told = clouds, list(names)
    if former.exists():
        with refusing(former, "example"):
            arrays = arrays_of(former, ("points", "names"))
            points = np.concatenate([arrays["points"], points]).astype(np.float32)
            told = [*arrays["names"].tolist(), *told]
    _write(path, {"points": points, "names": np.array(told)})


def _write(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    with writing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
