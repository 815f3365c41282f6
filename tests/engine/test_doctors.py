"""Checks before a run: fine where all is well, and what each fault looks like."""

from dataclasses import replace

import numpy as np
import pytest

from engine.anchor_fit import PAPER, Wiring, level
from engine.checks import listed
from engine.data_checks import (
    depth_labels,
    files_read,
    laser_covers,
    laser_on_picture,
    rarest_thing,
)
from engine.doctors import examine
from engine.net_checks import anchors_reach, boxes_per_level, sees_enough
from engine.teacher_checks import teacher_features
from tests.engine.classroom_makers import calibration, drive, frame, seen_at

GOOD = Wiring(
    (level(4, [5.5, 8, 12], 60), level(8, [18, 28], 120), level(16, [44, 80], 240)), pooled=3
)


def street(count=40, seed=0):
    """Frames of 96 x 160 with boxes as small as a street's: root of the area 4.5 to 45 pixels, half below 11."""
    source, frames = np.random.default_rng(seed), []
    for _ in range(count):
        side = np.interp(
            source.random(5), [0.05, 0.25, 0.5, 0.75, 0.95], [4.5, 8.5, 10.7, 18.8, 45]
        )
        shape = side[:, None] * np.exp(source.normal(0, 0.25, (5, 1)) * [[1, -1]])
        corner = source.uniform(0, 1, (5, 2)) * ([160, 96] - shape)
        boxes = np.hstack([corner, corner + shape])
        image = np.zeros((96, 160, 3), np.uint8)
        frames.append(frame(boxes, source.integers(0, 2, 5), image=image))
    return frames


def test_that_what_a_reader_left_out_is_told_file_by_file():
    told = ("“a.bin” could not be read.", "1 picture without a calibration was left out (“b”).")
    check = files_read(told, made=False)
    assert (check.value, check.state, check.sentence.splitlines()) == (2, "know", list(told))
    assert files_read((), made=False).state == "fine"
    assert "made here" in files_read((), made=True).sentence


def test_that_anchors_chosen_for_a_street_reach_its_boxes():
    check = anchors_reach(street(), GOOD)
    assert check.value > 90
    assert check.state == ("fine" if check.value >= 95 else "know")
    assert check.unit == "%" and "seven tenths" in check.sentence
    ideal = [frame([[2, 2, 10, 10], [6, 6, 14, 14]])]
    assert anchors_reach(ideal, GOOD).state == "fine"


def test_that_the_mark_of_anchor_recall_goes_by_the_share_it_shows():
    wiring = Wiring((level(8, [8], 60, ratios=[1]),), pooled=1)
    half, far = [0, 0, 4, 8], [0, 0, 60, 30]  # overlaps by a half, by next to nothing
    for missed, state in ((0, "fine"), (4, "fine"), (7, "know"), (11, "mend")):
        check = anchors_reach([frame([half] * (100 - missed) + [far] * missed)], wiring)
        assert (check.value, check.state) == (pytest.approx(100 - missed), state)
        assert "Nearly every box" in check.sentence or state != "fine"


def test_that_the_published_anchors_are_red_on_a_street():
    check = anchors_reach(street(), PAPER)
    assert check.state == "mend" and check.value < 60
    assert "choose anchors from the data" in check.sentence
    assert sees_enough(street(), PAPER).state == "mend"
    assert "64, 128 and 256 pixels" in sees_enough(street(), PAPER).sentence
    assert boxes_per_level(street(), PAPER).state == "mend"
    assert boxes_per_level(street(), PAPER).unit == "of 4"


def test_that_anchor_recall_is_what_is_counted_by_hand():
    wiring = Wiring((level(8, [8], 60, ratios=[1]),), pooled=1)
    # Exactly on an anchor, half of one, a third of one, far too large.
    frames = [frame([[0, 0, 8, 8], [0, 0, 4, 8]]), frame([[4, 0, 12, 8], [0, 0, 60, 30]])]
    check = anchors_reach(frames, wiring)
    assert check.value == 50
    assert "50.0% of 4 boxes" in check.sentence and "25.0% by seven tenths" in check.sentence


def test_that_a_cell_that_sees_too_little_is_told():
    near = Wiring((level(4, [8, 12], 20), level(8, [18, 28], 40), level(16, [44], 50)), pooled=3)
    check = sees_enough([frame([[0, 0, 60, 12], [0, 0, 9, 9]])], near)
    assert (check.value, check.state) == (50, "mend")
    assert sees_enough(street(), GOOD).state == "fine"


