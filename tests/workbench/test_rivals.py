"""Other runs are compared at the same share of strangers let in, found by hand."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from engine.errors import RunError
from engine.metrics.open_set import Curve
from engine.predictions import write
from engine.store import RunStore
from tests.workbench.made_predictions import KNOWN, made, scored
from workbench.models.counted import count
from workbench.models.points import at_same_share, points
from workbench.models.rivals import read_rival
from workbench.models.threshold import ThresholdModel
from workbench.views.curves_card import CurvesCard

# Strictest first: of four strangers 0, 0, 1, 2, 2, 4 get in while of five known 0, 2, 3, 3, 4, 5 are kept.
CURVE = Curve(
    false_accepted=np.array([0, 0, 1, 2, 2, 4]) / 4,
    accepted=np.array([0, 2, 3, 3, 4, 5]) / 5,
    correct=np.array([0, 2, 2, 2, 3, 4]) / 5,
)


@pytest.mark.parametrize(
    ("let_in", "found"),
    [
        (0.0, (0.0, 0.4, 0.4)),
        (0.1, (0.0, 0.4, 0.4)),
        (0.25, (0.25, 0.4, 0.6)),
        (0.5, (0.5, 0.6, 0.8)),
        (0.99, (0.5, 0.6, 0.8)),
        (1.0, (1.0, 0.8, 1.0)),
    ],
)
def test_that_the_best_point_that_lets_in_no_more_is_taken(let_in, found):
    at = at_same_share(CURVE, let_in, 5, 4)
    assert (at.let_in[0], at.right[0], at.kept[0]) == pytest.approx(found)


def test_that_a_point_of_a_curve_says_how_many_are_named_and_how_many_of_these_wrongly():
    at = at_same_share(CURVE, 0.5, 5, 4)  # 4 known, of which 3 are right, and 2 strangers are named
    assert at.coverage[0] == pytest.approx(6 / 9)
    assert at.risk[0] == pytest.approx(3 / 6)


def test_that_without_a_share_or_a_curve_nothing_is_compared():
    for curve, share in ((CURVE, float("nan")), (Curve(*[np.empty(0)] * 3), 0.5)):
        at = at_same_share(curve, share, 5, 4)
        assert np.isnan([at.let_in, at.right, at.kept, at.coverage, at.risk]).all()


def test_that_points_are_the_shares_of_a_table():
    table = np.array([[[6, 1, 3], [0, 8, 2], [1, 2, 17]]])
    here = points(table)
    assert here.let_in[0] == pytest.approx(3 / 20)
    assert here.right[0] == pytest.approx(14 / 20)
    assert here.kept[0] == pytest.approx(15 / 20)
    assert here.coverage[0] == pytest.approx(18 / 40)
    assert here.risk[0] == pytest.approx(4 / 18)


@pytest.fixture
def other(make_run):
    run = make_run("Other", results={"acc_closed": 0.8})
    write(run.predictions_path, scored(seed=9))
    return run


def test_that_another_run_is_read_by_the_same_score_where_it_has_it(other):
    beside = scored()
    assert read_rival(RunStore(), other.path, "Other", beside, "energy").name == "Other"
    write(other.predictions_path, made(seed=9))
    rival = read_rival(RunStore(), other.path, "Other", beside, "energy")
    assert rival.name == "Other (msp)"
    assert rival.counted.score == "msp"


def test_that_other_data_is_said(other):
    rival = read_rival(RunStore(), other.path, "Other", scored(cache="elsewhere.h5"), "msp")
    assert rival.name == "Other · other data"


def test_that_a_run_of_other_kinds_is_refused_in_a_sentence(other):
    beside = scored()
    renamed = replace(scored(seed=9), known=("bed", "sofa", KNOWN[2]))
    write(other.predictions_path, renamed)
    with pytest.raises(RunError, match="knows other kinds"):
        read_rival(RunStore(), other.path, "Other", beside, "msp")


@pytest.fixture
def card(qtbot, other):
    model = ThresholdModel()
    card = CurvesCard(model)
    qtbot.addWidget(card)
    model.show(scored())
    card.resize(260, 330)
    card.show()
    card.set_rivals([read_rival(RunStore(), other.path, "Other", scored(), "msp")])
    return model, card


def brute(predictions, let_in):
    """By trying every threshold: the largest share kept and right that lets in no more strangers."""
    test = predictions.of(1)
    powers = np.exp(test.logits.astype(np.float64))
    chances = (powers / powers.sum(1, keepdims=True))[:, :3]
    rank = chances.max(1) - (test.logits[:, 3] > test.logits[:, :3].max(1))
    known = test.labels < 3
    right = chances.argmax(1) == test.labels
    found = [(0.0, 0.0)]
    for cut in rank:
        found.append(((rank[~known] >= cut).mean(), (right & (rank >= cut))[known].mean()))
    return max(pair for pair in found if pair[0] <= let_in + 1e-12)


def test_that_the_lock_shows_each_run_at_the_same_share_of_strangers(card, qtbot):
    model, card = card
    model.set_step(600)
    own = card.table.texts()[1]
    model.set_step(900)
    assert card.table.texts()[1] == own  # at its own threshold, wherever this run's is
    qtbot.mouseClick(card.table.lock, Qt.MouseButton.LeftButton)
    for step in (300, 600, 900):
        model.set_step(step)
        share = float(model.point().let_in[0])
        expected = brute(scored(seed=9), share)
        _, let_in, right = card.table.texts()[1]
        assert (let_in, right) == tuple(f"{100 * value:.1f} %" for value in expected)
        assert card.table.texts()[0][1] == f"{100 * share:.1f} %"


def test_that_another_run_is_drawn_on_every_curve_at_its_own_point(card, qtbot):
    _, card = card
    test = scored(seed=9).of(1)
    for place, (x, y) in enumerate([("let_in", "right"), ("let_in", "kept"), ("coverage", "risk")]):
        qtbot.mouseClick(card.kinds.option(place), Qt.MouseButton.LeftButton)
        (drawn,) = card.view._rivals
        at = points(count(scored(seed=9), "student", "msp").swept.table(0.5)[None])
        assert drawn.point == pytest.approx((getattr(at, x)[0], getattr(at, y)[0]))
    assert len(drawn.x) == len(test)  # one more is named at each step of the risk-coverage curve
    right = test.logits[:, : len(KNOWN)].argmax(1) == test.labels  # no stranger is ever right
    assert drawn.y[-1] == pytest.approx(1 - right.mean())


def test_that_the_table_is_out_of_the_way_until_a_run_is_drawn(card):
    _, card = card
    assert card.table.isVisible()
    card.set_rivals([])
    assert not card.table.isVisible()


def test_that_a_run_is_picked_in_a_menu_and_taken_away_again(card, other, qtbot):
    _, card = card
    wanted = []
    card.wanted.connect(wanted.append)
    card.others = lambda: {other.path: "Other", other.path / "second": "Second"}
    drawn, second = card.menu_of_runs().actions()
    assert drawn.isChecked() and not second.isChecked()
    second.trigger()
    assert wanted[-1] == [other.path, other.path / "second"]
    card.table.removed.emit(0)
    assert wanted[-1] == []
