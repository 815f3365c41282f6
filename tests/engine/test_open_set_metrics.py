"""Open-set metrics against hand calculations, float64 references over all pairs, and properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.metrics import open_set as m

# Worked by hand: descending 5k 4k 3u 2k=2u 1u.
KNOWN, UNKNOWN = [5.0, 4.0, 2.0], [3.0, 2.0, 1.0]


def pairwise(known, right, unknown):
    """The definition itself, in float64 over every pair."""
    known, unknown = np.asarray(known)[:, None], np.asarray(unknown)[None]
    wins = (known > unknown) + 0.5 * (known == unknown)
    return float((np.asarray(right)[:, None] * wins).mean())


def scores(max_size=30):
    """Few distinct values, so that ties are common."""
    return st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=max_size)


def random_case(seed, samples=80, known=4, extra=1):
    generator = np.random.default_rng(seed)
    logits = (generator.normal(size=(samples, known + extra)) * 3).astype(np.float32)
    return logits, generator.integers(0, known + 1, samples)


def test_that_auroc_counts_a_tie_as_half():
    assert m.auroc(KNOWN, UNKNOWN) == pytest.approx((3 + 3 + 1.5) / 9)


def test_that_oscr_counts_only_known_samples_that_are_right():
    assert m.oscr(KNOWN, [True, False, True], UNKNOWN) == pytest.approx((3 + 1.5) / 9)


@given(scores(), scores())
def test_that_auroc_is_its_definition_over_all_pairs(known, unknown):
    assert m.auroc(known, unknown) == pytest.approx(
        pairwise(known, np.ones(len(known)), unknown), abs=1e-14
    )


@given(scores(), scores(), st.randoms(use_true_random=False))
def test_that_oscr_is_its_definition_and_at_most_accuracy_and_auroc(known, unknown, chance):
    right = np.array([chance.random() < 0.7 for _ in known])
    value = m.oscr(known, right, unknown)
    assert value == pytest.approx(pairwise(known, right, unknown), abs=1e-14)
    assert value <= min(right.mean(), m.auroc(known, unknown)) + 1e-12


@given(scores(), scores(), st.randoms(use_true_random=False))
def test_that_oscr_and_auroc_are_the_areas_under_the_curve(known, unknown, chance):
    right = np.array([chance.random() < 0.7 for _ in known])
    curve = m.oscr_curve(known, right, unknown)
    area = np.trapezoid(curve.correct, curve.false_accepted)
    assert area == pytest.approx(m.oscr(known, right, unknown))
    assert np.trapezoid(curve.accepted, curve.false_accepted) == pytest.approx(
        m.auroc(known, unknown)
    )
    assert curve.false_accepted[0] == curve.accepted[0] == 0
    assert curve.false_accepted[-1] == curve.accepted[-1] == 1


def test_that_a_hundred_thousand_scores_are_ranked_without_a_table_of_pairs():
    generator = np.random.default_rng(0)
    known, unknown = generator.normal(1, 1, 50_000), generator.normal(0, 1, 50_000)
    # Two normals one apart: the AUROC is the normal distribution at 1/sqrt(2).
    assert m.auroc(known, unknown) == pytest.approx(0.7602, abs=0.01)


def test_that_aupr_takes_trapezoids_from_precision_one():
    # Points (recall, precision): (0, 1) (1/3, 1) (2/3, 1) (2/3, 2/3) (1, 3/5) (1, 1/2).
    assert m.aupr(KNOWN, UNKNOWN) == pytest.approx(2 / 3 + (2 / 3 + 3 / 5) / 2 / 3)
    # Unknown positive, ascending 1u 2u=2k 3u 4k 5k: (1/3, 1) (2/3, 2/3) (1, 3/4).
    by_hand = (1 + (1 + 2 / 3) / 2 + (2 / 3 + 3 / 4) / 2) / 3
    assert m.aupr(KNOWN, UNKNOWN, positive="unknown") == pytest.approx(by_hand)


def test_that_both_published_fpr_at_tpr_are_told_apart():
    # Known positive: (TPR, FPR) runs (2/3, 0) (2/3, 1/3) (1, 2/3); at .95 between the last two.
    by_hand = 1 / 3 + (0.95 - 2 / 3) / (1 / 3) * (1 / 3)
    assert m.fpr_at_tpr(KNOWN, UNKNOWN) == pytest.approx(by_hand)
    # Unknown positive: TPR reaches 1 at score 3, where 2 of 3 known (5, 4) are still below.
    assert m.fpr_at_tpr(KNOWN, UNKNOWN, positive="unknown") == pytest.approx(1 / 3)


def test_that_a_perfect_ranking_has_no_false_positives():
    known, unknown = np.arange(40) + 100.0, np.arange(40.0)
    assert m.auroc(known, unknown) == m.aupr(known, unknown) == 1
    assert m.fpr_at_tpr(known, unknown) == m.fpr_at_tpr(known, unknown, positive="unknown") == 0


@pytest.mark.parametrize("sides", [([], [1.0]), ([1.0], []), ([float("nan")], [1.0])])
def test_that_a_missing_side_is_not_measured(sides):
    known, unknown = sides
    for value in (m.auroc(known, unknown), m.aupr(known, unknown), m.fpr_at_tpr(known, unknown)):
        assert np.isnan(value)
    assert np.isnan(m.oscr(known, np.ones(len(known)), unknown))
    assert m.oscr_curve(known, np.ones(len(known)), unknown).correct.size == 0


def test_that_ranking_agrees_with_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    generator = np.random.default_rng(1)
    known, unknown = generator.integers(3, 12, 200) / 4, generator.integers(0, 9, 150) / 4
    truth = np.r_[np.ones(200), np.zeros(150)]
    both = np.r_[known, unknown]
    false, true, _ = metrics.roc_curve(truth, both, drop_intermediate=False)
    precision, recall, _ = metrics.precision_recall_curve(truth, both)
    assert m.auroc(known, unknown) == pytest.approx(metrics.roc_auc_score(truth, both))
    assert m.aupr(known, unknown) == pytest.approx(metrics.auc(recall, precision))
    assert m.fpr_at_tpr(known, unknown) == pytest.approx(np.interp(0.95, true, false))


def test_that_f_measures_agree_with_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    logits, labels = random_case(5)
    predicted = m.decide(logits, 0.5, unknown_column=4)
    for average in ("weighted", "macro", "micro"):
        expected = metrics.f1_score(labels, predicted, average=average)
        assert m.f_measure(labels, predicted, average) == pytest.approx(expected)


# --- decisions ----------------------------------------------------------------------------------


def test_that_being_exactly_as_sure_as_the_threshold_is_enough():
    assert m.decide([[0.0, 0.0]], 0.5)[0] == 0
    assert m.decide([[0.0, 0.0]], 0.5001)[0] == 2


def test_that_the_three_rules_differ_where_they_should():
    # Probabilities of two known kinds, then of unknown.
    logits = np.log([[0.40, 0.05, 0.55], [0.34, 0.33, 0.33]])
    assert m.decide(logits, 0.3, "threshold", unknown_column=2).tolist() == [0, 0]
    assert m.decide(logits, 0.3, "argmax", unknown_column=2).tolist() == [2, 0]
    assert m.decide(logits, 0.3, "either", unknown_column=2).tolist() == [2, 0]
    assert m.decide(logits, 0.9, "argmax", unknown_column=2).tolist() == [2, 0]
    assert m.decide(logits, 0.35, "either", unknown_column=2).tolist() == [2, 2]


def test_that_the_unknown_column_may_stand_anywhere():
    logits, _ = random_case(2)
    moved = np.roll(logits, 1, axis=1)
    for rule in ("either", "threshold", "argmax"):
        same = m.decide(logits, 0.4, rule, 4) == m.decide(moved, 0.4, rule, 0)
        assert same.all()
    assert (m.decide(logits, 0.4, "either", -1) == m.decide(logits, 0.4, "either", 4)).all()


@given(st.integers(0, 10_000), st.floats(0.5, 1))
def test_that_from_one_half_up_the_threshold_alone_decides(seed, threshold):
    logits, _ = random_case(seed)
    either = m.decide(logits, threshold, "either", 4)
    assert (either == m.decide(logits, threshold, "threshold", 4)).all()


def test_that_a_row_that_is_not_finite_is_turned_away_by_every_rule():
    logits = np.array([[np.nan, 1.0, 0.0], [np.inf, 1.0, 0.0]])
    for rule in ("either", "threshold", "argmax"):
        assert m.decide(logits, 0.0, rule, 2).tolist() == [2, 2]
        assert m.sweep(logits, [0, 1], rule, 2)[0, :2, 2].tolist() == [1, 1]
    assert m.thresholded(logits, [0, 0], 0.0, unknown_column=2)["acc_known_no_threshold"] == 0


def test_that_a_rule_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="rule"):
        m.decide([[0.0, 1.0]], 0.5, "sometimes")


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10_000),
    st.sampled_from(["either", "threshold", "argmax"]),
    st.sampled_from([None, 0, 4]),
    st.integers(0, 1000),
)
def test_that_the_sweep_is_deciding_at_any_threshold(seed, rule, column, step):
    logits, labels = random_case(seed, extra=column is not None)
    # Exact halves and certainties, where < and <= differ.
    logits[:2] = 0
    logits[2, 0] = 1000
    decided = m.decide(logits, step / 1000, rule, column)
    tables = m.sweep(logits, labels, rule, column)
    assert tables.shape == (1001, 5, 5)
    assert tables.dtype == np.int32
    assert (tables[step] == m.confusion(labels, decided, 5)).all()


# --- figures ------------------------------------------------------------------------------------


def paper_table(correct_closed, rejected_open, n_closed=908, n_open=990):
    """A 2-known-kind table with the paper's counts; where the errors go does not matter here."""
    table = np.zeros((3, 3), dtype=np.int32)
    table[0, 0], table[0, 1] = correct_closed, n_closed - correct_closed
    table[2, 2], table[2, 0] = rejected_open, n_open - rejected_open
    return table


