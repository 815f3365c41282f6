"""Reading the frames that were found, one after another, whatever their files are like."""

import hashlib
import io
import zlib
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Generator as Gen
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel

from engine.control import Control
from engine.datasets.drives.raw import Raw, Rules, judged
from engine.datasets.drives.settings import DriveSettings
from engine.datasets.found import Found, Sample, fingerprint
from engine.datasets.kept import kept_for_test
from engine.datasets.pairs.pair import at_most
from engine.drives import Drive, Frame
from engine.errors import DataError, FormatError
from engine.events import Event, Phase
from engine.formats.bounded import check_pixels, content, plain
from engine.formats.refusal import refusing
from engine.words import say

VERSION = 1
MOST_BYTES = 16 << 30
MOST_PIXELS = 50_000_000


@dataclass(frozen=True)
class Place:
    """One frame that lies somewhere. drive: frames of one drive have the same and fall on the same side of the split;
    train None: nothing says whether it is for training; moment: as in engine.drives, frames of one moment follow each
    other."""

    path: Path
    name: str
    read: Callable[[], Raw]
    train: bool | None = None
    drive: str = ""
    moment: str = ""


def mark_of(settings: BaseModel, root: Path, files: Iterable[Path]) -> str:
    """Changes when the settings or the files change."""
    found = Found(root, tuple(Sample(path, "") for path in files))
    mark = fingerprint(settings, found)
    return hashlib.sha256(f"{VERSION} {mark}".encode()).hexdigest()[:16]


def gather(
    places: Sequence[Place], title: str, rules: Rules, control: Control, problems: Sequence[str]
) -> Gen[Event, None, Drive]:
    """All frames that can be read; what cannot is in the problems. Raises DataError when there is none."""
    read: list[tuple[Place, Frame]] = []
    told, size = list(problems), 0
    for number, place in enumerate(places):
        yield from control.gate()
        if number % 8 == 0:
            share = number / len(places)
            yield Phase(name=say("Reading frames"), detail=plain(place.name), fraction=share)
        try:
            frame, sentences = _frame(place, rules)
        except FormatError as error:
            told.append(error.sentence)
            continue
        read.append((place, frame))
        told += sentences
        size += _bytes(frame)
        if size > MOST_BYTES:
            raise DataError(
                say(
                    "The frames of “{title}” do not fit into the memory. Nothing was written. Ask for "
                    "smaller pictures or fewer points of a scan, or choose a folder with fewer frames.",
                    title=title,
                )
            )
    if not read:
        why = f" {told[0]}" if told else ""
        raise DataError(
            say("“{title}” holds no frame that could be read.{why}", title=title, why=why)
        )
    frames = _split(read, rules.wanted, told)
    return Drive(tuple(frames), rules.kinds.things, rules.classes, title, at_most(told))


def picture_of(data: bytes) -> NDArray[np.uint8]:
    """(H, W, 3). Damage when it announces more pixels than is sensible; Pillow's own errors when it is not whole."""
    with Image.open(io.BytesIO(data)) as image:
        check_pixels(image.width, image.height, len(data), MOST_PIXELS)
        return np.asarray(image.convert("RGB"), np.uint8)


def picture_at(path: Path) -> NDArray[np.uint8]:
    """The picture of a file (H, W, 3); a FormatError names the file when it cannot be read."""
    with refusing(path, "picture"):
        return picture_of(content(path))


def _frame(place: Place, rules: Rules) -> tuple[Frame, tuple[str, ...]]:
    mark = zlib.crc32(place.name.encode("utf-8", "replace"))
    with refusing(place.path, "frame"):
        rng = np.random.default_rng([rules.wanted.seed, mark])
        return judged(place.read(), plain(place.name), rules, rng)


def _bytes(frame: Frame) -> int:
    arrays = (frame.image, frame.points, frame.of_points, frame.owner, frame.areas, frame.owners)
    return sum(array.nbytes for array in arrays if array is not None)


def _split(
    read: Sequence[tuple[Place, Frame]], wanted: DriveSettings, told: list[str]
) -> list[Frame]:
    """Each frame on a side: what was said; else whole drives are kept for the test, or the end of the only one."""
    unsaid = [place for place, _ in read if place.train is None]
    drives = {place.drive for place in unsaid}
    tests = kept_for_test(drives, wanted.test_share, wanted.seed)
    last = round(wanted.test_share * len(unsaid)) if len(drives) == 1 else 0
    tail = {id(place) for place in _whole_moments(unsaid, last)}
    last = len(tail)
    if last:
        told.append(
            say(
                "Nothing says which frames are for the test, so the last {last:,} of {unsaid:,} are kept "
                "for it.",
                last=last,
                unsaid=len(unsaid),
            )
        )
    frames = []
    for place, frame in read:
        drawn = place.drive not in tests and id(place) not in tail
        train = drawn if place.train is None else place.train
        frames.append(replace(frame, train=train, moment=place.moment))
    if not any(frame.train for frame in frames):
        told.append(say("Nothing here is said to be for training, so all frames are used for it."))
        return [replace(frame, train=True) for frame in frames]
    return frames


def _whole_moments(places: Sequence[Place], last: int) -> Sequence[Place]:
    """About so many from the end, but never a part of a moment; none where all are of one."""
    start = len(places) - last
    while 0 < start < len(places) and _together(places[start - 1], places[start]):
        start -= 1
    return places[start:] if start else []


def _together(first: Place, second: Place) -> bool:
    return bool(first.moment) and first.moment == second.moment
