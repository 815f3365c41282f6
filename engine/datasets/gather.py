"""Reading what was found: one cloud from a file of a shape, many from an HDF5 file of shapes."""

import zlib
from collections.abc import Generator

import numpy as np

from engine.control import Control
from engine.datasets.found import Found, Sample
from engine.datasets.part import Part, room_for
from engine.datasets.stacked import read_stack
from engine.errors import FormatError
from engine.events import Event, Phase
from engine.formats import Shape, cloud_of, read_shape
from engine.formats.bounded import plain
from engine.formats.refusal import named
from engine.words import counted, say


def gather(
    found: Found, points: int, seed: int, control: Control
) -> Generator[Event, None, list[Part]]:
    """All clouds that can be read; what cannot becomes a problem. Stoppable at every file."""
    parts = [Part(room_for(0, points), (), (), (), found.kinds, found.problems)]
    if found.samples:
        parts.append((yield from _files(found, points, seed, control)))
    for path in found.stacks:
        try:
            parts.append((yield from read_stack(path, points, seed, control)))
        except FormatError as error:
            parts.append(Part(room_for(0, points), (), (), (), (), (error.sentence,)))
    return parts


def _files(found: Found, points: int, seed: int, control: Control) -> Generator[Event, None, Part]:
    total = len(found.samples)
    clouds = room_for(total, points)
    kept: list[Sample] = []
    problems: list[str] = []
    few = 0
    for number, sample in enumerate(found.samples):
        yield from control.gate()
        if number * 100 // total != (number - 1) * 100 // total:
            yield Phase(
                name=say("Reading files"),
                detail=say("{number} of {total}", number=number, total=total),
                fraction=number / total,
            )
        # Each file has its own random numbers: adding a file changes nothing for the others.
        where = sample.path.relative_to(found.root).as_posix()
        rng = np.random.default_rng([seed, zlib.crc32(where.encode("utf-8", "replace"))])
        try:
            shape = read_shape(sample.path)
            clouds[len(kept)] = cloud_of(shape, sample.path, points, rng)
            kept.append(sample)
            few += _has_few(shape, points)
            problems += _dropped(shape, sample)
        except FormatError as error:
            problems.append(error.sentence)
    return Part(
        clouds[: len(kept)],
        tuple(sample.kind for sample in kept),
        tuple(sample.train for sample in kept),
        tuple(plain(sample.path.stem) for sample in kept),
        problems=(*problems, *_filled_up(few, points)),
    )


def _has_few(shape: Shape, points: int) -> bool:
    """Whether points have to be used again: a surface gives as many as are wanted."""
    return shape.faces is None and len(shape.vertices) < points


def _dropped(shape: Shape, sample: Sample) -> list[str]:
    if not shape.dropped:
        return []
    if shape.dropped == 1:
        told = say("1 point that is no usable number was left out")
    else:
        told = say(
            "{dropped:,} points that are no usable numbers were left out", dropped=shape.dropped
        )
    return [f"{named(sample.path)}: {told}."]


def _filled_up(few: int, points: int) -> list[str]:
    if not few:
        return []
    return [
        say(
            "Fewer than {points:,} points are in {files}: there, points are repeated.",
            points=points,
            files=counted(few, "file"),
        )
    ]
