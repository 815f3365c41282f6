"""torchvision works without its compiled operations: NMS and RoIAlign of our own against plain loops in float64."""

import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.nets.classroom import ops
from engine.nets.classroom.ops import nms, roi_align, torchvision_ready


def fresh(code):
    """What a fresh interpreter prints."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()


# --- import -----------------------------------------------------------------------------------------------------------


def test_that_the_rooms_of_nets_recipes_and_losses_do_not_import_torchvision():
    code = (
        "import sys\nfrom engine import registry\n"
        "for kind in ('camera_net', 'recipe', 'loss'): registry.schema(kind)\nprint('torchvision' in sys.modules)"
    )
    assert fresh(code) == ["False"]


def test_that_torchvision_imports_and_works_with_whichever_operations_there_are():
    code = (
        "from engine.nets.classroom.ops import torchvision_ready as ready\nprint(ready() == ready())\n"
        "import torch, torchvision\nprint(torchvision.extension._has_ops())\n"
        "box = torch.tensor([[0.0, 0, 4, 4], [0, 0, 4, 5]])\n"
        "print(torchvision.ops.nms(box, torch.tensor([0.1, 0.9]), 0.5).tolist())"
    )
    assert fresh(code) == ["True", "True", "[1]"]


def test_that_nothing_is_defined_where_compiled_operations_are_there(monkeypatch):
    torchvision_ready()
    defined = []
    monkeypatch.setattr(ops, "_compiled", lambda _: True)
    monkeypatch.setattr(ops, "_define", lambda: defined.append(1))
    assert torchvision_ready.__wrapped__() is True
    assert not defined


def test_that_a_missing_torchvision_is_a_sentence(monkeypatch):
    monkeypatch.setattr(ops, "find_spec", lambda _: None)
    with pytest.raises(ops.ConfigError, match="not installed. Nothing was started"):
        torchvision_ready.__wrapped__()


def test_that_torchvision_calls_them_and_gradients_flow():
    torchvision_ready()
    from torchvision.ops import roi_align as theirs

    features = torch.randn(2, 3, 9, 11, requires_grad=True)
    rois = torch.tensor([[0.0, 1, 1, 9, 7], [1, 2, 3, 5, 8]])
    found = theirs(features, rois, (2, 3), 0.5, 2)
    assert torch.allclose(found, roi_align(features, rois, 0.5, 2, 3, 2, False))
    found.sum().backward()
    assert features.grad.abs().sum() > 0


# --- NMS --------------------------------------------------------------------------------------------------------------


def by_hand_nms(boxes, scores, threshold):
    order = np.argsort(-scores, kind="stable")
    kept = []
    for row in order:
        if all(by_hand_iou(boxes[row], boxes[other]) <= threshold for other in kept):
            kept.append(row)
    return kept


def by_hand_iou(a, b):
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / union if union else math.nan


def test_that_boxes_that_share_just_the_threshold_both_stay():
    boxes = torch.tensor([[0.0, 0, 2, 2], [0, 0, 2, 1], [0, 0, 2, 1.5], [5, 5, 6, 6]])
    scores = torch.tensor([0.9, 0.8, 0.95, 0.1])
    assert nms(boxes, scores, 0.75).tolist() == [2, 0, 1, 3]  # 1.5 / 2 and 1 / 1.5
    assert nms(boxes, scores, 0.7).tolist() == [2, 1, 3]


def test_that_whom_nobody_kept_hides_is_kept():
    """The first hides the second, which would have hidden the third."""
    boxes = torch.tensor([[0.0, 0, 10, 1], [4, 0, 14, 1], [8, 0, 18, 1]])
    assert nms(boxes, torch.tensor([3.0, 2, 1]), 0.4).tolist() == [0, 2]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64, torch.int32])
def test_that_nms_takes_boxes_of_every_sort_of_number(dtype):
    boxes = torch.tensor([[0, 0, 4, 4], [0, 0, 4, 5], [9, 9, 12, 12]], dtype=dtype)
    scores = torch.tensor([0.5, 1.0, 0.25], dtype=dtype if dtype.is_floating_point else None)
    assert nms(boxes, scores, 0.75).tolist() == [1, 2]  # 16 / 20
    assert nms(boxes, scores, 0.85).tolist() == [1, 0, 2]


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 60), st.integers(0, 999), st.sampled_from([0.0, 0.3, 0.5, 0.7]), st.booleans()
)
def test_that_nms_keeps_what_a_plain_loop_keeps(count, seed, threshold, ties):
    rng = np.random.default_rng(seed)
    low = rng.integers(0, 12, (count, 2)).astype(float)
    boxes = np.concatenate([low, low + rng.integers(1, 9, (count, 2))], axis=1)
    scores = rng.integers(0, 4, count).astype(float) if ties else rng.random(count)
    expected = by_hand_nms(boxes, scores, threshold)
    assert nms(torch.from_numpy(boxes), torch.from_numpy(scores), threshold).tolist() == expected


def test_that_boxes_of_whole_numbers_are_counted_as_quantised_ones_are():
    boxes = torch.tensor([[0, 0, 3, 3], [0, 0, 3, 2]], dtype=torch.uint8)
    assert nms(boxes, torch.tensor([1, 2], dtype=torch.uint8), 0.6).tolist() == [1]


# --- RoIAlign ---------------------------------------------------------------------------------------------------------


def by_hand_value(plane, y, x):
    """Bilinear, as the operation is defined: 0 beyond one pixel outside, the edge's value within it."""
    height, width = plane.shape
    if y < -1 or y > height or x < -1 or x > width:
        return 0.0
    y, x = min(max(y, 0), height - 1), min(max(x, 0), width - 1)
    top, left = int(y), int(x)
    bottom, right = min(top + 1, height - 1), min(left + 1, width - 1)
    down, across = y - top, x - left
    upper = plane[top, left] * (1 - across) + plane[top, right] * across
    lower = plane[bottom, left] * (1 - across) + plane[bottom, right] * across
    return upper * (1 - down) + lower * down


