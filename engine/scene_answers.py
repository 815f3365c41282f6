"""What a tested run says about scenes, streets or shapes with parts, in one HDF5 file: all the Scenes page needs,
without the net. numpy only."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.atomic import writing
from engine.errors import RunError
from engine.formats.h5 import own
from engine.words import say

NAME = "scenes.h5"
_VERSION = 1
_POINTS = {
    "points": (np.float32, 3),
    "colours": (np.uint8, 3),
    "truth": (np.int16, 0),
    "said": (np.int16, 0),
    "sureness": (np.float16, 0),
}
_BOXES = {
    "boxes": (np.float32, 7),
    "labels": (np.int16, 0),
    "said_boxes": (np.float32, 7),
    "said_labels": (np.int16, 0),
    "scores": (np.float32, 0),
}
_NOT_ALWAYS = ("colours", "truth", "said", "sureness")
_ABOUT = (
    "task",
    "classes",
    "things",
    "figures",
    "title",
    "made",
    "totals",
    "cut",
    "cut_from",
    "along_axes",
)


@dataclass(frozen=True)
class SceneAnswer:
    """One scene or shape of N points. points (N, 3) float32 in metres, z up (shapes: largest radius 1);
    colours (N, 3) uint8, or None; truth and said (N,) int16, index into `classes`, -1 not told; sureness (N,) 0..1;
    boxes (K, 7) and labels (K,) are true: centre, full size, heading in radians about z; said_boxes (Q, 7), said_labels
    (Q,), scores (Q,) are what the net says, the surest first."""

    name: str
    points: NDArray[np.float32]
    colours: NDArray[np.uint8] | None
    truth: NDArray[np.int16] | None
    said: NDArray[np.int16] | None
    sureness: NDArray[np.float16] | None
    boxes: NDArray[np.float32]
    labels: NDArray[np.int16]
    said_boxes: NDArray[np.float32]
    said_labels: NDArray[np.int16]
    scores: NDArray[np.float32]


@dataclass(frozen=True)
class SceneAnswers:
    """Some tested scenes. task: “detect”, “segment”, “parts” or “laser”; classes: what points are told to be; things:
    what boxes hold; figures: for each class or thing its figures by name (iou, points; ap25, ap50, truths), None where
    none is there; totals: figures of the whole test by name, {} of an older version. Of boxes: cut, the score to begin
    with, and in cut_from what it was chosen on, None and "" where on nothing; along_axes: how many true boxes stand
    askew and are here, as they were measured, the boxes along the axes around them."""

    scenes: tuple[SceneAnswer, ...]
    task: str
    classes: tuple[str, ...]
    things: tuple[str, ...]
    figures: dict[str, dict[str, float | None]]
    title: str
    made: bool = False
    totals: dict[str, float] = field(default_factory=dict)
    cut: float | None = None
    cut_from: str = ""
    along_axes: int = 0

    def __len__(self) -> int:
        return len(self.scenes)


def write_scene_answers(path: Path, answers: SceneAnswers) -> None:
    """Write the file whole or not at all."""
    about: dict[str, Any] = {key: getattr(answers, key) for key in _ABOUT}
    about |= {"version": _VERSION, "names": [scene.name for scene in answers.scenes]}
    with writing(path) as temporary, h5py.File(temporary, "w") as file:
        file["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
        for number, scene in enumerate(answers.scenes):
            for name, (kind, _) in (_POINTS | _BOXES).items():
                array = getattr(scene, name)
                if array is not None:
                    data = np.asarray(array, kind)
                    file.create_dataset(f"{number}/{name}", data=data, compression=_packed(data))


def read_scene_answers(run: Path) -> SceneAnswers:
    """Those of a run folder; a RunError says in a sentence why there are none."""
    path = run / NAME
    if not path.exists():
        raise RunError(
            say(
                "The run {run} holds no scenes to look at: it has not learnt from any, or was not tested.",
                run=run.name,
            )
        )
    try:
        with own(path) as file:
            return _parsed(file)
    except (OSError, RuntimeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise RunError(
            say(
                "What the run {run} says about scenes is damaged ({error}). The model itself was not "
                "touched: resume the run to make it anew.",
                run=run.name,
                error=error,
            )
        ) from None


def _packed(data: NDArray[Any]) -> str | None:
    return "lzf" if data.size else None


def _parsed(file: Any) -> SceneAnswers:
    about = json.loads(bytes(file["about"][:]))
    scenes = tuple(
        _scene(file[str(number)], str(name)) for number, name in enumerate(about["names"])
    )
    figures = {str(key): dict(value) for key, value in about["figures"].items()}
    names = {key: tuple(map(str, about[key])) for key in ("classes", "things")}
    cut = about.get("cut")
    return SceneAnswers(
        scenes,
        str(about["task"]),
        names["classes"],
        names["things"],
        figures,
        str(about["title"]),
        bool(about["made"]),
        {str(key): float(value) for key, value in about.get("totals", {}).items()},
        None if cut is None else float(cut),
        str(about.get("cut_from", "")),
        int(about.get("along_axes", 0)),
    )


def _scene(group: Any, name: str) -> SceneAnswer:
    arrays: dict[str, Any] = {}
    for fields, first in ((_POINTS, "points"), (_BOXES, "boxes")):
        for key, (kind, width) in fields.items():
            if key not in group and key in _NOT_ALWAYS:
                arrays[key] = None
                continue
            array = group[key][:].astype(kind)
            rows = len(arrays[_leads(key, first)]) if _leads(key, first) in arrays else len(array)
            if array.shape != ((rows, width) if width else (rows,)):
                raise ValueError(say("{key} has the shape {array}", key=key, array=array.shape))
            arrays[key] = array
    return SceneAnswer(name=name, **arrays)


def _leads(key: str, first: str) -> str:
    """Which array of a scene tells how long this one is."""
    return (
        "said_boxes" if key in ("said_labels", "scores") else first if key != "said_boxes" else key
    )
