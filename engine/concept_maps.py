"""What the student of concept alignment looked at and said, pair by pair, in one HDF5 file: all the Concepts page
needs, without the net. numpy only."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.atomic import writing
from engine.errors import RunError
from engine.formats.h5 import own
from engine.words import say

NAME = "concepts.h5"
_VERSION = 1
_TYPES = {
    "points": np.float32,
    "centres": np.float32,
    "members": np.int32,
    "images": np.uint8,
    "cells": np.int16,
    "likeness": np.float32,
    "attention": np.float16,
    "rollout": np.float16,
    "without": np.float32,
}
_ONLY_WITH_CONCEPTS = ("attention", "rollout", "without")
_WORDS = ("names", "captions", "teacher_words", "student_words", "ideas", "words_without")


@dataclass(frozen=True)
class ConceptMaps:
    """M held-out pairs of a cloud of N points, cut into G patches of k, and its picture; C concepts, or none.

    points (M, N, 3) as the net saw them; centres (M, G, 3), farthest first; members (M, G, k): the points of each
    patch; images (M, S, S, 3); cells (M, G): in which of the picture's grid x grid patches, row by row, each centre
    lies, -1 outside, behind, or without a known camera; likeness (M,): cosine between the student's prefix and the
    teacher's, both less the mean of the training targets; captions: the true ones, "" where none is known;
    teacher_words and student_words: decoded from either's prefix, "" where the teacher has no words.
    With concepts: attention (M, L, H, C, G), of layer and head, each row summing to 1; rollout (M, C, G): through all
    layers back to the patches; without (M, C): the likeness with one concept switched off; words_without: C sentences
    for each pair, with each concept switched off; ideas: a word for each concept, guessed, "" where none stands out.
    """

    points: NDArray[np.float32]
    centres: NDArray[np.float32]
    members: NDArray[np.int32]
    images: NDArray[np.uint8]
    cells: NDArray[np.int16]
    likeness: NDArray[np.float32]
    names: tuple[str, ...]
    captions: tuple[str, ...]
    teacher_words: tuple[str, ...]
    student_words: tuple[str, ...]
    grid: int
    title: str
    made: bool
    attention: NDArray[np.float16] | None = None
    rollout: NDArray[np.float16] | None = None
    without: NDArray[np.float32] | None = None
    words_without: tuple[tuple[str, ...], ...] = ()
    ideas: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.points)

    @property
    def strength(self) -> NDArray[np.float32] | None:
        """(M, C): by how much the likeness falls without each concept; None where there are no concepts."""
        return None if self.without is None else self.likeness[:, None] - self.without


def write_concept_maps(path: Path, maps: ConceptMaps) -> None:
    """Write the file whole or not at all."""
    about = {name: getattr(maps, name) for name in (*_WORDS, "grid", "title", "made")}
    with writing(path) as temporary, h5py.File(temporary, "w") as file:
        text = json.dumps(about | {"version": _VERSION})
        file["about"] = np.frombuffer(text.encode(), np.uint8)
        for name, kind in _TYPES.items():
            array = getattr(maps, name)
            if array is not None:
                file.create_dataset(name, data=np.asarray(array, kind), compression="lzf")


def read_concept_maps(run: Path) -> ConceptMaps:
    """Those of a run folder; a RunError says in a sentence why there are none."""
    path = run / NAME
    if not path.exists():
        raise RunError(
            say(
                "The run {run} holds no ideas to look at: it has not learnt from pictures, or was not "
                "tested.",
                run=run.name,
            )
        )
    try:
        with own(path) as file:
            maps = _parsed(file)
        _check(maps)
    except (OSError, RuntimeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise RunError(
            say(
                "What the run {run} looked at is damaged ({why}). The model itself was not touched: "
                "resume the run to make it anew.",
                run=run.name,
                why=_why(error),
            )
        ) from None
    return maps


def _why(error: Exception) -> str:
    """In words: those of HDF5 are for its makers."""
    if isinstance(error, OSError | RuntimeError):
        return say("it is not whole, or no file of this kind")
    return say("a part of it is missing") if isinstance(error, KeyError) else str(error)


def _parsed(file: Any) -> ConceptMaps:
    about = json.loads(bytes(file["about"][:]))
    if about["version"] != _VERSION:
        raise ValueError(
            say(
                "it is of version {version}, not {wanted}",
                version=about["version"],
                wanted=_VERSION,
            )
        )
    arrays: dict[str, Any] = {
        name: file[name][:].astype(kind)
        if name in file or name not in _ONLY_WITH_CONCEPTS
        else None
        for name, kind in _TYPES.items()
    }
    words: dict[str, Any] = {name: tuple(about[name]) for name in _WORDS}
    words["words_without"] = tuple(tuple(row) for row in words["words_without"])
    rest: dict[str, Any] = {
        "grid": int(about["grid"]),
        "title": str(about["title"]),
        "made": bool(about["made"]),
    }
    return ConceptMaps(**arrays, **words, **rest)


def _check(maps: ConceptMaps) -> None:
    """ValueError where shapes contradict each other."""
    count, patches = maps.centres.shape[:2]
    shapes: dict[str, tuple[int, ...]] = {
        "points": (count, maps.points.shape[1], 3),
        "centres": (count, patches, 3),
        "members": (count, patches, maps.members.shape[2]),
        "images": (count, *maps.images.shape[1:3], 3),
        "cells": (count, patches),
        "likeness": (count,),
    }
    if maps.attention is not None:
        layers, heads, concepts = maps.attention.shape[1:4]
        shapes["attention"] = (count, layers, heads, concepts, patches)
        shapes["rollout"] = (count, concepts, patches)
        shapes["without"] = (count, concepts)
    for name, shape in shapes.items():
        found = getattr(maps, name)
        if found is None or found.shape != shape:
            raise ValueError(say("{name} does not have the shape {shape}", name=name, shape=shape))
    concepts = 0 if maps.attention is None else maps.attention.shape[3]
    said = [getattr(maps, name) for name in _WORDS[:4]]
    if any(len(words) != count for words in said) or len(maps.ideas) != concepts:
        raise ValueError(say("there are not as many words as pairs or ideas"))
    if maps.attention is not None and len(maps.words_without) != count:
        raise ValueError(say("there are not as many words as pairs"))
    if any(len(row) not in (0, concepts) for row in maps.words_without):
        raise ValueError(say("there are not as many words as ideas"))
    _check_values(maps)


def _check_values(maps: ConceptMaps) -> None:
    """ValueError where shapes agree, but not what they hold."""
    if not _within(maps.members, 0, maps.points.shape[1]):
        raise ValueError(say("a patch holds a point that is not there"))
    if maps.grid < 1 or not _within(maps.cells, -1, maps.grid**2):
        raise ValueError(say("a patch lies outside of the picture’s grid"))
    if len(maps) and not (maps.images.size and maps.centres.size):
        raise ValueError(say("there is no picture or no patch"))
    for name, kind in _TYPES.items():
        values = getattr(maps, name)
        if values is not None and np.issubdtype(kind, np.floating) and not _finite(values):
            raise ValueError(say("{name} holds what is no number", name=name))


def _within(values: NDArray[Any], low: int, end: int) -> bool:
    return not values.size or bool(low <= values.min() and values.max() < end)


def _finite(values: NDArray[Any]) -> bool:
    return bool(np.isfinite(values).all())
