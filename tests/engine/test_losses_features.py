"""Losses on features against loops written from their formulas, and what they must not see: size, turn, order."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F  # noqa: N812

from engine.errors import ConfigError
from engine.losses import Course, Lesson
from engine.losses.attention import Attention, attention
from engine.losses.correlation import correlation
from engine.losses.hint import Hint, hint
from engine.losses.infonce import infonce
from engine.losses.nst import nst
from engine.losses.pkt import pkt
from engine.losses.queue import Queue, queued
from engine.losses.rkd import rkd
from engine.losses.similarity import similarity
from engine.losses.vid import VID, vid
from engine.nets import Output

RELATIONS = [rkd, pkt, similarity, correlation, nst, attention]
seeds = st.integers(0, 2**31)


def features(seed, size=5, width=4):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(size, width, generator=generator, dtype=torch.float64)


def pair(seed):
    """Student (5, 4) and teacher (5, 7)."""
    return features(seed), features(seed + 1, width=7)


def a_turn(seed, width=4):
    return torch.linalg.qr(features(seed, width, width))[0]


def cosine(a, b):
    return (a * b).sum() / (a.norm() * b.norm())


def huber(a, b):
    gap = (a - b).abs()
    return gap * gap / 2 if gap < 1 else gap - 0.5


def plain_rkd(student, teacher):
    size = len(student)

    def distances(f):
        apart = {(i, j): (f[i] - f[j]).norm() for i in range(size) for j in range(size) if i != j}
        mean = sum(apart.values()) / len(apart)
        return {both: value / mean for both, value in apart.items()}

    def angle(f, i, j, k):
        a, b = f[j] - f[i], f[k] - f[i]
        return cosine(a, b) if i not in (j, k) else torch.zeros(()).double()

    every = range(size)
    d_s, d_t = distances(student), distances(teacher)
    far = sum(huber(d_s[both], d_t[both]) for both in d_s) / size**2
    bent = sum(
        huber(angle(student, i, j, k), angle(teacher, i, j, k))
        for i in every
        for j in every
        for k in every
    )
    return 25 * far + 50 * bent / size**3


def plain_pkt(student, teacher):
    def neighbours(f):
        near = [[(cosine(a, b) + 1) / 2 for b in f] for a in f]
        return [[value / sum(line) for value in line] for line in near]

    p_s, p_t = neighbours(student), neighbours(teacher)
    size = range(len(student))
    terms = [
        p_t[i][j] * ((p_t[i][j] + 1e-7) / (p_s[i][j] + 1e-7)).log() for i in size for j in size
    ]
    return sum(terms) / len(terms)


def plain_similarity(student, teacher):
    total, size = 0.0, len(student)
    for i in range(size):
        row_s = torch.stack([student[i] @ student[j] for j in range(size)])
        row_t = torch.stack([teacher[i] @ teacher[j] for j in range(size)])
        total = total + (row_s / row_s.norm() - row_t / row_t.norm()).square().sum()
    return total / size**2


def plain_correlation(student, teacher):
    def kernel(a, b):
        return (-0.4 * (a / a.norm() - b / b.norm()).square().sum()).exp()

    size = range(len(student))
    gaps = [
        kernel(student[i], student[j]) - kernel(teacher[i], teacher[j]) for i in size for j in size
    ]
    return sum(gap * gap for gap in gaps) / len(gaps)


def plain_nst(student, teacher):
    """Channels are columns: what each answers to the clouds of the batch."""

    def mean(a, b):
        return sum(cosine(u, v) ** 2 for u in a.t() for v in b.t()) / (a.shape[1] * b.shape[1])

    return mean(student, student) + mean(teacher, teacher) - 2 * mean(student, teacher)


def plain_attention(student, teacher):
    lit_s = torch.stack([(row * row).mean() for row in student])
    lit_t = torch.stack([(row * row).mean() for row in teacher])
    return (lit_s / lit_s.norm() - lit_t / lit_t.norm()).square().mean()


PLAIN = [plain_rkd, plain_pkt, plain_similarity, plain_correlation, plain_nst, plain_attention]


@pytest.mark.parametrize(("ours", "plain"), list(zip(RELATIONS, PLAIN, strict=True)))
@pytest.mark.parametrize("seed", [0, 10])
def test_that_values_and_gradients_equal_the_plain_form(ours, plain, seed):
    student, teacher = pair(seed)
    student.requires_grad_()
    values = [ours(student, teacher), plain(student, teacher)]
    torch.testing.assert_close(*values)
    torch.testing.assert_close(*(torch.autograd.grad(value, student)[0] for value in values))


@given(seeds)
def test_that_equal_features_cost_nothing(seed):
    f = features(seed)
    for loss in (*RELATIONS, hint):
        assert loss(f, f).item() == pytest.approx(0, abs=1e-12)


@given(seeds, st.floats(0.01, 100))
def test_that_relations_do_not_see_the_size_of_features(seed, scale):
    student, teacher = pair(seed)
    for loss in RELATIONS:
        torch.testing.assert_close(loss(scale * student, teacher), loss(student, teacher))


@given(seeds)
def test_that_relations_do_not_see_a_turn_of_the_feature_space(seed):
    student, teacher = pair(seed)
    for loss in (rkd, pkt, similarity, correlation, attention):
        torch.testing.assert_close(loss(student @ a_turn(seed), teacher), loss(student, teacher))


@given(seeds)
def test_that_rkd_does_not_see_a_shift_and_nst_no_order_of_channels(seed):
    student, teacher = pair(seed)
    torch.testing.assert_close(rkd(student + 3.0, teacher), rkd(student, teacher))
    torch.testing.assert_close(nst(student[:, [2, 0, 3, 1]], teacher), nst(student, teacher))


@pytest.mark.parametrize("loss", RELATIONS)
def test_that_clouds_that_all_fell_together_or_are_dark_give_finite_gradients(loss):
    for student in (torch.zeros(5, 4), torch.ones(5, 4)):
        student.requires_grad_()
        loss(student, features(3).float()).backward()
        assert torch.isfinite(student.grad).all()
        student.requires_grad_(False)


@pytest.mark.parametrize("loss", [attention, nst])
def test_that_points_are_compared_within_their_own_cloud(loss):
    clouds_s, clouds_t = features(1, 6, 4).view(2, 3, 4), features(2, 6, 5).view(2, 3, 5)
    apart = torch.stack([loss(s, t) for s, t in zip(clouds_s, clouds_t, strict=True)])
    torch.testing.assert_close(loss(clouds_s, clouds_t), apart.mean())


@pytest.mark.parametrize("loss", [attention, nst])
def test_that_other_places_are_refused_in_a_sentence(loss):
    with pytest.raises(ConfigError, match="Features of 2 x 8 and 2 x 9 places cannot be compared"):
        loss(torch.ones(2, 8, 4), torch.ones(2, 9, 5))


def test_that_attention_compares_what_both_nets_say_of_single_points():
    points, empty = (torch.randn(2, 6, 3), torch.randn(2, 6, 5)), torch.zeros(2, 4)
    course = Course(4, 4, torch.arange(3), places=("the points", "the points"))
    student, teacher = (Output(empty, empty, places=places) for places in points)
    lesson = Lesson(student, torch.arange(2), torch.arange(2), teacher)
    assert Attention(None, course)(lesson) == attention(*points)


@pytest.mark.parametrize(
    ("places", "words"),
    [
        (("the points", ""), "its teacher of no single places"),
        (("", "the points"), "student speaks of no single places"),
        (("8 centres", "the points"), "8 centres, its teacher of the points"),
    ],
)
def test_that_attention_without_common_places_is_refused_in_a_sentence(places, words):
    with pytest.raises(ConfigError, match=words):
        Attention(None, Course(4, 4, torch.arange(3), places=places))


def test_that_infonce_equals_the_plain_form_both_ways():
    student, teacher = features(1), features(2)
    total = 0.0
    for a, b in ((student, teacher), (teacher, student)):
        for i in range(5):
            e = [math.exp(cosine(a[i], b[j]) / 0.3) for j in range(5)]
            total -= math.log(e[i] / sum(e)) / 5
    assert infonce(student, teacher, 0.3).item() == pytest.approx(total / 2, rel=1e-12)


@given(seeds, st.floats(0.1, 10))
def test_that_infonce_is_symmetric_and_does_not_see_size_nor_a_common_turn(seed, scale):
    student, teacher = features(seed), features(seed + 1)
    value = infonce(student, teacher, 0.2)
    turn = a_turn(seed)
    torch.testing.assert_close(infonce(teacher, student, 0.2), value)
    torch.testing.assert_close(infonce(scale * student @ turn, teacher @ turn, 0.2), value)


def test_that_infonce_of_one_place_for_all_is_the_log_of_the_batch():
    assert infonce(torch.ones(8, 3), torch.ones(8, 3), 0.1).item() == pytest.approx(math.log(8))


def lesson_of(student, teacher):
    rows = torch.arange(len(student))
    return Lesson(Output(student, student), rows, rows, Output(teacher, teacher))


def test_that_queued_equals_the_plain_form():
    s, t, q = (F.normalize(features(seed), dim=1) for seed in (1, 2, 3))
    total = 0.0
    for i in range(5):
        own = math.exp(s[i] @ t[i] / 0.3)
        total -= math.log(own / (own + sum(math.exp(s[i] @ past / 0.3) for past in q))) / 5
    assert queued(s, t, q, 0.3).item() == pytest.approx(total, rel=1e-12)


def test_that_the_queue_keeps_the_newest_teacher_features_first():
    torch.manual_seed(0)
    loss = Queue(Queue.Settings(length=7, feature_dim=3), Course(4, 4, torch.arange(5)))
    first, second = features(1).float(), features(2).float()
    for batch in (first, second):
        loss(lesson_of(batch, batch)).backward()
    with torch.no_grad():
        expected = torch.cat([loss.teacher(second), loss.teacher(first)])[:7]
    torch.testing.assert_close(loss.queue, expected)
    loss.eval()
    loss(lesson_of(first, first))
    torch.testing.assert_close(loss.queue, expected)


def test_that_a_hint_is_the_mean_square_after_a_learnt_layer():
    assert hint(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 3.0]])).item() == 2.5
    torch.manual_seed(0)
    term = Hint(Hint.Settings(), Course(4, 7, torch.arange(5)))
    student, teacher = (f.float() for f in pair(3))
    weight, bias = term.regressor.weight, term.regressor.bias
    expected = (student @ weight.t() + bias - teacher).square().mean()
    torch.testing.assert_close(term(lesson_of(student, teacher)), expected)


def test_that_vid_is_half_the_mean_of_error_over_variance_and_its_log():
    value = vid(torch.tensor([[1.0, 0.0]]), torch.tensor([[3.0, 0.0]]), torch.tensor([2.0, 4.0]))
    assert value.item() == pytest.approx((4 / 2 + math.log(2) + 0 + math.log(4)) / 4)


def test_that_vid_is_least_at_the_true_variance():
    predicted, teacher = features(1, 50, 1), features(2, 50, 1)
    true = (predicted - teacher).square().mean(dim=0)
    best = vid(predicted, teacher, true)
    assert best < vid(predicted, teacher, true * 1.1)
    assert best < vid(predicted, teacher, true * 0.9)


def test_that_vid_starts_with_variance_five():
    torch.manual_seed(0)
    term = VID(VID.Settings(), Course(4, 7, torch.arange(5)))
    student, teacher = (f.float() for f in pair(3))
    expected = vid(term.predict(student), teacher, torch.full((7,), 5.0))
    torch.testing.assert_close(term(lesson_of(student, teacher)), expected)
