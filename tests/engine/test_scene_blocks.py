"""Rooms cut into blocks to learn from and to test on: by hand, by property, and every point is asked about."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import scene_cover
from engine.errors import DataError
from engine.metrics.segmentation import mean_iou
from engine.scene_blocks import (
    EDGE,
    Block,
    BlockSettings,
    class_counts,
    class_weights,
    crop,
    placed,
)
from engine.scene_cover import Votes, cover, nearest_seen, thinned


def room(points=3000, size=(5.0, 4.0, 2.5), seed=0):
    rng = np.random.default_rng(seed)
    return (rng.random((points, 3)) * size).astype(np.float32)


def told(points):
    return np.zeros(len(points), np.int16)


def some(**changes):
    return BlockSettings(**{"points": 64, "filled": 0.0} | changes)


def cropped(points, settings, seed=0, semantic=None):
    semantic = told(points) if semantic is None else semantic
    return crop(points, semantic, settings, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(5))
def test_that_a_column_is_as_wide_as_asked_for_and_its_margin_does_not_count(seed):
    points = room()
    block = cropped(points, some(), seed)
    away = np.abs(points[block.members, :2].astype(float) - block.origin[:2]).max(1)
    assert away.max() <= 0.75 + 0.2
    assert np.array_equal(block.counted, away <= 0.75 + EDGE)
    assert block.counted.any() and not block.counted.all()
    assert block.origin[2] == points[:, 2].min()


def test_that_no_point_is_taken_twice_where_there_are_enough():
    block = cropped(room(), some())
    assert len(block.members) == len(set(block.members)) == 64


def test_that_all_points_are_taken_where_there_are_too_few():
    points = room(10, size=(1, 0.5, 1))
    for cut in ("column", "room"):
        block = cropped(points, some(cut=cut))
        assert len(block.members) == 64
        assert set(block.members) == set(range(10))


def test_that_a_single_point_is_a_block():
    block = cropped(np.ones((1, 3), np.float32), some())
    assert block.members.tolist() == [0] * 64
    assert np.array_equal(placed(np.ones((1, 3), np.float32), block), np.zeros((64, 3)))
    assert np.isfinite(placed(np.ones((1, 3), np.float32), block, scaled=True)).all()


def test_that_the_same_draw_gives_the_same_block_and_another_another():
    points = room()
    once, again, other = (cropped(points, some(), seed) for seed in (3, 3, 4))
    assert np.array_equal(once.members, again.members)
    assert not np.array_equal(once.members, other.members)


def test_that_columns_that_nobody_labelled_are_drawn_again():
    points = room(2000, size=(20, 4, 2))
    semantic = np.where(points[:, 0] < 14, -1, 3)
    shares = [
        (semantic[cropped(points, some(), s, semantic).members] >= 0).mean() for s in range(8)
    ]
    assert min(shares) > 0.5
    assert len(cropped(points, some(), 0, np.full(2000, -1)).members) == 64  # the best there is


def test_that_columns_with_hardly_anything_in_them_are_drawn_again():
    spot = np.full((4000, 3), 30, np.float32)
    points = np.concatenate([room(4000, size=(1.5, 1.5, 2)), spot])
    places = {
        filled: [cropped(points, some(filled=filled), seed).origin[0] for seed in range(12)]
        for filled in (0.0, 0.02)
    }
    assert max(places[0.0]) > 20
    assert max(places[0.02]) < 2


def test_that_a_whole_room_is_thinned():
    points = room()
    block = cropped(points, some(cut="room"))
    assert len(set(block.members)) == 64 and block.counted.all()
    assert np.ptp(points[block.members, 0]) > 3


def test_that_a_block_stands_on_the_floor_about_its_middle():
    points = np.array([[0, 0, 1], [2, 0, 3], [2, 4, 1]], np.float32)
    block = Block(np.arange(3), np.ones(3, bool), np.array([1.0, 2.0, 1.0]))
    assert placed(points, block).tolist() == [[-1, -2, 0], [1, -2, 2], [1, 2, 0]]
    own = placed(points, block, scaled=True)
    np.testing.assert_allclose(own.mean(0), 0, atol=1e-6)
    assert np.linalg.norm(own, axis=1).max() == pytest.approx(1)


def test_that_the_middle_of_a_room_is_that_of_its_walls():
    points = np.array([[0, 0, 1], [2, 0, 3], [2, 4, 1], [2, 4, 1]], np.float32)
    assert cropped(points, some(cut="room")).origin.tolist() == [1, 2, 1]


@pytest.mark.parametrize("cut", ["column", "room"])
def test_that_an_empty_room_is_a_sentence(cut):
    nothing = np.empty((0, 3), np.float32)
    with pytest.raises(DataError, match="without points"):
        cropped(nothing, some(cut=cut))
    with pytest.raises(DataError, match="without points"):
        list(cover(nothing, some(cut=cut), 0))


def times(points, settings, seed=0):
    """How often each point counts."""
    counted = np.zeros(len(points), int)
    for block in cover(points, settings, seed):
        assert len(block.members) == settings.points
        np.add.at(counted, np.unique(block.members[block.counted]), 1)
    return counted


@settings(deadline=None, max_examples=40)
@given(
    st.integers(1, 400),
    st.floats(0.0, 9.0),
    st.floats(0.0, 9.0),
    st.sampled_from(["column", "room"]),
    st.integers(1, 3),
    st.sampled_from([0.0, -1e5]),
)
def test_that_every_point_counts_in_every_pass(count, wide, deep, cut, passes, away):
    points = room(count, (wide, deep, 2.0), seed=count) + np.float32(away)
    assert times(points, some(cut=cut, passes=passes)).min() >= passes


def test_that_columns_stand_within_the_room_and_in_another_pass_elsewhere():
    points = room(4000, size=(4.0, 1.0, 2.0))
    places = [tuple(np.round(block.origin[:2], 2)) for block in cover(points, some(points=8192), 0)]
    low, high = points[:, 0].min(), points[:, 0].max()
    assert [place[0] for place in places] == pytest.approx(
        [low + 0.75, (low + high) / 2, high - 0.75], abs=0.01
    )
    twice = {b.origin[0] for b in cover(points, some(points=8192, passes=2), 0)}
    assert len(twice) == 3 + 4 - 2  # the outermost stay


def test_that_the_void_between_two_corners_is_not_asked_about():
    points = np.concatenate([room(200, (1, 1, 1)), room(200, (1, 1, 1)) + np.float32(500)])
    assert len(list(cover(points, some(points=512), 0))) == 2


def test_that_covering_is_the_same_for_the_same_seed():
    points, all_members = room(), []
    for seed in (0, 0, 1):
        all_members.append(np.concatenate([b.members for b in cover(points, some(), seed)]))
    assert np.array_equal(all_members[0], all_members[1])
    assert not np.array_equal(all_members[0], all_members[2])


def test_that_answers_are_averaged_by_hand():
    votes, corner = Votes(4, 2), np.zeros(3)
    first = Block(np.array([0, 1, 1]), np.array([True, True, True]), corner)
    votes.add(first, np.array([[-1, -3], [-2, -4], [-2, -4]]))
    second = Block(np.array([1, 2]), np.array([True, False]), corner)
    votes.add(second, np.array([[-4, 0], [-9, -9]]))
    assert votes.unseen == 2
    mean = votes.mean()
    assert mean[:2].tolist() == [[-1, -3], [-3, -2]]
    assert np.isnan(mean[2:]).all()


def test_that_what_was_found_is_carried_to_the_nearest():
    seen, points = room(40), room(300, seed=1)
    nearest = ((points[:, None].astype(float) - seen[None]) ** 2).sum(2).argmin(1)
    assert np.array_equal(all_of(nearest_seen(seen, points)), nearest)
    assert np.array_equal(all_of(nearest_seen(seen, seen)), np.arange(40))


def all_of(shares):
    return np.concatenate([rows for _, rows in shares])


def test_that_many_points_are_looked_for_in_shares(monkeypatch):
    monkeypatch.setattr(scene_cover, "_SHARE", 70)
    seen, points = room(40), room(300, seed=1)
    places = [np.arange(300)[some] for some, _ in nearest_seen(seen, points)]
    assert [len(some) for some in places] == [70, 70, 70, 70, 20]
    assert np.array_equal(np.concatenate(places), np.arange(300))
    nearest = ((points[:, None].astype(float) - seen[None]) ** 2).sum(2).argmin(1)
    assert np.array_equal(all_of(nearest_seen(seen, points)), nearest)


def test_that_thinning_draws_by_seed_and_in_order():
    rows = thinned(1000, 100, 3)
    assert len(set(rows)) == 100 and (np.diff(rows) > 0).all()
    assert np.array_equal(rows, thinned(1000, 100, 3))
    assert not np.array_equal(rows, thinned(1000, 100, 4))
    assert np.array_equal(thinned(5, 100, 0), np.arange(5))


@pytest.mark.parametrize("cut", ["column", "room"])
def test_that_a_net_that_knows_is_right_about_every_point(cut):
    points = room(2000, size=(4, 3, 2))
    labels = (points[:, 2] > 1).astype(int)
    options = some(cut=cut, points=256, most=1500)
    rows = thinned(len(points), options.most, 0)
    seen = points[rows]
    votes = Votes(len(rows), 2)
    for block in cover(seen, options, 0):
        high = placed(seen, block)[:, 2] > 1 - points[:, 2].min()  # sees what is shown alone
        votes.add(block, np.where(high[:, None], [-9, 0], [0, -9]))
    assert votes.unseen == 0
    answers = votes.mean().argmax(1)[all_of(nearest_seen(seen, points))]
    assert mean_iou(answers[rows], labels[rows], 2) == 1
    assert mean_iou(answers, labels, 2) > 0.9


def test_that_rare_classes_count_more_by_hand():
    counts = class_counts([np.array([0] * 50 + [1, -1, -1]), np.array([0] * 30 + [1] * 19)], 3)
    assert counts.tolist() == [80, 20, 0]
    weights = class_weights(counts)
    assert weights.tolist() == pytest.approx([1 / math.log(s) for s in (2.0, 1.4, 1.2)])
    assert np.isfinite(class_weights(np.zeros(3, np.int64))).all()
