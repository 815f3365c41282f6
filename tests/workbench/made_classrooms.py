"""What a run says about street frames, for tests: built-in streets, and a student whose answers are the truth blurred
and shaken with real noise; every figure is counted from those answers."""

from dataclasses import replace

import numpy as np

from engine.anchor_fit import Wiring, level
from engine.classroom_answers import (
    ClassroomAnswers,
    ClassroomFrame,
    MapShown,
    Robustness,
    Said,
    Shaken,
)
from engine.control import Control
from engine.datasets.drives.streets import Streets
from engine.doctors import examine
from engine.legible import differing, legible, palette_of
from engine.listening import listening, weight_norms
from engine.metrics.mimic import Mimicry
from engine.metrics.pictures import picture_figures
from engine.metrics.seen import Seen
from engine.probes import compare, questions_of
from engine.projection import project

EPSILONS = (1.0, 2.0, 4.0, 8.0)
GROUPS = {"laser": slice(0, 6), "outlines": slice(6, 11), "free": slice(11, 14)}
TERMS = {"total": 1.0, "objectness": 0.8, "box_depth": 0.25}  # how much an attack on each hurts
_WIRING = Wiring(
    (level(4, (8, 12), 60.0), level(8, (18, 28), 120.0), level(16, (44, 80), 240.0)), 3
)


def made_drive(frames=4, height=96, width=160, seed=5, **more):
    """Streets by day."""
    settings = Streets.Settings(
        scenes=frames, height=height, width=width, fewest=4, most=9, seed=seed, fog=0, rain=0, night=0,
        test_share=0.5, **more,
    )  # fmt: skip
    making = Streets(settings).read(Control())
    while True:
        try:
            next(making)
        except StopIteration as done:
            return done.value


def made_classroom(frames=4, height=96, width=160, seed=5, taught=True, probes=True, **more):
    """Answers about streets. Taught: by a laser and by outlines; else it has no maps, and is shaken more easily."""
    drive = made_drive(frames, height, width, seed, **more)
    rng = np.random.default_rng(seed)
    weak = 1.0 if taught else 1.6
    said = [
        _said(np.random.default_rng([seed, n]), frame, drive, 0.0, weak)
        for n, frame in enumerate(drive.frames)
    ]
    shaken = {
        epsilon: [
            _said(np.random.default_rng([seed, n]), frame, drive, epsilon, weak)
            for n, frame in enumerate(drive.frames)
        ]
        for epsilon in EPSILONS
    }  # fmt: skip
    teachers = _teachers(drive) if taught else {}
    students = {name: [_imitated(rng, one) for one in own] for name, own in teachers.items()}
    shown = {name: _maps(teachers[name], students[name]) for name in teachers}
    told = picture_figures(said, _truths(drive))
    figures = {
        "ap": told.coco.ap,
        "ap50": told.coco.ap50,
        "recall": told.coco.ar100,
        "depth_error": told.depth.relative,
        "depth_delta": told.depth.close,
    }
    figures |= {f"r2 {name}": _r2(teachers[name], students[name]) for name in teachers}
    return ClassroomAnswers(
        frames=tuple(
            _frame(rng, frame, said[n], {name: own[n] for name, own in shown.items()}, shaken, n)
            for n, frame in enumerate(drive.frames)
        ),
        things=drive.things,
        teachers=tuple(teachers),
        figures=figures,
        per_thing={
            drive.things[label]: {"ap50": _or_none(own.ap50), "recall": _or_none(own.recall), "truths": own.truths}
            for label, own in told.things.items()
        },
        listening=_listening(drive, seed) if taught else {},
        robustness=_robustness(drive, seed, weak, figures["ap50"]),
        probes=_probes(drive, teachers, students) if taught and probes else {},
        checks=examine(drive, _WIRING, {name: _deviation(own) for name, own in teachers.items()}, laser=taught),
        title="Built-in streets",
        made=True,
        by_kind=("outlines",) if taught else (),
    )  # fmt: skip


