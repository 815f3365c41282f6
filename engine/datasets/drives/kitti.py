"""KITTI's object benchmark and odometry, and SemanticKITTI's labels beside its scans (Geiger et al., CVPR 2012)."""

from collections import Counter
from collections.abc import Generator
from functools import partial

import numpy as np
from pydantic import Field

from engine import registry
from engine.control import Control
from engine.datasets.drives.gather import Place, gather, mark_of, picture_at
from engine.datasets.drives.kitti_files import Files, find_files
from engine.datasets.drives.kitti_text import DONT_CARE, TYPES, calibration_of, labels_of
from engine.datasets.drives.raw import Marked, Raw, Rules
from engine.datasets.drives.scan import scan_of
from engine.datasets.drives.semantic import classes_with
from engine.datasets.drives.semantic_kitti import WORDS, labels_at
from engine.datasets.drives.settings import DriveSettings
from engine.datasets.drives.told import end_of, told_of, with_others
from engine.datasets.found import place
from engine.drives import Drive
from engine.errors import DataError, FormatError
from engine.events import Event
from engine.formats.bounded import content, plain
from engine.formats.refusal import refusing
from engine.words import counted, say

THINGS = (
    *("car = Car + Van", "truck = Truck + Tram"),
    *("pedestrian = Pedestrian + Person_sitting", "cyclist = Cyclist"),
)
NO_POINTS = np.empty((0, 4), np.float32)


@registry.register(
    "drives",
    "kitti",
    title="KITTI",
    about=say(
        "KITTI’s object benchmark as it is published: left camera, laser, boxes; also odometry and "
        "SemanticKITTI."
    ),
)
class Kitti:
    """Boxes are marked only where the camera looks. Points there that no solid holds are of the class “background”;
    where any scan has SemanticKITTI's labels, the classes are those."""

    class Settings(DriveSettings):
        """Where it is, and which of its things are too hidden or too much cut off to count."""

        width: int = Field(
            320,
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
                "Made of KITTI’s types. Boxes of other types are places where nothing found or missed "
                "counts."
            ),
        )
        most_occlusion: int = Field(
            3,
            ge=0,
            le=3,
            title=say("Most hidden"),
            description=say(
                "0 fully seen, 1 partly hidden, 2 largely hidden, 3 unknown. More hidden things do not "
                "count."
            ),
            json_schema_extra={"term": "occlusion"},
        )
        most_truncation: float = Field(
            1.0,
            ge=0,
            le=1,
            title=say("Most cut off"),
            description=say(
                "The share of a thing that lies outside the picture. Things cut off more do not count."
            ),
            json_schema_extra={"term": "truncation"},
        )

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    @classmethod
    def counts(cls, settings: Settings) -> tuple[int, int]:
        """How many classes points can be of, and how many things boxes can hold."""
        semantic = _has_point_labels(find_files(place(settings.path)))
        return len(_classes(settings, semantic)), len(settings.kinds.things)

    def fingerprint(self) -> str:
        """Changes when the settings or the files change."""
        root = place(self.settings.path)
        return mark_of(self.settings, root, (path for one in find_files(root) for path in one.all))

    def read(self, control: Control) -> Generator[Event, None, Drive]:
        """All frames that can be read; what cannot is in the problems. Raises DataError when there is none."""
        root = place(self.settings.path)
        every = find_files(root)
        found, told = _whole(every)
        if not found:
            why = f" {told[0]}" if told else ""
            raise DataError(
                say(
                    "“{root}” holds no frame of KITTI.{why} Choose the folder that holds image_2, "
                    "velodyne, calib and label_2, or one above it.",
                    root=plain(root.name),
                    why=why,
                )
            )
        semantic, kinds = _has_point_labels(every), self.settings.kinds
        background = None if semantic else len(kinds.things)
        classes = _classes(self.settings, semantic)
        rules = Rules(classes, kinds, self.settings, around=False, background=background)
        others: Counter[str] = Counter()
        places = [
            Place(
                one.picture or root,
                one.name,
                partial(_read, one, self.settings, others),
                one.train,
                one.drive,
            )
            for one in found
        ]
        title = plain(root.name, 60) or "KITTI"
        drive = yield from gather(places, title, rules, control, told)
        return with_others(drive, others)


