"""Changes to rooms and their boxes: what lies in a box stays in it, and the same draw is the same change."""

import numpy as np
import pytest

from engine.experiment import Augment
from engine.scene_moves import MoveSettings, cuboid, kept, moved
from engine.upright import inside

PLAIN = Augment(dropout=0, scale=1, shift=0)


def room(seed=0):
    rng = np.random.default_rng(seed)
    points = rng.uniform(-2, 2, (500, 3)).astype(np.float32)
    boxes = np.column_stack(
        [rng.uniform(-1, 1, (6, 3)), rng.uniform(0.5, 2, (6, 3)), rng.uniform(-3, 3, 6)]
    ).astype(np.float32)
    return points, boxes


@pytest.mark.parametrize("seed", range(8))
def test_that_a_box_holds_the_same_points_after_every_change(seed):
    points, boxes = room(seed)
    options = Augment(dropout=0, scale=1.3, shift=0.4, turn="upright")
    rng = np.random.default_rng(seed)
    changed, around = moved(points, boxes, MoveSettings(tilt=30), options, rng)
    for before, after in zip(boxes, around, strict=True):
        margin = np.array([0, 0, 0, 1e-4, 1e-4, 1e-4, 0])
        was, now = inside(points, before), inside(changed, after + margin)
        assert was.any() and (now | ~was).all()
        assert (inside(changed, after - margin) <= was).all()
        volumes = np.prod(after[3:6]) / np.prod(before[3:6])
        assert 1.3**-3 * 0.999 < volumes < 1.3**3 * 1.001


def test_that_without_any_change_everything_stays():
    points, boxes = room()
    still = MoveSettings(flip=False, tilt=0)
    changed, around = moved(points, boxes, still, PLAIN, np.random.default_rng(0))
    np.testing.assert_allclose(changed, points, atol=1e-6)
    np.testing.assert_allclose(around, boxes, atol=1e-6)


def test_that_a_front_is_mirrored_with_its_room():
    ahead = np.array([[0, 0, 0, 2, 1, 1, 0.3]], np.float32)
    tip = np.array([[np.cos(0.3), np.sin(0.3), 0]], np.float32)
    seen = set()
    for seed in range(12):
        mirrored, box = moved(tip, ahead, MoveSettings(tilt=0), PLAIN, np.random.default_rng(seed))
        where = np.array([np.cos(box[0, 6]), np.sin(box[0, 6]), 0])
        np.testing.assert_allclose(mirrored[0], where, atol=1e-6)
        seen.add(tuple(np.sign(where[:2])))
    assert len(seen) == 4


def test_that_a_part_of_a_room_keeps_enough_points_and_the_boxes_whose_middles_lie_in_it():
    points, boxes = room()
    for seed in range(10):
        rows, held = cuboid(points, boxes, 0.5, 0.3, np.random.default_rng(seed))
        assert rows.mean() >= 0.3 and held.any()  # fewer points than are looked at: exact
        low, high = points[rows].min(0), points[rows].max(0)
        assert ((boxes[held, :3] >= low - 0.2) & (boxes[held, :3] <= high + 0.2)).all()
    rows, held = cuboid(points, boxes, 0.5, 1.0, np.random.default_rng(0))
    assert rows.all() and held.all()  # no part has all of the points: the room stays whole


def test_that_at_most_the_asked_share_of_points_is_dropped():
    options = PLAIN.model_copy(update={"dropout": 0.5})
    counts = [len(kept(100, options, np.random.default_rng(seed))) for seed in range(50)]
    assert 50 <= min(counts) < 70 < max(counts) <= 100
    assert sorted(kept(9, PLAIN, np.random.default_rng(0))) == list(range(9))