def by_hand_align(features, rois, scale, height, width, ratio, aligned):
    out = np.zeros((len(rois), features.shape[1], height, width))
    for k, (picture, *box) in enumerate(rois):
        left, top, right, bottom = (scale * side - (0.5 if aligned else 0) for side in box)
        across, down = right - left, bottom - top
        if not aligned:
            across, down = max(across, 1), max(down, 1)
        cell = down / height, across / width
        counts = [ratio if ratio > 0 else max(1, math.ceil(side)) for side in cell]
        for channel in range(features.shape[1]):
            for i in range(height):
                for j in range(width):
                    values = [
                        by_hand_value(
                            features[int(picture), channel],
                            top + (i + (a + 0.5) / counts[0]) * cell[0],
                            left + (j + (b + 0.5) / counts[1]) * cell[1],
                        )
                        for a in range(counts[0])
                        for b in range(counts[1])
                    ]
                    out[k, channel, i, j] = sum(values) / len(values)
    return out


@pytest.mark.parametrize("aligned", [False, True])
@pytest.mark.parametrize("ratio", [0, 1, 2])
@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_that_roi_align_gives_what_plain_loops_give(scale, ratio, aligned):
    rng = np.random.default_rng(3)
    features = rng.standard_normal((3, 2, 6, 9))
    low = rng.uniform(-8, 30, (9, 2))
    size = rng.uniform(0, 25, (9, 2))
    rois = np.column_stack(
        [[2, 0, 2, 0, 0, 2, 0, 2, 2], low, low + size]
    )  # none in the second picture
    found = roi_align(
        torch.from_numpy(features), torch.from_numpy(rois), scale, 3, 2, ratio, aligned
    )
    expected = by_hand_align(features, rois, scale, 3, 2, ratio, aligned)
    assert np.abs(found.numpy() - expected).max() < 1e-12


def test_that_a_ramp_is_read_at_the_middle_of_each_cell():
    """Bilinear samples of x + 10 y are exact, and their mean is the value in the middle of the cell."""
    ramp = torch.arange(8.0)[None, :] + 10 * torch.arange(8.0)[:, None]
    found = roi_align(ramp[None, None], torch.tensor([[0, 1.0, 2, 5, 6]]), 1.0, 2, 2, 2, False)
    assert torch.allclose(found[0, 0], torch.tensor([[32.0, 34], [52, 54]]))


def test_that_gradients_are_right_and_do_not_reach_the_boxes():
    features = torch.randn(2, 2, 5, 6, dtype=torch.float64, requires_grad=True)
    rois = torch.tensor(
        [[0, 0.3, 0.2, 4.1, 3.7], [1, 1, 1, 5, 4.5]], dtype=torch.float64, requires_grad=True
    )
    assert torch.autograd.gradcheck(lambda x: roi_align(x, rois, 1.0, 2, 2, 2, False), features)
    roi_align(features, rois, 1.0, 2, 2, 2, False).sum().backward()
    assert rois.grad is None


def test_that_no_boxes_give_nothing():
    assert roi_align(torch.rand(1, 3, 4, 4), torch.zeros(0, 5), 1.0, 7, 7, 2, False).shape == (
        0,
        3,
        7,
        7,
    )
    assert nms(torch.zeros(0, 4), torch.zeros(0), 0.5).tolist() == []
