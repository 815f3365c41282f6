"""What each teacher of a class says about every pixel of a frame, whatever it is made of: a laser net, outlines, files.

A voice is opened once, from the frames that are learnt from; after that it is asked about any frame.
"""

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.drives import Drive, Frame
from engine.errors import ConfigError
from engine.events import Event
from engine.laser_teacher import LaserTeacher
from engine.projected import commonest, of_owners, painted
from engine.tasks.steps import Pace
from engine.tasks.task import Gate
from engine.teaching_maps import Components, FeatureMap, Kept, Statistics, components, statistics
from engine.words import counted, say

MARK = "@"
_TOGETHER = 40_000  # points; a small sweep alone costs as much as many
_LEAST = 1_000  # what a frame counts for, so that a wish to stop is heard among empty ones too


@dataclass(frozen=True)
class Voice:
    """of: a frame -> what the teacher says of it; mark: which run or file it is, and a digest of it; empty where
    it is made of the data alone; sentences: what is to be told of it; several: of frames at once, where that is
    quicker."""

    name: str
    of: Callable[[Frame], FeatureMap]
    statistics: Statistics
    learnt: tuple[Kept, ...]
    mark: str = ""
    sentences: tuple[str, ...] = ()
    seen: dict[int, Kept] = field(default_factory=dict)
    several: Callable[[Sequence[Frame]], list[FeatureMap]] | None = None

    def maps(self, frames: Sequence[Frame], gate: Gate) -> Generator[Event, None, list[Kept]]:
        """Of these frames, each asked about once."""
        pace = Pace(gate, say("Asking the teachers"), len(frames))
        asked = self.several or self._alone
        new = [frame for frame in frames if id(frame) not in self.seen]
        done = len(frames) - len(new)
        for some in _handfuls(new) if self.several else ([frame] for frame in new):
            yield from pace.at(done)
            told = zip(some, asked(some), strict=True)
            self.seen.update((id(frame), Kept.of(shown)) for frame, shown in told)
            done += len(some)
        return [self.seen[id(frame)] for frame in frames]  # two frames can have one name

    def _alone(self, some: Sequence[Frame]) -> list[FeatureMap]:
        return [self.of(frame) for frame in some]


def laser_voice(
    teacher: LaserTeacher, frames: Sequence[Frame], dims: int, gate: Gate
) -> Generator[Event, None, Voice]:
    """The `dims` main directions, over these frames, of what a laser net gives every point (decision D3 of the method);
    told where a point falls. ConfigError where none falls into any picture."""

    pace = Pace(gate, say("Asking the laser teacher"), len(frames))
    asked: list[Kept] = []
    for some in _handfuls(frames):
        yield from pace.at(len(asked))
        asked += [Kept.of(shown) for shown in teacher.maps_of(some)]
    basis = _directions((own.told for own in asked), dims, "laser")
    learnt = tuple(Kept(basis.of(own.told).astype(np.float16), own.valid) for own in asked)
    sentences = [teacher.sentence]
    if len(basis.axes) < teacher.width:
        share = basis.explained.sum()
        sentences.append(
            say(
                "Of its {width} features the {axes} main directions are learnt, {share:.1%} of what "
                "differs between points.",
                width=teacher.width,
                axes=len(basis.axes),
                share=share,
            )
        )
    return Voice(
        "laser",
        lambda frame: basis.of_map(teacher.map_of(frame)),
        statistics(own.whole for own in learnt),
        learnt,
        mark_of(
            teacher.identity, (value.cpu().numpy() for value in teacher.net.state_dict().values())
        ),
        tuple(sentences),
        several=lambda some: [basis.of_map(own) for own in teacher.maps_of(some)],
    )


def _handfuls(frames: Iterable[Frame]) -> Iterator[list[Frame]]:
    """Frames in their order, several where their points together are few enough."""
    some, points = list[Frame](), 0
    for frame in frames:
        own = max(len(frame), _LEAST)
        if some and points + own > _TOGETHER:
            yield some
            some, points = [], 0
        some.append(frame)
        points += own
    if some:
        yield some


