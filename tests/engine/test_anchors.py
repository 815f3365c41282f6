"""Anchors are chosen from boxes, and how well they reach them is told."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.anchors import best_overlaps, choose_anchors, shapes

PAPER = ((32,), (64,), (128,), (256,))


def boxes_of(sizes, rng, picture=(96, 160), ratios=(0.5, 2.0)):
    ratio = rng.uniform(*ratios, len(sizes))
    across, down = np.asarray(sizes) / np.sqrt(ratio), np.asarray(sizes) * np.sqrt(ratio)
    left = rng.random(len(sizes)) * np.maximum(picture[1] - across, 0)
    top = rng.random(len(sizes)) * np.maximum(picture[0] - down, 0)
    return np.column_stack([left, top, left + across, top + down])


PICTURE, STRIDES = (96, 160), (2, 4, 8, 16)


def test_that_a_level_takes_the_sizes_that_reach_its_boxes():
    """Squares of 24 pixels in the middle of cells of 8: of all candidates the nearest to 24 overlaps most."""
    corners = np.array([[20.0, 20], [44, 36], [84, 52]]) - 12
    boxes = np.column_stack([corners, corners + 24])
    (chosen,) = choose_anchors(boxes, STRIDES, PICTURE, each=1, ratios=(1.0,))[2:3]
    candidates = np.geomspace(16, 32, 14)[1:-1]
    overlaps = np.minimum(candidates, 24) ** 2 / np.maximum(candidates, 24) ** 2
    assert chosen == (round(float(candidates[overlaps.argmax()]), 1),)


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 50), st.integers(0, 99), st.integers(1, 4), st.integers(1, 3))
def test_that_anchors_always_ascend_and_are_as_many_as_asked_for(count, seed, levels, each):
    rng = np.random.default_rng(seed)
    boxes = boxes_of(rng.choice([5.0, 5.0, 90.0], count), rng)
    found = choose_anchors(boxes, STRIDES[:levels], PICTURE, each)
    flat = [size for level in found for size in level]
    assert len(found) == levels and all(len(level) == each for level in found)
    assert all(a < b for a, b in itertools.pairwise(flat)) and min(flat) > 0


def test_that_no_boxes_give_no_anchors():
    for none in (np.zeros((0, 4)), [[3, 3, 3, 9]]):
        with pytest.raises(ValueError, match="no boxes"):
            choose_anchors(none, STRIDES, PICTURE)


def test_that_anchors_have_the_size_and_the_ratios_asked_for():
    found = shapes((8, 12), (0.5, 1, 2))
    assert found.prod(1).tolist() == pytest.approx([64, 144] * 3)
    assert (found[:, 1] / found[:, 0]).tolist() == pytest.approx([0.5, 0.5, 1, 1, 2, 2])


def test_that_overlaps_are_as_by_hand():
    """Anchors 8 x 8 around (2, 2), (6, 2) ... of a stride of 4."""
    boxes = [[2, 2, 10, 10], [0, 0, 8, 8], [100, 100, 108, 108]]
    found = best_overlaps(boxes, ((8,),), (4,), (16, 16), ratios=(1,))
    assert found.tolist() == pytest.approx([1, 36 / 92, 0])
    assert best_overlaps(boxes[1:2], ((8,),), (4,), (16, 16), ratios=(1,), offset=0)[0] == 1


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 999))
def test_that_the_nearest_anchor_is_the_best_of_all(seed):
    rng = np.random.default_rng(seed)
    picture, strides, sizes = (24, 40), (4, 8), ((5.0, 9.0), (14.0, 22.0))
    boxes = boxes_of(rng.uniform(3, 25, 6), rng, picture)
    best = np.zeros(len(boxes))
    for stride, level in zip(strides, sizes, strict=True):
        for y in np.arange(stride / 2, picture[0], stride):
            for x in np.arange(stride / 2, picture[1], stride):
                for across, down in shapes(level):
                    low = np.maximum(boxes[:, :2], (x - across / 2, y - down / 2))
                    high = np.minimum(boxes[:, 2:], (x + across / 2, y + down / 2))
                    shared = np.maximum(high - low, 0).prod(1)
                    union = (boxes[:, 2:] - boxes[:, :2]).prod(1) + across * down - shared
                    best = np.maximum(best, shared / union)
    assert np.allclose(best_overlaps(boxes, sizes, strides, picture), best)


def test_that_chosen_anchors_reach_what_the_papers_do_not():
    """Sizes as the method notes have them of street pictures at 96 x 160."""
    rng = np.random.default_rng(2)
    boxes = boxes_of(np.exp(rng.normal(np.log(11), 0.55, 400)), rng, ratios=(0.5, 2.2))
    own = best_overlaps(boxes, choose_anchors(boxes, STRIDES, PICTURE), STRIDES, PICTURE)
    theirs = best_overlaps(boxes, PAPER, (1, 1, 1, 2), (96, 160), offset=0)
    assert (own >= 0.5).mean() > 0.9 > 0.3 > (theirs >= 0.5).mean()
