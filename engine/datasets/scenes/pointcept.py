"""Scene folders as Pointcept prepares them: coord.npy, color.npy, segment20.npy, instance.npy in a folder each.

Its points stand as they were scanned. Where ScanNet’s own .txt lies in a scene’s folder they are turned to the axes of
the room; else that is told, as the boxes of instances then stand askew.
"""

from collections.abc import Generator
from functools import partial
from pathlib import Path

from engine import registry
from engine.control import Control
from engine.datasets.found import all_files, place
from engine.datasets.scenes.gather import Place, PlaceSettings, gather, mark_of
from engine.datasets.scenes.raw import Raw, Rules, bytes_of, whole
from engine.datasets.scenes.scannet_labels import CLASSES, THINGS
from engine.datasets.scenes.scannet_scan import alignment
from engine.errors import DataError
from engine.events import Event
from engine.formats.bounded import plain
from engine.formats.npy import array_of
from engine.scenes import Scenes
from engine.words import say

_POINTS = "coord.npy"
_FILES = (_POINTS, "color.npy", "segment20.npy", "instance.npy")
_SPLITS = {"train": True, "val": False, "test": False}


@registry.register(
    "scenes",
    "pointcept",
    title=say("Pointcept’s scene folders"),
    about=say(
        "ScanNet as Pointcept prepares it: a folder for each scene, in folders called train, val and "
        "test."
    ),
)
class Pointcept:
    """Folders called train, val and test are respected; else whole rooms are drawn to the test."""

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
        return mark_of(self.settings, root, _places(root))

    def read(self, control: Control) -> Generator[Event, None, Scenes]:
        """All scenes that can be read; what cannot is in the problems. Raises DataError when there is none."""
        root = place(self.settings.path)
        places = _places(root)
        if not places:
            raise DataError(
                say(
                    "“{root}” holds no scene folder. Choose a folder in which each scene is a folder "
                    "with a {points}.",
                    root=plain(root.name),
                    points=_POINTS,
                )
            )
        rules = Rules(CLASSES, THINGS, self.settings.most_points)
        title = plain(root.name, 60) or say("Pointcept")
        askew = _askew([one for one in places if not _turn(one.path).is_file()])
        return (yield from gather(places, title, rules, self.settings, control, askew))


def _places(root: Path) -> list[Place]:
    """All scene folders at or below a folder."""
    folders = [path.parent for path in all_files(root) if path.name == _POINTS]
    return [
        Place(
            folder,
            folder.name,
            (*(folder / name for name in _FILES), _turn(folder)),
            partial(_read, folder),
            _said(folder.relative_to(root)),
        )
        for folder in folders
    ]


def _said(path: Path) -> bool | None:
    """What the folders on the way to a scene say."""
    return next((_SPLITS[word] for word in path.parts[:-1] if word in _SPLITS), None)


def _turn(folder: Path) -> Path:
    """The file that tells how a scene is turned."""
    return folder / f"{folder.name}.txt"


def _askew(places: list[Place]) -> list[str]:
    """One sentence about all scenes of which nothing tells how they are turned."""
    if not places:
        return []
    scenes = (
        say("one scene is") if len(places) == 1 else say("{places} scenes are", places=len(places))
    )
    return [
        say(
            "Nothing tells how {scenes} turned, so boxes there may stand askew: put ScanNet’s own .txt "
            "of each scene into its folder, like {name}.",
            scenes=scenes,
            name=plain(_turn(places[0].path).name, 80),
        )
    ]


def _read(folder: Path) -> Raw:
    """The scene; what has no labels is used without."""
    colours, semantic, instance = (
        array_of(folder / name) if (folder / name).is_file() else None for name in _FILES[1:]
    )
    points, told = (
        array_of(folder / _POINTS),
        () if semantic is not None else (say("it has no labels"),),
    )
    if _turn(folder).is_file() and points.ndim == 2 and points.shape[1] == 3:
        turn, wrong = alignment(_turn(folder))
        points, told = points @ turn[:3, :3].T + turn[:3, 3], (*told, *wrong)
    return Raw(
        points,
        None if colours is None else bytes_of(colours),
        None if semantic is None else whole(semantic.reshape(-1)),
        None if instance is None else whole(instance.reshape(-1)),
        told=told,
    )
