"""Reading the scenes that were found, one after another, whatever their files are like."""

import hashlib
import os
import zlib
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pydantic import BaseModel, Field

from engine import registry
from engine.control import Control
from engine.datasets.found import Found, Sample, fingerprint
from engine.datasets.kept import kept_for_test
from engine.datasets.pairs.pair import at_most
from engine.datasets.scenes.raw import MOST_POINTS, Raw, Rules, judged
from engine.errors import DataError, FormatError
from engine.events import Event, Phase
from engine.formats.bounded import plain
from engine.formats.refusal import refusing
from engine.scenes import Scene, Scenes, room_of
from engine.words import say

VERSION = 1
_LARGE = ("points", "colours", "semantic", "instance")
_SHARE = 0.5  # of the memory, for scenes before anything is learnt from them


class PlaceSettings(registry.Settings):
    """What every kind of scene files asks: where they are, and how they are used."""

    path: str = Field(min_length=1, title=say("Folder"))
    most_points: int = Field(
        MOST_POINTS,
        ge=16,
        le=MOST_POINTS,
        title=say("Most points of a scene"),
        description=say("Larger scenes are thinned by the seed, which changes what a score means."),
    )
    test_share: float = Field(
        0.2,
        ge=0,
        le=0.9,
        title=say("Share kept for testing"),
        description=say("Where nothing says which scenes are for the test."),
    )
    seed: int = Field(0, ge=0, lt=2**31, title=say("Seed"))


@dataclass(frozen=True)
class Place:
    """One scene that lies somewhere. train None: nothing says whether it is for training; files: all that may be read
    of it."""

    path: Path
    name: str
    files: tuple[Path, ...]
    read: Callable[[], Raw]
    train: bool | None = None


def most_bytes() -> int:
    """How much of the memory of this machine scenes may fill; half of 32 GiB where it does not tell how much it has."""
    try:
        there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # Windows has no such thing
        there = -1
    return int(_SHARE * (there if there > 0 else 32 << 30))


def mark_of(settings: BaseModel, root: Path, places: Sequence[Place], *lists: Path) -> str:
    """Changes when the settings or the files change."""
    samples = [Sample(file, "", place.train) for place in places for file in place.files]
    samples += [Sample(path, "") for path in lists]
    mark = fingerprint(settings, Found(root, tuple(samples)))
    return hashlib.sha256(f"{VERSION} {mark}".encode()).hexdigest()[:16]


def gather(
    places: Sequence[Place],
    title: str,
    rules: Rules,
    wanted: PlaceSettings,
    control: Control,
    problems: Sequence[str] = (),
) -> Generator[Event, None, Scenes]:
    """All scenes that can be read; what cannot is in the problems. Raises DataError when there is none."""
    read: list[tuple[Place, Scene]] = []
    told, size, most = list(problems), 0, most_bytes()
    for number, place in enumerate(places):
        yield from control.gate()
        share = number / len(places)
        yield Phase(name=say("Reading scenes"), detail=plain(place.name), fraction=share)
        try:
            scene, sentences = _scene(place, rules, wanted.seed)
        except FormatError as error:
            told.append(error.sentence)
            continue
        read.append((place, scene))
        told += sentences
        size += sum(getattr(scene, key).nbytes for key in _LARGE if getattr(scene, key) is not None)
        if size > most:
            raise DataError(
                say(
                    "The scenes of “{title}” do not fit into the memory. Nothing was written. Ask for "
                    "fewer points of a scene, or choose a folder with fewer scenes.",
                    title=title,
                )
            )
    if not read:
        why = f" {told[0]}" if told else ""
        raise DataError(
            say("“{title}” holds no scene that could be read.{why}", title=title, why=why)
        )
    scenes = _split(read, wanted)
    if not any(scene.train for scene in scenes):
        scenes = [replace(scene, train=True) for scene in scenes]
        told.append(say("Nothing here is said to be for training, so all scenes are used for it."))
    return Scenes(tuple(scenes), rules.classes, rules.things, title, at_most(told))


def _scene(place: Place, rules: Rules, seed: int) -> tuple[Scene, tuple[str, ...]]:
    mark = zlib.crc32(place.name.encode("utf-8", "replace"))
    with refusing(place.path, "scene"):
        name = plain(place.name)
        return judged(place.read(), name, rules, np.random.default_rng([seed, mark]))


def _split(read: Sequence[tuple[Place, Scene]], wanted: PlaceSettings) -> list[Scene]:
    """Each scene on a side: what was said; else whole rooms are drawn to the test."""
    unsaid = [room_of(place.name) for place, _ in read if place.train is None]
    tests = kept_for_test(unsaid, wanted.test_share, wanted.seed)
    drawn = [room_of(place.name) not in tests for place, _ in read]
    return [
        replace(scene, train=train if place.train is None else place.train)
        for (place, scene), train in zip(read, drawn, strict=True)
    ]
