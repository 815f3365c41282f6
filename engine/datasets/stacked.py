"""HDF5 files of many clouds: `data` (S, N, 3 or more) and `label` (S,), as ModelNet comes."""

import contextlib
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.control import Control
from engine.datasets.part import Part, room_for
from engine.events import Event, Phase
from engine.formats.bounded import MAX_HEADER, Damage, plain
from engine.formats.h5 import dataset, has, opened
from engine.formats.refusal import named, refusing
from engine.formats.shape import FARTHEST
from engine.formats.surface import normalised
from engine.words import say

SUFFIXES = (".h5", ".hdf5")
_WHAT = say("HDF5 data set")
_ROWS = 256


@dataclass(frozen=True)
class _Stack:
    """The open file's clouds and, for each, its label, its split and its name; the kinds' names."""

    data: Any
    labels: NDArray[np.int64]
    train: tuple[bool | None, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]


def is_stack(path: Path) -> bool:
    """True for an HDF5 file with `data` and `label` or `labels`; never raises."""
    try:
        with opened(path) as file:
            return has(file, "data") and (has(file, "label") or has(file, "labels"))
    except (Damage, OSError, RuntimeError):
        return False


def said_split(name: str) -> bool | None:
    """Whether a file's name says training (True) or testing (False); None: neither."""
    if "train" in name.lower():
        return True
    return False if "test" in name.lower() else None


def read_stack(
    path: Path, points: int, seed: int, control: Control
) -> Generator[Event, None, Part]:
    """All usable clouds of a file. FormatError when it is damaged or has too few points a cloud."""
    with refusing(path, _WHAT), opened(path) as file:
        stack = _opened_stack(file, path)
        total, stored = stack.data.shape[:2]
        if stored < points:
            raise Damage(
                say(
                    "its clouds have {stored} points, but {points} were asked for; ask for {stored}",
                    stored=stored,
                    points=points,
                )
            )
        clouds = room_for(total, points)
        rng = np.random.default_rng([seed, total, stored])
        usable = np.zeros(total, np.bool_)
        step = _rows_at_once(stack.data)
        for start in range(0, total, step):
            yield from control.gate()
            yield Phase(name=say("Reading clouds"), detail=plain(path.name), fraction=start / total)
            block = stack.data[start : start + step, :, :3].astype(np.float64)
            rows = slice(start, start + len(block))
            usable[rows] = _fill(clouds[rows], block, rng)
    return _part(path, stack, clouds, usable)


def _fill(
    clouds: NDArray[np.float32], block: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Put normalised clouds in place; True where a cloud is finite and has an extent."""
    points = clouds.shape[1]
    good = np.all(np.abs(block) < FARTHEST, axis=(1, 2))
    if block.shape[1] > points:
        drawn = np.argpartition(rng.random(block.shape[:2]), points - 1, axis=1)[:, :points]
        block = np.take_along_axis(block, np.sort(drawn, axis=1)[:, :, None], axis=1)
    with np.errstate(invalid="ignore"):
        good &= np.ptp(block, axis=1).max(axis=1) > 0
    for row in np.flatnonzero(good):
        clouds[row] = normalised(block[row])
    return np.asarray(good)


def _part(
    path: Path, stack: _Stack, clouds: NDArray[np.float32], usable: NDArray[np.bool_]
) -> Part:
    known = (stack.labels >= 0) & ((stack.labels < len(stack.kinds)) | (not stack.kinds))
    problems = [
        say(
            "{named}: {sum} of {bad} clouds were left out, {why}; the first is “{names}”.",
            named=named(path),
            sum=bad.sum(),
            bad=len(bad),
            why=why,
            names=stack.names[int(np.argmax(bad))],
        )
        for bad, why in (
            (~usable, say("for they are not made of finite numbers or lie in one point")),
            (~known, say("for their label stands for no kind")),
        )
        if bad.any()
    ]
    rows = np.flatnonzero(usable & known).tolist()
    labels = stack.labels.tolist()
    return Part(
        clouds if len(rows) == len(clouds) else clouds[rows],
        tuple(
            stack.kinds[labels[r]] if stack.kinds else say("kind {labels}", labels=labels[r])
            for r in rows
        ),
        tuple(stack.train[r] for r in rows),
        tuple(stack.names[r] for r in rows),
        stack.kinds,
        tuple(problems),
    )


def _opened_stack(file: Any, path: Path) -> _Stack:
    size = path.stat().st_size
    data, label = dataset(file, "data", size), dataset(file, "label", size)
    if label is None:
        label = dataset(file, "labels", size)
    if data is None or label is None:
        raise Damage(say("it has no “data” with a “label” for each cloud"))
    if data.ndim != 3 or not 3 <= data.shape[2] <= 64 or data.dtype.kind not in "fiu":
        raise Damage(
            say("its “data” has the shape {data}, not (clouds, points, 3)", data=data.shape)
        )
    if label.size != len(data) or label.dtype.kind not in "iu":
        raise Damage(say("it has {data} clouds but {size} labels", data=len(data), size=label.size))
    labels = label[()].reshape(-1).astype(np.int64)
    return _Stack(
        data,
        labels,
        _splits(file, path, len(data)),
        _names(file, path, len(data)),
        _kinds(file, path),
    )


def _splits(file: Any, path: Path, count: int) -> tuple[bool | None, ...]:
    split = dataset(file, "split", path.stat().st_size)
    if split is not None and split.shape == (count,) and split.dtype.kind in "iu":
        return tuple((split[()] == 0).tolist())
    return (said_split(path.stem),) * count


def _names(file: Any, path: Path, count: int) -> tuple[str, ...]:
    with contextlib.suppress(Damage):
        names = dataset(file, "name", path.stat().st_size)
        if names is not None and names.shape == (count,) and names.dtype.kind == "S":
            return tuple(plain(name.decode("utf-8", "replace")) for name in names[()].tolist())
    return tuple(f"{plain(path.stem, 60)}_{row:05d}" for row in range(count))


def _kinds(file: Any, path: Path) -> tuple[str, ...]:
    if "class_names" in file.attrs:
        words = np.asarray(file.attrs["class_names"]).reshape(-1).tolist()
    else:
        beside = path.with_name("shape_names.txt")
        words = beside.read_bytes()[:MAX_HEADER].splitlines() if beside.is_file() else []
    texts = [w.decode("utf-8", "replace") if isinstance(w, bytes) else str(w) for w in words]
    return tuple(plain(text, 60) for text in texts if text.strip())


def _rows_at_once(data: Any) -> int:
    """About 256 clouds, but whole chunks: a chunk is unpacked anew each time it is touched."""
    chunk = data.chunks[0] if data.chunks else 1
    return int(chunk * max(1, _ROWS // chunk))
