"""What a tested classroom run says about frames, in one HDF5 file: all the Classroom page needs, without the net. numpy
only."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.atomic import writing
from engine.checks import Check, State
from engine.classroom_file import WORDS, About, Shape, put, take, told, writable
from engine.errors import RunError
from engine.formats.h5 import own
from engine.projection import Calibration
from engine.words import say

NAME = "classroom.h5"
_VERSION = 1
Figures = dict[str, float | None]


@dataclass(frozen=True)
class Said:
    """Of one picture, the surest first. boxes (Q, 4): left, top, right, bottom in pixels; labels (Q,) index into
    `things`; scores (Q,) 0..1; depths (Q,) metres along the camera's axis, NaN where not told."""

    boxes: NDArray[np.float32]
    labels: NDArray[np.int16]
    scores: NDArray[np.float32]
    depths: NDArray[np.float32]


@dataclass(frozen=True)
class MapShown:
    """One teacher's map of h x w in colours. teacher and student (h, w, 3) uint8; difference (h, w) float16: 0 the same
    to 1, two deviations off or more; valid (h, w): where the teacher's is shown."""

    teacher: NDArray[np.uint8]
    student: NDArray[np.uint8]
    difference: NDArray[np.float16]
    valid: NDArray[np.bool_]


@dataclass(frozen=True)
class Shaken:
    """The attacked picture (H, W, 3) uint8 and what is said of it. epsilon: grey levels of 255."""

    epsilon: float
    image: NDArray[np.uint8]
    said: Said


@dataclass(frozen=True)
class ClassroomFrame:
    """One frame, H x W. image (H, W, 3) uint8; points (N, 4) float32: x forward, y left, z up, intensity; true: boxes
    (K, 4), labels (K,), depths (K,), solids (K, 7) as in engine.drives; said: of the picture as it is; maps: by
    teacher; shaken: by rising epsilon."""

    name: str
    image: NDArray[np.uint8]
    points: NDArray[np.float32]
    calibration: Calibration
    boxes: NDArray[np.float32]
    labels: NDArray[np.int16]
    depths: NDArray[np.float32]
    solids: NDArray[np.float32]
    said: Said
    maps: dict[str, MapShown] = field(default_factory=dict)
    shaken: tuple[Shaken, ...] = ()


Norm = Literal["linf", "l2"]


@dataclass(frozen=True)
class Robustness:
    """terms: for each attacked loss term, figure by figure, its value at each of `epsilons` (grey levels of 255: the
    most any value changes, or with the norm l2 the root of the mean square of all changes of a picture)."""

    epsilons: tuple[float, ...] = ()
    terms: dict[str, dict[str, tuple[float | None, ...]]] = field(default_factory=dict)
    norm: Norm = "linf"


@dataclass(frozen=True)
class ClassroomAnswers:
    """Some tested frames and all figures of the run, None where one was not measured. things: what boxes hold;
    teachers: their names in order; figures: ap, ap50, recall, depth_error, depth_delta, “r2 laser” ...; per_thing: by
    thing; listening: by group, with shapley, weight, and how far AP50 falls without it (drop), with it zeroed
    (drop_zero) and with another picture's (drop_shuffle); probes: by net, group and question value and line;
    checks: of the data before the run; made: of generated streets; by_kind: the teachers whose maps have one colour a
    kind of thing, where the others' are features as three colours."""

    frames: tuple[ClassroomFrame, ...]
    things: tuple[str, ...]
    teachers: tuple[str, ...]
    figures: Figures
    per_thing: dict[str, Figures]
    listening: dict[str, Figures]
    robustness: Robustness
    probes: dict[str, dict[str, dict[str, Figures]]]
    checks: tuple[Check, ...]
    title: str
    made: bool = False
    by_kind: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.frames)


_SAID: dict[str, Shape] = {
    "boxes": (np.float32, ("Q", 4)),
    "labels": (np.int16, ("Q",)),
    "scores": (np.float32, ("Q",)),
    "depths": (np.float32, ("Q",)),
}
_TRUE: dict[str, Shape] = {
    "image": (np.uint8, ("H", "W", 3)),
    "points": (np.float32, ("N", 4)),
    "boxes": (np.float32, ("K", 4)),
    "labels": (np.int16, ("K",)),
    "depths": (np.float32, ("K",)),
    "solids": (np.float32, ("K", 7)),
}
_MAP: dict[str, Shape] = {
    "teacher": (np.uint8, ("h", "w", 3)),
    "student": (np.uint8, ("h", "w", 3)),
    "difference": (np.float16, ("h", "w")),
    "valid": (np.bool_, ("h", "w")),
}
_CAMERA: dict[str, Shape] = {
    "projection": (np.float64, (3, 4)),
    "camera_from_laser": (np.float64, (4, 4)),
}
_ABOUT = (
    "things",
    "teachers",
    "figures",
    "per_thing",
    "listening",
    "probes",
    "title",
    "made",
    "by_kind",
)


def write_classroom_answers(path: Path, answers: ClassroomAnswers) -> None:
    """Write the file whole or not at all. A ValueError names an array that is not of its shape."""
    about: dict[str, Any] = {key: getattr(answers, key) for key in _ABOUT}
    about |= {
        "version": _VERSION,
        "robustness": asdict(answers.robustness),
        "checks": [asdict(check) for check in answers.checks],
        "frames": [
            {
                "name": frame.name,
                "maps": list(frame.maps),
                "shaken": [one.epsilon for one in frame.shaken],
            }
            for frame in answers.frames
        ],
    }
    with writing(path) as temporary, h5py.File(temporary, "w") as file:
        put(file, "about", writable(about), WORDS)
        for number, frame in enumerate(answers.frames):
            _put_frame(file.create_group(str(number)), frame)


