"""Scenes of ScanNet as arrays: what VoteNet exports and 3DETR reads too, and npz files of the same."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.datasets.scenes.raw import Raw, bytes_of, whole
from engine.datasets.scenes.scannet_labels import classes_of, things_of
from engine.formats.bounded import Damage, plain
from engine.formats.npy import array_of, arrays_of
from engine.scenes import NOT_TOLD
from engine.words import say

EXPORT = "_vert.npy"
_ENDS = (EXPORT, "_sem_label.npy", "_ins_label.npy", "_bbox.npy")
_NPZ = ("xyz", "rgb", "sem", "ins", "boxes", "box_class")


def files_of(path: Path) -> tuple[Path, ...]:
    """All files of an exported scene, by the path of its vertices."""
    stem = path.name.removesuffix(EXPORT)
    return tuple(path.with_name(stem + end) for end in _ENDS)


def read_export(path: Path) -> Raw:
    """Four npy files: vertices with colours, NYU's number and the instance of each, and boxes (K, 7)."""
    missing = [file.name for file in files_of(path) if not file.is_file()]
    if missing:
        raise Damage(say("its “{missing}” is not there", missing=plain(missing[0], 80)))
    vertices, semantic, instance, boxes = (array_of(file) for file in files_of(path))
    if min(vertices.ndim, boxes.ndim) != 2 or vertices.shape[1] < 3 or boxes.shape[1] < 7:
        raise Damage(say("its arrays have not the shapes that VoteNet gives them"))
    colours = vertices[:, 3:6] if vertices.shape[1] >= 6 else None
    return _raw(vertices[:, :3], colours, semantic, instance, boxes[:, :6], boxes[:, 6])


def read_npz(path: Path) -> Raw:
    """One npz file with xyz, rgb, sem, ins, boxes (K, 6) and box_class (K,)."""
    arrays = arrays_of(path, _NPZ)
    missing = [name for name in _NPZ if name not in arrays]
    if missing:
        raise Damage(say("it has no array “{missing}”", missing=missing[0]))
    if arrays["boxes"].ndim != 2:
        raise Damage(say("its boxes are not six numbers each"))
    return _raw(*(arrays[name] for name in _NPZ))


def _raw(
    points: NDArray[Any],
    colours: NDArray[Any] | None,
    semantic: NDArray[Any],
    instance: NDArray[Any],
    boxes: NDArray[Any],
    box_class: NDArray[Any],
) -> Raw:
    """NYU's numbers become ours; instances count from 1 in the files, 0 being none."""
    things = things_of(whole(box_class))
    mine = things != NOT_TOLD
    straight = np.zeros((len(boxes), 1))
    if len(boxes) != len(things):
        raise Damage(say("its boxes have not one label each"))
    return Raw(
        points,
        None if colours is None else bytes_of(colours),
        classes_of(whole(semantic)),
        whole(instance) - 1,
        np.concatenate([boxes, straight], axis=1)[mine],
        things[mine],
    )
