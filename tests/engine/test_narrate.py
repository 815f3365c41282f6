"""Events in words: what is measured of a camera student is never told by its key."""

from engine.events import Metric
from engine.narrate import narrate


def test_that_distances_and_what_is_copied_are_told_in_words():
    values = {
        "validation/depth_metres": 2.882,
        "validation/depth_counted": 34.0,
        "validation/depth_error": 0.125,
        "validation/r2/outlines": -0.0004,
    }
    line = narrate(Metric(step=9, epoch=1, values=values))
    assert "depth off by 2.88 m" in line and "34" in line and "12.5%" in line
    assert "of what the teacher “outlines” says, copied (R²)" in line
    assert "validation/" not in line and "depth_" not in line
