"""Edges of boxes, and the box under a pixel."""

import numpy as np
import pytest

from engine.orbit import Frame, Orbit, project
from workbench.models.wires import corners, edges, met

SIZE = (640, 480)
FRAME = Frame(np.array([0, 0, 1], np.float32), 4.0, 1.0)
BOXES = np.array(
    [[0, 0, 1, 2, 1, 2, 0.3], [0, 0, 1, 0.4, 0.4, 0.4, 0], [3, 1, 0.5, 1, 1, 1, 0]], np.float32
)


def test_that_corners_turn_with_the_box():
    turned = corners(np.array([[1, 2, 3, 4, 2, 2, np.pi / 2]]))[0]
    assert turned.min(axis=0) == pytest.approx([0, 0, 2], abs=1e-5)
    assert turned.max(axis=0) == pytest.approx([2, 4, 4], abs=1e-5)


def test_that_the_twelve_edges_are_as_long_as_the_box_is_large():
    lengths = np.linalg.norm(np.diff(edges(BOXES[:1])[0], axis=1)[:, 0], axis=1)
    assert sorted(lengths.tolist()) == pytest.approx([1] * 4 + [2] * 8, abs=1e-5)


@pytest.mark.parametrize("orbit", [Orbit(), Orbit(200, 50, 1.7), Orbit(80, 5, 1.0, (0.5, -1, 0.2))])
def test_that_the_smallest_box_under_a_pixel_is_met(orbit):
    for place, box in enumerate(BOXES):
        at = project(box[None, :3], FRAME, orbit, *SIZE)[0]
        hit = met(BOXES, (float(at[0]), float(at[1])), FRAME, orbit, SIZE)
        assert hit == (1 if place == 0 else place)
    assert met(BOXES, (2.0, 2.0), FRAME, orbit, SIZE) == -1


def test_that_where_there_are_no_boxes_none_is_met():
    assert met(np.zeros((0, 7)), (10, 10), FRAME, Orbit(), SIZE) == -1


def test_that_what_the_eye_is_aimed_at_lies_in_the_middle_of_the_picture():
    orbit = Orbit(70, 30, 2.0, (1.5, -0.5, 0.25))
    seen = project(FRAME.centre[None] + np.float32([[1.5, -0.5, 0.25]]), FRAME, orbit, *SIZE)[0]
    assert seen[:3].tolist() == pytest.approx([320, 240, 0], abs=1e-3)
