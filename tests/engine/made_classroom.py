"""What a classroom run says, for tests: two frames, one of them bare."""

import numpy as np

from engine.checks import Check
from engine.classroom_answers import (
    ClassroomAnswers,
    ClassroomFrame,
    MapShown,
    Robustness,
    Said,
    Shaken,
)
from tests.engine.classroom_makers import calibration

TEACHERS = ("laser", "outlines")
THINGS = ("car", "sign")


def made_said(count: int, seed: int = 0) -> Said:
    """So many boxes, the surest first, one without a distance."""
    source = np.random.default_rng(seed)
    depths = source.uniform(3, 60, count).astype(np.float32)
    depths[:1] = np.nan
    return Said(
        source.uniform(0, 50, (count, 4)).astype(np.float32),
        source.integers(0, 2, count).astype(np.int16),
        np.sort(source.random(count).astype(np.float32))[::-1].copy(),
        depths,
    )


def made_map(seed: int = 0, height: int = 8, width: int = 16) -> MapShown:
    """Any colours."""
    source = np.random.default_rng(seed)
    return MapShown(
        source.integers(0, 255, (height, width, 3)).astype(np.uint8),
        source.integers(0, 255, (height, width, 3)).astype(np.uint8),
        source.random((height, width)).astype(np.float16),
        source.random((height, width)) < 0.5,
    )


def made_frame(name: str = "000008", true: int = 3, bare: bool = False) -> ClassroomFrame:
    """32 x 64 pixels; bare: without points, boxes, maps and attacks."""
    source = np.random.default_rng(true)
    count = 0 if bare else true
    solids = source.normal(size=(count, 7)).astype(np.float32)
    solids[:1] = np.nan
    image = source.integers(0, 255, (32, 64, 3)).astype(np.uint8)
    return ClassroomFrame(
        name=name,
        image=image,
        points=source.normal(size=(0 if bare else 50, 4)).astype(np.float32),
        calibration=calibration(),
        boxes=source.uniform(0, 30, (count, 4)).astype(np.float32),
        labels=source.integers(0, 2, count).astype(np.int16),
        depths=source.uniform(1, 50, count).astype(np.float32),
        solids=solids,
        said=made_said(0 if bare else 4),
        maps={} if bare else {name: made_map(place) for place, name in enumerate(TEACHERS)},
        shaken=()
        if bare
        else tuple(Shaken(float(e), 255 - image, made_said(e, e)) for e in (1, 2, 4)),
    )


def made_answers() -> ClassroomAnswers:
    """All there can be."""
    probes = {"trained": {"all": {"depth_r2": {"value": 0.5, "line": 0.0}}, "laser": {}}}
    checks = (
        Check("Anchors reach", "anchor recall", 94.0, "%", "fine", "Fine.", "of the boxes"),
        Check("Laser on picture", "calibration overlay", None, "px", "know", "Not measured."),
    )
    return ClassroomAnswers(
        frames=(made_frame(), made_frame("bare", bare=True)),
        things=THINGS,
        teachers=TEACHERS,
        figures={"ap": 0.25, "ap50": 0.5, "depth_error": None, "r2 laser": -0.5},
        per_thing={"car": {"ap": 0.5, "truths": 3.0}, "sign": {"ap": None}},
        listening={"laser": {"shapley": 0.2, "drop": 0.1, "weight": None}},
        robustness=Robustness((0.0, 1.0, 2.0), {"depth": {"ap50": (0.5, 0.4, None)}}),
        probes=probes,
        checks=checks,
        title="Made",
        made=True,
        by_kind=TEACHERS[1:],
    )
