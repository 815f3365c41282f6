"""Frames of indoor scans, as ScanNet has them: a picture each, and the part of the room that its depth shows."""

import hashlib
import zlib
from collections.abc import Generator
from dataclasses import replace

import numpy as np
from pydantic import Field

from engine import registry
from engine.control import Control
from engine.datasets.found import Found, Sample, fingerprint, place
from engine.datasets.pairs.frame import Frame, Up, pair_of
from engine.datasets.pairs.pair import Pair, Pairs, gathered
from engine.datasets.pairs.scans import Scan, alone, find_scans
from engine.errors import DataError, FormatError
from engine.events import Event, Phase
from engine.formats.bounded import plain
from engine.formats.refusal import refusing
from engine.words import say

VERSION = 1


@registry.register(
    "pairs",
    "frames",
    title=say("Frames of indoor scans"),
    about=say(
        "ScanNet’s .sens files or exported colour, depth, pose and intrinsic folders, and others like "
        "them."
    ),
)
class Frames:
    """Whole scenes go to training or to the test, as frames of one room are alike."""

    class Settings(registry.Settings):
        """Where the scans are, and which of their frames are taken."""

        path: str = Field(
            min_length=1, title=say("Folder or .sens file"), json_schema_extra={"place": "folder"}
        )
        stride: int = Field(25, ge=1, le=10_000, title=say("One frame in so many"))
        points: int = Field(4096, ge=16, le=65536, title=say("Points of a cloud"))
        side: int = Field(224, ge=16, le=1024, title=say("Side of a picture in pixels"))
        farthest: float = Field(10.0, gt=0, le=1000, title=say("Farthest depth in metres"))
        up: Up = Field("z", title=say("Up in the poses"), description=say("z in ScanNet."))
        test_share: float = Field(0.2, ge=0, lt=1, title=say("Share of scenes kept for testing"))
        seed: int = Field(0, ge=0, lt=2**31, title=say("Seed"))

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    def fingerprint(self) -> str:
        """Changes when the settings or the files change."""
        root = place(self.settings.path)
        samples = tuple(Sample(path, "") for scan in find_scans(root) for path in scan.files)
        mark = fingerprint(self.settings, Found(root, samples))
        return hashlib.sha256(f"{VERSION} {mark}".encode()).hexdigest()[:16]

    def read(self, control: Control) -> Generator[Event, None, Pairs]:
        """All frames that can be used; what cannot is in the problems, poses that are none are counted."""
        root = place(self.settings.path)
        scans = find_scans(root)
        pairs: list[Pair] = []
        problems: list[str] = []
        if not scans:
            raise DataError(
                say(
                    "“{root}” holds no scan. Choose a .sens file, or a folder with the folders color, "
                    "depth, pose and intrinsic.",
                    root=plain(root.name),
                )
            )
        for number, scan in enumerate(scans):
            share = number / len(scans)
            yield Phase(name=say("Reading frames"), detail=plain(scan.path.name), fraction=share)
            try:
                pairs += yield from self._scan(scan, control, problems)
            except FormatError as error:
                problems.append(error.sentence)
        if not any(pair.train for pair in pairs):  # of one room only
            pairs = [replace(pair, train=True) for pair in pairs]
        return gathered(pairs, plain(root.stem, 60) or say("Frames"), problems)

    def _scan(
        self, scan: Scan, control: Control, problems: list[str]
    ) -> Generator[Event, None, list[Pair]]:
        pairs: list[Pair] = []
        lost = 0
        name = plain(scan.path.name, 60)
        try:
            with refusing(scan.path, "scan"):
                for frame in scan.frames(self.settings.stride):
                    yield from control.gate()
                    if not frame.placed:
                        lost += 1
                        continue
                    pairs += self._pair(frame, scan, problems)
        except FormatError as error:  # what was read before the damage is kept
            problems.append(error.sentence)
        if lost:
            problems.append(
                say(
                    "{lost} frames of “{name}” have no usable pose and were left out.",
                    lost=lost,
                    name=name,
                )
            )
        if single := alone(scan):
            problems.append(
                say(
                    "{single} pictures of “{name}” lack their colour or depth.",
                    single=single,
                    name=name,
                )
            )
        if scan.sort == "flat" and pairs:
            problems.append(
                say(
                    "“{name}” tells no lens; 525 pixels were taken, as most such cameras have.",
                    name=name,
                )
            )
        return pairs

    def _pair(self, frame: Frame, scan: Scan, problems: list[str]) -> list[Pair]:
        wanted = self.settings
        mark = zlib.crc32(frame.name.encode("utf-8", "replace"))
        rng = np.random.default_rng([wanted.seed, mark])
        try:
            with refusing(scan.path.with_name(frame.name), "frame"):
                sizes = wanted.side, wanted.points, wanted.farthest
                pair = pair_of(frame, *sizes, wanted.up, rng)
        except FormatError as error:
            problems.append(error.sentence)
            return []
        room = scan.path.stem.rsplit("_", 1)[0]
        return [replace(pair, train=self._trains(room), thing=room)]

    def _trains(self, room: str) -> bool:
        """Scans of one room, “scene0000_00” and “scene0000_01”, fall on the same side."""
        rng = np.random.default_rng(
            [self.settings.seed, zlib.crc32(room.encode("utf-8", "replace"))]
        )
        return bool(rng.random() >= self.settings.test_share)
