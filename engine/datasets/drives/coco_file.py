"""COCO's JSON: pictures, kinds, and what was marked in each picture; what makes no sense is counted and left out."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.datasets.drives.json_rows import json_at
from engine.datasets.drives.scan import within
from engine.formats.bounded import Damage, plain
from engine.formats.refusal import refusing
from engine.words import say

_SIDES = {"train": True, "val": False, "test": False}


@dataclass(frozen=True)
class Annotated:
    """One picture's file and its annotations. train: what the JSON file's name says, None where it says nothing."""

    picture: Path
    name: str
    size: tuple[int, int]
    annotations: tuple[dict[str, Any], ...]
    train: bool | None


@dataclass(frozen=True)
class CocoFile:
    """The pictures of a JSON file, the words for its kinds by their number, how many entries make no sense."""

    pictures: tuple[Annotated, ...]
    words: dict[int, str]
    bad: int


def find_lists(root: Path) -> list[Path]:
    """The file itself; else the JSON files of a folder and of its folder “annotations” that list boxes."""
    if root.is_file():
        return [root]
    found = [*sorted(root.glob("*.json")), *sorted((root / "annotations").glob("*.json"))]
    boxes = [path for path in found if path.name.startswith("instances")]
    return boxes or found


def coco_at(path: Path, pictures: str) -> CocoFile:
    """What a JSON file lists. `pictures` is their folder, empty: where COCO has them. FormatError when it is none."""
    told = json_at(path)
    with refusing(path, say("COCO file")):
        if not isinstance(told, dict) or not all(
            isinstance(told.get(key), list) for key in ("images", "annotations", "categories")
        ):
            raise Damage(say("it has no images, annotations and categories"))
        words = {int(one["id"]): plain(one["name"], 60) for one in told["categories"]}
    bad, of_picture = 0, defaultdict(list)
    for row in told["annotations"]:
        try:
            of_picture[int(row["image_id"])].append(row)
        except (TypeError, KeyError, ValueError, OverflowError):
            bad += 1
    train = next((_SIDES[word] for word in _SIDES if word in path.stem.lower()), None)
    found = []
    for row in told["images"]:
        try:
            size = int(row["width"]), int(row["height"])
            file = _file(path, row["file_name"], pictures)
            rows = tuple(of_picture.pop(int(row["id"]), ()))
        except (TypeError, KeyError, ValueError, OverflowError):
            bad += 1
            continue
        if file is None:
            bad += 1
            continue
        found.append(Annotated(file, plain(Path(row["file_name"]).stem, 80), size, rows, train))
    return CocoFile(tuple(found), words, bad + sum(map(len, of_picture.values())))


def _file(path: Path, name: Any, pictures: str) -> Path | None:
    """Where a picture is: in the folder named, else beside the list, in “images”, or in the folder it is named for."""
    if pictures:
        return within(Path(pictures).expanduser().absolute(), name)
    split = path.stem.rpartition("_")[2]
    here = path.parent
    for folder in (
        here,
        here / "images",
        here / split,
        here.parent / split,
        here.parent / "images",
        here.parent,
    ):
        file = within(folder, name)
        if file is None or file.is_file():
            return file
    return within(here, name)
