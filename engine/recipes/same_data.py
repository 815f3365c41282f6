"""Whether a teacher learnt from the data of its student: else it may know clouds the student is tested on."""

from pathlib import Path
from typing import Any

from engine import registry
from engine.errors import ConfigError
from engine.experiment import Data
from engine.protocols import merging
from engine.store import Run

_PLACE = "path"
_FINENESS = (
    "points"  # how many points are drawn of a cloud says nothing about which clouds are tested
)


def doubt_about(teacher: Run, wanted: Data) -> str:
    """A sentence where it can only be trusted that a teacher learnt from these data; empty where it did.

    Raises ConfigError where it learnt from others, or from these with another test part.
    """
    learnt = teacher.experiment.data
    _refuse_if(learnt.name != wanted.name, teacher, f"it learnt from “{learnt.name}”")
    other_kinds = merging(learnt) != merging(wanted)
    _refuse_if(other_kinds, teacher, f"its kinds are those of the protocol “{learnt.protocol}”")
    fields = registry.get("dataset", wanted.name).Settings.model_fields
    now = {key: value for key, value in learnt.settings.items() if key in fields}
    try:
        theirs, ours = _complete(learnt.name, now), _complete(wanted.name, wanted.settings)
    except ConfigError:  # of an older version, whose values are not understood any more
        return _told(teacher, "by an older version")
    for key in sorted(theirs.keys() - {_PLACE, _FINENESS}):
        differs = theirs[key] != ours[key]
        _refuse_if(differs, teacher, f"its data.{key} is {theirs[key]}, not {ours[key]}")
    if len(now) < len(learnt.settings):
        return _told(teacher, "by an older version")
    # Folders are moved and copied, and the test part follows from what is in them, not from where they lie: a teacher
    # must not be lost with its folder's name. What is in the other folder cannot be looked at any more.
    elsewhere = _PLACE in ours and _lies(theirs[_PLACE]) != _lies(ours[_PLACE])
    return _told(teacher, f"at {theirs[_PLACE]}") if elsewhere else ""


def _complete(name: str, values: dict[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = registry.configure("dataset", name, values).model_dump()
    return settings


def _lies(path: str) -> Path:
    return Path(path).expanduser().resolve()


def _refuse_if(wrong: bool, teacher: Run, why: str) -> None:
    if wrong:
        raise ConfigError(
            f"The teacher {teacher.id} learnt from other data: {why}. It may know clouds this run is tested on. "
            "Nothing was started. Choose a teacher of the same data, or train one on them."
        )


def _told(teacher: Run, how: str) -> str:
    return (
        f"The teacher {teacher.id} learnt from data opened {how}. They are taken for the same data: "
        "if they are not, it may know clouds this run is tested on."
    )
