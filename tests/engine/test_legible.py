"""Features as colours: the same for the whole split, holes closed only so far, nothing made up beyond."""

from itertools import pairwise

import numpy as np
import pytest

from engine.legible import BACKGROUND, differing, legible, palette_of, reach


def lines(count=3, seed=0):
    """Maps (6, 12, 20) that differ along three directions, most along the first; one row in four is valid."""
    source = np.random.default_rng(seed)
    axes = np.linalg.qr(source.normal(size=(6, 3)))[0].T
    maps = []
    for _ in range(count):
        along = source.normal(size=(12, 20, 3)) * [9, 3, 1]
        valid = np.zeros((12, 20), bool)
        valid[::4] = True
        maps.append((np.moveaxis(along @ axes + 5, -1, 0), valid))
    return axes, maps


def test_that_directions_are_those_in_which_features_differ_most():
    axes, maps = lines()
    basis = palette_of(maps)
    assert np.abs((basis.directions * axes).sum(axis=1)) == pytest.approx([1, 1, 1], abs=0.02)
    assert basis.explained == pytest.approx([81 / 91, 9 / 91, 1 / 91], abs=0.03)
    assert (
        basis.directions.max(axis=1) >= -basis.directions.min(axis=1)
    ).all()  # whichever way they came out


def test_that_the_stretch_runs_from_the_2nd_to_the_98th_percentile():
    _, maps = lines()
    basis = palette_of(maps)
    unit = basis.unit(np.concatenate([features[:, valid].T for features, valid in maps]))
    assert unit.min() == 0 and unit.max() == 1
    assert (unit == 0).mean(axis=0) == pytest.approx([0.02] * 3, abs=0.01)
    assert (unit == 1).mean(axis=0) == pytest.approx([0.02] * 3, abs=0.01)


def test_that_one_value_has_one_colour_in_every_frame():
    _, maps = lines()
    basis = palette_of(maps)
    value = maps[0][0][:, 4, 7]
    for features, _ in maps:
        changed = features.copy()
        changed[:, 0, 0] = value
        shown = legible(changed, np.ones((12, 20), bool), basis)
        assert (shown[0, 0] == legible(maps[0][0], maps[0][1], basis)[4, 7]).all()


def test_that_colours_are_muted_and_three_directions_tell_apart():
    _, maps = lines()
    basis = palette_of(maps)
    corners = (
        basis.middle
        + np.array([[low, mid, high] for low in (0, 1) for mid in (0, 1) for high in (0, 1)])
        * (basis.high - basis.low)
        @ basis.directions
        + basis.low @ basis.directions
    )
    shown = legible(corners.T[:, None], np.ones((1, 8), bool), basis)[0].astype(int)
    apart = np.abs(shown[:, None] - shown[None]).sum(axis=2)
    assert apart[~np.eye(8, dtype=bool)].min() > 40
    assert not ((shown == 255) | (shown == 0)).all(axis=1).any()


def test_that_a_pixel_reaches_its_nearest_point_by_rows_that_count_less():
    valid = np.zeros((21, 21), bool)
    valid[10, 10] = True
    (rows, columns), within = reach(valid)
    assert (rows == 10).all() and (columns == 10).all()
    # .75 · 8 = 6, .75 · 9 = 6.75; 1.25 · 5 = 6.25, 1.25 · 6 = 7.5; 6.5² = (.75 · 5)² + (1.25 · 4)² + 3.2
    assert within[2, 10] and not within[1, 10]
    assert within[10, 15] and not within[10, 16]
    assert within[15, 14] and not within[15, 15]


def test_that_beyond_reach_there_is_background_and_no_value():
    _, maps = lines()
    features, _ = maps[0]
    valid = np.zeros((12, 20), bool)
    valid[0, 0] = True
    shown = legible(features, valid, palette_of(maps))
    assert (shown[0, 0] == shown[8, 0]).all() and (shown[0, 0] == shown[0, 5]).all()
    assert (shown[9, 0] == BACKGROUND).all() and (shown[11, 19] == BACKGROUND).all()
    nothing = legible(features, np.zeros((12, 20), bool), palette_of(maps))
    assert (nothing == BACKGROUND).all()


