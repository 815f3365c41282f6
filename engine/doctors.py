"""What to look at before a run of a classroom: whether anchors fit the boxes, the net sees enough, and laser, labels
and teachers have something to say. Pure functions of the data and a few numbers of the net; numpy."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.anchor_fit import Wiring
from engine.checks import Check
from engine.data_checks import depth_labels, laser_covers, laser_on_picture, rarest_thing
from engine.drives import Drive
from engine.net_checks import anchors_reach, boxes_per_level, sees_enough
from engine.teacher_checks import teacher_features


def examine(
    drive: Drive,
    wiring: Wiring,
    teachers: Mapping[str, NDArray[np.floating]],
    depths: Sequence[NDArray[np.floating]] | None = None,
    laser: bool = True,
) -> tuple[Check, ...]:
    """All checks of the frames that are learnt from. teachers: of each the deviations (C,) of its features; depths: for
    each of those frames (K,) the distances that are learnt, where they are not the frame's own; laser: whether a laser
    teaches."""
    frames = [frame for frame in drive.frames if frame.train] or list(drive.frames)
    labels = depths if depths is not None else [frame.depths for frame in frames]
    return (
        anchors_reach(frames, wiring),
        sees_enough(frames, wiring),
        boxes_per_level(frames, wiring),
        depth_labels(labels),
        laser_on_picture(frames),
        laser_covers(frames, needed=laser),
        *(teacher_features(name, deviation) for name, deviation in teachers.items()),
        rarest_thing(drive, frames),
    )
