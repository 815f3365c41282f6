"""What to look at before a run of a classroom: whether anchors fit the boxes, the net sees enough, and laser, labels
and teachers have something to say. Pure functions of the data and a few numbers of the net; numpy."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.anchor_fit import Wiring
from engine.checks import Check
from engine.data_checks import depth_labels, laser_covers, laser_on_picture, rarest_thing
from engine.drives import Drive
from engine.net_checks import anchors_reach, boxes_per_level, sees_enough
from engine.teacher_checks import Taught, deviations, teacher_features

Teachers = Mapping[str, Iterable[Taught]]


def examine(
    drive: Drive,
    wiring: Wiring,
    teachers: Teachers | None = None,
    depths: Sequence[NDArray[np.floating]] | None = None,
) -> tuple[Check, ...]:
    """All checks of the frames that are learnt from. teachers: their maps by name; depths: for each of those frames
    (K,) the distances that are learnt, where they are not the frame's own."""
    frames = [frame for frame in drive.frames if frame.train] or list(drive.frames)
    labels = depths if depths is not None else [frame.depths for frame in frames]
    maps = teachers or {}
    return (
        anchors_reach(frames, wiring),
        sees_enough(frames, wiring),
        boxes_per_level(frames, wiring),
        depth_labels(labels),
        laser_on_picture(frames),
        laser_covers(frames, needed="laser" in maps),
        *(teacher_features(name, deviations(own)) for name, own in maps.items()),
        rarest_thing(drive, frames),
    )
