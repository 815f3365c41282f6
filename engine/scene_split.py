"""Which rooms or shapes are learnt from, checked on and tested; scans of one room are never on two sides."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.errors import DataError
from engine.experiment import Experiment
from engine.scenes import Parted, Scene, Scenes, room_of
from engine.split import Rows, held_back, tested_on_held_back
from engine.words import counted, say

_NAMED = 3  # of the scenes left out
ALONE = say("There is too little to hold anything back: what is learnt from is checked on, too.")
_POINTS = say("points")


@dataclass(frozen=True)
class SceneSplit:
    """Rows by use; notes: sentences about what is not as it was asked."""

    train: Rows
    validation: Rows
    test: Rows
    notes: tuple[str, ...] = ()


def split_scenes(
    scenes: Scenes, experiment: Experiment, lacks: Callable[[Scene], str], tests_all: bool
) -> SceneSplit:
    """Validation is drawn by seed, room by room. What `lacks` has a word for is not learnt from, and tested only where
    `tests_all`, it has points and somebody said what stands in it. Raises DataError when there is too little to learn
    from or to test on."""
    why = [lacks(scene) if len(scene) else _POINTS for scene in scenes.scenes]
    train = np.array([scene.train for scene in scenes.scenes])
    whole = np.array([not word for word in why])
    there = np.array([word != _POINTS for word in why])
    told = np.array([scene.annotated for scene in scenes.scenes])
    usable = whole | (there & told & tests_all)
    learnt = np.flatnonzero(train & whole)
    notes = _left_out(scenes, why) + _untested(int((~train & there & ~told).sum()) * tests_all)
    rooms = np.array([room_of(scenes.scenes[row].name) for row in learnt])
    if len(set(rooms)) == 1 < len(rooms):
        rooms = np.arange(len(learnt)).astype(str)
        notes.append(
            say("All scans are of one room: what is held back has been seen from elsewhere.")
        )
    own_test = bool((~train & whole).any())
    if not len(rooms) or (len(rooms) < 2 and not own_test):
        word = next((word for word in why if word), "")
        lacking = say(" with {word}", word=word) if word else ""
        raise DataError(
            say(
                "“{scenes}” holds {rooms}{lacking} to learn from; it takes two at least, or one and "
                "others for the test. Nothing was started.",
                scenes=scenes.title,
                rooms=counted(len(rooms), "room"),
                lacking=lacking,
            )
        )
    if len(rooms) == 1:
        notes.append(ALONE)
        return SceneSplit(learnt, learnt, np.flatnonzero(~train & usable), tuple(notes))
    held = held_back(rooms, experiment)
    test = np.flatnonzero(~train & usable)
    if not own_test:
        test = learnt[held]
        notes.append(tested_on_held_back(say("rooms")))
    return SceneSplit(learnt[~held], learnt[held], test, tuple(notes))


def split_shapes(parted: Parted, experiment: Experiment) -> SceneSplit:
    """Validation is drawn by seed, kind by kind, so that each kind of several shapes is checked. Raises DataError when
    there is too little to learn from."""
    told = (parted.parts >= 0).any(axis=1)
    learnt = np.flatnonzero(parted.train & told)
    test = np.flatnonzero(~parted.train & told)
    if len(learnt) < (2 if len(test) else 3):
        raise DataError(
            say(
                "“{parted}” holds {shapes} with parts to learn from; it takes three at least, or two and "
                "others for the test. Nothing was started.",
                parted=parted.title,
                shapes=counted(len(learnt), "shape"),
            )
        )
    if len(learnt) == 2:
        return SceneSplit(learnt, learnt, test, (ALONE,))
    held = np.zeros(len(learnt), bool)
    kinds = parted.category[learnt]
    for kind in np.unique(kinds):
        own = np.flatnonzero(kinds == kind)
        if len(own) > 1:
            names = np.array([parted.names[row] for row in learnt[own]])
            held[own] = held_back(names, experiment)
    if not held.any():
        held = held_back(np.array([parted.names[row] for row in learnt]), experiment)
    notes = []
    if missing := int((~told).sum()):
        notes.append(say("{shapes} without parts left out.", shapes=counted(missing, "shape")))
    if not len(test):
        test = learnt[held]
        notes.append(tested_on_held_back(say("shapes")))
    return SceneSplit(learnt[~held], learnt[held], test, tuple(notes))


def _left_out(scenes: Scenes, why: list[str]) -> list[str]:
    notes = []
    for word in dict.fromkeys(filter(None, why)):
        names = [scene.name for scene, own in zip(scenes.scenes, why, strict=True) if own == word]
        more = say(" and {names} more", names=len(names) - _NAMED) if len(names) > _NAMED else ""
        rooms = (
            say("One room has") if len(names) == 1 else say("{names} rooms have", names=len(names))
        )
        notes.append(
            say(
                "{rooms} no {word} and teach nothing: {names}{more}.",
                rooms=rooms,
                word=word,
                names=", ".join(names[:_NAMED]),
                more=more,
            )
        )
    return notes


def _untested(count: int) -> list[str]:
    if not count:
        return []
    rooms = (
        say("One room for the test was")
        if count == 1
        else say("{count} rooms for the test were", count=count)
    )
    return [
        say(
            "{rooms} annotated by nobody and left out: what is found there cannot be judged.",
            rooms=rooms,
        )
    ]