def test_that_levels_that_read_few_boxes_are_to_know_about():
    few = boxes_per_level([frame([[0, 0, 9, 9], [0, 0, 20, 20]])], GOOD)
    assert (few.value, few.unit, few.state) == (1, "of 3", "know")
    assert "100.0%, 0.0% and 0.0%" in few.sentence
    all_three = boxes_per_level([frame([[0, 0, 9, 9], [0, 0, 40, 30], [0, 0, 64, 80]])], GOOD)
    assert (all_three.value, all_three.state) == (3, "fine")


def test_that_distances_that_are_not_valid_are_counted():
    check = depth_labels([np.array([1.0, np.nan]), np.array([3.0, 4.0])])
    assert (check.value, check.state, check.note) == (75, "know", "1 without")
    assert depth_labels([np.array([1.0])]).state == "fine"


def test_that_laser_and_camera_that_agree_are_fine_and_shifted_ones_red():
    points = seen_at([(across, down) for across in range(11, 30) for down in range(9, 20)], 12)
    own = frame([[10, 8, 30, 20]], points=points, owner=[0] * len(points))
    assert laser_on_picture([own]).state == "fine" and laser_on_picture([own]).value < 0.1
    shifted = replace(own, calibration=calibration(right=6))
    check = laser_on_picture([shifted])
    assert check.state == "mend" and check.value == pytest.approx(5, abs=1)
    assert check.unit == "px" and "calibration" in check.sentence
    assert laser_on_picture([replace(own, calibration=calibration(right=3))]).state == "know"


def test_that_a_calibration_that_cannot_be_checked_has_no_number():
    check = laser_on_picture([frame([[0, 0, 9, 9]])])
    assert check.value is None and check.state == "know"


def test_that_coverage_is_counted_by_pixels_and_boxes():
    points = seen_at([(across + 0.5, 4.5) for across in range(12)], 10)
    own = frame([[0, 0, 20, 9], [0, 0, 3, 9], [40, 0, 60, 9], [0, 0, 30, 30]], points=points)
    check = laser_covers([own])
    assert check.value == pytest.approx(100 * 12 / (32 * 64))
    assert "75.0% of the boxes hold at least one, 50.0% more than 10" in check.sentence
    assert check.state == "fine"


def test_that_no_laser_is_red_only_where_its_teacher_is_wanted():
    assert laser_covers([frame()]).state == "know"
    assert laser_covers([frame()], needed=True).state == "mend"


def test_that_dead_channels_are_counted():
    check = teacher_features("laser", np.array([1.0, 0, 1e-9, 0.2]))
    assert (check.value, check.unit, check.state) == (2, "of 4", "know")
    assert teacher_features("laser", np.array([1.0, 2])).state == "fine"
    assert teacher_features("laser", np.zeros(3)).state == "mend"
    assert teacher_features("laser", np.array([1.0, np.nan])).state == "mend"


def test_that_the_rarest_thing_is_named():
    frames = [frame([[0, 0, 9, 9]] * 50, [0] * 49 + [1])]
    check = rarest_thing(drive(*frames), frames)
    assert (check.value, check.note, check.state) == (2, "sign", "fine")
    none = [frame([[0, 0, 9, 9]] * 2)]
    assert rarest_thing(drive(*none), none).state == "know"


def test_that_all_checks_come_together_for_the_frames_learnt_from():
    frames = [frame([[2, 2, 10, 10]]), frame([[0, 0, 64, 32]], train=False)]
    checks = examine(drive(*frames), GOOD, {"laser": np.array([0.5, 2.0])})
    assert len({check.name for check in checks}) == len(checks) == 8
    by_term = {check.term: check for check in checks}
    assert by_term["anchor recall"].value == 100  # the other box is not learnt from
    assert by_term["LiDAR coverage"].state == "mend"  # its teacher is wanted
    assert by_term["teacher statistics"].value == 2
    other = examine(drive(*frames), GOOD, {}, [np.array([np.nan])], laser=False)
    found = {check.term: check for check in other}
    assert found["valid depth share"].value == 0
    assert found["LiDAR coverage"].state != "mend"  # nobody needs it


def test_that_frames_without_any_box_are_a_sentence_and_no_traceback():
    checks = examine(drive(frame()), PAPER, {})
    assert all(check.sentence and check.state in ("fine", "know", "mend") for check in checks)
    assert {check.value for check in checks if check.note == "no boxes"} == {None}


def test_that_words_are_listed():
    assert listed(["a"]) == "a"
    assert listed(word for word in "abc") == "a, b and c"
