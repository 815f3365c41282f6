"""CRD against the authors' plain form, written out in loops: values over two batches, gradients, draws, refusals."""

import math

import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from engine.errors import ConfigError
from engine.losses import Course, Lesson
from engine.losses.contrast import Contrast
from engine.losses.crd import CRD, contrast_loss, critic
from engine.losses.draw import Draw
from engine.nets import Output

ROWS, DIM, NEGATIVES, TEMPERATURE, MOMENTUM = 12, 4, 5, 0.3, 0.25


def a_crd(partition="frozen"):
    torch.manual_seed(2)
    crd = CRD(3, 5, ROWS, DIM, NEGATIVES, TEMPERATURE, MOMENTUM, partition)
    return crd.double()


def batches(count=2):
    """Features of student and teacher, rows, and rows to compare with, the positive first; negatives may repeat."""
    generator = torch.Generator().manual_seed(4)
    for _ in range(count):
        rows = torch.randperm(ROWS, generator=generator)[:4]
        drawn = torch.randint(ROWS, (4, NEGATIVES), generator=generator)
        student = torch.randn(4, 3, generator=generator, dtype=torch.float64)
        teacher = torch.randn(4, 5, generator=generator, dtype=torch.float64)
        yield student, teacher, rows, torch.cat([rows[:, None], drawn], dim=1)


class Plain:
    """The authors' form: one exponential, one quotient and one logarithm per pair, in loops."""

    def __init__(self, crd, partition):
        self.crd = crd
        self.memories = [crd.teacher_memory.clone(), crd.student_memory.clone()]
        self.z = [None, None] if partition == "frozen" else [1.0, 1.0]

    def __call__(self, student, teacher, rows, contrast):
        """The loss; the memories move afterwards."""
        embedded = [
            F.normalize(side.linear(features), dim=1)
            for side, features in [(self.crd.student, student), (self.crd.teacher, teacher)]
        ]
        loss = sum(self._side(index, embedded[index], contrast) for index in (0, 1))
        self.memories = [memory.clone() for memory in self.memories]
        for memory, features in zip(self.memories, reversed(embedded), strict=True):
            for row, new in zip(rows, features.detach(), strict=True):
                mixed = MOMENTUM * memory[row] + (1 - MOMENTUM) * new
                memory[row] = mixed / mixed.square().sum().sqrt()
        return loss

    def _side(self, index, features, contrast):
        scores = [
            [((features[b] * self.memories[index][row]).sum() / TEMPERATURE).exp() for row in line]
            for b, line in enumerate(contrast)
        ]
        if self.z[index] is None:
            values = [value.item() for line in scores for value in line]
            self.z[index] = sum(values) / len(values) * ROWS
        noise, loss = NEGATIVES / ROWS, 0.0
        for positive, *others in scores:
            p = positive / self.z[index]
            loss = loss - (p / (p + noise + 1e-7)).log()
            for other in others:
                loss = loss - (noise / (other / self.z[index] + noise + 1e-7)).log()
        return loss / len(features)


@pytest.mark.parametrize("partition", ["frozen", "none"])
def test_that_two_batches_equal_the_plain_form_with_the_moved_memory(partition):
    crd = a_crd(partition)
    plain = Plain(crd, partition)
    for batch in batches():
        value, expected = crd(*batch), plain(*batch)
        torch.testing.assert_close(value, expected, rtol=1e-12, atol=1e-12)
        ours = torch.autograd.grad(value, list(crd.parameters()))
        theirs = torch.autograd.grad(expected, list(crd.parameters()))
        torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-12)
        torch.testing.assert_close(crd.teacher_memory, plain.memories[0])
        torch.testing.assert_close(crd.student_memory, plain.memories[1])


def test_that_z_is_of_the_first_batch_and_stays():
    crd, constants = a_crd(), []
    for batch in batches(3):
        crd(*batch)
        constants.append(crd.partition.clone())
    assert torch.isfinite(constants[0]).all()
    assert torch.equal(constants[0], constants[2])


def test_that_a_fresh_contrast_starts_as_if_every_score_were_chance():
    # All scores equal: e = 1/M after Z, so h = (1/M) / (1/M + N/M) = 1 / (1 + N), on both sides.
    n, m = 7, 50
    value = contrast_loss(torch.full((3, 1 + n), -math.log(m), dtype=torch.float64), m)
    assert value.item() == pytest.approx(math.log(1 + n) + n * math.log((1 + n) / n), rel=1e-5)


def test_that_the_memory_starts_within_its_bound_and_updated_rows_have_length_one():
    crd = a_crd()
    before = crd.student_memory.clone()
    assert before.abs().max() <= 1 / math.sqrt(DIM / 3)
    assert before.norm(dim=1).std() > 0.01  # not on the sphere
    student, teacher, rows, contrast = next(batches())
    crd(student, teacher, rows, contrast)
    others = torch.ones(ROWS, dtype=torch.bool).index_fill(0, rows, False)
    torch.testing.assert_close(crd.student_memory[rows].norm(dim=1), torch.ones(4).double())
    assert torch.equal(crd.student_memory[others], before[others])


