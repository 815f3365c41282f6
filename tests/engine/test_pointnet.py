"""PointNet: the papers' sizes to the parameter, and what a point net must not depend on."""

import pytest
import torch

from engine import nets
from engine.errors import ConfigError
from engine.experiment import Choice, Experiment


@pytest.mark.parametrize(
    ("name", "classes", "parameters"),
    [
        ("pointnet_teacher", 10, 3_463_763),
        ("pointnet_teacher", 11, 3_464_020),
        ("pointnet_student", 10, 666_378),
        ("pointnet_student", 11, 666_635),
        ("pointnet_student_wide", 10, 665_866),
        ("pointnet_student_wide", 11, 666_379),
    ],
)
def test_that_the_nets_have_the_papers_sizes(name, classes, parameters):
    assert nets.count_parameters(nets.build(name, classes)) == parameters


def test_that_operations_are_counted_by_hand_for_the_student():
    # 1024 points x (3 x 1024), then 1024 x 512 + 512 x 256 + 256 x 10
    expected = 1024 * 3 * 1024 + 1024 * 512 + 512 * 256 + 256 * 10
    assert nets.count_macs(nets.build("pointnet_student"), 1024) == expected


@pytest.mark.parametrize("name", ["pointnet_teacher", "pointnet_student", "pointnet_student_wide"])
def test_that_answers_do_not_depend_on_the_order_of_points(name):
    torch.manual_seed(1)
    net = nets.build(name, 4).eval()
    points = torch.randn(2, 50, 3)
    shuffled = points[:, torch.randperm(50)]
    torch.testing.assert_close(net(points).logits, net(shuffled).logits, rtol=1e-4, atol=1e-5)


def test_that_output_shapes_are_as_promised():
    output = nets.build("pointnet_teacher", 7)(torch.randn(3, 40, 3))
    assert output.logits.shape == (3, 7)
    assert output.features.shape == (3, 256)
    assert [matrix.shape for matrix in output.transforms] == [(3, 3, 3), (3, 64, 64)]


def test_that_any_widths_work():
    net = nets.build(
        "pointnet_teacher", 3, widths=(16,), head=(8,), norm=False, feature_transform=False
    )
    assert net(torch.randn(2, 20, 3)).features.shape == (2, 8)


def test_that_a_wrong_setting_is_a_sentence():
    with pytest.raises(ConfigError, match="no key “depth”"):
        nets.build("pointnet_student", depth=3)


def test_that_a_description_counts_the_net_the_recipe_trains():
    teacher = nets.describe(Experiment(recipe=Choice(name="teacher")))
    student = nets.describe(Experiment())
    assert teacher["parameters"] == 3_463_763
    assert student["parameters"] == 666_378
    assert teacher["macs"] > 100 * student["macs"]


def test_that_a_layer_without_width_is_refused():
    with pytest.raises(ConfigError, match="widths"):
        nets.build("pointnet_student", widths=(0,))
