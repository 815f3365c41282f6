"""The Waymo Open Dataset v2 in parquet files: one of five cameras, the laser on the roof, boxes in both."""

from collections import Counter
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine import registry
from engine.control import Control
from engine.datasets.drives.gather import Place, gather, mark_of, picture_of
from engine.datasets.drives.parquet import pyarrow_parquet
from engine.datasets.drives.raw import Raw, Rules
from engine.datasets.drives.semantic import class_table
from engine.datasets.drives.settings import DriveSettings
from engine.datasets.drives.told import end_of, with_others
from engine.datasets.drives.waymo_labels import (
    NUMBERS,
    OF_PIXELS,
    OF_POINTS,
    THINGS,
    WORDS,
    classes_of,
)
from engine.datasets.drives.waymo_marks import marked_at, outlines_of
from engine.datasets.drives.waymo_segment import COMPONENTS, TOP, Scan, Segment
from engine.datasets.found import files, folders, place
from engine.drives import NOT_TOLD, Drive
from engine.errors import DataError, FormatError
from engine.events import Event, Phase
from engine.formats.bounded import plain
from engine.formats.refusal import refusing
from engine.words import say

CAMERAS = {"FRONT": 1, "FRONT_LEFT": 2, "FRONT_RIGHT": 3, "SIDE_LEFT": 4, "SIDE_RIGHT": 5}
_SIDES = {"training": True, "validation": False}
_LABELLED = ("camera_segmentation", "lidar_segmentation")


@registry.register(
    "drives",
    "waymo",
    title=say("Waymo Open Dataset"),
    about=say(
        "Version 2 in parquet files: one of five cameras, the lasers, boxes in both; needs pyarrow."
    ),
)
class Waymo:
    """Points are in the vehicle's axes. Those that no solid holds are of the class “background”; where any segment has
    labelled pixels or points, the classes are Waymo's, brought to 14 words. A lens is taken for one that bends no
    lines, and the picture for one taken at once."""

    class Settings(DriveSettings):
        """Where it is, which camera and lasers look, and how many of its frames are taken."""

        height: int = Field(
            128,
            ge=32,
            le=2048,
            title=say("Height of a picture"),
            description=say(
                "Pictures, boxes and calibration are brought to this size; multiples of 32 suit the nets "
                "best."
            ),
            json_schema_extra={"unit": "pixels"},
        )
        width: int = Field(
            192,
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
                "Of vehicle, pedestrian, sign and cyclist. Boxes of others are places where nothing "
                "found or missed counts."
            ),
        )
        camera: Literal["FRONT", "FRONT_LEFT", "FRONT_RIGHT", "SIDE_LEFT", "SIDE_RIGHT"] = Field(
            "FRONT", title=say("Camera")
        )
        lasers: Literal["top", "all"] = Field("top", title=say("Lasers"))
        boxes: Literal["drawn", "projected"] = Field(
            "drawn",
            title=say("Boxes"),
            description=say(
                "drawn: by people, around what is seen. projected: around the corners of the solids."
            ),
        )
        stride: int = Field(
            5,
            ge=1,
            le=1000,
            title=say("Every so-manieth frame"),
            description=say("There are ten a second."),
        )

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    @classmethod
    def counts(cls, settings: Settings) -> tuple[int, int]:
        """How many classes points and pixels can be of, and how many things boxes can hold."""
        labelled = _labelled(find_segments(place(settings.path)))
        return len(classes_of(settings.kinds, labelled)), len(settings.kinds.things)

    def fingerprint(self) -> str:
        """Changes when the settings or the files change."""
        root = place(self.settings.path)
        each = [segment.path(name) for segment in find_segments(root) for name in COMPONENTS]
        return mark_of(self.settings, root, each)

    def read(self, control: Control) -> Generator[Event, None, Drive]:
        """All frames that can be read; what cannot is in the problems. DataError when there is none, or no pyarrow."""
        pyarrow_parquet()
        root = place(self.settings.path)
        segments = find_segments(root)
        if not segments:
            raise DataError(
                say(
                    "“{root}” holds no segment of Waymo’s. Choose the folder that holds camera_image, "
                    "camera_calibration, lidar and so on, or the one above it.",
                    root=plain(root.name),
                )
            )
        kinds, labelled = self.settings.kinds, _labelled(segments)
        background = None if labelled else len(kinds.things)
        rules = Rules(
            classes_of(kinds, labelled), kinds, self.settings, around=True, background=background
        )
        problems: list[str] = []
        others: Counter[str] = Counter()
        reader = _Reader(self.settings, others)
        places: list[Place] = []
        for number, segment in enumerate(segments):
            yield from control.gate()
            share = number / len(segments)
            yield Phase(name=say("Reading segments"), detail=plain(segment.name), fraction=share)
            try:
                with refusing(segment.path("camera_image"), say("parquet file")):
                    places += reader.places(segment)
            except FormatError as error:
                problems.append(error.sentence)
        title = plain(root.name, 60) or say("Waymo")
        drive = yield from gather(places, title, rules, control, problems)
        return with_others(drive, others)


