"""nuScenes' key frames: one camera and the laser on the roof, from its JSON tables or one list with all worked out."""

from collections import Counter
from collections.abc import Generator
from dataclasses import replace
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Literal

from pydantic import Field

from engine import registry
from engine.control import Control
from engine.datasets.drives.gather import Place, gather, mark_of
from engine.datasets.drives.nuscenes_info import find_info, infos_of
from engine.datasets.drives.nuscenes_moment import CAMERAS, THINGS, Moment, raw_of
from engine.datasets.drives.nuscenes_tables import TABLES, find_tables, moments_of
from engine.datasets.drives.raw import Rules
from engine.datasets.drives.settings import DriveSettings
from engine.datasets.drives.told import told_of, with_others
from engine.datasets.found import place
from engine.datasets.pairs.pair import at_most
from engine.drives import Drive
from engine.errors import DataError
from engine.events import Event, Phase
from engine.formats.bounded import plain
from engine.words import say

EVERY = "all"
_ONE_FRAME = say(
    "One camera has one frame here; with data.camera = “all” each of the six gives one of its own."
)


@registry.register(
    "drives",
    "nuscenes",
    title="nuScenes",
    about=say(
        "Key frames of nuScenes v1.0: one of six cameras, the laser on the roof, boxes of ten kinds all "
        "around."
    ),
)
class NuScenes:
    """Boxes are those of the solids, projected and cut at the picture's edges. Points that no solid holds are of the
    class “background”."""

    class Settings(DriveSettings):
        """Where it is, which camera looks, and which things are seen too little to count."""

        things: tuple[str, ...] = Field(
            THINGS,
            min_length=1,
            max_length=200,
            title=say("Things"),
            description=say(
                "Of the ten kinds that nuScenes detects, or its categories in full. “car = car + truck” "
                "makes one of two. Boxes of others are places where nothing found or missed counts."
            ),
        )
        camera: Literal[
            "CAM_FRONT",
            "CAM_FRONT_LEFT",
            "CAM_FRONT_RIGHT",
            "CAM_BACK",
            "CAM_BACK_LEFT",
            "CAM_BACK_RIGHT",
            "all",
        ] = Field(
            "CAM_FRONT",
            title=say("Camera"),
            description=say("“all”: each of the six gives a frame of its own."),
        )
        fewest_points: int = Field(
            1,
            ge=0,
            le=1000,
            title=say("Fewest points of a thing"),
            description=say(
                "Things that the laser hit less often do not count: most of them are hidden."
            ),
        )
        least_visible: int = Field(
            1,
            ge=1,
            le=4,
            title=say("Least seen"),
            description=say(
                "1 to 40 % of a thing, 2 to 60 %, 3 to 80 %, 4 more, by all cameras. Others do not count."
            ),
            json_schema_extra={"term": "visibility"},
        )

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    @classmethod
    def counts(cls, settings: Settings) -> tuple[int, int]:
        """How many classes points can be of, and how many things boxes can hold."""
        things = len(settings.kinds.things)
        return things + 1, things

    def fingerprint(self) -> str:
        """Changes when the settings or the tables change; there are too many pictures to look at each."""
        root = place(self.settings.path)
        tables, info = _lists(root)
        files = [tables / f"{name}.json" for name in TABLES] if tables else [info] if info else []
        return mark_of(self.settings, root, files)

    def read(self, control: Control) -> Generator[Event, None, Drive]:
        """All frames that can be read; what cannot is in the problems. Raises DataError when there is none."""
        root = place(self.settings.path)
        kinds = self.settings.kinds
        rules = Rules(
            (*kinds.things, "background"),
            kinds,
            self.settings,
            around=True,
            background=len(kinds.things),
        )
        problems: list[str] = []
        others: Counter[str] = Counter()
        yield from control.gate()
        yield Phase(name=say("Reading tables"), detail=plain(root.name))
        moments = _present(_of_cameras(root, self.settings.camera, problems), problems)
        places = []
        for moment in moments:
            others.update(kind for kind in moment.kinds if kind == "unknown")
            read = partial(raw_of, moment, self.settings.fewest_points, self.settings.least_visible)
            together = moment.name.rpartition(" ")[0] if self.settings.camera == EVERY else ""
            own = Place(moment.picture, moment.name, read, drive=moment.scene, moment=together)
            places.append(own)
        if not places:
            why = f" {problems[0]}" if problems else ""
            camera = say("any camera") if self.settings.camera == EVERY else self.settings.camera
            raise DataError(
                say(
                    "“{root}” holds no frame of {camera}.{why}",
                    root=plain(root.name),
                    camera=camera,
                    why=why,
                )
            )
        title = plain(root.stem, 60) or "nuScenes"
        drive = with_others((yield from gather(places, title, rules, control, problems)), others)
        if len(places) > 1 or self.settings.camera == EVERY:
            return drive
        return replace(drive, problems=at_most([_ONE_FRAME, *drive.problems]))


def _lists(root: Path) -> tuple[Path | None, Path | None]:
    """The folder of the tables, or the one list."""
    tables = None if root.is_file() else find_tables(root)
    return tables, None if tables else find_info(root)


def _of_cameras(root: Path, camera: str, problems: list[str]) -> list[Moment]:
    if camera != EVERY:
        return _moments(root, camera, problems)
    found = [
        (moment.name, replace(moment, name=f"{moment.name} {one.removeprefix('CAM_').lower()}"))
        for one in CAMERAS
        for moment in _moments(root, one, problems)
    ]
    return [moment for _, moment in sorted(found, key=itemgetter(0))]


def _moments(root: Path, camera: str, problems: list[str]) -> list[Moment]:
    tables, info = _lists(root)
    if tables:
        return list(moments_of(tables, camera, problems))
    if info:
        return list(infos_of(info, camera, problems))
    raise DataError(
        say(
            "“{root}” holds nothing of nuScenes. Choose the folder that holds samples and v1.0-mini or "
            "v1.0-trainval, or one with an info.json.",
            root=plain(root.name),
        )
    )


def _present(moments: list[Moment], problems: list[str]) -> list[Moment]:
    """Those whose picture is there; what is not is told once for all."""
    gone = [moment.name for moment in moments if not moment.picture.is_file()]
    here = [
        moment if moment.scan and moment.scan.is_file() else replace(moment, scan=None)
        for moment in moments
        if moment.picture.is_file()
    ]
    blind = [moment.name for moment in here if moment.scan is None]
    problems += told_of(
        gone,
        say("frame has no picture and was left out"),
        say("frames have no picture and were left out"),
    )
    problems += told_of(
        blind,
        say("picture without a scan is used without the laser’s points"),
        say("pictures without a scan are used without the laser’s points"),
    )
    return here
