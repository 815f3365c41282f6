"""What all pages share, with an engine that is quick."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.events import Event, Phase
from engine.experiment import Choice, Experiment
from engine.places import settings_folder
from engine.predictions import write
from engine.session import ChildSession, ThreadSession
from engine.store import Run, RunStore
from tests.workbench import fake_engine
from tests.workbench.made_predictions import made
from workbench import desk as desk_module
from workbench.desk import Desk
from workbench.models import kept_draft
from workbench.models.run_table import free_name
from workbench.models.story import read_story


@pytest.fixture
def desk(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(
        desk_module, "session_of", lambda _kind, *_flags: ThreadSession(fake_engine.perform)
    )
    desk = Desk(session="thread")
    yield desk
    desk.close()


@pytest.fixture
def said(desk: Desk) -> list[str]:
    sentences: list[str] = []
    desk.message.connect(lambda _role, sentence: sentences.append(sentence))
    desk.can_take_back.connect(sentences.append)
    return sentences


def experiment(name: str = "A run", epochs: int = 3) -> Experiment:
    return Experiment().with_values(**{"name": name, "training.epochs": epochs})


def wait_for(qtbot: QtBot, desk: Desk, state: str) -> None:
    qtbot.waitUntil(lambda: desk.live.state == state, timeout=10_000)


def test_that_opening_data_keeps_the_share_that_is_held_back(desk: Desk, qtbot: QtBot):
    desk.set_draft(desk.draft.with_values(**{"data.validation": 0.3}))
    with qtbot.waitSignal(desk.data_changed):
        desk.open_data(Choice(name="shapes"))
    assert desk.draft.data.validation == 0.3


def test_that_a_recipe_brings_the_share_it_holds_back(desk: Desk, qtbot: QtBot):
    with qtbot.waitSignal(desk.data_changed):
        desk.open_data(Choice(name="shapes", validation=0.2))
    assert desk.draft.data.validation == 0.2


def test_that_opened_data_lie_on_the_desk(desk: Desk, qtbot: QtBot):
    with qtbot.waitSignals([desk.data_changed, desk.known_changed, desk.draft_changed]):
        desk.open_data(Choice(name="shapes"))
    assert desk.clouds is not None
    assert desk.clouds.title == "shapes"
    assert desk.known == ("bed", "chair")
    assert desk.draft.data.known == ("bed", "chair")


def test_that_the_kinds_a_choice_names_are_known(desk: Desk, qtbot: QtBot):
    with qtbot.waitSignal(desk.known_changed):
        desk.open_data(Choice(name="shapes", known=["sofa", "lamp"]))
    assert desk.known == ("lamp", "sofa")


def test_that_data_that_cannot_be_opened_are_a_sentence(desk: Desk, qtbot: QtBot):
    with qtbot.waitSignal(desk.data_problem) as signal:
        desk.open_data(Choice(name="missing"))
    assert signal.args == ["There is no such folder. Nothing was changed."]
    assert desk.clouds is None


def test_that_the_phases_of_opening_are_told(desk: Desk, qtbot: QtBot):
    told: list[tuple[str, float]] = []
    desk.data_phase.connect(lambda name, fraction: told.append((name, fraction)))
    desk.open_data(Choice(name="slow"))
    qtbot.waitUntil(lambda: len(told) > 3)
    assert told[0] == ("Opening the data", -1.0)
    assert 0 <= told[-1][1] < 1


def test_that_a_newer_choice_overtakes_an_older_one(desk: Desk, qtbot: QtBot):
    desk.open_data(Choice(name="slow"))
    qtbot.wait(50)
    with qtbot.waitSignal(desk.data_changed, timeout=2000):
        desk.open_data(Choice(name="shapes"))
    assert desk.clouds is not None
    assert desk.clouds.title == "shapes"


def test_that_data_open_while_a_run_goes_on(desk: Desk, qtbot: QtBot):
    desk.start(experiment(epochs=1000))
    wait_for(qtbot, desk, "running")
    with qtbot.waitSignal(desk.data_changed):
        desk.open_data(Choice(name="shapes"))
    assert desk.live.state == "running"


def test_that_known_kinds_keep_the_order_of_the_data(desk: Desk, qtbot: QtBot):
    with qtbot.waitSignal(desk.data_changed):
        desk.open_data(Choice(name="shapes"))
    desk.set_known(["sofa", "bed", "nonsense"])
    assert desk.known == ("bed", "sofa")
    assert desk.draft.data.known == ("bed", "sofa")


def test_that_one_known_kind_is_refused(desk: Desk, qtbot: QtBot, said: list[str]):
    with qtbot.waitSignal(desk.data_changed):
        desk.open_data(Choice(name="shapes"))
    desk.set_known(["sofa"])
    assert desk.known == ("bed", "chair")
    assert said == ["At least two kinds have to be known. Nothing was changed."]


def test_that_a_run_goes_from_start_to_finish(desk: Desk, qtbot: QtBot):
    with qtbot.waitSignal(desk.navigate) as page:
        desk.start(experiment())
    assert page.args == ["training"]
    wait_for(qtbot, desk, "finished")
    qtbot.waitUntil(lambda: not desk.live.alive)
    assert desk.live.results == fake_engine.RESULTS
    assert desk.live.run is not None
    assert RunStore().open(desk.live.run).state == "done"
    assert desk.live.curves["loss"].steps.tolist() == list(range(1, 16))


def test_that_a_second_run_is_refused_while_one_goes_on(desk: Desk, qtbot: QtBot, said: list[str]):
    desk.start(experiment(epochs=1000))
    wait_for(qtbot, desk, "running")
    desk.start(experiment("Another"))
    assert said == [
        "“A run” is still going on. Let it end or finish it first; nothing was started."
    ]
    assert len(desk.store.runs()) == 1


def test_that_a_run_can_be_paused_and_go_on(desk: Desk, qtbot: QtBot):
    desk.start(experiment(epochs=40))
    wait_for(qtbot, desk, "running")
    desk.ask("pause")
    assert desk.live.state == "pausing"
    wait_for(qtbot, desk, "paused")
    count = len(desk.live.curves["loss"])
    qtbot.wait(100)
    assert len(desk.live.curves["loss"]) == count
    desk.ask("resume")
    wait_for(qtbot, desk, "finished")
    assert desk.live.curves["loss"].steps.tolist() == list(range(1, 201))


def test_that_finishing_early_keeps_the_results(desk: Desk, qtbot: QtBot):
    desk.start(experiment(epochs=1000))
    wait_for(qtbot, desk, "running")
    desk.ask("finish")
    assert desk.live.state == "stopping"
    wait_for(qtbot, desk, "finished")
    assert desk.live.outcome == "finished early"
    assert desk.live.results == fake_engine.RESULTS


def test_that_a_discarded_run_goes_to_the_trash_and_can_be_taken_back(
    desk: Desk, qtbot: QtBot, said: list[str]
):
    desk.start(experiment(epochs=1000))
    wait_for(qtbot, desk, "running")
    desk.ask("discard")
    wait_for(qtbot, desk, "idle")
    assert desk.store.runs() == []
    assert said == ["“A run” is in the trash, where it stays for 30 days."]
    desk.restore()
    assert [run.name for run in desk.store.runs()] == ["A run"]
    qtbot.waitUntil(lambda: desk.live.name == "A run")


def test_that_a_run_that_ends_with_results_becomes_the_opened_one(desk: Desk, qtbot: QtBot):
    desk.open_run(Path("before"))
    desk.start(experiment())
    wait_for(qtbot, desk, "finished")
    qtbot.waitUntil(lambda: desk.opened == desk.live.run)


def test_that_a_run_picked_while_another_learns_stays_open(desk: Desk, qtbot: QtBot):
    desk.start(experiment(epochs=1000))
    wait_for(qtbot, desk, "running")
    desk.open_run(Path("picked"))
    with qtbot.waitSignal(desk.runs_changed):
        desk.ask("finish")
        wait_for(qtbot, desk, "finished")
    qtbot.waitUntil(lambda: desk._request is None)
    assert desk.opened == Path("picked")


def test_that_a_failure_is_a_sentence_and_the_next_run_works(desk: Desk, qtbot: QtBot):
    desk.start(experiment("broken"))
    wait_for(qtbot, desk, "failed")
    assert desk.live.sentence.startswith("The loss is no number any more.")
    qtbot.waitUntil(lambda: not desk.live.alive)
    desk.start(experiment("whole"))
    wait_for(qtbot, desk, "finished")


def test_that_a_run_refused_before_it_began_is_told_and_leaves_nothing(desk: Desk, qtbot: QtBot):
    desk.start(experiment("refused"))
    wait_for(qtbot, desk, "failed")
    qtbot.waitUntil(lambda: desk._request is None)
    assert desk.live.sentence == "There is no teacher. Nothing was started."
    assert desk.live.run is None and not desk.live.can_continue
    assert desk.store.runs() == []


def test_that_closing_pauses_the_run_and_another_desk_continues_it(desk: Desk, qtbot: QtBot):
    desk.start(experiment(epochs=60))
    wait_for(qtbot, desk, "running")
    qtbot.waitUntil(lambda: "loss" in desk.live.curves)
    began = time.monotonic()
    desk.close()
    assert time.monotonic() - began < 10
    (left,) = desk.store.runs()
    assert left.state == "paused"
    second = Desk(session="thread")
    second.resume(left.path)
    qtbot.waitUntil(lambda: second.live.state == "finished", timeout=10_000)
    second.close()
    assert second.live.curves["loss"].steps.tolist() == list(range(1, 301))


def test_that_closing_a_paused_run_leaves_it_paused(desk: Desk, qtbot: QtBot):
    desk.start(experiment(epochs=1000))
    wait_for(qtbot, desk, "running")
    desk.ask("pause")
    wait_for(qtbot, desk, "paused")
    desk.close()
    assert [run.state for run in desk.store.runs()] == ["paused"]


def test_that_a_run_left_behind_is_found_at_the_start(
    desk: Desk, make_run: Callable[..., Run], qtbot: QtBot
):
    left: list[str] = []
    desk.left_behind.connect(left.append)
    make_run("Left")
    make_run("Done", results={})
    desk.begin()
    qtbot.waitUntil(lambda: desk.live.name == "Left")
    assert desk.live.state == "interrupted"
    assert left == ["“Left” is interrupted. Training can continue it."]
    qtbot.waitUntil(lambda: desk.clouds is not None)


def test_that_only_the_run_asked_for_last_is_shown(
    desk: Desk, make_run: Callable[..., Run], qtbot: QtBot
):
    first, second = make_run("First"), make_run("Second")
    desk.show_run(first.path)
    desk.show_run(second.path)
    with qtbot.waitSignal(desk.navigate):
        pass
    qtbot.wait(100)
    assert desk.live.name == "Second"


def test_that_a_run_of_another_window_is_left_alone(
    desk: Desk, make_run: Callable[..., Run], said: list[str], qtbot: QtBot
):
    run = make_run("Theirs")
    with run.locked(), qtbot.waitSignal(desk.message):
        desk.resume(run.path)
    assert said == ["“Theirs” is going on in another window. Nothing was changed."]
    assert desk.live.state == "idle"


def test_that_a_run_that_is_gone_is_a_sentence(
    desk: Desk, said: list[str], tmp_path: Path, qtbot: QtBot
):
    with qtbot.waitSignal(desk.message):
        desk.resume(tmp_path / "nothing")
    assert said[0].startswith("There is no run at")


def test_that_only_the_newest_question_is_answered(desk: Desk, qtbot: QtBot):
    answers: list[dict[str, Any]] = []
    for name in ("first", "second", "third"):
        desk.describe(experiment(name), answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    qtbot.wait(100)
    assert answers == [{"name": "third"}]


def test_that_a_question_is_answered_while_a_run_goes_on(desk: Desk, qtbot: QtBot):
    desk.start(experiment(epochs=1000))
    wait_for(qtbot, desk, "running")
    answers: list[dict[str, Any]] = []
    desk.describe(experiment("asked"), answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [{"name": "asked"}]


def test_that_the_schema_comes_from_the_engine(desk: Desk, qtbot: QtBot):
    assert desk.schema == {}
    with qtbot.waitSignal(desk.schema_changed):
        desk.begin()
    assert desk.schema == {"recipe": {}, "loss": {}}


def test_that_forgetting_closes_what_shows_the_run(
    desk: Desk, make_run: Callable[..., Run], said: list[str]
):
    run = make_run("Old", results={})
    desk.live.replay(read_story(RunStore(), run.path))
    desk.open_run(run.path)
    desk.forget(run.path)
    assert desk.opened is None
    assert desk.live.state == "idle"
    assert said == ["“Old” is in the trash, where it stays for 30 days."]


def test_that_closing_leaves_no_child(qtbot: QtBot):
    desk = Desk()
    desk._runs.warm()
    session = desk._runs._session
    assert isinstance(session, ChildSession)
    pid = session.pid
    assert pid is not None
    began = time.monotonic()
    desk.close()
    assert time.monotonic() - began < 10
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_that_draft_data_and_known_kinds_are_there_again_next_time(desk: Desk, qtbot: QtBot):
    with qtbot.waitSignal(desk.data_changed):
        desk.begin()
    desk.set_known(["bed", "sofa"])
    desk.set_draft(desk.draft.with_values(**{"training.epochs": 33, "name": "Friday"}))
    desk.close()
    again = Desk(session="thread")
    with qtbot.waitSignal(again.data_changed):
        again.begin()
    assert again.known == ("bed", "sofa")
    assert again.draft == desk.draft
    again.close()


def test_that_remembered_data_that_are_gone_give_way_to_the_built_in_ones(
    desk: Desk, qtbot: QtBot, said: list[str]
):
    kept_draft.keep(Experiment(data={"name": "missing"}, seed=3))
    problems: list[str] = []
    desk.data_problem.connect(problems.append)
    with qtbot.waitSignal(desk.data_changed):
        desk.begin()
    assert (desk.data_choice.name, desk.draft.data.name, desk.draft.seed) == ("shapes", "shapes", 3)
    assert problems == said == []


@pytest.mark.parametrize("damage", ["", "seed = [", "sead = 3", "\0"])
def test_that_a_damaged_draft_of_last_time_is_no_error(desk: Desk, qtbot: QtBot, damage: str):
    kept_draft.keep(Experiment())
    (settings_folder() / "draft.toml").write_text(damage, encoding="utf-8")
    with qtbot.waitSignal(desk.data_changed):
        desk.begin()
    assert desk.draft.seed == Experiment().seed


def test_that_a_map_under_way_neither_holds_up_closing_nor_leaves_half_a_file(
    qtbot: QtBot, make_run: Callable[..., Run]
):
    run = make_run("Mapped", results={"acc_closed": 0.5})
    features = np.random.default_rng(0).normal(size=(2900, 64)).astype(np.float32)
    write(run.predictions_path, made(known=2800, strangers=100, validation=0, features=features))
    desk = Desk(session="child")
    heard: list[Event] = []
    desk.draw_map(run.path, "tsne", "test", heard.extend)
    qtbot.waitUntil(lambda: any(isinstance(event, Phase) for event in heard), timeout=30_000)
    start = time.monotonic()
    desk.close()
    assert time.monotonic() - start < 4
    assert list(run.artifacts.glob("*")) == []


PAIRS = {
    "recipe": {"align": {"data": "pairs"}, "student": {}},
    "pairs": {"shapes_views": {}, "modelnet_views": {}},
}


def test_that_a_draft_about_pictures_keeps_its_pairs_while_other_data_open(
    desk: Desk, qtbot: QtBot
):
    desk.schema = PAIRS
    with qtbot.waitSignal(desk.data_changed):
        desk.open_data(Choice(name="shapes"))
    desk.set_draft(desk.draft.with_values(recipe="align"))
    assert desk.draft.data.name == "shapes_views"
    desk.set_known(("bed", "lamp"))
    assert (desk.known, desk.draft.data.known) == (("bed", "lamp"), ())
    with qtbot.waitSignal(desk.data_changed):
        desk.open_data(Choice(name="folder", path="/mine"))
    assert (desk.draft.data.name, desk.draft.data.settings) == ("modelnet_views", {"path": "/mine"})
    desk.set_draft(desk.draft.with_values(**{"data.views": 7}))
    with qtbot.waitSignal(desk.data_changed):
        desk.open_data(Choice(name="shapes"))
    assert desk.draft.data.settings == {"path": "/mine", "views": 7}
    desk.set_draft(desk.draft.with_values(recipe="student"))
    assert (desk.draft.data.name, desk.draft.data.known) == ("shapes", desk.known)


def test_that_a_kept_draft_about_pictures_opens_the_usual_data_and_keeps_its_pairs(
    desk: Desk, qtbot: QtBot
):
    pairs = {"name": "shapes_views", "views": 9}
    kept_draft.keep(Experiment().with_values(recipe="align", data=pairs))
    desk.schema = PAIRS
    with qtbot.waitSignal(desk.data_changed):
        desk.begin()
    assert desk.clouds is not None
    assert desk.data_choice.name == "shapes"
    assert (desk.draft.recipe.name, desk.draft.data.settings) == ("align", {"views": 9})


def test_that_a_run_that_learnt_from_pictures_is_laid_down_for_concepts(desk: Desk, aligned_run):
    went: list[str] = []
    desk.navigate.connect(went.append)
    path = aligned_run("Pictures").path
    desk.look(path)
    assert (desk.opened, desk.opened_concepts, went) == (None, path, ["concepts"])
    desk.forget(path)
    assert desk.opened_concepts is None


def test_that_a_run_under_a_taken_name_gets_a_number(
    desk: Desk, qtbot: QtBot, make_run: Callable[[str], Run]
):
    make_run("Mine")
    make_run("Mine (2)")
    with qtbot.waitSignal(desk.runs_changed):
        desk.shelf.read()
    desk.start(experiment("Mine"))
    assert desk.live.name == "Mine (3)"


@pytest.mark.parametrize(
    ("name", "taken", "free"),
    [
        ("Mine", set(), "Mine"),
        ("Mine", {"Mine"}, "Mine (2)"),
        ("Mine (2)", {"Mine", "Mine (2)"}, "Mine (3)"),
        ("Mine (7)", {"Mine (7)"}, "Mine (2)"),
        ("ModelNet 40", {"ModelNet 40"}, "ModelNet 40 (2)"),
        ("x" * 80, {"x" * 80}, "x" * 76 + " (2)"),
    ],
)
def test_that_a_number_makes_a_name_free(name: str, taken: set[str], free: str):
    assert free_name(name, taken) == free
