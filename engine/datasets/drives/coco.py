"""Pictures with boxes and outlines in COCO's JSON form, and a depth for a box where one stands beside it."""

from collections.abc import Generator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine import registry
from engine.control import Control
from engine.datasets.drives.coco_file import Annotated, CocoFile, coco_at, find_lists
from engine.datasets.drives.coco_outlines import owners_of, runs_of
from engine.datasets.drives.gather import Place, gather, mark_of, picture_at
from engine.datasets.drives.kinds import Kinds
from engine.datasets.drives.raw import Marked, Raw, Rules
from engine.datasets.drives.settings import DriveSettings
from engine.datasets.drives.told import told_of
from engine.datasets.found import place
from engine.drives import NOT_TOLD, Drive
from engine.errors import DataError, FormatError
from engine.events import Event, Phase
from engine.formats.bounded import plain
from engine.projection import Calibration
from engine.words import say

THINGS = ("person", "bicycle", "car", "motorcycle", "bus", "truck")
# A laser that nobody has, where the camera is: x ahead, y left, z up.
_CAMERA_FROM_LASER = np.array([[0.0, -1, 0, 0], [0, 0, -1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])


@registry.register(
    "drives",
    "coco",
    title="COCO",
    about=say(
        "Pictures with boxes and outlines in COCO’s JSON form, with a depth for each box or without; no "
        "laser."
    ),
)
class Coco:
    """Without a laser there are no points, and no calibration: a lens as wide as the picture stands in for it.
    Lists called train and val or test are respected."""

    class Settings(DriveSettings):
        """Where the list and its pictures are."""

        path: str = Field(
            min_length=1, title=say("Folder or JSON file"), json_schema_extra={"place": "folder"}
        )
        pictures: str = Field(
            "",
            title=say("Folder of pictures"),
            description=say("Empty: beside the JSON file, or where COCO has them."),
            json_schema_extra={"place": "folder"},
        )
        width: int = Field(
            128,
            ge=32,
            le=2048,
            title=say("Width of a picture"),
            json_schema_extra={"unit": "pixels"},
        )
        things: tuple[str, ...] = Field(
            THINGS,
            min_length=1,
            max_length=200,
            title=say("Things"),
            description=say(
                "Of the file’s categories. “car = car + truck” makes one of two. Boxes of others are "
                "places where nothing found or missed counts."
            ),
        )

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    @classmethod
    def counts(cls, settings: Settings) -> tuple[int, int]:
        """How many classes pixels can be of, and how many things boxes can hold."""
        things = len(settings.kinds.things)
        return things + 1, things

    def fingerprint(self) -> str:
        """Changes when the settings or the lists change; there are too many pictures to look at each."""
        root = place(self.settings.path)
        return mark_of(self.settings, root, find_lists(root))

    def read(self, control: Control) -> Generator[Event, None, Drive]:
        """All pictures that can be read; what cannot is in the problems. Raises DataError when there is none."""
        root = place(self.settings.path)
        kinds = self.settings.kinds
        problems: list[str] = []
        places: list[Place] = []
        words: set[str] = set()
        for path in find_lists(root):
            yield from control.gate()
            yield Phase(name=say("Reading lists"), detail=plain(path.name))
            try:
                file = coco_at(path, self.settings.pictures)
            except FormatError as error:
                problems.append(error.sentence)
                continue
            words |= set(file.words.values())
            if file.bad:
                problems.append(
                    say(
                        "“{path}”: {bad:,} entries make no sense and were left out.",
                        path=plain(path.name, 60),
                        bad=file.bad,
                    )
                )
            places += _places(file, kinds, problems)
        _check_kinds(kinds, words, problems)
        if not places:
            why = f" {problems[0]}" if problems else ""
            raise DataError(
                say(
                    "“{root}” holds no picture of a COCO list.{why} Choose the JSON file, or the folder "
                    "above “annotations”.",
                    root=plain(root.name),
                    why=why,
                )
            )
        classes = (*kinds.things, "background")
        rules = Rules(classes, kinds, self.settings, around=False, background=len(kinds.things))
        title = plain(root.stem, 60) or "COCO"
        return (yield from gather(places, title, rules, control, problems))


def _check_kinds(kinds: Kinds, words: set[str], problems: list[str]) -> None:
    """DataError when nothing that is asked for is in the lists; a sentence on each thing that is not."""
    rows = {kinds.row(word) for word in words}
    missing = [thing for row, thing in enumerate(kinds.things) if row not in rows]
    if words and len(missing) == len(kinds.things):
        some = ", ".join(sorted(words)[:12])
        raise DataError(
            say(
                "None of the things asked for is in the list. It has: {some}. Name some of them under "
                "“Things”.",
                some=some,
            )
        )
    if words and missing:
        problems.append(
            say("The list has no category called {missing}.", missing=", ".join(missing))
        )


def _places(file: CocoFile, kinds: Kinds, problems: list[str]) -> list[Place]:
    gone = [one.name for one in file.pictures if not one.picture.is_file()]
    problems += told_of(
        gone,
        say("picture is not there and was left out"),
        say("pictures are not there and were left out"),
    )
    return [
        Place(one.picture, one.name, partial(_read, one, file.words, kinds), one.train, one.name)
        for one in file.pictures
        if one.picture.is_file()
    ]


def _read(one: Annotated, words: dict[int, str], kinds: Kinds) -> Raw:
    """One picture; a FormatError when it cannot be read."""
    image = picture_at(one.picture)
    height, width = image.shape[:2]
    told = []
    if (width, height) != one.size:
        told.append(
            say(
                "the list says that it has {wide} x {high} pixels, and it has {width} x {height}",
                wide=one.size[0],
                high=one.size[1],
                width=width,
                height=height,
            )
        )
    rows = [row for row in one.annotations if _box(row) is not None]
    if bad := len(one.annotations) - len(rows):
        told.append(say("{bad} of its annotations make no sense and were left out", bad=bad))
    marked = Marked(
        tuple(words.get(_number(row.get("category_id")), "") for row in rows),
        np.array([_box(row) for row in rows], np.float64).reshape(-1, 4),
        np.full((len(rows), 7), np.nan),
        depths=np.array([_depth(row) for row in rows], np.float64),
        passed=np.array([bool(row.get("iscrowd")) for row in rows], bool),
    )
    owners, areas = _outlines(rows, marked, kinds, (height, width), told)
    return Raw(
        image,
        np.empty((0, 4), np.float32),
        _lens(width, height),
        marked,
        areas=areas,
        owners=owners,
        told=tuple(told),
    )


def _outlines(
    rows: list[dict[str, Any]],
    marked: Marked,
    kinds: Kinds,
    size: tuple[int, int],
    told: list[str],
) -> tuple[NDArray[np.int64] | None, NDArray[np.int64] | None]:
    """Which thing and which class each pixel shows; where a box has no outline, and in crowds, nothing is told."""
    outlines = [runs_of(row.get("segmentation"), *size) for row in rows]
    wrong = sum(
        runs is None and bool(row.get("segmentation"))
        for runs, row in zip(outlines, rows, strict=True)
    )
    if wrong:
        told.append(say("{wrong} of its outlines make no sense and were left out", wrong=wrong))
    if all(runs is None for runs in outlines):
        return None, None
    things = np.array([kinds.row(kind) for kind in marked.kinds], np.int64)
    passed = np.zeros(len(rows), bool) if marked.passed is None else marked.passed
    things[passed] = NOT_TOLD
    areas = np.full(size, len(kinds.things))
    for runs, (left, top, right, bottom) in zip(outlines, marked.boxes, strict=True):
        if runs is None:
            edges = np.clip([left, right, top, bottom], 0, 1e6).astype(np.int64)
            areas[edges[2] : edges[3] + 1, edges[0] : edges[1] + 1] = NOT_TOLD
    owners = owners_of(outlines, *size)
    areas = np.where(owners >= 0, things[owners], areas)
    return owners, areas


def _lens(width: int, height: int) -> Calibration:
    projection = np.array(
        [[width, 0, width / 2, 0], [0, width, height / 2, 0], [0, 0, 1, 0]], float
    )
    return Calibration(projection, _CAMERA_FROM_LASER)


def _box(row: Any) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom from COCO's left, top, width, height; None when these are not four numbers."""
    try:
        left, top, width, height = (float(number) for number in row["bbox"])
    except (TypeError, KeyError, ValueError, AttributeError, OverflowError):
        return None
    return left, top, left + width, top + height


def _depth(row: dict[str, Any]) -> float:
    """Metres, NaN where none stands there or it is no number."""
    value = row.get("depth")
    return (
        float(value) if isinstance(value, int | float) and not isinstance(value, bool) else np.nan
    )


def _number(value: Any) -> int:
    return value if isinstance(value, int) else -1
