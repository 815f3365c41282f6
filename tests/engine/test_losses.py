"""Losses against hand calculation and float64 references."""

import math

import pytest
import torch

from engine.losses import Course, Lesson
from engine.losses.ce import CE
from engine.losses.kd import KD, kd, soft_cross_entropy
from engine.losses.regularisers import feature_transform
from engine.nets import Output

COURSE = Course(4, 4, torch.arange(6))


def test_that_kd_is_zero_for_equal_answers_up_to_a_shift():
    logits = torch.randn(4, 6, dtype=torch.float64)
    assert kd(logits + 3.0, logits, 7.0).item() == pytest.approx(0, abs=1e-12)


def test_that_kd_equals_a_hand_calculation():
    # student (0.5, 0.5), teacher (0.75, 0.25) at T = 2 with logits 2 ln 3 and 0
    student = torch.zeros(1, 2, dtype=torch.float64)
    teacher = torch.tensor([[2 * math.log(3), 0.0]], dtype=torch.float64)
    by_hand = 4 * (0.75 * math.log(0.75 / 0.5) + 0.25 * math.log(0.25 / 0.5))
    assert kd(student, teacher, 2.0).item() == pytest.approx(by_hand, rel=1e-12)


def test_that_the_papers_form_has_the_same_gradient_but_for_the_square_of_t():
    student = torch.randn(5, 4, dtype=torch.float64, requires_grad=True)
    teacher = torch.randn(5, 4, dtype=torch.float64)
    ours = torch.autograd.grad(kd(student, teacher, 3.0), student)[0]
    papers = torch.autograd.grad(soft_cross_entropy(student, teacher, 3.0), student)[0]
    torch.testing.assert_close(ours, 9 * papers)


def test_that_kd_as_printed_is_eq_5_and_both_forms_can_be_standardised():
    torch.manual_seed(2)
    student, teacher = torch.randn(3, 4).double(), torch.randn(3, 4).double()
    # eq. 5 written out: minus the sum over kinds of teacher times log of student, both at T
    rows = [
        sum(-t * math.log(s) for s, t in zip(ours, theirs, strict=True))
        for ours, theirs in zip(
            (student / 3).softmax(1).tolist(), (teacher / 3).softmax(1).tolist(), strict=True
        )
    ]
    lesson = Lesson(
        Output(student, student), torch.zeros(3), torch.arange(3), Output(teacher, teacher)
    )
    printed = KD(KD.Settings(temperature=3, printed=True), COURSE)(lesson)
    assert printed.item() == pytest.approx(sum(rows) / 3, rel=1e-12)
    both = KD(KD.Settings(temperature=3, printed=True, standardise=True), COURSE)(lesson)
    moved = Lesson(
        Output(5 * student + 1, student), torch.zeros(3), torch.arange(3), lesson.teacher
    )
    again = KD(KD.Settings(temperature=3, printed=True, standardise=True), COURSE)(moved)
    assert again.item() == pytest.approx(both.item(), rel=1e-5)


def test_that_kd_leaves_a_further_logit_of_the_student_alone():
    student = torch.randn(3, 5, requires_grad=True)
    teacher = torch.randn(3, 4)
    lesson = Lesson(
        Output(student, student), torch.zeros(3).long(), torch.arange(3), Output(teacher, teacher)
    )
    KD(KD.Settings(), COURSE)(lesson).backward()
    assert student.grad[:, 4].abs().max() == 0
    assert student.grad[:, :4].abs().max() > 0


def test_that_cross_entropy_of_equal_logits_is_the_log_of_their_number():
    logits = torch.zeros(3, 8)
    lesson = Lesson(Output(logits, logits), torch.tensor([0, 3, 7]), torch.arange(3))
    assert CE(CE.Settings(), COURSE)(lesson).item() == pytest.approx(math.log(8), rel=1e-6)


def test_that_a_rotation_costs_nothing_and_a_stretch_what_it_should():
    turn = torch.tensor([[[0.0, -1.0], [1.0, 0.0]]])
    stretch = 2 * torch.eye(2)[None].repeat(3, 1, 1)  # A Aᵀ - I = 3 I, squares sum to 18
    assert feature_transform(turn).item() == pytest.approx(0, abs=1e-6)
    assert feature_transform(stretch).item() == pytest.approx(math.sqrt(18))
    assert feature_transform(stretch, "mean_square").item() == pytest.approx(18)
    assert feature_transform(stretch, "tf_sum").item() == pytest.approx(27)


def test_that_a_perfect_rotation_gives_a_finite_gradient():
    matrices = torch.eye(3)[None].clone().requires_grad_()
    feature_transform(matrices).backward()
    assert torch.isfinite(matrices.grad).all()
