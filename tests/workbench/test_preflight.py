"""Before you start, on Set-up: asked with a click, how far it is, stale when the draft changes, refused, stopped."""

from dataclasses import asdict

import pytest
import shiboken6
from PySide6.QtCore import Qt

from engine.checks import Check
from engine.control import Control
from engine.events import Phase
from engine.experiment import Choice, Experiment
from engine.jobs import Job, perform, whole_schema
from workbench.desk import Desk
from workbench.models import material
from workbench.models.preflight import REFUSED
from workbench.models.recipes import recipes, with_recipe
from workbench.pages.setup import SetupPage

FINE = Check("Lines up", "calibration", 0.4, "px", "fine", "They do.")
BAD = Check("Anchors reach", "anchor recall", 62.0, "%", "mend", "Others are lost.", "of the boxes")
OTHER = Check("Levels in use", "level mapping", 1.0, "of 4", "mend", "Three are never read.")
STREETS = {"name": "streets", "scenes": 4, "height": 64, "width": 96, "rays_across": 64}


@pytest.fixture(scope="module")
def schema():
    return whole_schema()


class AskedDesk(Desk):
    """A desk that keeps what it was asked, to be answered when the test says so."""

    def __init__(self) -> None:
        super().__init__(session="thread")
        self.asked: list[tuple] = []
        self.stopped, self.started = 0, []

    def start(self, experiment):
        self.started.append(experiment)

    def describe(self, experiment, answer):
        answer({"parameters": 1000, "macs": 2000})

    def examine(self, experiment, answer, phase, if_prepared=False):
        self.asked.append((experiment, answer, phase, if_prepared))

    def stop_examining(self):
        self.stopped += 1


def draft_of(schema):
    own = next(one for one in recipes(schema) if one.name == "classroom")
    draft = with_recipe(Experiment(), own, schema)
    return material.suited(draft, schema, Choice(name="shapes"), ())


@pytest.fixture
def desk(qapp, schema):
    desk = AskedDesk()
    desk.schema = schema
    desk.draft = draft_of(schema)
    yield desk
    desk.close()


@pytest.fixture
def page(qtbot, desk):
    page = SetupPage(desk)
    page.resize(1092, 680)
    page.show()
    qtbot.waitExposed(page)
    yield page
    shiboken6.delete(page)


def press(qtbot, page):
    qtbot.mouseClick(page.before.button, Qt.MouseButton.LeftButton)


def answer(desk, *checks):
    desk.asked[-1][1]({"checks": [asdict(check) for check in checks]})


def by_itself(qtbot, page, desk):
    """It has asked by itself, and the data were not prepared."""
    qtbot.waitUntil(lambda: len(desk.asked) == 1)
    assert desk.asked[0][3]
    desk.asked[0][1]({"checks": None})


def test_that_prepared_data_are_looked_at_without_a_click_and_others_wait_for_one(
    qtbot, page, desk
):
    by_itself(qtbot, page, desk)
    assert page.before.hint.isVisible() and not page.before.work.isVisible()
    press(qtbot, page)
    assert len(desk.asked) == 2 and not desk.asked[1][3]


def test_that_it_says_how_far_it_is_before_it_shows_the_checks(qtbot, page, desk):
    by_itself(qtbot, page, desk)
    press(qtbot, page)
    desk.asked[-1][2](Phase(name="Making streets", detail="3 of 6", fraction=0.5))
    assert page.before.work.isVisible() and "Making streets 3 of 6" in page.before.work.text
    assert page.before.work.accessibleName().endswith("50 %")
    answer(desk, FINE)
    assert not page.before.work.isVisible() and page.before.shown == [FINE]


def test_that_start_stays_free_whatever_is_found_and_a_refusal_is_said(qtbot, page, desk):
    by_itself(qtbot, page, desk)
    press(qtbot, page)
    answer(desk, FINE, OTHER)
    assert not page.before.said.isVisible()
    press(qtbot, page)
    answer(desk, FINE, BAD)
    assert page.before.said.isVisible() and page.before.said.text() == REFUSED
    assert page.before.shown == [BAD]
    qtbot.mouseClick(page.side.start, Qt.MouseButton.LeftButton)
    assert len(desk.started) == 1


