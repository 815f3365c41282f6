"""The whole page follows a handle dragged from one end to the other, checked against plain numpy at every stop."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from engine.predictions import PRETEND, TEST, VALIDATION, write
from engine.words import of_100
from tests.workbench.made_predictions import KINDS, KNOWN, scored, with_clouds
from workbench.desk import Desk
from workbench.pages.openset import OpenSetPage

LEFT = Qt.MouseButton.LeftButton
K = len(KNOWN)
ONE = {"bed": "a bed", "chair": "a chair", "night_stand": "a night stand"}
ONE |= {"bench": "a bench", "guitar": "a guitar"}


@pytest.fixture
def predictions(tmp_path):
    """Handmade, with two scores beside the highest probability and a trained unknown."""
    return with_clouds(scored(seed=3), tmp_path)


@pytest.fixture
def page(qtbot, make_run, predictions):
    run = make_run("Joint", results={"acc_closed": 0.8})
    write(run.predictions_path, predictions)
    desk = Desk(session="thread")
    page = OpenSetPage(desk)
    qtbot.addWidget(page)
    page.resize(1252, 860)
    page.show()
    qtbot.waitExposed(page)
    page.shown()
    qtbot.waitUntil(lambda: page.model.ready and page.pane._clouds is not None)
    yield page
    desk.close()


class Plain:
    """Everything of the test part at a threshold, from the stored logits and scores alone."""

    def __init__(self, predictions, score):
        part = predictions.split == TEST
        logits = predictions.logits[part].astype(np.float64)
        powers = np.exp(logits - logits.max(1, keepdims=True))
        chances = (powers / powers.sum(1, keepdims=True))[:, :K]
        self.labels, self.rows = predictions.labels[part], predictions.row[part]
        self.kinds = [KINDS[kind] for kind in predictions.kind[part]]
        self.sure, self.best = chances.max(1), chances.argmax(1)
        self.outvoted = np.zeros(len(logits), bool)
        self.rated = self.sure
        if score == "msp":
            self.outvoted = logits[:, K] > logits[:, :K].max(1)
        else:
            self.rated = predictions.scores[score][part].astype(np.float64)
        others = np.isin(predictions.split, (VALIDATION, TEST))
        self.ends = (0.0, 1.0)
        if score != "msp":
            self.ends = tuple(np.quantile(predictions.scores[score][others], [0.005, 0.995]))

    def value(self, step):
        low, high = (float(end) for end in self.ends)
        return low + (high - low) * step / 1000

    def said(self, value):
        return np.where((self.rated >= value) & ~self.outvoted, self.best, K)


def check(page, plain, step):
    """Every view that is linked, at one threshold."""
    value = plain.value(step)
    assert page.model.value == pytest.approx(value, rel=1e-12, abs=1e-12)
    said, true = plain.said(page.model.value), plain.labels
    known, strange = true < K, true == K
    right, away = ((said == true) & known).sum(), ((said == K) & strange).sum()

    tiles = page.tiles
    assert tiles.known.number.text() == of_100(right / known.sum(), 1)
    assert tiles.known.note.text() == f"closed-set · {right} of {known.sum()}"
    assert tiles.strangers.number.text() == of_100(away / strange.sum(), 1)
    assert tiles.overall.number.text() == of_100((right + away) / len(true), 1)
    each = [
        2 * ((said == k) & (true == k)).sum() / max(1, (said == k).sum() + (true == k).sum())
        for k in range(K + 1)
    ]
    weighted = sum(f * (true == k).mean() for k, f in enumerate(each))
    assert tiles.balance.number.text() == of_100(weighted, 1)

    table = np.zeros((K + 1, K + 1), int)
    np.add.at(table, (true, said), 1)
    assert (page.matrix._table == table).all()

    let_in, kept = 1 - away / strange.sum(), (said[known] < K).mean()
    named = said < K
    expected = {
        0: (let_in, right / known.sum()),
        1: (let_in, kept),
        2: (named.mean(), 1 - right / named.sum() if named.any() else np.nan),
    }[page.curves.kinds.index]
    assert page.curves.view.point == pytest.approx(expected, nan_ok=True)

    sample = page.pane.sample
    words = page.pane.strip.accessibleName()
    answer = "I do not know this." if said[sample] == K else f"This is {ONE[KNOWN[said[sample]]]}."
    assert words.startswith(f"“{answer}”")
    assert ("Correct" in words) == bool(said[sample] == true[sample])

    shares = f"names {of_100(right / known.sum())} of 100 known right"
    assert shares in page._sentence.text()
    assert f"turns {of_100(away / strange.sum())} of 100 strangers away" in page._sentence.text()


def check_at_rest(page, plain, score):
    """What follows once the handle rests: the gallery and what is said aloud."""
    said, true = plain.said(page.model.value), plain.labels
    far = np.abs(plain.rated - page.model.value)
    closest = plain.rows[np.argsort(far, kind="stable")[:8]]
    tiles = page.pane.gallery.tiles
    assert [tiles.tile(tiles.index(i)).row for i in range(8)] == closest.tolist()
    named = [tiles.tile(tiles.index(i)).value_token == "known" for i in range(8)]
    place = {row: i for i, row in enumerate(plain.rows)}
    assert named == [bool(said[place[row]] < K) for row in closest.tolist()]
    known, strange = true < K, true == K
    spoken = page.card.plot.accessibleDescription()
    assert (
        f"; {of_100(((said == true) & known).sum() / known.sum())}% of known kept and right"
        in spoken
    )
    assert (
        f"; {of_100(((said == K) & strange).sum() / strange.sum())}% of strangers turned away"
        in spoken
    )
    if score == "msp":
        assert spoken.startswith(f"Threshold {page.model.value:.3f}".removesuffix("0"))


@pytest.mark.parametrize(("score", "curve"), [("msp", 0), ("energy", 1), ("mahalanobis", 2)])
def test_that_every_view_follows_the_handle_from_end_to_end(page, predictions, qtbot, score, curve):
    scores = page.card.scores
    scores.setCurrentIndex(scores.findData(score))
    scores.activated.emit(scores.currentIndex())
    page.curves.kinds.set_index(curve)
    assert page.model.score == score
    plain, plot = Plain(predictions, score), page.card.plot
    qtbot.mousePress(plot, LEFT, pos=plot.handle().toPoint())
    visited = set()
    for x in [*range(20, plot.width() - 18, 9), plot.width()]:
        qtbot.mouseMove(plot, QPoint(x, plot.height() - 44))
        visited.add(page.model.step)
        check(page, plain, page.model.step)
        if len(visited) % 16 == 1:
            page._sorting.timeout.emit()
            page.model.commit()
            check_at_rest(page, plain, score)
    assert min(visited) == 0 and max(visited) == 1000 and len(visited) > 70
    with qtbot.waitSignal(page.model.committed):
        qtbot.mouseRelease(plot, LEFT, pos=QPoint(plot.width() // 2, plot.height() - 44))
    qtbot.waitUntil(lambda: not page._sorting.isActive())
    check_at_rest(page, plain, score)


def test_that_dragging_the_point_along_a_curve_moves_everything_too(page, predictions, qtbot):
    plain, view = Plain(predictions, "msp"), page.curves.view
    qtbot.mousePress(view, LEFT, pos=view.at(*view.point).toPoint())
    for share in (0.05, 0.3, 0.6, 0.9):
        qtbot.mouseMove(view, view.at(share, 0.9).toPoint())
        check(page, plain, page.model.step)
        x, y = view.point
        curve = page.model.now.swept.curve
        assert (np.isclose(curve.false_accepted, x) & np.isclose(curve.correct, y)).any()
    with qtbot.waitSignal(page.model.committed):
        qtbot.mouseRelease(view, LEFT, pos=view.at(0.9, 0.9).toPoint())


def test_that_validation_alone_decides_where_rules_put_the_handle(page, predictions, qtbot):
    known = predictions.scores["energy"][predictions.split == VALIDATION].astype(np.float64)
    mixed = predictions.scores["energy"][predictions.split == PRETEND].astype(np.float64)
    page.model.use_score("energy")
    qtbot.mouseClick(page.card.snap, LEFT)
    qtbot.mouseClick(page.card.panel.buttons["youden"], LEFT)
    best = max((known >= cut).mean() - (mixed >= cut).mean() for cut in known)
    value = page.model.value
    assert (known >= value).mean() - (mixed >= value).mean() == pytest.approx(best)
    assert page.card.note.text() == "chosen on validation: best balance"