@pytest.mark.parametrize(
    ("correct", "rejected", "closed", "opened", "total"),
    [
        (848, 70, 93.392, 7.071, 48.367),
        (773, 55, 85.132, 5.556, 43.625),
        (794, 94, 87.445, 9.495, 46.786),
        (778, 186, 85.683, 18.788, 50.790),
        (788, 159, 86.784, 16.061, 49.895),
    ],
)
def test_that_the_counts_behind_the_published_table_give_its_numbers(
    correct, rejected, closed, opened, total
):
    found = m.figures(paper_table(correct, rejected), 0)
    assert 100 * found["acc_closed"] == pytest.approx(closed, abs=5e-4)
    assert 100 * found["acc_open"] == pytest.approx(opened, abs=5e-4)
    assert 100 * found["acc_total"] == pytest.approx(total, abs=5e-4)
    assert found["counts"]["n_closed"] + found["counts"]["n_open"] == 1898


def test_that_every_f_measure_is_the_one_worked_by_hand():
    labels, predictions = [0, 0, 0, 1, 2, 2], [0, 0, 2, 0, 2, 1]
    # F1: label 0: 2*2/(3+3) = 2/3; label 1: 0; label 2 (unknown): 2*1/(2+2) = 1/2.
    assert m.f_measure(labels, predictions) == pytest.approx((3 * 2 / 3 + 0 + 2 * 1 / 2) / 6)
    assert m.f_measure(labels, predictions, "macro") == pytest.approx((2 / 3 + 0 + 1 / 2) / 3)
    assert m.f_measure(labels, predictions, "known_macro") == pytest.approx(1 / 3)
    assert m.f_measure(labels, predictions, "binary") == pytest.approx(1 / 2)
    assert m.f_measure(labels, predictions, "micro") == pytest.approx(3 / 6)