def _classes(settings: DriveSettings, semantic: bool) -> tuple[str, ...]:
    if semantic:
        return classes_with(settings.kinds, WORDS)
    return (*settings.kinds.things, "background")


def _has_point_labels(found: list[Files]) -> bool:
    return any(one.of_points and one.scan for one in found)


def _whole(found: list[Files]) -> tuple[list[Files], list[str]]:
    """Those that can be a frame, and one sentence for each reason why others cannot."""
    lone = [one.name for one in found if one.picture is None]
    blind = [one.name for one in found if one.picture and one.calib is None]
    good = [one for one in found if one.picture and one.calib]
    marked = [one for one in good if one.label]
    bare = [one.name for one in good if not one.label]
    fate = (
        say("left out, as others have them")
        if marked
        else say("used, and nothing found in them counts")
    )
    scanless = [one.name for one in marked or good if not one.scan]
    told = [
        *told_of(
            lone,
            say("scan without a picture was left out"),
            say("scans without a picture were left out"),
        ),
        *told_of(
            blind,
            say("picture without a calibration was left out"),
            say("pictures without a calibration were left out"),
        ),
        *told_of(
            bare,
            say("picture without labels was {fate}", fate=fate),
            say("pictures without labels were {fate}", fate=fate),
        ),
        *told_of(
            scanless,
            say("picture without a scan is used without the laser’s points"),
            say("pictures without a scan are used without the laser’s points"),
        ),
    ]
    return marked or good, told


def _read(files: Files, wanted: "Kitti.Settings", others: Counter[str]) -> Raw:
    """One moment; Damage or FormatError when its picture or its calibration cannot be used."""
    assert files.picture and files.calib
    with refusing(files.calib, "calibration"):
        calibration = calibration_of(content(files.calib).decode("utf-8", "replace"))
    told: list[str] = []
    points = _points(files, told)
    of_points = None
    if files.of_points and len(points):
        try:
            with refusing(files.of_points, say("list of labels")):
                of_points = labels_at(files.of_points, len(points), wanted.kinds)
        except FormatError as error:
            told.append(end_of(error))
    marked, ignored = _marked(files, wanted, calibration.camera_from_laser, others, told)
    return Raw(
        picture_at(files.picture), points, calibration, marked, ignored, of_points, told=tuple(told)
    )


def _points(files: Files, told: list[str]) -> np.ndarray:
    if files.scan is None:
        return NO_POINTS
    try:
        with refusing(files.scan, "scan"):
            points, sentences = scan_of(files.scan, 4)
    except FormatError as error:
        told.append(end_of(error))
        return NO_POINTS
    told += sentences
    return points


def _marked(
    files: Files, wanted: "Kitti.Settings", turn: np.ndarray, others: Counter[str], told: list[str]
) -> tuple[Marked | None, np.ndarray]:
    """The things of a label file, None where none can be read, and its boxes that nobody looked into."""
    if files.label is None:
        return None, np.empty((0, 4))
    try:
        with refusing(files.label, say("list of labels")):
            empty = not files.label.stat().st_size
            text = "" if empty else content(files.label).decode("utf-8", "replace")
            labels = labels_of(text)
    except FormatError as error:
        told.append(end_of(error))
        return None, np.empty((0, 4))
    if labels.bad:
        told.append(
            say("{lines} of its labels left out, without sense", lines=counted(labels.bad, "line"))
        )
    blank = np.array([kind == DONT_CARE for kind in labels.kinds], bool)
    kinds = tuple(kind for kind in labels.kinds if kind != DONT_CARE)
    known = {kind.lower() for kind in TYPES} | wanted.kinds.rows.keys()
    others.update(kind for kind in kinds if kind.lower() not in known)
    truncation, occlusion = labels.numbers[~blank, :2].T
    passed = (truncation > wanted.most_truncation) | (occlusion > wanted.most_occlusion)
    marked = Marked(kinds, labels.boxes[~blank], labels.solids(turn)[~blank], passed=passed)
    return marked, labels.boxes[blank]
