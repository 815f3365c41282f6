"""Where laser points fall on a picture, by hand."""

import numpy as np
import pytest

from engine.laser_on_picture import in_picture, off_boxes, pixels_hit, points_in_boxes
from tests.engine.classroom_makers import calibration, frame, seen_at


def test_that_points_outside_and_behind_are_left_out():
    points = np.concatenate(
        [seen_at([(1.5, 2.5), (-3, 4), (70, 4), (5, 40)], 10), seen_at([(5, 5)], -10)]
    )
    rows, pixels = in_picture(frame(points=points))
    assert rows.tolist() == [0]
    assert pixels[0] == pytest.approx([1.5, 2.5], abs=1e-4)


def test_that_a_pixel_hit_twice_counts_once():
    points = np.concatenate([seen_at([(1.5, 2.5), (9.5, 2.5)], 10), seen_at([(1.6, 2.6)], 20)])
    assert pixels_hit(frame(points=points)) == 2
    assert pixels_hit(frame()) == 0


def test_that_points_are_counted_box_by_box():
    points = seen_at([(5, 5), (6, 5), (20, 5), (50, 20)], 10)
    counts = points_in_boxes(frame([[4, 4, 8, 8], [4, 4, 24, 8], [30, 0, 40, 9]], points=points))
    assert counts.tolist() == [2, 3, 0]


def test_that_points_of_a_thing_are_so_far_from_its_box():
    points = seen_at([(5, 5), (8, 5), (8, 12), (30, 5), (26, 5)], 10)
    own = frame([[0, 0, 8, 8], [20, 0, 25, 9]], points=points, owner=[0, 0, 0, 1, -1])
    # Of the first thing 0, 0 and 4 pixels: 95 % of the way along is 3.6; of the second 5.
    assert off_boxes(own) == pytest.approx([3.6, 5], abs=1e-3)


def test_that_without_owners_the_points_inside_its_solid_are_of_a_thing():
    points = seen_at([(32, 16), (38, 16), (60, 16)], 10)
    solids = np.array([[10, 0, 0, 2, 8, 2, 0]], np.float32)  # 4 metres to either side: 12.8 pixels
    own = frame([[28, 10, 34, 20]], points=points, solids=solids)
    assert off_boxes(own) == pytest.approx([np.percentile([0, 4], 95)], abs=1e-3)
    assert len(off_boxes(frame([[0, 0, 5, 5]], points=points))) == 0  # neither is told


def test_that_a_shifted_camera_shows():
    points = seen_at([(across, 16) for across in range(10, 31)], 10)
    shifted = frame(
        [[10, 10, 30, 20]], points=points, owner=[0] * 21, calibration=calibration(right=6)
    )
    assert off_boxes(shifted)[0] == pytest.approx(
        5, abs=0.05
    )  # 0 ... 6 in steps of 1, the last two cut
