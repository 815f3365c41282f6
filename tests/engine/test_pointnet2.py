"""PointNet++: its patches are what a plain reference finds, and its size is within the paper's student's."""

import pytest
import torch

from engine.nets import build, count_parameters
from engine.nets.pointnet2 import SetAbstraction, rows

PAPER_STUDENT = 666_378


def test_that_the_student_is_no_larger_than_the_papers_even_with_one_more_output():
    assert count_parameters(build("pointnet2_student", 10)) == 635_082
    assert count_parameters(build("pointnet2_student", 11)) <= PAPER_STUDENT


def test_that_the_teacher_is_as_large_as_it_says():
    assert count_parameters(build("pointnet2_teacher", 10)) == 1_862_762


def test_that_a_stage_sums_up_the_points_around_each_centre():
    torch.manual_seed(0)
    points, features = torch.rand(2, 20, 3), torch.rand(2, 20, 5)
    stage = SetAbstraction(5, centres=4, neighbours=6, widths=(7,)).double().eval()
    centres, summed = stage(points.double(), features.double())
    for cloud in range(2):
        for index, centre in enumerate(centres[cloud]):
            distance = (points[cloud].double() - centre).square().sum(1)
            near = distance.argsort(stable=True)[:6]
            inside = torch.cat([points[cloud, near] - centre, features[cloud, near]], 1)
            expected = stage.layers(inside[None].double())[0].amax(0)
            assert torch.allclose(summed[cloud, index], expected, atol=1e-12)


def test_that_the_order_of_the_points_but_the_first_does_not_matter():
    net = build("pointnet2_student", 10).eval()
    points = torch.rand(2, 200, 3)
    order = torch.cat([torch.tensor([0]), 1 + torch.randperm(199)])
    with torch.no_grad():
        assert torch.allclose(net(points).logits, net(points[:, order]).logits, atol=1e-4)


@pytest.mark.parametrize("size", [1, 3, 40])
def test_that_a_cloud_with_fewer_points_than_patches_is_taken_whole(size):
    net = build("pointnet2_student", 10).eval()
    output = net(torch.rand(2, size, 3))
    assert output.logits.shape == (2, 10)
    assert torch.isfinite(output.logits).all()
    assert output.features.shape == (2, net.feature_dim) == (2, 128)


def test_that_rows_are_picked_cloud_by_cloud():
    values = torch.arange(12.0).view(2, 3, 2)
    picked = rows(values, torch.tensor([[2, 0], [1, 1]]))
    assert picked.tolist() == [[[4, 5], [0, 1]], [[8, 9], [8, 9]]]