def read_classroom_answers(run: Path) -> ClassroomAnswers:
    """Those of a run folder; a RunError says in a sentence why there are none."""
    path = run / NAME
    if not path.exists():
        raise RunError(
            say(
                "The run {run} holds no classroom to look at: it has no camera student, or was not "
                "tested.",
                run=run.name,
            )
        )
    try:
        with own(path) as file:
            return _parsed(file)
    except (
        OSError,
        RuntimeError,
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        ArithmeticError,
    ) as error:
        raise RunError(
            say(
                "What the run {run} says about its classroom is damaged ({error}). The model itself was "
                "not touched: resume the run to make it anew.",
                run=run.name,
                error=error,
            )
        ) from None


def _put_frame(group: Any, frame: ClassroomFrame) -> None:
    sizes = {"H": frame.image.shape[0], "W": frame.image.shape[1]}
    _put(group, frame, _TRUE, sizes)
    _put(group.create_group("calibration"), frame.calibration, _CAMERA, {})
    _put(group.create_group("said"), frame.said, _SAID, {})
    for place, shown in enumerate(frame.maps.values()):
        _put(group.create_group(f"maps/{place}"), shown, _MAP, {})
    for place, shaken in enumerate(frame.shaken):
        own = group.create_group(f"shaken/{place}")
        _put(own, shaken, {"image": _TRUE["image"]}, sizes)
        _put(own.create_group("said"), shaken.said, _SAID, {})


def _put(group: Any, arrays: object, shapes: dict[str, Shape], sizes: dict[str, int]) -> None:
    for name, shape in shapes.items():
        put(group, name, np.asarray(getattr(arrays, name)), shape, sizes)


def _parsed(file: Any) -> ClassroomAnswers:
    about = About(told(file))
    if about.whole("version") != _VERSION:
        raise ValueError(say("it is of version {whole}", whole=about.whole("version")))
    about.values.setdefault("by_kind", [])  # files from before have none
    things, teachers = about.words("things"), about.words("teachers")
    frames = tuple(
        _frame(file[str(number)], About(own), len(things))
        for number, own in enumerate(about.rows("frames"))
    )
    shaken = About(about.part("robustness"))
    return ClassroomAnswers(
        frames,
        things,
        teachers,
        about.figures("figures"),
        about.tables("per_thing"),
        about.tables("listening"),
        Robustness(shaken.numbers("epsilons"), _terms(shaken), _norm(shaken)),
        {name: About(about.part("probes")).nested(name) for name in about.part("probes")},
        tuple(_check(About(own)) for own in about.rows("checks")),
        str(about.values["title"]),
        bool(about.values["made"]),
        about.words("by_kind"),
    )


def _norm(shaken: About) -> Norm:
    """Files from before there was a choice have no word for it."""
    norm: Norm = shaken.values.get("norm", "linf")
    if norm not in get_args(Norm):
        raise ValueError(say("a norm is “{norm}”", norm=norm))
    return norm


def _terms(shaken: About) -> dict[str, dict[str, tuple[float | None, ...]]]:
    terms = About(shaken.part("terms"))
    return {
        term: {name: About(terms.part(term)).maybe(name) for name in terms.part(term)}
        for term in terms.values
    }


def _check(about: About) -> Check:
    words = {key: str(value) for key, value in about.values.items() if key != "value"}
    if words["state"] not in get_args(State):
        raise ValueError(say("a check is “{state}”", state=words["state"]))
    return Check(**words, value=about.maybe_one("value"))  # type: ignore[arg-type]


def _frame(group: Any, about: About, things: int) -> ClassroomFrame:
    sizes: dict[str, int] = {}
    true = {name: take(group[name], name, shape, sizes) for name, shape in _TRUE.items()}
    _known(true["labels"], things)
    maps = {
        teacher: MapShown(**_take(group[f"maps/{place}"], _MAP, {}))
        for place, teacher in enumerate(about.words("maps"))
    }
    shaken = tuple(
        Shaken(
            epsilon,
            take(group[f"shaken/{place}/image"], "image", _TRUE["image"], sizes),
            _said(group[f"shaken/{place}/said"], things),
        )
        for place, epsilon in enumerate(about.numbers("shaken"))
    )
    calibration = Calibration(**_take(group["calibration"], _CAMERA, {}))
    said = _said(group["said"], things)
    name = str(about.values["name"])
    return ClassroomFrame(
        name, calibration=calibration, said=said, maps=maps, shaken=shaken, **true
    )


def _said(group: Any, things: int) -> Said:
    arrays = _take(group, _SAID, {})
    _known(arrays["labels"], things)
    return Said(**arrays)


def _take(group: Any, shapes: dict[str, Shape], sizes: dict[str, int]) -> dict[str, Any]:
    return {name: take(group[name], name, shape, sizes) for name, shape in shapes.items()}


def _known(labels: NDArray[np.int16], things: int) -> None:
    if ((labels < 0) | (labels >= things)).any():
        raise ValueError(say("a label is none of {things} things", things=things))