def _truths(drive):
    return [
        Seen(one.boxes, one.labels, depths=one.depths, ignored=one.ignored) for one in drive.frames
    ]


def _said(rng, frame, drive, epsilon, weak, noise=0.0):
    """True boxes, moved the more the more the picture is shaken, and unsure ones that are wrong."""
    count, shake = len(frame.boxes), weak * epsilon / 8 + noise
    size = np.maximum(frame.boxes[:, 2:] - frame.boxes[:, :2], 1)
    moved = rng.normal(0, 1, (count, 4)) * np.tile(size, 2) * (0.07 + 0.2 * shake)
    sure = np.clip(
        rng.uniform(0.55, 0.98, count) - 0.5 * shake * rng.uniform(0.2, 1, count), 0.02, 1
    )
    away = frame.depths * np.exp(rng.normal(0, 0.05 + 0.15 * shake, count))
    wrong = rng.integers(3, 8)
    low = rng.uniform(0, 0.7, (wrong, 2)) * frame.image.shape[1::-1]
    high = low + rng.uniform(0.05, 0.25, (wrong, 2)) * frame.image.shape[1::-1]
    unsure = np.clip(rng.beta(1.2, 5, wrong) + 0.3 * shake, 0, 0.95)
    labels = np.concatenate((frame.labels, rng.integers(0, len(drive.things), wrong)))
    scores = np.concatenate((sure, unsure))
    order = np.argsort(-scores)
    return Said(
        np.concatenate((frame.boxes + moved, np.hstack((low, high))))[order].astype(np.float32),
        labels[order].astype(np.int16),
        scores[order].astype(np.float32),
        np.concatenate((away, rng.uniform(5, 40, wrong)))[order].astype(np.float32),
    )


def _frame(rng, frame, said, maps, shaken, number):
    grain = rng.choice([-1.0, 1.0], frame.image.shape)
    return ClassroomFrame(
        name=frame.name,
        image=frame.image,
        points=frame.points,
        calibration=frame.calibration,
        boxes=frame.boxes,
        labels=frame.labels,
        depths=frame.depths,
        solids=frame.solids,
        said=said,
        maps=maps,
        shaken=tuple(
            Shaken(
                epsilon,
                np.clip(frame.image + epsilon * grain, 0, 255).astype(np.uint8),
                own[number],
            )
            for epsilon, own in shaken.items()
        ),
    )


def _teachers(drive):
    """By name, for each frame (features (C, h, w), valid (h, w)): the classes and distances of laser points scattered
    into a picture, the nearest last; and the outlines of things."""
    laser, outlines = [], []
    for frame in drive.frames:
        high, wide = frame.image.shape[:2]
        pixels, depth, ahead = project(frame.points, frame.calibration)
        at = np.floor(pixels).astype(int)
        inside = ahead & (at >= 0).all(axis=1) & (at[:, 0] < wide) & (at[:, 1] < high)
        order = np.flatnonzero(inside)[np.argsort(-depth[inside], kind="stable")]
        columns, rows = at[order].T
        kinds = frame.of_points[order]
        maps, valid = np.zeros((6, high, wide)), np.zeros((high, wide), bool)
        values = [
            kinds < 5,
            kinds == 5,
            kinds == 6,
            kinds == 7,
            frame.points[order, 2] / 3,
            depth[order] / 40,
        ]
        maps[:, rows, columns], valid[rows, columns] = np.array(values, float), True
        laser.append((maps, valid))
        areas = np.stack([frame.areas == thing for thing in range(len(drive.things))]).astype(float)
        outlines.append((areas, np.ones((high, wide), bool)))
    return {"laser": laser, "outlines": outlines}