def test_that_nothing_is_remembered_outside_training():
    crd = a_crd().eval()
    before = crd.student_memory.clone()
    crd(*next(batches()))
    assert torch.equal(crd.student_memory, before)


def test_that_without_rows_to_compare_with_a_cloud_is_never_compared_with_itself(monkeypatch):
    crd, seen = a_crd(), []
    against = CRD._against
    monkeypatch.setattr(CRD, "_against", lambda *args: seen.append(args[3]) or against(*args))
    student, teacher, rows, _ = next(batches())
    assert torch.isfinite(crd(student, teacher, rows))
    assert torch.equal(seen[0][:, 0], rows)
    assert seen[0].shape == (4, 1 + NEGATIVES)
    assert (seen[0][:, 1:] != rows[:, None]).all()


def test_that_scores_beyond_the_range_of_the_exponential_are_finite():
    scores = torch.tensor([[200.0, -200.0, 150.0]], requires_grad=True)
    value = contrast_loss(scores, 10)
    value.backward()
    # pair: log(1 + c e^-200) = 0; e^-200 against c: 0; e^150: 150 - log c with c = 2/10
    assert value.item() == pytest.approx(150 - math.log(0.2), rel=1e-6)
    assert torch.isfinite(scores.grad).all()


def test_that_the_critic_is_the_papers_equation():
    student = torch.tensor([[3.0, 4.0], [0.0, 2.0]], dtype=torch.float64)
    teacher = torch.tensor([[1.0, 0.0], [0.0, 5.0]], dtype=torch.float64)
    cosines = [[0.6, 0.8], [0.0, 1.0]]
    h = critic(student, teacher, 0.5, negatives=6, dataset_size=24)
    for i, line in enumerate(cosines):
        for j, cosine in enumerate(line):
            e = math.exp(cosine / 0.5)
            assert h[i, j].item() == pytest.approx(e / (e + 6 / 24), rel=1e-12)


LABELS = torch.tensor([2, 0, 1, 1, 0, 2, 1, 1, 2, 0])


def test_that_drawn_rows_are_of_other_kinds_each_equally_likely():
    torch.manual_seed(0)
    rows, draws = torch.tensor([0, 1, 2]), 30_000
    others = Draw(LABELS).others(rows, draws)
    for row, line in zip(rows, others, strict=True):
        allowed = (LABELS[row] != LABELS).nonzero().flatten()
        share = torch.bincount(line, minlength=len(LABELS)) / draws
        assert share[LABELS[row] == LABELS].sum() == 0
        torch.testing.assert_close(
            share[allowed], torch.full((len(allowed),), 1 / len(allowed)), atol=0.015, rtol=0
        )


def test_that_a_row_of_the_same_kind_is_any_of_them():
    torch.manual_seed(0)
    drawn = Draw(LABELS).same(torch.zeros(2000, dtype=torch.long))
    assert sorted(set(drawn.tolist())) == [0, 5, 8]


def a_contrast(**settings):
    torch.manual_seed(1)
    settings = {"negatives": 6, "feature_dim": 8} | settings
    return Contrast(Contrast.Settings(**settings), Course(3, 5, LABELS))


def a_lesson():
    generator = torch.Generator().manual_seed(3)
    student = torch.randn(4, 3, generator=generator, requires_grad=True)
    teacher = torch.randn(4, 5, generator=generator)
    rows = torch.tensor([0, 3, 5, 9])
    return Lesson(Output(student, student), LABELS[rows], rows, Output(teacher, teacher))


@pytest.mark.parametrize("mode", ["exact", "relax"])
def test_that_what_is_drawn_follows_from_torchs_seed(mode):
    values = []
    for seed in (7, 7, 8):
        contrast = a_contrast(mode=mode)
        torch.manual_seed(seed)
        values.append(contrast(a_lesson()).item())
    assert values[0] == values[1] != values[2]


def test_that_small_data_is_compared_with_as_much_as_there_is():
    assert a_contrast(negatives=0).negatives == 6


def test_that_more_negatives_than_there_are_is_a_sentence():
    with pytest.raises(ConfigError, match=r"only 6 others.*losses\.crd\.negatives to 6 or less"):
        a_contrast(negatives=7)


def test_that_state_holds_memories_and_z_but_no_tables_of_the_data():
    names = set(a_contrast().state_dict())
    assert {"crd.student_memory", "crd.teacher_memory", "crd.partition"} <= names
    assert not any(name.startswith("draw") for name in names)


def test_that_training_by_contrast_brings_pairs_together():
    contrast, lesson = a_contrast(), a_lesson()
    optimiser = torch.optim.Adam(contrast.parameters(), lr=0.01)

    def likeness():
        student, teacher = lesson.student.features, lesson.taught.features
        return (contrast.crd.student(student) * contrast.crd.teacher(teacher)).sum(dim=1).mean()

    before = likeness().item()
    for _ in range(60):
        optimiser.zero_grad()
        contrast(lesson).backward()
        optimiser.step()
    assert likeness().item() > before + 0.3


def test_that_more_negatives_than_there_are_others_are_refused_in_a_sentence():
    CRD(8, 8, 100, negatives=99)
    with pytest.raises(ConfigError, match="of 100 clouds there are 99 others.*from 1 to 99"):
        CRD(8, 8, 100, negatives=100)