def test_that_nothing_is_refused_where_somebody_insists(qtbot, page, desk):
    by_itself(qtbot, page, desk)
    desk.set_draft(desk.draft.with_values(**{"recipe.override": True}))
    press(qtbot, page)
    answer(desk, BAD)
    assert page.before.shown == [BAD] and not page.before.said.isVisible()


def test_that_a_changed_draft_makes_checks_stale_and_late_answers_are_dropped(qtbot, page, desk):
    by_itself(qtbot, page, desk)
    press(qtbot, page)
    answer(desk, FINE)
    desk.set_draft(desk.draft.with_values(seed=5))
    assert page.before.shown == [] and "changed since" in page.before.hint.text()
    press(qtbot, page)
    desk.set_draft(desk.draft.with_values(seed=6))
    answer(desk, FINE)
    assert page.before.shown == [] and desk.stopped == 1


def test_that_a_new_name_changes_nothing_that_was_checked(qtbot, page, desk):
    by_itself(qtbot, page, desk)
    press(qtbot, page)
    answer(desk, FINE)
    desk.set_draft(desk.draft.with_values(name="Another"))
    assert page.before.shown == [FINE]


def test_that_what_is_asked_can_be_sent_to_an_engine(qtbot, page, desk):
    by_itself(qtbot, page, desk)
    job = Job(do="examine", experiment=desk.asked[0][0])
    assert Job.model_validate_json(job.model_dump_json()) == job


def test_that_looking_can_be_stopped(qtbot, page, desk):
    by_itself(qtbot, page, desk)
    press(qtbot, page)
    assert page.before.button.text() == "Stop"
    press(qtbot, page)
    answer(desk, FINE)
    assert desk.stopped == 1 and page.before.shown == [] and page.before.button.text() == "Check"


def test_that_a_run_that_begins_ends_the_looking(qtbot, page, desk):
    by_itself(qtbot, page, desk)
    press(qtbot, page)
    desk.live.begin(desk.draft)
    assert desk.stopped == 1 and not page.before.work.isVisible()


def test_that_what_went_wrong_is_a_sentence(qtbot, page, desk):
    by_itself(qtbot, page, desk)
    press(qtbot, page)
    desk.asked[-1][1]({"problem": "There is no such folder. Nothing was changed."})
    assert page.before.said.text().startswith("There is no such folder")
    assert not page.before.hint.isVisible()


def test_that_other_recipes_have_no_strip_and_ask_nothing(qtbot, page, desk, schema):
    own = next(one for one in recipes(schema) if one.name == "student")
    desk.set_draft(with_recipe(desk.draft, own, schema))
    assert not page.before.isVisible()
    qtbot.wait(700)
    assert desk.asked == []


@pytest.mark.parametrize("size", [(1092, 680), (1252, 860)])
def test_that_nothing_of_it_is_cut_off(qtbot, page, desk, size):
    page.resize(*size)
    by_itself(qtbot, page, desk)
    press(qtbot, page)
    answer(desk, FINE, OTHER, BAD)
    qtbot.wait(50)
    strip = page.before
    for widget in (strip.button, strip.look, strip.said, strip.standing):
        assert strip.rect().contains(widget.geometry())
    assert strip.shown == [BAD]
    assert page.diagram.height() >= page.diagram.minimumSizeHint().height()
    assert strip.said.heightForWidth(strip.said.width()) <= strip.said.height()


def test_that_the_engine_makes_streets_and_looks_at_them_only_when_it_may(qtbot, own_home, schema):
    desk = Desk(session="thread")
    try:
        draft = draft_of(schema).with_values(data=STREETS)
        told, phases = [], []
        desk.examine(draft, told.append, phases.append, True)
        qtbot.waitUntil(lambda: len(told) == 1, timeout=60_000)
        assert told == [{"checks": None}] and phases == []
        desk.examine(draft, told.append, phases.append)
        qtbot.waitUntil(lambda: len(told) == 2, timeout=60_000)
        assert "anchor recall" in {check["term"] for check in told[1]["checks"]} and phases
        *_, again = perform(Job(do="examine", experiment=draft, if_prepared=True), Control())
        assert again.value == told[1]
    finally:
        desk.close()
