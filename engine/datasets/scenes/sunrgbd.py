"""SUN RGB-D as VoteNet prepares it: a cloud of 50,000 points for each picture, and upright boxes that may be turned."""

from collections import Counter
from collections.abc import Generator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from engine import registry
from engine.control import Control
from engine.datasets.found import all_files, place
from engine.datasets.pairs.pair import at_most
from engine.datasets.scenes.gather import Place, PlaceSettings, gather, mark_of
from engine.datasets.scenes.raw import Raw, Rules, bytes_of, whole
from engine.errors import DataError
from engine.events import Event
from engine.formats.bounded import Damage, content, plain
from engine.formats.npy import array_of, arrays_of
from engine.formats.text import lines_of
from engine.scenes import Scenes
from engine.words import counted, say

# In the order of VoteNet's numbers.
THINGS = (
    *("bed", "table", "sofa", "chair", "toilet"),
    *("desk", "dresser", "night_stand", "bookshelf", "bathtub"),
)
_CLOUD, _BOXES, _TEXT = "_pc.npz", "_bbox.npy", "_label.txt"
_WORDS = 13
_SIDES = {"train": True, "val": False}


@registry.register(
    "scenes",
    "sunrgbd",
    title=say("SUN RGB-D"),
    about=say(
        "Single views of rooms with turned boxes around ten kinds of furniture, as VoteNet prepares them."
    ),
)
class SunRGBD:
    """Its points have no classes. Folders whose names end in train or val are respected."""

    Settings = PlaceSettings

    def __init__(self, settings: PlaceSettings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    @classmethod
    def counts(cls, settings: PlaceSettings) -> tuple[int, int]:
        """None that points are of, and how many things boxes can hold."""
        return 0, len(THINGS)

    def fingerprint(self) -> str:
        """Changes when the settings or the files change."""
        root = place(self.settings.path)
        return mark_of(self.settings, root, _places(root, Counter()))

    def read(self, control: Control) -> Generator[Event, None, Scenes]:
        """All views that can be read; what cannot is in the problems. Raises DataError when there is none."""
        root = place(self.settings.path)
        others: Counter[str] = Counter()
        places = _places(root, others)
        if not places:
            raise DataError(
                say(
                    "“{root}” holds no view of SUN RGB-D. Choose a folder with files like 000001{cloud} "
                    "and 000001{boxes}, or 000001.npz and 000001{text}.",
                    root=plain(root.name),
                    cloud=_CLOUD,
                    boxes=_BOXES,
                    text=_TEXT,
                )
            )
        rules = Rules(THINGS, THINGS, self.settings.most_points)
        title = plain(root.name, 60) or say("SUN RGB-D")
        scenes = yield from gather(places, title, rules, self.settings, control)
        if not others:
            return scenes
        some = ", ".join(plain(word, 30) for word, _ in others.most_common(3))
        told = say(
            "{boxes} of other kinds ({some}) left out.",
            boxes=counted(others.total(), "box"),
            some=some,
        )
        return replace(scenes, problems=at_most([told, *scenes.problems]))


def _places(root: Path, others: Counter[str]) -> list[Place]:
    """All views at or below a folder; `others` counts the kinds of boxes that are not of the ten."""
    found = []
    for path in all_files(root):
        if path.name.endswith(_CLOUD):
            name = path.name.removesuffix(_CLOUD)
            boxes = path.with_name(name + _BOXES)
            read = partial(_read_arrays, path, boxes)
        elif path.suffix.lower() == ".npz" and path.with_name(path.stem + _TEXT).is_file():
            name, boxes = path.stem, path.with_name(path.stem + _TEXT)
            read = partial(_read_text, path, boxes, others)
        else:
            continue
        words = path.parent.name.lower().split("_")
        said = next((_SIDES[word] for word in words if word in _SIDES), None)
        found.append(Place(path, name, (path, boxes), read, said))
    return found


def _read_arrays(cloud: Path, boxes: Path) -> Raw:
    """VoteNet's arrays: boxes (K, 8) of centre, half size, heading from x towards -y, and kind."""
    arrays = arrays_of(cloud, ("pc",))
    if "pc" not in arrays or arrays["pc"].ndim != 2 or arrays["pc"].shape[1] < 6:
        raise Damage(say("it has no array “pc” of six numbers a point"))
    if not boxes.is_file():
        raise Damage(say("its “{boxes}” is not there", boxes=plain(boxes.name, 80)))
    rows = array_of(boxes)
    if rows.ndim != 2 or rows.shape[1] != 8:
        raise Damage(say("its boxes are not eight numbers each"))
    sizes, heading = 2 * rows[:, 3:6], -rows[:, 6:7]
    return Raw(
        arrays["pc"][:, :3],
        bytes_of(arrays["pc"][:, 3:6]),
        boxes=np.concatenate([rows[:, :3], sizes, heading], axis=1),
        labels=whole(rows[:, 7]),
    )


def _read_text(cloud: Path, label: Path, others: Counter[str]) -> Raw:
    """Lines of kind, 2D box, centre, half width, half length, half height, and the heading as a direction."""
    arrays = arrays_of(cloud, ("xyz", "rgb"))
    if "xyz" not in arrays:
        raise Damage(say("it has no array “xyz”"))
    boxes, labels, bad = [np.empty((0, 7))], [], 0
    for line in lines_of(content(label)) if label.stat().st_size else ():
        words = line.decode("utf-8", "replace").split()
        try:
            numbers = [float(word) for word in words[1:]]
        except ValueError:
            numbers = []
        if len(numbers) != _WORDS - 1:
            bad += 1
        elif words[0] not in THINGS:
            others[words[0]] += 1
        else:
            centre, (width, length, height), (ahead, aside) = (
                numbers[4:7],
                numbers[7:10],
                numbers[10:],
            )
            heading = np.arctan2(aside, ahead)
            boxes.append(np.array([[*centre, 2 * length, 2 * width, 2 * height, heading]]))
            labels.append(THINGS.index(words[0]))
    return Raw(
        arrays["xyz"],
        bytes_of(arrays["rgb"]) if "rgb" in arrays else None,
        boxes=np.concatenate(boxes),
        labels=np.array(labels, np.int64),
        told=(say("{lines} of its labels left out, without sense", lines=counted(bad, "line")),)
        if bad
        else (),
    )