def find_segments(root: Path) -> list[Segment]:
    """The segments in a folder of components, or in the folders training, validation and others in it."""
    found = []
    for folder in (root, *folders(root)) if root.is_dir() else ():
        if (folder / "camera_image").is_dir():
            names = [
                path.stem for path in files(folder / "camera_image") if path.suffix == ".parquet"
            ]
            found += [Segment(folder, name) for name in names]
    return found


def _labelled(segments: list[Segment]) -> bool:
    return any(segment.path(name).is_file() for segment in segments for name in _LABELLED)


class _Reader:
    """Keeps the files of one segment open, as its frames come one after another."""

    def __init__(self, settings: Waymo.Settings, others: Counter[str]) -> None:
        self._wanted, self._others = settings, others
        self._camera = CAMERAS[settings.camera]
        self._open: Segment | None = None
        kinds = settings.kinds
        self._of_points = class_table(kinds, WORDS, OF_POINTS, NUMBERS)
        self._of_pixels = class_table(kinds, WORDS, OF_PIXELS, NUMBERS)

    def places(self, segment: Segment) -> list[Place]:
        """One for each frame that is taken; the segment's tables are let go."""
        found = Segment(segment.root, segment.name).table("camera_image")
        times = found.times(self._camera) if found else []
        side = _SIDES.get(segment.root.name)
        return [
            Place(
                segment.root / say("{segment} at {time}", segment=segment.name, time=time),
                f"{segment.name}/{time}",
                partial(self._read, segment, time),
                train=side,
                drive=segment.name,
            )
            for time in times[:: self._wanted.stride]
        ]

    def _read(self, segment: Segment, time: int) -> Raw:
        if self._open is None or self._open.path("lidar") != segment.path("lidar"):
            self._open = Segment(segment.root, segment.name)
        told: list[str] = []
        segment = self._open
        image = picture_of(segment.picture(time, self._camera))
        calibration = segment.calibration(self._camera)
        size = image.shape[1], image.shape[0]
        drawn = self._wanted.boxes == "drawn"
        marked = marked_at(segment, (time, self._camera), calibration, size, drawn)
        kinds = marked.kinds if marked else ()
        self._others.update(kind for kind in kinds if kind == "unknown")
        scan = self._scan(segment, time, told)
        areas = owners = None
        panoptic = segment.panoptic(time, self._camera)
        if panoptic and marked:
            things = np.array([self._wanted.kinds.row(kind) for kind in kinds], np.int64)
            areas, owners = outlines_of(*panoptic, marked, self._of_pixels, things)
        return Raw(
            image,
            scan.points,
            calibration,
            marked,
            of_points=self._classes(scan),
            unmarked=scan.unmarked,
            areas=areas,
            owners=owners,
            told=tuple(told),
        )

    def _scan(self, segment: Segment, time: int, told: list[str]) -> Scan:
        """All lasers that are wanted, as one; what is wrong with one of them is told."""
        scans: list[Scan] = []
        for laser in range(TOP, 6) if self._wanted.lasers == "all" else (TOP,):
            try:
                with refusing(segment.path("lidar"), "scan"):
                    scan = segment.scan(time, laser)
            except FormatError as error:
                told.append(end_of(error))
                continue
            scans += [scan] if scan else []
        if not scans:
            told.append(say("it has no scan, so it is used without the laser’s points"))
            return Scan(np.empty((0, 4)), None, np.empty(0, bool))
        labels = None
        if any(scan.labels is not None for scan in scans):
            nothing = [np.zeros(len(scan.points), np.int64) for scan in scans]
            labels = np.concatenate(
                [
                    zero if scan.labels is None else scan.labels
                    for scan, zero in zip(scans, nothing, strict=True)
                ]
            )
        return Scan(
            np.concatenate([scan.points for scan in scans]),
            labels,
            np.concatenate([scan.unmarked for scan in scans]),
        )

    def _classes(self, scan: Scan) -> NDArray[np.int64] | None:
        if scan.labels is None:
            return None
        known = (scan.labels >= 0) & (scan.labels < NUMBERS)
        return np.where(known, self._of_points[np.where(known, scan.labels, 0)], NOT_TOLD)
