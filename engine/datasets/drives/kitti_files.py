"""Where KITTI's files lie: folders image_2, velodyne, calib and label_2, or the sequences of its odometry."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from engine.datasets.found import all_files
from engine.formats.bounded import MAX_BYTES

_PICTURES, _SCANS, _CALIB, _LABELS, _POINT_LABELS = (
    "image_2",
    "velodyne",
    "calib",
    "label_2",
    "labels",
)
_SUFFIXES = {
    _PICTURES: (".png", ".jpg", ".jpeg"),
    _SCANS: (".bin", ".label"),
    _CALIB: (".txt",),
    _LABELS: (".txt",),
    _POINT_LABELS: (".label",),
}
_LISTS = {"train": True, "val": False}


@dataclass(frozen=True)
class Files:
    """What belongs to one moment, each a path that exists, or None; train: what a list says."""

    name: str
    drive: str
    picture: Path | None
    scan: Path | None
    calib: Path | None
    label: Path | None
    of_points: Path | None
    train: bool | None

    @property
    def all(self) -> tuple[Path, ...]:
        """Those that are there."""
        each = (self.picture, self.scan, self.calib, self.label, self.of_points)
        return tuple(path for path in each if path is not None)


def find_files(root: Path) -> list[Files]:
    """Every moment at or below a folder of which there is a picture or a scan, in order of name."""
    found: dict[tuple[Path, str], dict[str, Path]] = defaultdict(dict)
    shared: dict[Path, Path] = {}
    for path in all_files(root):
        folder, suffix = path.parent.name, path.suffix.lower()
        if path.name == "calib.txt":
            shared[path.parent] = path
        elif suffix in _SUFFIXES.get(folder, ()):
            sort = _POINT_LABELS if suffix == ".label" else folder
            found[path.parent.parent, path.stem].setdefault(sort, path)
    said = {base: _said(base) for base in {base for base, _ in found}}
    result = []
    for (base, stem), files in sorted(found.items()):
        if not files.keys() & {_PICTURES, _SCANS}:
            continue
        drive = base.relative_to(root).as_posix() if base != root else ""
        result.append(
            Files(
                name=f"{drive}/{stem}".lstrip("/"),
                drive=drive,
                picture=files.get(_PICTURES),
                scan=files.get(_SCANS),
                calib=files.get(_CALIB, shared.get(base)),
                label=files.get(_LABELS),
                of_points=files.get(_POINT_LABELS),
                train=said[base].get(stem),
            )
        )
    return result


def _said(base: Path) -> dict[str, bool]:
    """What the lists in ImageSets say, in the folder or beside it."""
    said: dict[str, bool] = {}
    for place in (base / "ImageSets", base.parent / "ImageSets"):
        for name, train in _LISTS.items():
            path = place / f"{name}.txt"
            if path.is_file() and path.stat().st_size <= MAX_BYTES:
                words = path.read_text("utf-8", "replace").split()
                said |= dict.fromkeys(words, train)
        if said:
            break
    return said
