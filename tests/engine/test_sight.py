"""What is judged of a camera student: its distances by one truth, whatever it learnt."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.camera_batches import Views, ViewSettings
from engine.experiment import Experiment
from engine.metrics.seen import Seen
from engine.sight import Sight
from tests.engine.toy_streets import toy_frame


def judged(learnt, said):
    """Figures of one frame with boxes apart from each other: what was taught and what is said of each, in metres."""
    boxes = np.array([[1, 1, 9, 9], [12, 4, 18, 22], [30, 8, 50, 20], [55, 2, 61, 9]], np.float32)
    frame = replace(toy_frame(0), boxes=boxes)
    views = Views([frame], [learnt(frame)], {}, ViewSettings(), (Experiment(), torch.device("cpu")))
    sight = Sight({})
    sight.found = [Seen(boxes, frame.labels, np.ones(4), said(frame))]
    sight.proposals = [boxes]
    return sight.figures(views, sight.whole(views))


def test_that_a_student_that_says_the_wrong_distances_it_was_taught_is_not_right():
    figures = judged(learnt=lambda frame: 1.2 * frame.depths, said=lambda frame: 1.2 * frame.depths)
    assert figures["depth_error"] == pytest.approx(0.2)
    assert figures["depth_error_learnt"] == pytest.approx(0, abs=1e-6)


def test_that_boxes_whose_distance_could_not_be_taught_are_judged_too():
    figures = judged(learnt=lambda frame: np.full(4, np.nan), said=lambda frame: 1.1 * frame.depths)
    assert figures["depth_counted"] == 4
    assert figures["depth_error"] == pytest.approx(0.1)
    assert np.isnan(figures["depth_error_learnt"])
