"""ScanNet in the forms it is passed on in: scans as published, VoteNet's and 3DETR's arrays, and npz files."""

from collections.abc import Generator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from engine import registry
from engine.control import Control
from engine.datasets.found import all_files, place
from engine.datasets.scenes import scannet_arrays, scannet_scan
from engine.datasets.scenes.gather import Place, PlaceSettings, gather, mark_of
from engine.datasets.scenes.raw import Rules
from engine.datasets.scenes.scannet_labels import CLASSES, THINGS, word_numbers
from engine.errors import DataError, FormatError
from engine.events import Event
from engine.formats.bounded import content, plain
from engine.formats.refusal import refusing
from engine.scenes import Scenes
from engine.words import say

_TABLE = "scannetv2-labels.combined.tsv"
_LISTS = {"scannetv2_train.txt": True, "scannetv2_val.txt": False}


@registry.register(
    "scenes",
    "scannet",
    title="ScanNet",
    about=say(
        "Scanned rooms with 20 classes and 18 things in boxes: scans as published, or VoteNet’s exported "
        "arrays."
    ),
)
class ScanNet:
    """The official split where its lists are there; else whole rooms are drawn to the test."""

    Settings = PlaceSettings

    def __init__(self, settings: PlaceSettings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    @classmethod
    def counts(cls, settings: PlaceSettings) -> tuple[int, int]:
        """How many classes points can be of, and how many things boxes can hold."""
        return len(CLASSES), len(THINGS)

    def fingerprint(self) -> str:
        """Changes when the settings or the files change."""
        root = place(self.settings.path)
        return mark_of(self.settings, root, _places(root, {}), *_beside(root).values())

    def read(self, control: Control) -> Generator[Event, None, Scenes]:
        """All scenes that can be read; what cannot is in the problems. Raises DataError when there is none."""
        root = place(self.settings.path)
        problems: list[str] = []
        words = _words(root, problems)
        places = _sided(_places(root, words), root, problems)
        if not places:
            raise DataError(
                say(
                    "“{root}” holds no scene of ScanNet. Choose a folder with files like "
                    "scene0000_00{mesh}, scene0000_00{export} or scene0000_00.npz.",
                    root=plain(root.name),
                    mesh=scannet_scan.MESH,
                    export=scannet_arrays.EXPORT,
                )
            )
        rules = Rules(CLASSES, THINGS, self.settings.most_points)
        title = plain(root.name, 60) or "ScanNet"
        return (yield from gather(places, title, rules, self.settings, control, problems))


def _places(root: Path, words: Mapping[str, int]) -> list[Place]:
    """All scenes at or below a folder, in order of name; one that is there in two forms is read once."""
    found: dict[str, Place] = {}
    for path in all_files(root):
        if path.name.endswith(scannet_scan.MESH):
            name = path.name.removesuffix(scannet_scan.MESH)
            files = scannet_scan.files_of(path)
            read = partial(scannet_scan.read_scan, path, words)
        elif path.name.endswith(scannet_arrays.EXPORT):
            name = path.name.removesuffix(scannet_arrays.EXPORT)
            files = scannet_arrays.files_of(path)
            read = partial(scannet_arrays.read_export, path)
        elif path.suffix.lower() == ".npz":
            name, files = path.stem, (path,)
            read = partial(scannet_arrays.read_npz, path)
        else:
            continue
        found.setdefault(name, Place(path, name, files, read))
    return [found[name] for name in sorted(found)]


def _beside(root: Path) -> dict[str, Path]:
    """The lists of the split and the table of labels: in the folder, in `meta_data`, or one folder up."""
    folders = [root, root / "meta_data", root.parent, root.parent / "meta_data"]
    return {
        name: next(folder / name for folder in folders if (folder / name).is_file())
        for name in (*_LISTS, _TABLE)
        if any((folder / name).is_file() for folder in folders)
    }


def _words(root: Path, problems: list[str]) -> Mapping[str, int]:
    """The class of every word of the annotators, from their table if it is there and whole."""
    try:
        return word_numbers(_beside(root).get(_TABLE))
    except FormatError as error:
        problems.append(error.sentence)
        return word_numbers(None)


def _sided(places: list[Place], root: Path, problems: list[str]) -> list[Place]:
    """Each scene on the side that the lists say; those that they do not name are left out and told."""
    said: dict[str, bool] = {}
    for name, path in _beside(root).items():
        if name in _LISTS:
            try:
                with refusing(path, say("list of scenes")):
                    names = content(path).decode("utf-8", "replace").split()
                said |= dict.fromkeys(names, _LISTS[name])
            except FormatError as error:
                problems.append(error.sentence)
    kept = [replace(one, train=said[one.name]) for one in places if one.name in said]
    if not kept:
        return places
    if left := len(places) - len(kept):
        problems.append(say("{left} scenes are in none of the lists and were left out.", left=left))
    return kept
