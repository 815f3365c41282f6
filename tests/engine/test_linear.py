"""Linear fits, beside plain formulas and what leaving one out really gives."""

import numpy as np
import pytest

from engine.linear import logistic, ridge


def drawn(count=60, width=4, seed=0):
    source = np.random.default_rng(seed)
    features = source.normal(3, [1, 2, 5, 0.1], (count, 4))[:, :width]
    return features, features @ np.array([1.0, -0.5, 0.2, 4])[:width] + 7 + source.normal(
        0, 0.5, count
    )


def test_that_a_line_without_noise_is_found():
    features = np.array([[0.0], [1], [2], [3]])
    fit = ridge(features, np.array([1.0, 3, 5, 7]))
    assert fit(np.array([[10.0]]))[0, 0] == pytest.approx(21, rel=1e-4)


def test_that_ridge_is_what_the_normal_equations_give():
    features, targets = drawn()
    fit = ridge(features, targets, np.array([0.3]))
    rows = (features - features.mean(0)) / features.std(0)
    wanted = np.linalg.solve(
        rows.T @ rows + 0.3 * 60 * np.eye(4), rows.T @ (targets - targets.mean())
    )
    np.testing.assert_allclose(fit.weight[:, 0], wanted, rtol=1e-6)
    np.testing.assert_allclose(fit(features)[:, 0], rows @ wanted + targets.mean(), rtol=1e-6)


def test_that_the_strength_is_the_one_that_leaving_one_out_prefers():
    features, targets = drawn(12)
    strengths = np.array([1e-4, 0.05, 1.0, 20.0])
    rows = (features - features.mean(0)) / features.std(0)
    costs = []
    for strength in strengths:
        off = 0.0
        for out in range(12):
            kept = np.arange(12) != out
            # The same standardisation and penalty as with all; the bias is not penalised.
            wide = np.column_stack([rows[kept], np.ones(11)])
            penalty = np.diag([strength * 12] * 4 + [0])
            weight = np.linalg.solve(wide.T @ wide + penalty, wide.T @ targets[kept])
            off += (targets[out] - np.append(rows[out], 1) @ weight) ** 2
        costs.append(off)
    best = strengths[int(np.argmin(costs))]
    np.testing.assert_array_equal(
        ridge(features, targets, strengths).weight,
        ridge(features, targets, np.array([best])).weight,
    )


def test_that_noise_alone_is_answered_with_the_mean():
    source = np.random.default_rng(1)
    fit = ridge(source.normal(size=(40, 30)), source.normal(5, 1, 40))
    assert fit(source.normal(size=(200, 30))).std() < 0.4


def test_that_channels_that_do_not_move_and_more_channels_than_rows_do_no_harm():
    source = np.random.default_rng(2)
    features = np.column_stack([source.normal(size=(8, 20)), np.full(8, 5.0)])
    fit = ridge(features, features[:, 0])
    assert np.isfinite(fit(features)).all() and fit.weight[-1, 0] == pytest.approx(0)


def test_that_logistic_regression_finds_the_least_of_its_loss():
    source = np.random.default_rng(3)
    labels = source.integers(0, 3, 90)
    features = source.normal(size=(90, 2)) + np.array([[0, 0], [4, 0], [0, 4]])[labels]
    fit = logistic(features, labels, 3)

    def loss(weight, bias):
        logits = (features - fit.middle) / fit.scale @ weight + bias
        chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
        return -np.log(chances[np.arange(90), labels]).mean() + 5e-4 * np.square(weight).sum()

    least = loss(fit.weight, fit.bias)
    for _ in range(40):
        step = source.normal(0, 0.02, (3, 3))
        assert loss(fit.weight + step[:2], fit.bias + step[2]) > least - 1e-6
    assert (fit(features).argmax(1) == labels).mean() > 0.9


def test_that_a_fit_is_the_same_again_and_survives_a_class_that_is_not_there():
    features, _ = drawn()
    labels = (features[:, 0] > 3).astype(int) * 2
    first, again = (logistic(features, labels, 4)(features) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert set(first.argmax(1)) == {0, 2}
