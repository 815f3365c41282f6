"""A term is added to a recipe's mix and taken away again, by clicks; the engine says which cannot work, and why."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from engine.check import check, refused_terms
from engine.experiment import Experiment, Loss
from engine.jobs import whole_schema
from tests.workbench.test_setup_page import QuietDesk, click_recipe
from workbench.models.terms import added, offers, with_term, without_term
from workbench.pages.setup import SetupPage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def schema():
    return whole_schema()


class AskedDesk(QuietDesk):
    """What its engine says of terms is what the real one says."""

    def describe(self, experiment, answer):
        sizes = {"parameters": 1_000_000, "macs": 3_800_000}
        answer(sizes | {"refused_terms": refused_terms(experiment)})


@pytest.fixture
def desk(qapp, schema):
    desk = AskedDesk()
    desk.schema = schema
    yield desk
    desk.close()


@pytest.fixture
def page(qtbot, desk):
    page = SetupPage(desk)
    qtbot.addWidget(page)
    page.resize(1252, 860)
    page.show()
    qtbot.waitExposed(page)
    return page


def open_menu(page, qtbot):
    qtbot.mouseClick(page.more, LEFT)
    menu = page.more.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]
    qtbot.waitUntil(menu.isVisible)
    return menu


def named(menu, name):
    return next(one for one in menu.actions() if one.text().endswith(f"\t{name.upper()}"))


def pick(page, qtbot, name):
    menu = open_menu(page, qtbot)
    place = menu.actionGeometry(named(menu, name)).center()
    qtbot.mouseMove(menu, place)
    qtbot.mouseClick(menu, LEFT, pos=place)


def test_that_what_is_not_refused_is_an_experiment_that_can_be_started(schema):
    draft = Experiment(recipe="distil")
    refused = refused_terms(draft)
    for offer in offers(draft, schema, refused):
        if not offer.why_not:
            check(with_term(draft, schema, offer.name))


def test_that_what_fits_comes_first_and_no_dial_is_offered_twice(schema):
    draft = Experiment(recipe="distil", losses={"kd": Loss(), "rkd": Loss(weight=0.5)})
    found = offers(draft, schema, {"mse": "The loss “mse” needs pictures. Nothing was started."})
    assert not {"kd", "ce", "rkd"} & {offer.name for offer in found}
    assert [offer.name for offer in found if offer.why_not] == ["mse"] == [found[-1].name]
    assert found[-1].why_not == "The loss “mse” needs pictures."
    assert added(draft, schema) == ("rkd",)


def test_that_a_term_begins_at_its_usual_weight_beside_the_written_out_mix(schema):
    draft = with_term(Experiment(recipe="distil"), schema, "hint")
    weights = {name: loss.weight for name, loss in draft.losses.items()}
    assert weights == {"kd": 1.0, "ce": 1.0, "hint": 100.0}
    assert set(without_term(draft, schema, "hint").losses) == {"kd", "ce"}


def test_that_a_click_adds_a_term_with_dial_arrow_and_settings_and_undo_takes_it_back(
    page, desk, qtbot
):
    click_recipe(qtbot, page, "Soft answers")
    before = desk.draft
    pick(page, qtbot, "crd")
    assert list(desk.draft.losses) == ["kd", "ce", "crd"]
    assert [lesson.name for lesson in page.diagram.mix.lessons] == ["kd", "ce", "crd"]
    qtbot.waitUntil(page.dials.dials["crd"].isVisible)
    fold = page.side.folds.folds["losses.crd"]
    assert fold.is_open
    assert {"losses.crd.weight", "losses.crd.temperature"} <= set(fold.form.rows)
    fold.form.rows["losses.crd.weight"].editor.edited.emit(0.8)
    assert desk.draft.losses["crd"].weight == 0.8
    page.undo.undo()
    page.undo.undo()
    assert desk.draft.losses == before.losses
    assert "crd" not in page.dials.dials
    page.undo.redo()
    assert "crd" in desk.draft.losses


def test_that_an_added_term_at_its_usual_weight_counts_as_unchanged_and_a_reset_goes_back_to_it(
    page, desk, qtbot
):
    click_recipe(qtbot, page, "Soft answers")
    pick(page, qtbot, "hint")
    row = page.side.folds.folds["losses.hint"].form.rows["losses.hint.weight"]
    assert not row.dot.isEnabled()
    row.editor.edited.emit(7.0)
    assert row.dot.isEnabled()
    row.reset()
    assert desk.draft.losses["hint"].weight == 100.0


def test_that_a_cross_takes_an_added_term_away_and_the_usual_ones_have_none(page, desk, qtbot):
    click_recipe(qtbot, page, "Soft answers")
    pick(page, qtbot, "rkd")
    dials = page.dials.dials
    qtbot.waitUntil(dials["rkd"].cross.isVisible)
    assert [name for name, dial in dials.items() if dial.cross.isVisible()] == ["rkd"]
    qtbot.mouseClick(dials["rkd"].cross, LEFT)
    assert list(desk.draft.losses) == ["kd", "ce"]
    assert list(page.dials.dials) == ["kd", "ce"]
    assert "losses.rkd" not in page.side.folds.folds
    page.undo.undo()
    assert list(desk.draft.losses) == ["kd", "ce", "rkd"]


def test_that_what_cannot_work_is_grey_and_a_click_on_it_adds_nothing(page, desk, qtbot):
    click_recipe(qtbot, page, "Student on its own")
    menu = open_menu(page, qtbot)
    (others,) = menu.findChildren(QMenu)
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(others.menuAction()).center())
    qtbot.waitUntil(others.isVisible)
    soft = named(others, "kd")
    assert not soft.isEnabled()
    assert "needs a teacher" in soft.toolTip()
    assert "Nothing was started" not in soft.toolTip()
    before = desk.draft
    qtbot.mouseClick(others, LEFT, pos=others.actionGeometry(soft).center())
    assert desk.draft == before
    menu.close()


def test_that_before_the_engine_has_said_what_fits_nothing_can_be_added(page):
    page.more.show_offers(None)
    assert not page.more.isEnabled()
    assert "still finding out" in page.more.toolTip()
