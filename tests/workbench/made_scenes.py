"""What a run says about scenes, for tests: rooms of boxes with floor and walls, answers with some errors."""

import numpy as np

from engine.metrics.box_overlap import iou_table
from engine.metrics.boxes import Boxes, box_figures
from engine.metrics.segmentation import confusion, figures
from engine.scene_answers import SceneAnswer, SceneAnswers

CLASSES = ("floor", "wall", "bed", "chair", "desk", "sofa", "table")
THINGS = CLASSES[2:]
_SIZES = {
    "bed": (2.0, 1.5, 0.6),
    "chair": (0.5, 0.5, 0.9),
    "desk": (1.4, 0.7, 0.75),
    "sofa": (1.9, 0.9, 0.8),
    "table": (1.2, 0.8, 0.7),
}
_WIDE, _DEEP, _HIGH = 6.0, 4.6, 2.4
_COLOURS = np.array(
    [
        [150, 120, 90],
        [205, 200, 190],
        [120, 140, 180],
        [150, 90, 60],
        [180, 140, 90],
        [90, 120, 100],
        [170, 120, 70],
    ]
)


def made_rooms(task="detect", rooms=3, points=20_000, queries=64, colours=True, seed=7):
    """Rooms of eight to ten things. detect: some boxes are found, some missed, many unsure ones are too many; segment:
    points are said to be what they are, but for whole blobs that are something else."""
    rng = np.random.default_rng(seed)
    scenes = tuple(_room(rng, place, points, queries, task, colours) for place in range(rooms))
    return _answers(scenes, task, CLASSES, THINGS)


def made_tables(shapes=4, points=2048, seed=3):
    """Tables of a top and legs, whose edge is blurred in what is said."""
    rng = np.random.default_rng(seed)
    scenes = tuple(_table(rng, place, points) for place in range(shapes))
    return _answers(scenes, "parts", ("table top", "table leg", "chair seat"), ())


def _answers(scenes, task, classes, things):
    told = _box_figures(scenes, things) if task == "detect" else _point_figures(scenes, classes)
    totals = {} if task == "detect" else _totals(scenes, classes, task)
    return SceneAnswers(scenes, task, classes, things, told, "Made rooms", True, totals)


def _box_figures(scenes, things):
    said = [Boxes(scene.said_boxes, scene.said_labels, scene.scores) for scene in scenes]
    true = [Boxes(scene.boxes, scene.labels) for scene in scenes]
    quarter, half = box_figures(said, true).values()
    return {
        things[label]: {
            "ap25": quarter.classes[label].precision,
            "ap50": half.classes[label].precision,
            "truths": own.truths,
        }
        for label, own in quarter.classes.items()
    }


def _point_figures(scenes, classes):
    table = _table_of(scenes, classes)
    iou, there = figures(table).iou, table.sum(axis=1)
    return {
        name: {"iou": None if np.isnan(value) else float(value), "points": int(count)}
        for name, value, count in zip(classes, iou, there, strict=True)
    }


def _table_of(scenes, classes):
    return sum(confusion(scene.said, scene.truth, len(classes)) for scene in scenes)


def _totals(scenes, classes, task):
    own = figures(_table_of(scenes, classes))
    if task == "segment":
        return {"accuracy": own.accuracy, "miou": own.mean_iou}
    each = [figures(_table_of([scene], classes)).mean_iou for scene in scenes]
    return {"accuracy": own.accuracy, "instance_miou": np.mean(each), "category_miou": 0.25}


def _room(rng, place, points, queries, task, colours):
    boxes, labels = _furniture(rng)
    areas = [_WIDE * _DEEP, 2 * (_WIDE + _DEEP) * _HIGH, *(3.5 * boxes[:, 3] * boxes[:, 4] + 1)]
    share = np.array(areas) / sum(areas)
    counts = np.floor(share * points).astype(int)
    counts[0] += points - counts.sum()
    parts = [_floor(rng, counts[0]), _walls(rng, counts[1])]
    parts += [_surface(rng, box, count) for box, count in zip(boxes, counts[2:], strict=True)]
    cloud = np.concatenate(parts).astype(np.float32)
    truth = np.repeat([0, 1, *(labels + 2)], counts).astype(np.int16)
    said = _mistaken(rng, cloud, truth) if task == "segment" else None
    found = _said_boxes(rng, boxes, labels, queries) if task == "detect" else _nothing_said()
    return SceneAnswer(
        name=f"room_{place:04d}",
        points=cloud,
        colours=_painted(rng, truth) if colours else None,
        truth=truth if task == "segment" else None,
        said=said,
        sureness=None if said is None else np.full(points, 0.9, np.float16),
        boxes=boxes,
        labels=labels,
        said_boxes=found[0],
        said_labels=found[1],
        scores=found[2],
    )