def test_that_a_label_never_met_does_not_lower_the_macro_mean():
    assert m.f_measure([0, 3], [0, 3], "macro") == 1
    assert m.f_measure([0, 3], [0, 3], "known_macro") == 1


def test_that_thresholded_counts_what_it_says():
    # Confidence .9 right, .6 right, .9 wrong; strangers .6 and .9.
    logits = np.log([[0.9, 0.1], [0.4, 0.6], [0.9, 0.1], [0.6, 0.4], [0.1, 0.9]])
    found = m.thresholded(logits, [0, 1, 1, 2, 2], 0.7)
    assert found["counts"] == {
        "correct_closed": 1,
        "n_closed": 3,
        "rejected_open": 1,
        "n_open": 2,
        "correct_no_threshold": 2,
    }
    assert found["acc_closed"] == pytest.approx(1 / 3)
    assert found["acc_known_no_threshold"] == pytest.approx(2 / 3)
    assert found["acc_total"] == pytest.approx(2 / 5)


def test_that_without_strangers_or_without_known_the_share_is_not_measured():
    logits = np.log([[0.9, 0.1], [0.4, 0.6]])
    no_strangers = m.thresholded(logits, [0, 1], 0.5)
    assert no_strangers["acc_closed"] == no_strangers["acc_total"] == 1
    assert np.isnan([no_strangers["acc_open"], no_strangers["f_measure"]]).all()
    assert np.isnan(no_strangers["intervals"]["acc_open"]).all()
    no_known = m.thresholded(logits, [2, 2], 0.95)
    assert no_known["acc_open"] == 1
    assert np.isnan([no_known["acc_closed"], no_known["f_binary"]]).all()


def test_that_wilsons_interval_is_the_published_example():
    # Newcombe 1998, Statistics in Medicine 17:857, table I: 81 of 263 and 0 of 20.
    assert m.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert m.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


@given(st.integers(1, 500), st.data())
def test_that_wilsons_interval_holds_the_share(trials, data):
    successes = data.draw(st.integers(0, trials))
    low, high = m.wilson(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1


def test_that_labels_out_of_range_are_refused():
    with pytest.raises(ValueError, match=r"0\.\.2"):
        m.thresholded([[0.0, 1.0]], [3], 0.5)


def test_that_the_f_of_oltr_is_that_of_its_loops():
    # Known: 2 of 3 right; strangers: 1 of 2 let in. Precision 2 / 3, recall 2 / (2 + 1).
    assert m.f_measure([0, 0, 1, 2, 2], [0, 1, 1, 2, 0], "oltr") == pytest.approx(2 / 3)
    # A known one turned away counts like one taken for another: 1 of 3, then 1 of 1 + 0.
    found = m.thresholded(
        np.log([[0.9, 0.1], [0.6, 0.4], [0.4, 0.6], [0.5, 0.5]]), [0, 1, 0, 2], 0.7
    )
    assert found["f_oltr"] == pytest.approx(2 * (1 / 3) / (1 / 3 + 1))
