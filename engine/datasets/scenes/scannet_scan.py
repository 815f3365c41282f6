"""One scan as ScanNet publishes it: a coloured mesh, its segments, what people said of them, and how it is turned."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.datasets.scenes.raw import Raw, bytes_of
from engine.datasets.scenes.scannet_labels import classes_of
from engine.formats.bounded import MAX_HEADER, Damage, content, plain
from engine.formats.ply import coloured
from engine.formats.refusal import refusing
from engine.scenes import NOT_TOLD
from engine.words import say

MESH = "_vh_clean_2.ply"
_SEGMENTS = "_vh_clean_2.0.010000.segs.json"
_GROUPS = (".aggregation.json", "_vh_clean.aggregation.json")
_ALIGNED = re.compile(r"axisAlignment\s*=([^\r\n]*)")


def files_of(mesh: Path) -> tuple[Path, ...]:
    """All that is read of a scan, by the path of its mesh."""
    stem = mesh.name.removesuffix(MESH)
    return (mesh, *(mesh.with_name(stem + end) for end in (_SEGMENTS, *_GROUPS, ".txt")))


def read_scan(mesh: Path, words: Mapping[str, int]) -> Raw:
    """The scan along the axes of its room. Damage or FormatError when its mesh or its labels cannot be used."""
    _, segments, first, second, about = files_of(mesh)
    vertices, colours = coloured(mesh)
    turn, told = alignment(about)
    points = vertices @ turn[:3, :3].T + turn[:3, 3]
    colour_bytes = None if colours is None else bytes_of(colours.astype(np.int64))
    groups = first if first.is_file() else second
    if not groups.is_file() or not segments.is_file():
        return Raw(points, colour_bytes, told=(*told, say("it has no labels")))
    instance, numbers, unknown = _labels(groups, segments, len(points), words)
    if unknown:
        some = ", ".join(f"“{plain(word, 30)}”" for word in unknown[:3])
        told = (
            *told,
            say(
                "{unknown} of its words are not in the table of labels ({some})",
                unknown=len(unknown),
                some=some,
            ),
        )
    return Raw(points, colour_bytes, classes_of(numbers), instance, told=told)


def alignment(path: Path) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """How the scan is turned to the axes of its room (4, 4), and what is wrong with that."""
    as_it_is = np.eye(4)
    try:
        with path.open("rb") as file:
            text = file.read(MAX_HEADER).decode("utf-8", "replace")
    except OSError:
        return as_it_is, (say("nothing tells how it is turned, so its boxes may stand askew"),)
    found = _ALIGNED.search(text)
    try:
        turn = np.array([float(word) for word in found[1].split()] if found else []).reshape(4, 4)
    except ValueError:
        turn = np.full((4, 4), np.nan)
    rigid = np.abs(turn[:3, :3] @ turn[:3, :3].T - np.eye(3)).max() < 1e-2
    if not rigid or not (np.abs(turn) < 1e6).all():
        return as_it_is, (
            say("nothing usable tells how it is turned, so its boxes may stand askew"),
        )
    return turn, ()


def _labels(
    groups: Path, segments: Path, count: int, words: Mapping[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Instance (count,) and NYU's number (count,) of each vertex, 0 for none; and the words that have no number."""
    with refusing(segments, say("list of segments")):
        of_vertex = np.array(_told(segments, "segIndices"))
        if of_vertex.shape != (count,) or of_vertex.dtype.kind != "i":
            raise Damage(say("it is not one segment for each of the {count} vertices", count=count))
    which, of_vertex = np.unique(of_vertex, return_inverse=True)
    instance = np.full(len(which), NOT_TOLD)
    numbers = np.zeros(len(which), np.int64)
    unknown: dict[str, None] = {}
    with refusing(groups, say("list of objects")):
        for row, group in enumerate(_told(groups, "segGroups")):
            word, own = str(group["label"]).strip(), np.array(group["segments"], np.int64)
            if word not in words:
                unknown[word] = None
            at = np.flatnonzero(np.isin(which, own))
            instance[at], numbers[at] = row, words.get(word, 0)
    return instance[of_vertex], numbers[of_vertex], list(unknown)


def _told(path: Path, key: str) -> list[Any]:
    """The list of this name in a JSON file."""
    whole = json.loads(content(path))
    if not isinstance(whole, dict) or not isinstance(whole.get(key), list):
        raise Damage(say("it has no list “{key}”", key=key))
    found: list[Any] = whole[key]
    return found
