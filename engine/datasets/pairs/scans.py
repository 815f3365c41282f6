"""Where the frames of a scan lie: ScanNet's exported folders, its .sens files, and folders like Redwood's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.datasets.found import all_files, files, folders
from engine.datasets.pairs.frame import Frame, Matrix, depth_of, picture_of
from engine.datasets.pairs.sens import sens_frames
from engine.errors import FormatError
from engine.formats.bounded import MAX_HEADER, Damage, content
from engine.formats.refusal import named
from engine.words import say

_PICTURES = (".jpg", ".jpeg", ".png")
_MILLIMETRES = 1000.0
# What most of these cameras have, for scans that do not tell theirs.
_USUAL = np.array([[525.0, 0, 319.5], [0, 525.0, 239.5], [0, 0, 1]])
_FLAT = re.compile(r"(?:color|depth)[_-](\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Scan:
    """One scene: a folder or a .sens file."""

    path: Path
    sort: str

    @property
    def files(self) -> list[Path]:
        """Whatever may be read of it."""
        return [self.path] if self.path.is_file() else list(all_files(self.path))

    def frames(self, stride: int) -> Iterator[Frame]:
        """One frame in `stride`. Raises Damage or FormatError when there is no reading it."""
        read = {"sens": sens_frames, "exported": _exported, "flat": _flat}[self.sort]
        return read(self.path, stride)


def find_scans(root: Path) -> list[Scan]:
    """All scans at or below a place, in order of name."""
    if root.is_file():
        return [Scan(root, "sens")] if root.suffix.lower() == ".sens" else []
    if (root / "color").is_dir() and (root / "depth").is_dir():
        return [Scan(root, "exported")]
    here = files(root)
    found = [Scan(path, "sens") for path in here if path.suffix.lower() == ".sens"]
    if any(_FLAT.fullmatch(path.stem) for path in here):
        found.append(Scan(root, "flat"))
    return found + [scan for folder in folders(root) for scan in find_scans(folder)]


def _exported(root: Path, stride: int) -> Iterator[Frame]:
    lenses = [
        _text_matrix(root / "intrinsic" / f"intrinsic_{sort}.txt") for sort in ("color", "depth")
    ]
    colours, depths = (_by_number(root / sort) for sort in ("color", "depth"))
    yield from _paired(root, colours, depths, stride, (lenses[0][:3, :3], lenses[1][:3, :3]))


def _flat(root: Path, stride: int) -> Iterator[Frame]:
    numbered = [(path, _FLAT.fullmatch(path.stem)) for path in files(root)]
    sides: dict[str, dict[int, Path]] = {"c": {}, "d": {}}
    for path, match in numbered:
        if match and path.suffix.lower() in _PICTURES:
            sides[path.name[0].lower()][int(match[1])] = path
    yield from _paired(root, sides["c"], sides["d"], stride, (_USUAL, _USUAL))


def _paired(
    root: Path,
    colours: dict[int, Path],
    depths: dict[int, Path],
    stride: int,
    lenses: tuple[Matrix, Matrix],
) -> Iterator[Frame]:
    numbers = sorted(set(colours) & set(depths))
    if not numbers:
        raise Damage(say("it has no colour picture with a depth picture of the same number"))
    poses = _trajectory(root / "trajectory.log")
    sizes = [_size(side[numbers[0]]) for side in (colours, depths)]
    for number in numbers[::stride]:
        yield Frame(
            f"{root.name}_{number:06d}",
            poses[number] if number in poses else _pose(root / "pose" / f"{number}.txt"),
            *lenses,
            partial(_colour, colours[number], sizes[0]),
            partial(_depth, depths[number], sizes[1]),
        )


def alone(scan: Scan) -> int:
    """How many pictures of an exported scan lack their other half."""
    if scan.sort != "exported":
        return 0
    colours, depths = (_by_number(scan.path / sort) for sort in ("color", "depth"))
    return len(set(colours) ^ set(depths))


def _colour(path: Path, size: tuple[int, int] | None) -> Image.Image:
    return picture_of(content(path), size)


def _depth(path: Path, size: tuple[int, int] | None) -> NDArray[np.float32]:
    return depth_of(content(path), size, _MILLIMETRES)


def _size(path: Path) -> tuple[int, int] | None:
    """The size of the first picture, which those of all others are to be; None when it cannot be told."""
    try:
        with Image.open(path) as image:
            return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _by_number(folder: Path) -> dict[int, Path]:
    found = (path for path in files(folder) if path.suffix.lower() in _PICTURES)
    return {int(path.stem): path for path in found if path.stem.isdecimal()}


def _pose(path: Path) -> Matrix:
    """A pose, or nan where the file is missing or holds no matrix: such a frame is counted, not read."""
    try:
        return _text_matrix(path)
    except FormatError:
        return np.full((4, 4), np.nan)


def _text_matrix(path: Path) -> Matrix:
    try:
        words = path.read_bytes()[:MAX_HEADER].split()
        return np.array([float(word) for word in words[:16]]).reshape(4, 4)
    except (OSError, ValueError):
        raise FormatError(
            say("{named} holds no matrix of 4 x 4 numbers.", named=named(path))
        ) from None


def _trajectory(path: Path) -> dict[int, Matrix]:
    """Redwood's list of poses: a line of numbers, then a matrix, again and again; {} where there is none."""
    if not path.is_file():
        return {}
    words = content(path).split()
    try:
        blocks = [words[start : start + 19] for start in range(0, len(words) - 18, 19)]
        return {
            int(block[0]): np.array([float(word) for word in block[3:]]).reshape(4, 4)
            for block in blocks
        }
    except ValueError:
        raise FormatError(say("{named} is no list of poses.", named=named(path))) from None
