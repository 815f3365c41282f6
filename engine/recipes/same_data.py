"""Whether a teacher, or the run a net starts from, learnt from the data of this one: else it may know its test."""

from pathlib import Path
from typing import Any

from engine import registry
from engine.errors import ConfigError
from engine.experiment import Data, Experiment
from engine.protocols import merging
from engine.split import seed_of
from engine.store import Run
from engine.words import say

_PLACE = "path"
# How many points are drawn of a cloud or kept of a scene says nothing about which of them are tested.
_FINENESS = ("points", "most_points")


def data_kind(experiment: Experiment) -> str:
    """The kind of data its recipe learns from, as it is registered."""
    recipe = registry.get("recipe", experiment.recipe.name)
    return str(recipe.extra.get("data", "dataset"))


def doubt_about(run: Run, wanted: Data, kind: str = "dataset", role: str = "teacher") -> str:
    """A sentence where it can only be trusted that a teacher, or another run in this role, learnt from these data of
    the kind; empty where it did.

    Raises ConfigError where it learnt from others, or from these with another test part.
    """
    learnt, who = run.experiment.data, (role, run.id)
    _refuse_if(
        learnt.name != wanted.name, who, say("it learnt from “{learnt}”", learnt=learnt.name)
    )
    other_kinds = merging(learnt) != merging(wanted)
    _refuse_if(
        other_kinds,
        who,
        say("its kinds are those of the protocol “{protocol}”", protocol=learnt.protocol),
    )
    fields = registry.get(kind, wanted.name).Settings.model_fields
    now = {key: value for key, value in learnt.settings.items() if key in fields}
    try:
        theirs, ours = (
            _complete(kind, learnt.name, now),
            _complete(kind, wanted.name, wanted.settings),
        )
    except ConfigError:  # of an older version, whose values are not understood any more
        return _told(who, say("by an older version"))
    for key in sorted(theirs.keys() - {_PLACE, *_FINENESS}):
        differs = theirs[key] != ours[key]
        _refuse_if(
            differs,
            who,
            say(
                "its data.{key} is {theirs}, not {ours}",
                key=key,
                theirs=theirs[key],
                ours=ours[key],
            ),
        )
    if len(now) < len(learnt.settings):
        return _told(who, say("by an older version"))
    # Folders are moved and copied, and the test part follows from what is in them, not from where they lie: a teacher
    # must not be lost with its folder's name. What is in the other folder cannot be looked at any more.
    elsewhere = _PLACE in ours and _lies(theirs[_PLACE]) != _lies(ours[_PLACE])
    return _told(who, say("at {theirs}", theirs=theirs[_PLACE])) if elsewhere else ""


def held_apart(run: Run, wanted: Experiment) -> str:
    """A sentence where a teacher held back other clouds than its pupil, and so has learnt from some that the pupil
    holds back; empty where it has not."""
    learnt = run.experiment
    seeds = seed_of(learnt), seed_of(wanted)
    if seeds[0] == seeds[1] and learnt.data.validation >= wanted.data.validation:
        return ""
    return say(
        "The teacher {id} held back other clouds than this run does (seeds of the split {theirs} and "
        "{ours}), so it has learnt from some of those. No rule will choose its threshold on them, "
        "and what they choose for its pupil may be a little too hopeful. The test part is not "
        "touched. Give both one data.split_seed.",
        id=run.id,
        theirs=seeds[0],
        ours=seeds[1],
    )


def refuse_other_split(run: Run, wanted: Data) -> None:
    """Raises ConfigError where a run learnt from pictures of these very clouds, but they are divided by a draw and
    its draw was another: without a label it would have seen clouds that are tested now."""
    learnt = run.experiment.data
    shows = getattr(registry.get("pairs", learnt.name), "extra", {}).get("shows")
    if shows != wanted.name:
        return
    fields = registry.get("dataset", shows).Settings.model_fields
    shown = {key: value for key, value in learnt.settings.items() if key in fields}
    theirs, ours = (_complete("dataset", shows, values) for values in (shown, wanted.settings))
    if _lies(theirs[_PLACE]) == _lies(ours[_PLACE]):
        for key in sorted(theirs.keys() - {_PLACE, *_FINENESS}):
            differs = theirs[key] != ours[key]
            why = say(
                "its pictures show these clouds, divided with a {key} of {theirs}, not {ours}",
                key=key,
                theirs=theirs[key],
                ours=ours[key],
            )
            _refuse_if(differs, ("run", run.id), why)


def _complete(kind: str, name: str, values: dict[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = registry.configure(kind, name, values).model_dump()
    return settings


def _lies(path: str) -> Path:
    return Path(path).expanduser().resolve()


def _refuse_if(wrong: bool, who: tuple[str, str], why: str) -> None:
    role, name = who
    if wrong:
        raise ConfigError(
            say(
                "The {role} {name} learnt from other data: {why}. It may know clouds this run is tested "
                "on. Nothing was started. Choose a {role} of the same data, or train one on them.",
                role=role,
                name=name,
                why=why,
            )
        )


def _told(who: tuple[str, str], how: str) -> str:
    role, name = who
    return say(
        "The {role} {name} learnt from data opened {how}. They are taken for the same data: if they "
        "are not, it may know clouds this run is tested on.",
        role=role,
        name=name,
        how=how,
    )
