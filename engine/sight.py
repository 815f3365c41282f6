"""What a camera student says of many frames, and how right it is."""

from collections.abc import Collection, Generator, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from engine.camera_batches import DriveBatch, Views
from engine.depth_labels import true_depths
from engine.events import Event
from engine.metrics.mimic import Mimicry
from engine.metrics.pictures import PictureFigures, depth_figures, picture_figures, proposal_recall
from engine.metrics.seen import Seen
from engine.nets.classroom.answers import ClassroomAnswer
from engine.nets.classroom.listening import Listen
from engine.recipes.classroom import Classroom
from engine.tasks.steps import Pace
from engine.tasks.task import Gate

_AT_ONCE = 8
Lines = Mapping[str, NDArray[np.floating]]


class Sight:
    """found and proposals of each frame; maps: of the frames in `kept`, by their number, what it says for each teacher,
    (C, H, W) float16; mimicry: by teacher, over all frames, against `lines`: each teacher's mean (C,) over the training
    pixels."""

    def __init__(self, lines: Lines, kept: Collection[int] = ()) -> None:
        self.kept = frozenset(kept)
        self.found: list[Seen] = []
        self.proposals: list[NDArray[np.floating]] = []
        self.maps: dict[int, dict[str, NDArray[np.float16]]] = {}
        self.mimicry = {name: Mimicry(np.asarray(line, np.float64)) for name, line in lines.items()}

    def add(self, answer: ClassroomAnswer, batch: DriveBatch) -> None:
        """One batch, in order."""
        for found, proposals in zip(answer.found, answer.proposals, strict=True):
            parts = (found.boxes, found.labels, found.scores, found.depths)
            self.found.append(Seen(*(part.float().cpu().numpy() for part in parts)))
            self.proposals.append(proposals.float().cpu().numpy())
        for name, own in self.mimicry.items():
            told = batch.maps[name]
            own.add(*(part.cpu().numpy() for part in (answer.maps[name], told.values, told.valid)))
        first = len(self.found) - len(batch.images)
        for row in self.kept.intersection(range(first, len(self.found))):
            said = {name: answer.maps[name][row - first] for name in self.mimicry}
            self.maps[row] = {name: own.half().cpu().numpy() for name, own in said.items()}

    def whole(self, views: Views) -> PictureFigures:
        """Of these frames, which it has looked at, all that boxes and depths are judged by."""
        return picture_figures(self.found, true_pictures(views))

    def figures(self, views: Views, found: PictureFigures) -> dict[str, float]:
        """ap, ap50, recall (of proposals), depth_error and depth_metres (medians), depth_delta (share within 1.25),
        depth_counted, depth_error_learnt (against the distances it was taught), and “r2/<teacher>”, weighted by
        variance. NaN where nothing was measured."""
        boxes = [frame.boxes for frame in views.frames]
        coco, depth = found.coco, found.depth
        return {
            "ap": measured_or_nan(coco.ap),
            "ap50": measured_or_nan(coco.ap50),
            "recall": proposal_recall(self.proposals, boxes),
            "depth_error": depth.relative,
            "depth_metres": depth.metres,
            "depth_delta": depth.close,
            "depth_counted": float(depth.counted),
            "depth_error_learnt": depth_figures(
                self.found, _pictures(views, views.depths)
            ).relative,
        } | {f"r2/{name}": own.pooled for name, own in self.mimicry.items()}


def look(
    recipe: Classroom,
    views: Views,
    lines: Lines,
    pace: Pace,
    listen: Listen | None = None,
    kept: Collection[int] = (),
) -> Generator[Event, None, Sight]:
    """All that a student says of these frames, some at a time."""
    sight = Sight(lines, kept)
    recipe.net.eval()
    for start in range(0, len(views.frames), _AT_ONCE):
        yield from pace.at(start)
        batch = views.plain(np.arange(start, min(start + _AT_ONCE, len(views.frames))))
        with torch.no_grad():
            sight.add(recipe.look(batch, listen), batch)
    return sight


def pace_of(gate: Gate, name: str, views: Views) -> Pace:
    """Of a look at these frames."""
    return Pace(gate, name, len(views.frames), "testing")


def true_pictures(views: Views) -> list[Seen]:
    """The truth of each frame, the same whatever distances were to be learnt."""
    return _pictures(views, [true_depths(frame) for frame in views.frames])


def _pictures(views: Views, depths: Sequence[NDArray[np.floating]]) -> list[Seen]:
    return [
        Seen(frame.boxes, frame.labels, None, own, frame.ignored)
        for frame, own in zip(views.frames, depths, strict=True)
    ]


def measured_or_nan(value: float) -> float:
    """COCO says -1 where there was nothing to find."""
    return value if value >= 0 else float("nan")
