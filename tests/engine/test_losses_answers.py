"""Losses on answers (DKD, DIST, standardised logits) against references written from their formulas."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F  # noqa: N812

from engine.errors import ConfigError
from engine.losses import Course, Lesson
from engine.losses.dist import DIST, dist
from engine.losses.dkd import DKD, dkd
from engine.losses.kd import KD, kd
from engine.losses.standardise import standardise
from engine.nets import Output

seeds = st.integers(0, 2**31)


def answers(seed, kinds=5, size=6):
    generator = torch.Generator().manual_seed(seed)
    draw = {"generator": generator, "dtype": torch.float64}
    labels = torch.randint(kinds, (size,), generator=generator)
    return 3 * torch.randn(size, kinds, **draw), 3 * torch.randn(size, kinds, **draw), labels


def plain_dkd(student, teacher, labels, alpha, beta, t):
    """Probabilities in the open, one cloud at a time."""
    total = 0.0
    for s, z, label in zip(student, teacher, labels.tolist(), strict=True):
        p_s, p_t = F.softmax(s / t, 0), F.softmax(z / t, 0)
        right_s, right_t = p_s[label], p_t[label]
        total = total + alpha * (
            right_t * (right_t / right_s).log()
            + (1 - right_t) * ((1 - right_t) / (1 - right_s)).log()
        )
        for kind in range(len(s)):
            if kind != label:
                q_s, q_t = p_s[kind] / (1 - right_s), p_t[kind] / (1 - right_t)
                total = total + beta * q_t * (q_t / q_s).log()
    return total / len(labels) * t**2


@given(seeds)
def test_that_dkd_and_its_gradient_equal_the_plain_form(seed):
    student, teacher, labels = answers(seed)
    student.requires_grad_()
    ours = dkd(student, teacher, labels, 0.7, 3.0, 2.5)
    theirs = plain_dkd(student, teacher, labels, 0.7, 3.0, 2.5)
    torch.testing.assert_close(ours, theirs)
    gradients = [torch.autograd.grad(value, student)[0] for value in (ours, theirs)]
    torch.testing.assert_close(*gradients)


@given(seeds)
def test_that_dkd_with_the_teachers_own_weight_is_kd(seed):
    # KL = KL(right, wrong) + (1 - p_T(right)) KL(among the wrong): with one cloud, beta = 1 - p_T gives KD.
    student, teacher, labels = answers(seed, size=1)
    beta = 1 - F.softmax(teacher / 4, dim=1)[0, labels[0]].item()
    torch.testing.assert_close(dkd(student, teacher, labels, 1.0, beta), kd(student, teacher))


@given(seeds)
def test_that_equal_answers_cost_nothing(seed):
    _, teacher, labels = answers(seed)
    assert dkd(teacher + 2.0, teacher, labels).item() == pytest.approx(0, abs=1e-9)
    assert dist(teacher + 2.0, teacher).item() == pytest.approx(0, abs=1e-9)
    assert kd(3 * teacher - 1, teacher, standardise=True).item() == pytest.approx(0, abs=1e-9)


def test_that_dkd_stays_finite_where_probabilities_vanish():
    student = torch.tensor([[400.0, -400.0, 0.0]], requires_grad=True)
    value = dkd(student, torch.tensor([[-300.0, 300.0, 0.0]]), torch.tensor([0]), temperature=1.0)
    value.backward()
    assert torch.isfinite(value)
    assert torch.isfinite(student.grad).all()


def test_that_dkd_of_two_kinds_is_refused_before_training_and_by_the_function():
    with pytest.raises(ConfigError, match="only one"):
        DKD(DKD.Settings(), Course(4, 4, torch.tensor([0, 1, 1])))
    with pytest.raises(ConfigError, match="three kinds or more"):
        dkd(torch.zeros(2, 2), torch.zeros(2, 2), torch.tensor([0, 1]))


def plain_pearson(a, b):
    a, b = a - a.mean(), b - b.mean()
    return ((a * b).sum() / math.sqrt((a * a).sum() * (b * b).sum())).item()


@given(seeds)
def test_that_dist_equals_the_plain_form(seed):
    student, teacher, _ = answers(seed)
    p_s, p_t = F.softmax(student / 2, dim=1), F.softmax(teacher / 2, dim=1)
    between = sum(1 - plain_pearson(p_s[i], p_t[i]) for i in range(6)) / 6
    within = sum(1 - plain_pearson(p_s[:, k], p_t[:, k]) for k in range(5)) / 5
    expected = 4 * (0.5 * between + 2.0 * within)
    assert dist(student, teacher, 0.5, 2.0, 2.0).item() == pytest.approx(expected, rel=1e-6)


def test_that_dist_asks_for_the_proportions_between_kinds_only():
    # p and (p + uniform) / 2 rise and fall together: every correlation is 1.
    p = torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]], dtype=torch.float64)
    assert dist((0.5 * p + 0.5 / 3).log(), p.log()).item() == pytest.approx(0, abs=1e-9)


def test_that_dist_of_answers_without_any_preference_is_finite():
    student = torch.zeros(3, 4, requires_grad=True)
    value = dist(student, torch.randn(3, 4))
    value.backward()
    assert value.item() == pytest.approx(2)  # nothing correlates
    assert torch.isfinite(student.grad).all()


def test_that_standardised_rows_have_mean_zero_and_deviation_one():
    rows = standardise(torch.tensor([[1.0, 2.0, 3.0], [10.0, 10.0, 40.0]], dtype=torch.float64))
    root = math.sqrt(3)  # (10, 10, 40): mean 20, unbiased deviation 10 root 3
    expected = torch.tensor([[-1.0, 0.0, 1.0], [-1 / root, -1 / root, 2 / root]])
    torch.testing.assert_close(rows, expected.double(), rtol=0, atol=1e-6)


@given(seeds, st.floats(0.1, 50), st.floats(-20, 20))
def test_that_standardised_losses_do_not_see_scale_nor_shift(seed, scale, shift):
    student, teacher, labels = answers(seed)
    moved = scale * student + shift
    for loss in (kd, lambda s, t, **k: dkd(s, t, labels, **k)):
        torch.testing.assert_close(
            loss(moved, teacher, standardise=True),
            loss(student, teacher, standardise=True),
            rtol=1e-5,
            atol=1e-7,
        )


@pytest.mark.parametrize("name", ["kd", "dkd", "dist"])
def test_that_a_further_logit_of_the_student_takes_no_part(name):
    loss_class = {"kd": KD, "dkd": DKD, "dist": DIST}[name]
    student, teacher, labels = answers(1)
    student = torch.cat([student, torch.ones(6, 1)], dim=1).requires_grad_()
    lesson = Lesson(Output(student, student), labels, torch.arange(6), Output(teacher, teacher))
    loss_class(loss_class.Settings(), Course(6, 5, labels))(lesson).backward()
    assert student.grad[:, 5].abs().max() == 0
    assert student.grad[:, :5].abs().max() > 0
