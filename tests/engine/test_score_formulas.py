"""Each score's numbers: by hand, by plain loops in float64, by autograd, and properties that must hold."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import registry
from engine.errors import ConfigError
from engine.scores import Evidence, Train, score
from engine.scores.ash import ash_b, ash_s
from engine.scores.covariance import whitening
from engine.scores.dice import sparse
from engine.scores.energy import energy
from engine.scores.entropy import entropy, gen
from engine.scores.fdbd import fdbd
from engine.scores.gradnorm import gradnorm
from engine.scores.kl_matching import kl_matching
from engine.scores.knn import knn
from engine.scores.mahalanobis import mahalanobis
from engine.scores.max_logit import max_logit
from engine.scores.msp import msp, odin
from engine.scores.neighbours import by_rows, distances
from engine.scores.openmax import distance, fit_tail, log_known
from engine.scores.scale import scale
from engine.scores.shaping import percentile
from engine.scores.teacher import disagreement
from engine.scores.unknown import known_minus_unknown, unknown_probability
from tests.engine.open_set_toy import KINDS, evidence

CLOSE = {"rtol": 1e-5, "atol": 1e-6}


def drawn(seed, rows=6, columns=5, size=4.0):
    return torch.from_numpy(np.random.default_rng(seed).normal(size=(rows, columns)) * size)


def log_of(*probabilities):
    return torch.tensor([probabilities], dtype=torch.float64).log()


def one(value):
    return pytest.approx(value, rel=1e-6)


# --- logits -------------------------------------------------------------------------------------


def test_that_the_scores_of_logits_are_those_worked_by_hand():
    logits = log_of(0.5, 0.3, 0.2)
    assert msp(logits).item() == one(0.5)
    assert max_logit(logits).item() == one(math.log(0.5))
    assert energy(logits).item() == pytest.approx(0, abs=1e-12)
    assert energy(logits, 2.0).item() == one(2 * math.log(0.5**0.5 + 0.3**0.5 + 0.2**0.5))
    assert odin(logits).item() == odin(logits, 1000.0).item()
    assert odin(logits, 2.0).item() == one(0.5**0.5 / (0.5**0.5 + 0.3**0.5 + 0.2**0.5))
    expected = 0.5 * math.log(0.5) + 0.3 * math.log(0.3) + 0.2 * math.log(0.2)
    assert entropy(logits).item() == one(expected)
    terms = [(p * (1 - p)) ** 0.1 for p in (0.5, 0.3, 0.2)]
    assert gen(logits).item() == one(-sum(terms))
    assert gen(logits, top=2).item() == one(-sum(terms[:2]))
    assert gen(logits, top=9).item() == one(-sum(terms))


def test_that_the_unknown_output_takes_its_share_of_the_softmax():
    known, unknown = log_of(0.4, 0.1), log_of(0.5)[0]
    assert msp(known, unknown).item() == one(0.4)
    assert unknown_probability(known, unknown).item() == one(-0.5)
    assert known_minus_unknown(known, unknown).item() == one(math.log(0.4) - math.log(0.5))


@given(st.integers(0, 10_000), st.floats(-50, 50))
def test_that_probabilities_do_not_feel_a_shift_of_all_logits(seed, shift):
    logits, features = drawn(seed), drawn(seed + 1)
    for function in (msp, odin, entropy, gen):
        torch.testing.assert_close(function(logits + shift), function(logits), **CLOSE)
    torch.testing.assert_close(
        gradnorm(logits + shift, features), gradnorm(logits, features), **CLOSE
    )
    torch.testing.assert_close(energy(logits + shift), energy(logits) + shift, **CLOSE)


@given(st.integers(0, 10_000), st.floats(0.1, 20))
def test_that_energy_lies_between_the_largest_logit_and_log_k_above_it(seed, temperature):
    logits = drawn(seed)
    value, best = energy(logits, temperature), max_logit(logits)
    assert (value >= best - 1e-12).all()
    assert (value <= best + temperature * math.log(5) + 1e-9).all()


@given(st.integers(0, 10_000))
def test_that_entropy_stays_within_its_bounds(seed):
    value = entropy(drawn(seed))
    assert ((value <= 0) & (value >= -math.log(5) - 1e-12)).all()


def test_that_extreme_logits_stay_finite_and_gen_feels_doubts_below_rounding():
    extreme = torch.tensor([[200.0, 0, -200], [1e4, -1e4, 0], [0, 0, 0]])
    for function in (msp, odin, entropy, gen, energy):
        assert torch.isfinite(function(extreme)).all()
    # 1 - p is e^-20 and e^-30: both vanish beside 1 in float32, not in the score.
    doubts = gen(torch.tensor([[20.0, 0.0], [30.0, 0.0]]))
    assert doubts.tolist() == pytest.approx([-2 * math.exp(-2), -2 * math.exp(-3)], rel=1e-5)


def test_that_one_kind_alone_is_certain():
    assert gen(torch.tensor([[3.0]])).item() == 0
    assert msp(torch.tensor([[3.0]])).item() == 1


@given(st.integers(0, 10_000))
def test_that_gradnorm_is_what_autograd_says_of_each_sample_alone(seed):
    features, weight, bias = (
        drawn(seed, 4, 7).relu(),
        drawn(seed + 1, 5, 7, 0.3),
        drawn(seed + 2, 1)[0],
    )
    closed = gradnorm(features @ weight.T + bias, features)
    for row, expected in zip(features, closed, strict=True):
        free = weight.clone().requires_grad_()
        loss = -(free @ row + bias).log_softmax(0).sum()
        (gradient,) = torch.autograd.grad(loss, free)
        torch.testing.assert_close(gradient.abs().sum(), expected)


def test_that_disagreement_is_the_divergence_from_teacher_to_student():
    student, teacher = log_of(0.5, 0.5), log_of(0.9, 0.1)
    expected = 0.9 * math.log(0.9 / 0.5) + 0.1 * math.log(0.1 / 0.5)
    assert disagreement(student, teacher).item() == one(-expected)
    assert disagreement(teacher, teacher).item() == 0


def test_that_kl_matching_takes_the_template_of_the_answers():
    bank = torch.cat([log_of(0.8, 0.2), log_of(0.6, 0.4), log_of(0.1, 0.9)])
    logits = log_of(0.5, 0.5)
    # Templates: (.7, .3) from the two that answer 0, (.1, .9) from the one that answers 1.
    near = 0.5 * math.log(0.5 / 0.7) + 0.5 * math.log(0.5 / 0.3)
    assert kl_matching(logits, bank).item() == one(-near)
    assert kl_matching(log_of(0.7, 0.3), bank).item() == pytest.approx(0, abs=1e-12)


# --- features -----------------------------------------------------------------------------------


@given(st.integers(0, 1000), st.sampled_from([0, 10, 65, 90, 100]))
def test_that_the_percentile_is_numpys(seed, percent):
    values = drawn(seed, 3, 7)
    assert percentile(values, percent).item() == one(np.percentile(values.numpy(), percent))


def test_that_features_are_reshaped_as_worked_by_hand():
    features = torch.tensor([[4.0, 1.0, 3.0, 2.0]])
    # Half cut: 4 and 3 are left; sums 10 before, 7 after.
    assert ash_b(features, 50).tolist() == [[5, 0, 5, 0]]
    grown = math.exp(10 / 7)
    assert ash_s(features, 50)[0].tolist() == pytest.approx([4 * grown, 0, 3 * grown, 0], rel=1e-6)
    assert scale(features, 50)[0].tolist() == pytest.approx(
        [v * grown for v in (4, 1, 3, 2)], rel=1e-6
    )
    for function in (ash_b, ash_s, scale):
        assert function(torch.zeros(1, 4), 50).tolist() == [[0, 0, 0, 0]]


def test_that_at_least_one_feature_is_left_and_half_a_feature_counts_as_none():
    features = torch.tensor([[4.0, 1.0, 3.0, 2.0]])
    assert ash_b(features, 98).tolist() == [[10, 0, 0, 0]]
    assert (ash_b(features, 10) > 0).sum() == 4  # .4 of a feature is cut
    assert (ash_b(features, 15) > 0).sum() == 3  # .6 of one


def test_that_dice_keeps_the_weights_that_contribute_most():
    weight = torch.tensor([[1.0, 2.0], [-3.0, 0.5]])
    bank = torch.tensor([[1.0, 2.0], [1.0, 4.0]])
    # Mean feature (1, 3): contributions 1, 6, -3, 1.5; their median is 1.25.
    assert sparse(weight, bank, 50).tolist() == [[0, 2], [0, 0.5]]


def test_that_react_clips_and_asks_the_last_layer_again():
    bank = torch.arange(11.0).reshape(11, 1)
    weight, bias = torch.tensor([[1.0], [-1.0]]), torch.tensor([0.5, 0.0])
    parts = {"weight": weight, "bias": bias, "train": Train(bank)}
    found = score("react", features=torch.tensor([[30.0], [2.0]]), **parts)
    assert found.tolist() == pytest.approx(
        [math.log(math.exp(9.5) + math.exp(-9)), math.log(math.exp(2.5) + math.exp(-2))], rel=1e-6
    )


@given(st.integers(0, 10_000), st.integers(1, 8))
def test_that_knn_is_the_kth_smallest_distance_of_a_loop(seed, k):
    features, bank = drawn(seed, 3), drawn(seed + 1, 8)
    for row, found in zip(features.numpy(), knn(features, bank, k).tolist(), strict=True):
        unit = row / np.linalg.norm(row)
        far = sorted(((unit - b / np.linalg.norm(b)) ** 2).sum() for b in bank.numpy())
        assert found == pytest.approx(-far[k - 1], rel=1e-9)


def test_that_a_training_sample_itself_is_at_distance_zero_in_float32():
    bank = drawn(3, 50, 256).float()
    assert knn(bank, bank, 1).abs().max() == 0


def test_that_blocks_of_pairs_change_nothing(monkeypatch):
    features, bank = drawn(0, 23), drawn(1, 7)
    whole = distances(features, bank).amin(1)
    sizes = []

    def nearest(block):
        sizes.append(len(block))
        return distances(block, bank).amin(1)

    monkeypatch.setattr("engine.scores.neighbours._PAIRS", 70)
    assert torch.equal(by_rows(features, bank, nearest), whole)
    assert sizes == [10, 10, 3]
    sizes.clear()
    monkeypatch.setattr("engine.scores.neighbours._PAIRS", 6)
    assert torch.equal(by_rows(features, bank, nearest), whole)
    assert sizes == [1] * 23


def test_that_at_most_sixteen_mebibytes_of_pairs_are_held_at_once():
    sizes = []
    by_rows(
        torch.zeros(5, 1),
        torch.empty(2**21, 1),
        lambda block: sizes.append(len(block)) or block[:, 0],
    )
    assert sizes == [2, 2, 1]
    sizes.clear()
    by_rows(
        torch.zeros(5, 1), torch.empty(0, 1), lambda block: sizes.append(len(block)) or block[:, 0]
    )
    assert sizes == [5]


def test_that_nearest_measures_to_samples_and_prototypes_by_distance_and_angle():
    bank = torch.tensor([[0.0, 1.0], [0.0, 3.0], [4.0, 0.0]])
    train = Train(bank, None, torch.tensor([0, 0, 1]))
    parts = {"features": torch.tensor([[0.0, 4.0], [4.0, 0.0]]), "train": train}
    assert score("nearest", **parts).tolist() == pytest.approx([1, 1e12])
    assert score("nearest", **parts, to="prototypes").tolist() == pytest.approx([1 / 2, 1e12])
    assert score("nearest", **parts, measure="cosine").tolist() == pytest.approx([1, 1])
    diagonal = {**parts, "features": torch.tensor([[-1.0, 1.0]])}
    cosine = score("nearest", **diagonal, to="prototypes", measure="cosine").item()
    assert cosine == one(0.5 + 0.5 / math.sqrt(2))


def test_that_prototypes_are_seen_from_the_centre():
    bank = torch.tensor([[1.0, 0.0], [3.0, 0.0], [0.0, 2.0]])
    parts = {
        "features": torch.tensor([[2.0, 2.0]]),
        "train": Train(bank, None, torch.tensor([0, 0, 1])),
    }
    assert score("prototype", **parts, centred=False).item() == one(1 / math.sqrt(2))
    centre = np.array([4 / 3, 2 / 3])
    sample = np.array([2.0, 2.0]) - centre
    cosines = [
        sample @ (mean - centre) / np.linalg.norm(sample) / np.linalg.norm(mean - centre)
        for mean in (np.array([2.0, 0.0]), np.array([0.0, 2.0]))
    ]
    assert score("prototype", **parts).item() == one(max(cosines))


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_that_mahalanobis_is_its_definition_by_loops(seed):
    bank, features = drawn(seed, 40), drawn(seed + 1, 4)
    labels = torch.arange(40) % 3
    means = [bank[labels == kind].mean(0).numpy() for kind in range(3)]
    centred = np.stack([row - means[kind] for row, kind in zip(bank.numpy(), labels, strict=True)])
    inverse = np.linalg.inv(centred.T @ centred / 40)
    whole = bank.numpy() - bank.numpy().mean(0)
    other = np.linalg.inv(whole.T @ whole / 40)
    train = Train(bank, None, labels)
    relative = score("relative_mahalanobis", features=features, train=train)
    plain = score("mahalanobis", features=features, train=train)
    for row, found, closer in zip(features.numpy(), plain.tolist(), relative.tolist(), strict=True):
        best = max(-(row - mean) @ inverse @ (row - mean) for mean in means)
        offset = row - bank.numpy().mean(0)
        assert found == pytest.approx(best, rel=1e-7)
        assert closer == pytest.approx(best + offset @ other @ offset, rel=1e-6, abs=1e-7)


def test_that_a_dead_feature_takes_no_part_in_mahalanobis():
    bank, features, labels = drawn(0, 40), drawn(1, 4), torch.arange(40) % 3
    dead = torch.zeros(40, 2, dtype=torch.float64)
    with_dead = mahalanobis(torch.cat([features, dead[:4]], 1), torch.cat([bank, dead], 1), labels)
    torch.testing.assert_close(with_dead, mahalanobis(features, bank, labels))


def test_that_a_direction_counts_where_it_varies_more_than_rounding_does():
    def directions(share, dtype):
        spread = torch.tensor([[1, 0], [-1, 0], [0, share**0.5], [0, -(share**0.5)]], dtype=dtype)
        return whitening(spread).shape[1]

    assert [directions(share, torch.float64) for share in (1, 4e-12, 2.5e-13)] == [2, 2, 1]
    # In float32 the rounding of two features is larger: 2 · 2^-23.
    assert [directions(share, torch.float32) for share in (1e-6, 1e-8)] == [2, 1]


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_that_whitened_features_have_unit_covariance(seed):
    bank = drawn(seed, 30, 4) @ drawn(seed + 1, 4, 4)
    white = (bank - bank.mean(0)) @ whitening(bank - bank.mean(0))
    torch.testing.assert_close(white.mT @ white / 30, torch.eye(4, dtype=torch.float64))


def test_that_vim_is_its_definition_step_by_step():
    weight, bias = drawn(0, 3, 6, 1.0), drawn(1, 1, 3, 1.0)[0]
    bank, features = drawn(2, 50, 6).relu(), drawn(3, 5, 6).relu()
    origin = -np.linalg.pinv(weight.numpy()) @ bias.numpy()
    moved = bank.numpy() - origin
    _, _, axes = np.linalg.svd(moved, full_matrices=False)
    strange = axes[2:]
    size = np.linalg.norm(moved @ strange.T, axis=1)
    alpha = (bank @ weight.T + bias).amax(1).mean().item() / size.mean()
    logits = features @ weight.T + bias
    virtual = alpha * np.linalg.norm((features.numpy() - origin) @ strange.T, axis=1)
    found = score(
        "vim", features=features, weight=weight, bias=bias, train=Train(bank), dimension=2
    )
    torch.testing.assert_close(found, energy(logits) - torch.from_numpy(virtual))


def test_that_vim_takes_half_of_the_directions_unless_told_and_all_but_one_at_most():
    parts = {
        "weight": drawn(0, 3, 5, 1.0), "bias": drawn(1, 1, 3, 1.0)[0],
        "train": Train(drawn(2, 50, 5).relu()), "features": drawn(3, 4, 5).relu(),
    }  # fmt: skip
    found = {count: score("vim", **parts, dimension=count) for count in range(5)}
    assert torch.equal(found[0], found[2])
    assert not torch.equal(found[0], found[3])
    assert torch.isfinite(found[4]).all()
    with pytest.raises(ConfigError, match="fewer directions in use than the 5 features"):
        score("vim", **parts, dimension=5)


def test_that_she_fits_the_pattern_of_rightly_classified_samples():
    bank = torch.tensor([[2.0, 0.0], [4.0, 0.0], [9.0, 9.0], [0.0, 1.0]])
    answers = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    # Kind 0: mean of its first two, the third is wrong; kind 1 has no right one: all of it.
    train = Train(bank, answers, torch.tensor([0, 0, 0, 1]))
    features = torch.tensor([[5.0, 7.0], [5.0, 7.0]])
    found = score("she", torch.tensor([[1.0, 0.0], [0.0, 1.0]]), features, train=train)
    assert found.tolist() == [15, 7]


def test_that_nnguide_weighs_energy_by_its_neighbours():
    bank, bank_logits = drawn(0, 9), drawn(1, 9, 3)
    features, logits = drawn(2, 4), drawn(3, 4, 3)
    found = score("nnguide", logits, features, train=Train(bank, bank_logits), k=2)
    guides = energy(bank_logits).numpy()
    for row, own, value in zip(
        features.numpy(), energy(logits).tolist(), found.tolist(), strict=True
    ):
        cosines = bank.numpy() @ row / np.linalg.norm(row) / np.linalg.norm(bank.numpy(), axis=1)
        assert value == pytest.approx(own * np.sort(cosines * guides)[-2:].mean(), rel=1e-9)


def test_that_fdbd_stays_finite_at_the_centre_and_needs_two_kinds():
    bank = torch.tensor([[1.0, 0.0], [3.0, 0.0]])
    parts = {"features": torch.tensor([[2.0, 0.0]]), "train": Train(bank)}
    # 2 ahead of the other kind, whose weights are sqrt 2 away, at 1e-12 from the centre.
    found = score("fdbd", torch.tensor([[2.0, 0.0]]), weight=torch.eye(2), **parts)
    assert found.item() == one(math.sqrt(2) * 1e12)
    with pytest.raises(ConfigError, match="at least two known kinds"):
        score("fdbd", torch.tensor([[2.0]]), weight=torch.eye(2)[:1], **parts)


@given(st.integers(0, 10_000))
def test_that_fdbd_is_the_distance_to_every_border(seed):
    weight, features = drawn(seed, 4, 6), drawn(seed + 1, 3, 6)
    centre = drawn(seed + 2, 1, 6)[0]
    logits = features @ weight.T
    for row, z, found in zip(features, logits, fdbd(logits, features, weight, centre), strict=True):
        top = int(z.argmax())
        far = [(z[top] - z[c]) / (weight[top] - weight[c]).norm() for c in range(4) if c != top]
        torch.testing.assert_close(found, sum(far) / 3 / (row - centre).norm())


def test_that_the_feature_gap_is_nothing_where_the_teacher_is_foreseen_exactly():
    features, bank = drawn(0, 5), drawn(1, 60)
    view = drawn(2, 5, 3)
    given_parts = Evidence(
        features=features,
        train=Train(bank, teacher_features=bank @ view + 2),
        teacher_features=features @ view + 2,
    )
    gap = registry.make("score", "feature_gap", {"ridge": 1e-9})(given_parts)
    assert gap.abs().max() < 1e-6
    dull = registry.make("score", "feature_gap", {"ridge": 1e3})(given_parts)
    # All caution: the teacher's mean is foreseen for everyone.
    missed = (features @ view + 2 - (bank @ view + 2).mean(0)).norm(dim=1)
    torch.testing.assert_close(-dull, missed, rtol=0.05, atol=0.0)


def test_that_the_feature_gap_does_not_feel_the_scale_of_features_nor_dead_ones():
    features, bank, view = drawn(0, 5), drawn(1, 60), drawn(2, 5, 3)
    goal, taught = features @ view + drawn(3, 5, 3), bank @ view
    make = registry.make("score", "feature_gap", {})

    def gap(size):
        train = Train(bank * size, teacher_features=taught)
        return make(Evidence(features=features * size, train=train, teacher_features=goal))

    torch.testing.assert_close(gap(1e-3), gap(1.0))
    # Where nothing varies, the mean is foreseen.
    torch.testing.assert_close(gap(0.0), -(goal - taught.mean(0)).norm(dim=1))


# --- OpenMax ------------------------------------------------------------------------------------


def test_that_the_tail_fit_finds_the_distribution_it_was_drawn_from():
    drawn_tail = 1.5 * np.random.default_rng(0).weibull(3.0, 20_000)
    tail = fit_tail(drawn_tail, len(drawn_tail))
    far = np.quantile(drawn_tail, [0.1, 0.5, 0.9])
    # Moved by a constant it is no exact Weibull distribution any more, but close.
    assert tail.weight(torch.from_numpy(far)).tolist() == pytest.approx([0.1, 0.5, 0.9], abs=0.03)
    assert tail.weight(torch.tensor([tail.start - 2.0, 1e6])).tolist() == [0, 1]


def test_that_the_tail_fit_is_the_most_likely_one():
    distances_seen = np.random.default_rng(1).gamma(4.0, size=200)
    tail = fit_tail(distances_seen, 20)
    moved = np.sort(distances_seen)[-20:] - np.sort(distances_seen)[-20] + 1

    def likelihood(shape, size):
        scaled = moved / size
        return (np.log(shape / size) + (shape - 1) * np.log(scaled) - scaled**shape).sum()

    best = likelihood(tail.shape, tail.scale)
    for shape, size in ((1.01, 1), (0.99, 1), (1, 1.01), (1, 0.99)):
        assert best > likelihood(tail.shape * shape, tail.scale * size)


def test_that_equal_distances_make_a_step_instead_of_a_failure():
    tail = fit_tail(np.full(30, 2.0), 20)
    assert tail.weight(torch.tensor([1.0, 2.0, 2.2])).tolist() == pytest.approx([0, 0, 1], abs=1e-4)
    assert tail.weight(torch.tensor([2.01])).item() == pytest.approx(1 - 1 / math.e, abs=1e-3)
    # Equal but for the rounding of large numbers is equal; apart by less than one is not.
    assert fit_tail(1e6 + np.linspace(0, 5e-4, 30), 20).shape == 1000
    assert fit_tail(np.linspace(-1e6, -1e6 + 5e-4, 30), 20).shape == 1000
    assert fit_tail(np.linspace(0, 1e-6, 30), 20).shape != 1000
    assert fit_tail(np.linspace(0, 1e-9, 20), 20).shape == 1000


def test_that_distances_to_a_typical_answer_are_those_worked_by_hand():
    logits, centre = torch.tensor([[3.0, 4.0]]), torch.tensor([0.0, 5.0])
    assert distance(logits, centre, "euclidean").item() == one(math.sqrt(10))
    assert distance(logits, centre, "cosine").item() == one(0.2)
    assert distance(logits, centre, "eucos").item() == one(0.2 + math.sqrt(10) / 200)


def test_that_what_is_given_away_is_never_all():
    logits = torch.tensor([[1.0, 1.0]], dtype=torch.float64)
    found = log_known(logits, torch.ones(1, 2, dtype=torch.float64), "chances").item()
    assert found == pytest.approx(math.log(2.0**-52))


def test_that_openmax_moves_logits_and_probabilities_as_worked_by_hand():
    logits, moved = torch.tensor([[2.0, 1.0]]).double(), torch.tensor([[0.5, 0.25]]).double()
    # Known logits 1 and .75 remain; unknown gets 1 + .25.
    known = math.exp(1) + math.exp(0.75)
    by_logits = log_known(logits, moved, "logits").item()
    assert by_logits == one(math.log(known / (known + math.exp(1.25))))
    p = math.exp(2) / (math.exp(2) + math.exp(1))
    by_chance = log_known(logits, moved, "chances").item()
    assert by_chance == one(math.log(1 - 0.5 * p - 0.25 * (1 - p)))


def test_that_openmax_never_overflows_nor_ties_far_strangers():
    logits = torch.tensor([[300.0, 100.0], [400.0, 100.0]])
    found = log_known(logits, torch.ones(2, 2), "logits")
    assert torch.isfinite(found).all()
    assert found[0] > found[1]
    assert torch.isfinite(log_known(logits, torch.ones(2, 2), "chances")).all()


@pytest.mark.parametrize("measure", ["euclidean", "cosine", "eucos"])
@pytest.mark.parametrize("combine", ["logits", "chances"])
def test_that_openmax_believes_known_samples_more_in_every_form(measure, combine):
    make = registry.make("score", "openmax", {"measure": measure, "combine": combine, "alpha": 20})
    assert make(evidence()).mean() > make(evidence(strange=True)).mean()


def test_that_openmax_asks_the_strongest_kinds_most():
    shares = registry.make("score", "openmax", {"alpha": 3})._shares(drawn(0, 1, KINDS))
    expected = sorted([1, 2 / 3, 1 / 3, 0, 0], reverse=True)
    order = drawn(0, 1, KINDS)[0].argsort(descending=True)
    assert shares[0, order].tolist() == pytest.approx(expected)