def test_that_fewer_than_three_channels_and_still_ones_can_be_shown():
    valid = np.ones((2, 2), bool)
    basis = palette_of([(np.array([[[0.0, 1], [2, 3]]]), valid)])
    shown = legible(np.array([[[0.0, 1], [2, 3]]]), valid, basis)
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) == 4
    still = palette_of([(np.full((2, 2, 2), 7.0), valid)])
    assert np.isfinite(legible(np.full((2, 2, 2), 7.0), valid, still)).all()
    with pytest.raises(ValueError, match="valid nowhere"):
        palette_of([(np.zeros((2, 2, 2)), ~valid)])


def outlines(shares, size=(40, 50)):
    """One map of a kind of thing for each share of the pixels, 1 there and 0 elsewhere; the rest shows nothing."""
    ends = np.cumsum([0, *(round(share * size[0] * size[1]) for share in shares)])
    number = np.full(size[0] * size[1], -1)
    for kind, (start, end) in enumerate(pairwise(ends)):
        number[start:end] = kind
    number = number.reshape(size)
    return (number == np.arange(len(shares))[:, None, None]).astype(np.float32), number


def test_that_every_kind_of_outline_has_a_colour_of_its_own_however_few_pixels_show_it():
    features, number = outlines([0.1, 0.05, 0.003, 0.003, 0.001])
    everywhere = np.ones(number.shape, bool)
    shown = legible(features, everywhere, palette_of([(features, everywhere)])).astype(int)
    colours = np.array([shown[number == kind][0] for kind in (-1, 0, 1, 2, 3, 4)])
    assert all((shown[number == kind] == colours[kind + 1]).all() for kind in range(5))
    apart = np.abs(colours[:, None] - colours[None]).sum(axis=2)
    assert apart[~np.eye(6, dtype=bool)].min() > 60


def test_that_a_student_half_sure_of_a_kind_is_half_way_to_its_colour():
    features, number = outlines([0.3, 0.3])
    everywhere = np.ones(number.shape, bool)
    palette = palette_of([(features, everywhere)])
    said = np.array([[0, 0], [1, 0], [0.5, 0], [2, 2], [-1, 0]], float)
    nothing, first, half, both, below = palette.colours(said).astype(float)
    assert half == pytest.approx((nothing + first) / 2, abs=1)
    assert both == pytest.approx((first + palette.colours(np.array([[0.0, 1]]))[0]) / 2, abs=1)
    assert (below == nothing).all()


def test_that_what_one_pixel_in_a_hundred_says_is_seen_though_the_percentiles_meet():
    features = np.zeros((1, 10, 100))
    features[0, 0, :10] = 0.5
    everywhere = np.ones((10, 100), bool)
    shown = legible(features, everywhere, palette_of([(features, everywhere)])).astype(int)
    assert np.abs(shown[0, 0] - shown[5, 5]).sum() > 60


def test_that_of_many_points_evenly_spread_ones_are_enough():
    axes, maps = lines(20)
    basis = palette_of(maps, most=300)
    assert np.abs((basis.directions * axes).sum(axis=1)) == pytest.approx([1, 1, 1], abs=0.05)


def test_that_difference_is_counted_in_deviations_of_each_channel():
    teacher, student = np.zeros((3, 1, 2)), np.array([[[1.0, 8]], [[0, 1]], [[5, 5]]])
    # Channels off by 1 of 2 deviations (1/4), and 0; by 8 (at most 1) and 1 of 1 (1/2); the third is dead.
    found = differing(student, teacher, np.ones((1, 2), bool), np.array([2.0, 1, 0]))
    assert found.dtype == np.float16
    assert found[0].tolist() == [0.125, 0.75]


def test_that_where_the_teacher_says_nothing_nothing_differs():
    teacher, student = np.zeros((1, 1, 20)), np.ones((1, 1, 20))
    valid = np.zeros((1, 20), bool)
    valid[0, 0] = True
    found = differing(student, teacher, valid, np.array([1.0]))
    assert found[0, :6].tolist() == [0.5] * 6 and not found[0, 6:].any()