def _furniture(rng):
    """Boxes that do not overlap, some turned."""
    boxes, labels = [], []
    for _ in range(400):
        label = int(rng.integers(len(THINGS)))
        size = np.array(_SIZES[THINGS[label]]) * rng.uniform(0.9, 1.1)
        turn = rng.choice([0.0, np.pi / 2, 0.4, -0.3])
        reach = np.hypot(*size[:2]) / 2
        x, y = (rng.uniform(reach, side - reach) for side in (_WIDE, _DEEP))
        box = np.array([x, y, size[2] / 2, *size, turn])
        if not boxes or iou_table([_grown(box)], boxes).max() <= 0:
            boxes.append(box)
            labels.append(label)
        if len(boxes) == 9:
            break
    return np.array(boxes, np.float32), np.array(labels, np.int16)


def _grown(box):
    return box + np.array([0, 0, 0, 0.35, 0.35, 0, 0])


def _floor(rng, count):
    return np.column_stack((rng.uniform(0, (_WIDE, _DEEP), (count, 2)), np.zeros(count)))


def _walls(rng, count):
    along = rng.uniform(0, 2 * (_WIDE + _DEEP), count)
    height = rng.uniform(0, _HIGH, count)
    ends = np.cumsum([0, _WIDE, _DEEP, _WIDE, _DEEP])
    corners = np.array([[0, 0], [_WIDE, 0], [_WIDE, _DEEP], [0, _DEEP], [0, 0]])
    x, y = (np.interp(along, ends, corners[:, axis]) for axis in (0, 1))
    return np.column_stack((x, y, height)) + rng.normal(0, 0.01, (count, 3))


def _surface(rng, box, count):
    """Points on the five faces one can see of a box."""
    local = rng.uniform(-0.5, 0.5, (count, 3))
    sides = np.array([box[4] * box[5]] * 2 + [box[3] * box[5]] * 2 + [box[3] * box[4]])
    face = rng.choice(5, count, p=sides / sides.sum())
    for number, (axis, side) in enumerate(((0, -0.5), (0, 0.5), (1, -0.5), (1, 0.5), (2, 0.5))):
        local[face == number, axis] = side
    local *= box[3:6]
    cos, sin = np.cos(box[6]), np.sin(box[6])
    x, y, z = local.T
    return np.column_stack((cos * x - sin * y, sin * x + cos * y, z)) + box[:3]


def _painted(rng, truth):
    grain = rng.normal(0, 12, (len(truth), 1))
    return np.clip(_COLOURS[truth] + grain, 0, 255).astype(np.uint8)


def _mistaken(rng, cloud, truth):
    said = truth.copy()
    for _ in range(7):
        centre = cloud[rng.integers(len(cloud))]
        blob = np.linalg.norm(cloud - centre, axis=1) < rng.uniform(0.3, 0.7)
        said[blob] = rng.integers(len(CLASSES))
    return said


def _said_boxes(rng, boxes, labels, queries):
    """Two of the true ones are missed; the rest is said with shaken boxes; then what is not there, mostly unsure."""
    kept = rng.permutation(len(boxes))[: len(boxes) - 2]
    shake = np.column_stack((rng.normal(0, 0.07, (len(kept), 6)), rng.normal(0, 0.05, len(kept))))
    own = boxes[kept] + shake
    own[:, 3:6] = np.abs(own[:, 3:6])
    rest = queries - len(kept)
    kinds = rng.integers(len(THINGS), size=rest)
    sizes = np.array([_SIZES[THINGS[kind]] for kind in kinds]) * rng.uniform(0.6, 1.2, (rest, 1))
    at = rng.uniform((0.5, 0.5), (_WIDE - 0.5, _DEEP - 0.5), (rest, 2))
    turns = rng.uniform(-0.5, 0.5, rest)
    more = np.column_stack((at, sizes[:, 2] / 2, sizes, turns))
    scores = np.concatenate((rng.uniform(0.55, 0.98, len(kept)), rng.beta(1.3, 6, rest)))
    order = np.argsort(-scores)
    everything = np.concatenate((own, more))[order].astype(np.float32)
    names = np.concatenate((labels[kept], kinds))[order].astype(np.int16)
    return everything, names, scores[order].astype(np.float32)


def _nothing_said():
    return np.zeros((0, 7), np.float32), np.zeros(0, np.int16), np.zeros(0, np.float32)


def _table(rng, place, points):
    top = rng.uniform((-0.7, -0.45, 0.28), (0.7, 0.45, 0.36), (points // 2, 3))
    legs = rng.uniform((-0.05, -0.05, -0.4), (0.05, 0.05, 0.28), (points - len(top), 3))
    corner = rng.integers(4, size=len(legs))
    legs[:, :2] += np.array([[-0.6, -0.36], [0.6, -0.36], [0.6, 0.36], [-0.6, 0.36]])[corner]
    cloud = np.concatenate((top, legs)).astype(np.float32)
    truth = np.repeat([0, 1], (len(top), len(legs))).astype(np.int16)
    said = (cloud[:, 2] < rng.uniform(0.15, 0.3)).astype(np.int16)
    none = _nothing_said()
    return SceneAnswer(
        f"table_{place:04d}", cloud, None, truth, said, None, none[0], none[1], *none
    )