def _imitated(rng, one):
    """A teacher's map smeared over its neighbours, with noise: it is told everywhere."""
    features, valid = one
    total, weight = features * valid, valid.astype(float)
    for _ in range(1 if valid.all() else 6):
        total = sum(np.roll(total, by, axis) for by in (-1, 0, 1) for axis in (1, 2))
        weight = sum(np.roll(weight, by, axis) for by in (-1, 0, 1) for axis in (0, 1))
    return total / np.maximum(weight, 1e-9) + rng.normal(0, 0.02, features.shape)


def _deviation(taught):
    return np.concatenate([features[:, valid].T for features, valid in taught]).std(axis=0)


def _maps(taught, said):
    basis = palette_of(taught)
    deviation = _deviation(taught)
    shown = []
    for (features, valid), own in zip(taught, said, strict=True):
        picture = legible(features, valid, basis)
        reached = (
            legible(np.ones((len(features), *valid.shape)), valid, basis) != (10, 13, 17)
        ).any(axis=2)
        everywhere = np.ones_like(valid)
        shown.append(
            MapShown(
                picture,
                legible(own, everywhere, basis),
                differing(own, features, valid, deviation),
                reached,
            )
        )
    return shown


def _r2(taught, said):
    points = np.concatenate([features[:, valid].T for features, valid in taught])
    count = Mimicry(points.mean(axis=0))
    for (features, valid), own in zip(taught, said, strict=True):
        count.add(own, features, valid)
    return count.r2


def _ap50(drive, seed, noise):
    own = [
        _said(np.random.default_rng([seed, n]), frame, drive, 0.0, 1.0, noise)
        for n, frame in enumerate(drive.frames)
    ]
    return picture_figures(own, _truths(drive)).coco.ap50


def _listening(drive, seed):
    """Without the laser, or without outlines, boxes are moved more; its own channels are in the way a little."""
    worth = {"laser": 1.6, "outlines": 0.8, "free": -0.15}

    def evaluate(listen):
        lost = sum(worth[group] for group, way in listen.items() if way != "keep")
        return _ap50(drive, seed, max(0.0, 0.2 + lost))

    weights = np.random.default_rng(seed).normal(0, 1, (16, 14, 3, 3))
    return listening(evaluate, tuple(worth), weight_norms(weights, GROUPS))


def _robustness(drive, seed, weak, clean):
    terms = {}
    for term, hurt in TERMS.items():
        rows = {"ap50": [clean], "depth_error": []}
        for epsilon in (0.0, *EPSILONS):
            own = [
                _said(np.random.default_rng([seed, n]), frame, drive, epsilon * hurt, weak)
                for n, frame in enumerate(drive.frames)
            ]
            told = picture_figures(own, _truths(drive))
            rows["depth_error"].append(told.depth.relative)
            if epsilon:
                rows["ap50"].append(told.coco.ap50)
        terms[term] = {name: tuple(values) for name, values in rows.items()}
    terms["box_depth"]["ap50"] = (*terms["box_depth"]["ap50"][:-1], None)
    return Robustness((0.0, *EPSILONS), terms)


def _probes(drive, teachers, students):
    held_out = np.arange(len(drive)) >= len(drive) / 2
    rng = np.random.default_rng(0)
    mixing = rng.normal(0, 1, (6, 3))

    def trained(number):
        return np.concatenate([own[number] for own in students.values()])

    def untrained(number):
        return np.tensordot(mixing, drive.frames[number].image / 255.0, (1, 2)).clip(0)

    def ablated(number):
        return students["laser"][number]

    groups = {"trained": {name: GROUPS[name] for name in teachers}}
    told = compare(
        {"trained": trained, "random": untrained, "ablated": ablated},
        replace(questions_of(drive, held_out), pixels=120),
        groups,
    )
    return {
        net: {
            group: {name: {"value": one.value, "line": one.line} for name, one in answers.items()}
            for group, answers in own.items()
        }
        for net, own in told.items()
    }


def _or_none(value):
    return None if np.isnan(value) else float(value)