def outline_voice(
    drive: Drive, frames: Sequence[Frame], count: int, gate: Gate
) -> Generator[Event, None, Voice]:
    """The true outlines of the commonest kinds, one map each. Where a frame tells none its boxes are painted instead,
    the farthest first, and that is said."""
    kinds = commonest(drive, count)
    rough = sum(frame.owners is None for frame in frames)
    sentences = [
        say(
            "The outline teacher tells {kinds}.",
            kinds=", ".join(drive.things[kind] for kind in kinds),
        )
    ]
    if rough:
        sentences.append(
            say(
                "{rough} of {frames} without outlines: their boxes are painted instead, the farthest "
                "first.",
                rough=rough,
                frames=counted(len(frames), "frame"),
            )
        )

    def of(frame: Frame) -> FeatureMap:
        if frame.owners is not None:
            shown = of_owners(frame.owners, frame.labels, kinds)
        else:
            masks = _box_masks(frame.boxes, frame)
            shown = painted(masks, frame.labels.tolist(), _nearness(frame), kinds)
        return FeatureMap(shown.features * told_of(frame), told_of(frame))

    pace, learnt = Pace(gate, say("Painting outlines"), len(frames)), []
    for done, frame in enumerate(frames):
        yield from pace.at(done)
        learnt.append(Kept.of(of(frame)))
    told = statistics(own.whole for own in learnt)
    return Voice("outlines", of, told, tuple(learnt), "", tuple(sentences))


def voice_of_maps(
    name: str,
    of: Callable[[Frame], FeatureMap],
    frames: Sequence[Frame],
    gate: Gate,
    identity: str = "",
) -> Generator[Event, None, Voice]:
    """Any other source of maps. ConfigError where it tells nothing of any of these frames."""
    pace, learnt = Pace(gate, say("Reading {name}", name=name), len(frames)), []
    for done, frame in enumerate(frames):
        yield from pace.at(done)
        learnt.append(Kept.of(of(frame)))
    if not any(own.valid.any() for own in learnt):
        raise ConfigError(_silent(name))
    told = statistics(own.whole for own in learnt)
    return Voice(name, of, told, tuple(learnt), mark_of(identity, (own.told for own in learnt)))


def mark_of(identity: str, arrays: Iterable[NDArray[Any]]) -> str:
    """Another teacher of the same name has another mark."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    return f"{identity}{MARK}{digest.hexdigest()[:12]}"


def _directions(each: Iterable[NDArray[np.floating]], dims: int, name: str) -> Components:
    try:
        return components(each, dims)
    except ValueError:
        raise ConfigError(_silent(name)) from None


def _silent(name: str) -> str:
    return say(
        "The teacher “{name}” says nothing about any pixel of the training frames. Nothing was "
        "started. Learn without it (recipe.{name} = “none”), or choose other data.",
        name=name,
    )


def told_of(frame: Frame) -> NDArray[np.bool_]:
    """(H, W): where it is told what a pixel shows. Not in places where nothing counts, nor in the box of a thing
    without an outline among others with one, unless a thing with an outline is seen there."""
    unknown = np.asarray(_box_masks(frame.ignored, frame).any(axis=0))
    if frame.owners is None:
        return ~unknown
    outlined = np.isin(np.arange(len(frame.boxes)), frame.owners)
    unknown |= _box_masks(frame.boxes[~outlined], frame).any(axis=0)
    return np.asarray(~unknown | (frame.owners >= 0))


def _box_masks(boxes: NDArray[np.floating], frame: Frame) -> NDArray[np.bool_]:
    """(K, 4) -> (K, H, W): whose middle lies inside."""
    height, width = frame.image.shape[:2]
    rows, columns = np.arange(height) + 0.5, np.arange(width) + 0.5
    masks = np.zeros((len(boxes), height, width), np.bool_)
    for mask, (left, top, right, bottom) in zip(masks, boxes, strict=True):
        inside_rows, inside_columns = (
            (rows >= top) & (rows < bottom),
            (columns >= left) & (columns < right),
        )
        mask[:] = inside_rows[:, None] & inside_columns
    return masks


def _nearness(frame: Frame) -> NDArray[np.float64]:
    """So that the nearest is painted last; where no depth is told the box that reaches lowest is taken for nearest."""
    lowest = frame.boxes[:, 3].astype(np.float64) * 1e-6
    return np.where(np.isfinite(frame.depths), 1 / np.maximum(frame.depths, 1e-3), lowest)
