"""The score picker offers what is stored, greys what is not, and says why."""

import pytest
from PySide6.QtCore import Qt

from engine.evaluation import judged
from tests.workbench.made_predictions import made, scored
from workbench.models.counted import offers
from workbench.views.score_picker import BEST, OLD, ScorePicker

SCHEMA = {
    "msp": {"title": "Highest probability", "about": "How probable the best known kind is."},
    "energy": {"title": "Energy", "about": "How much all known kinds speak for it."},
}


@pytest.fixture
def picker(qtbot):
    picker = ScorePicker()
    qtbot.addWidget(picker)
    return picker


def show(picker, predictions, who="student", now="msp"):
    picker.show_offers(offers(predictions, who), now, SCHEMA, who == "teacher")
    model = picker.model()
    return {
        model.item(i).data(Qt.ItemDataRole.UserRole): model.item(i) for i in range(picker.count())
    }


def test_that_stored_scores_are_offered_the_best_on_validation_first(picker):
    predictions = scored()
    rank = judged(predictions)
    found = show(picker, predictions)
    *offered, refused = found
    assert set(offered) == {"msp", "energy", "mahalanobis"}
    assert refused == "vim"
    values = [rank.get(name, -1.0) for name in offered]
    assert values == sorted(values, reverse=True)
    best, second = found[offered[0]], found[offered[1]]
    assert best.text().endswith(BEST)
    assert BEST not in second.text()
    assert f"AUROC {values[0]:.3f}" in best.toolTip()
    assert (
        found["msp"].toolTip() == "How probable the best known kind is."
    )  # a trained unknown: not judged
    assert picker.currentData() == "msp"


def test_that_a_refused_score_is_greyed_and_says_why(picker):
    found = show(picker, scored())
    assert not found["vim"].isEnabled()
    assert found["vim"].toolTip() == "The score “vim” needs training samples."
    assert found["energy"].isEnabled()


def test_that_an_old_file_offers_the_highest_probability_and_a_sentence(picker):
    found = show(picker, made())
    assert list(found) == ["msp", None]
    assert found[None].text() == OLD
    assert not found[None].isEnabled()
    assert picker.toolTip() == OLD


def test_that_of_the_teacher_only_what_its_logits_allow_is_offered(picker):
    found = show(picker, scored(), "teacher")
    assert {name for name, item in found.items() if item.isEnabled()} == {"msp", "energy"}
    assert "teacher" in found["mahalanobis"].toolTip()


def test_that_picking_by_key_tells_the_name_and_passes_over_greyed_ones(picker, qtbot):
    _, second, last, _ = show(picker, scored())
    picker.setCurrentIndex(0)
    heard = []
    picker.picked.connect(heard.append)
    picker.show()
    picker.setFocus()
    for _ in range(4):
        qtbot.keyClick(picker, Qt.Key.Key_Down)
    assert heard[:2] == [second, last]
    assert "vim" not in heard
