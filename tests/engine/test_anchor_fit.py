"""Anchors against boxes, by hand and beside trying every cell."""

import numpy as np
import pytest

from engine.anchor_fit import (
    PAPER,
    Level,
    Wiring,
    best_overlaps,
    level,
    read_levels,
    receptive_field,
)
from engine.metrics.seen import overlaps

SIZE = (40, 64)


def test_that_shapes_have_the_area_of_their_size_and_the_ratio_of_height_to_width():
    own = level(4, [8, 12], 40)
    assert own.shapes.prod(axis=1) == pytest.approx([64] * 3 + [144] * 3)
    assert own.shapes[:, 1] / own.shapes[:, 0] == pytest.approx([0.5, 1, 2] * 2)


def test_that_overlaps_are_as_worked_out_by_hand():
    square = Level(8, np.array([[8.0, 8]]), 99)  # centres 4, 12, 20 ...
    boxes = np.array(
        [[0.0, 0, 8, 8], [8, 8, 16, 16], [4, 0, 12, 8], [0, 0, 4, 8], [100, 100, 108, 108]]
    )
    # The third lies half-way between two: 4 · 8 of 96; the last lies outside of all.
    assert best_overlaps(boxes, [square], SIZE)[:, 0] == pytest.approx([1, 1, 1 / 3, 1 / 2, 0])


def test_that_the_nearest_centre_is_as_good_as_trying_every_cell():
    source = np.random.default_rng(0)
    corner = source.uniform(-5, 50, (60, 2))
    boxes = np.hstack([corner, corner + source.uniform(1, 30, (60, 2))])
    levels = [level(4, [8, 12], 40), level(8, [18, 28], 80), level(16, [44], 160)]
    expected = [overlaps(boxes, placed(own)).max(axis=1) for own in levels]
    np.testing.assert_allclose(
        best_overlaps(boxes, levels, SIZE), np.stack(expected, axis=1), atol=1e-12
    )


def placed(own):
    """Every anchor of a level in the picture."""
    rows, columns = (np.arange(-(-pixels // own.stride)) for pixels in SIZE)
    centres = (np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 1, 2) + 0.5) * own.stride
    return np.concatenate([centres - own.shapes / 2, centres + own.shapes / 2], axis=2).reshape(
        -1, 4
    )


def test_that_a_cell_sees_what_is_worked_out_by_hand():
    assert receptive_field([]) == 1
    assert receptive_field([(3, 1)] * 2) == 5
    assert receptive_field([(7, 1), *[(3, 1)] * 8]) == 23  # the published trunk
    assert receptive_field([(3, 2), (3, 2), (3, 1)]) == 1 + 2 + 4 + 8


def test_that_the_published_wiring_is_as_published():
    assert [own.stride for own in PAPER.levels] == [1, 1, 1, 2]
    assert [own.shapes[1, 0] for own in PAPER.levels] == pytest.approx([32, 64, 128, 256])
    fields = [own.field for own in PAPER.levels]
    assert min(fields) == 29 and max(fields) <= 39
    boxes = np.array([[0.0, 0, 4, 4], [0, 0, 200, 200]])
    assert read_levels(boxes, PAPER).tolist() == [0, 0]


def test_that_boxes_are_read_from_the_level_of_their_size():
    wiring = Wiring(tuple(level(stride, [8], 99) for stride in (4, 8, 16)), pooled=3, finest=16)
    sides = np.array([2.0, 16, 31.9, 32, 63, 64, 500])
    boxes = np.column_stack([np.zeros((7, 2)), sides, sides])
    assert read_levels(boxes, wiring).tolist() == [0, 0, 0, 1, 1, 2, 2]
    assert read_levels(np.array([[3.0, 3, 3, 3]]), wiring).tolist() == [0]
