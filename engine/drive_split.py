"""Which frames of a drive are learnt from, checked on and tested."""

from dataclasses import dataclass

import numpy as np

from engine.drives import Drive
from engine.errors import DataError
from engine.experiment import Experiment
from engine.scene_split import ALONE
from engine.split import Rows, held_back, tested_on_held_back
from engine.words import counted, say

ONE_MOMENT = say(
    "All frames to learn from are of one moment, so those it is checked and tested on show what was "
    "learnt from another side: the figures are too good."
)


@dataclass(frozen=True)
class DriveSplit:
    """Rows by use; notes: sentences about what is not as it was asked."""

    train: Rows
    validation: Rows
    test: Rows
    notes: tuple[str, ...] = ()


def split_drive(drive: Drive, experiment: Experiment) -> DriveSplit:
    """Validation is drawn by seed, frame by frame, from those to learn from; frames of one
    moment or one name stay together. Where
    there are none for the test, those held back are tested on. Raises DataError when there is too little to learn
    from."""
    learnt = np.flatnonzero([frame.train for frame in drive.frames])
    test = np.flatnonzero([not frame.train for frame in drive.frames])
    names = np.array(
        [drive.frames[row].moment or drive.frames[row].name for row in learnt], np.str_
    )
    notes: tuple[str, ...] = ()
    if len(np.unique(names)) == 1 and len(learnt) > 1 and drive.frames[learnt[0]].moment:
        names = np.array([drive.frames[row].name for row in learnt], np.str_)
        notes = (ONE_MOMENT,)
    different = len(np.unique(names))
    if not different or (different < 2 and not len(test)):
        raise DataError(
            say(
                "“{drive}” holds {frames} to learn from; it takes two at least, or one and others for "
                "the test. Nothing was started. {problems}",
                drive=drive.title,
                frames=counted(len(learnt), "frame"),
                problems=" ".join(drive.problems[:1]),
            ).rstrip()
        )
    if different == 1:
        return DriveSplit(learnt, learnt, test, (ALONE,))
    held = held_back(names, experiment)
    if len(test):
        return DriveSplit(learnt[~held], learnt[held], test, notes)
    notes = (*notes, tested_on_held_back(say("frames")))
    return DriveSplit(learnt[~held], learnt[held], learnt[held], notes)
