"""The model of the run that goes on."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from engine.events import (
    Checkpoint,
    Event,
    Failed,
    Finished,
    Metric,
    Note,
    Paused,
    Phase,
    Progress,
    Resumed,
    Started,
)
from engine.experiment import Experiment
from engine.store import Run, RunStore
from workbench.models import run_words
from workbench.models.live_run import LiveRun
from workbench.models.measured import KNOWN, STRANGERS
from workbench.models.run_words import FINISH
from workbench.models.story import read_story

STARTED = Started(
    name="Test run",
    recipe="distil",
    device="cpu",
    threads=1,
    parameters=100,
    epochs=4,
    steps_per_epoch=10,
    train=80,
    validation=8,
    known=["bed", "chair"],
    strangers=["lamp"],
    terms=["ce", "kd"],
)


@pytest.fixture
def live(qtbot: QtBot) -> LiveRun:
    live = LiveRun()
    live.begin(Experiment(name="Test run"))
    return live


def progress(step: int, left: float = 30.0) -> Progress:
    return Progress(
        step=step,
        steps=40,
        epoch=step // 10 + 1,
        epochs=4,
        clouds_per_second=8.0,
        seconds_left=left,
    )


def metric(step: int, **values: float) -> Metric:
    return Metric(step=step, epoch=step / 10, values=values or {"loss": 1.0 / step})


def checked(step: int, known: float, strangers: float) -> Metric:
    return Metric(step=step, epoch=step / 10, values={KNOWN: known, STRANGERS: strangers})


def words(live: LiveRun) -> str:
    return "".join(text for text, _ in run_words.headline(live))


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], "preparing"),
        ([Phase(name="Opening the data")], "preparing"),
        ([STARTED], "running"),
        ([STARTED, Paused(step=3)], "paused"),
        ([STARTED, Paused(step=3), Resumed(step=3)], "running"),
        ([Paused(), Resumed()], "preparing"),
        ([STARTED, Finished()], "finished"),
        ([STARTED, Failed(sentence="No.")], "failed"),
    ],
)
def test_that_the_state_follows_the_events(live: LiveRun, events: list[Event], state: str):
    live.take(events)
    assert live.state == state
    assert live.alive == (state not in ("finished", "failed"))


def test_that_a_wish_is_answered_at_once_and_survives_until_it_is_granted(live: LiveRun):
    live.take([STARTED])
    live.wish("pause")
    live.take([progress(3)])
    assert live.state == "pausing"
    live.take([Paused(step=4)])
    assert live.state == "paused"
    live.wish("resume")
    assert live.state == "running"
    live.wish("finish")
    live.take([progress(5)])
    assert live.state == "stopping"


def test_that_metrics_become_curves(live: LiveRun):
    live.take([STARTED, *(metric(step) for step in range(1, 21))])
    assert live.curves["loss"].steps.tolist() == list(range(1, 21))
    assert live.curves["loss"].epochs[-1] == 2.0


def test_that_resuming_earlier_forgets_the_lost_future(live: LiveRun):
    live.take([STARTED, *(metric(step) for step in range(1, 31)), Resumed(step=12), metric(13)])
    assert live.curves["loss"].steps.tolist() == list(range(1, 14))


def test_that_it_says_once_what_changed(live: LiveRun, qtbot: QtBot):
    said: list[str] = []
    live.changed.connect(lambda: said.append("changed"))
    live.curves_changed.connect(lambda: said.append("curves"))
    live.logged.connect(lambda line: said.append(line.what))
    live.take([STARTED, metric(1), progress(1), Note(text="hm")])
    assert said == ["start", "note", "curves", "changed"]


def test_that_the_best_pass_is_remembered_with_its_figures(live: LiveRun):
    live.take([STARTED, checked(10, 0.5, 0.2), Checkpoint(step=10, epoch=1, path="c", best=True)])
    live.take([checked(20, 0.4, 0.6), Checkpoint(step=20, epoch=2, path="c")])
    assert live.best is not None
    assert (live.best.epoch, live.best.known, live.best.strangers) == (1, 0.5, 0.2)


def test_that_a_run_folder_is_shown_as_it_was_left(live: LiveRun, make_run: Callable[..., Run]):
    run = make_run("Yesterday")
    live.replay(read_story(RunStore(), run.path))
    assert live.state == "interrupted"
    assert live.run == run.path
    assert not live.alive
    assert live.can_continue
    assert live.curves[KNOWN].values.tolist() == [0.25, 0.5, 0.75]
    assert live.name == "Yesterday"


def test_that_a_run_taken_back_from_the_trash_can_go_on(
    live: LiveRun, make_run: Callable[..., Run]
):
    run = make_run("Taken back")
    run.log.append(Finished(outcome="discarded"))
    live.replay(read_story(RunStore(), run.path))
    assert live.state == "interrupted"
    assert live.can_continue


def test_that_a_finished_run_is_shown_finished(live: LiveRun, make_run: Callable[..., Run]):
    live.replay(read_story(RunStore(), make_run("Done", results={"acc_closed": 0.5}).path))
    assert live.state == "finished"
    assert not live.can_continue
    assert live.results == {"acc_closed": 0.5}


def test_that_going_on_shows_what_was_before(live: LiveRun, make_run: Callable[..., Run]):
    live.go_on(read_story(RunStore(), make_run("Yesterday").path))
    assert live.state == "preparing"
    assert live.alive
    assert len(live.curves[KNOWN]) == 3


def test_that_the_sentence_has_the_real_numbers(live: LiveRun):
    live.take([STARTED, checked(10, 0.87, 0.41), progress(11)])
    assert words(live) == ("Learning…  87% of known objects right,\n41% of strangers spotted.")


def test_that_without_strangers_only_the_known_are_spoken_of(live: LiveRun):
    live.take([STARTED, metric(10, **{KNOWN: 0.87}), progress(11)])
    assert words(live) == "Learning…  87% of known objects right."


def test_that_it_warms_up_until_there_are_numbers(live: LiveRun):
    # 30 s for the 36 steps left: 6 more steps to the end of the first pass take 5 s
    live.take([STARTED, progress(4, left=30.0)])
    assert words(live) == "Warming up. The first numbers come in about 5 seconds."


def test_that_a_pass_ago_is_compared_with(live: LiveRun):
    live.take([STARTED, checked(10, 0.5, 0.2), checked(20, 0.7, 0.3), progress(21)])
    assert run_words.second_line(live).startswith("1 pass ago it was 50% and 20%")


def test_that_a_share_of_strangers_that_falls_at_first_is_explained(live: LiveRun):
    live.take([STARTED, checked(10, 0.4, 0.99), checked(20, 0.7, 0.3), progress(21)])
    assert run_words.second_line(live).endswith("an unsure beginner turns everyone away.")
    live.take([checked(step, 0.7, 0.3) for step in range(30, 150, 10)])
    assert "beginner" not in run_words.second_line(live)


@pytest.mark.parametrize(
    ("model", "said"),
    [("last", "Tested: the last model."), ("best", "Tested: the best on validation, pass 3.")],
)
def test_that_the_end_says_which_model_was_tested(live: LiveRun, model: str, said: str):
    counts = {"n_closed": 20, "correct_closed": 10, "n_open": 0, "rejected_open": 0}
    results = {"acc_closed": 0.5, "threshold": 0.5, "counts": counts}
    results |= {"model": model, "checkpoint": "step-00000030"}
    live.take([STARTED, Finished(results=results)])
    assert run_words.second_line(live).endswith(said)


def test_that_a_slower_run_hints_at_other_programs(live: LiveRun):
    def learn(first: int, last: int, seconds: float) -> None:
        for step in range(first, last):
            now[0] += seconds
            shown = Progress(**(progress(step).model_dump() | {"time": now[0]}))
            live.take([shown.model_copy(update={"steps": 4000, "epochs": 4})])

    now = [0.0]
    live.take([STARTED])
    learn(1, 101, 0.5)
    assert "other programs" not in run_words.time_left(live, 0.0)
    learn(101, 121, 1.0)
    assert run_words.time_left(live, 0.0).endswith("other programs may slow it down")


def test_that_the_end_is_told_with_counts(live: LiveRun):
    results = {
        "acc_closed": 0.5,
        "acc_open": 0.75,
        "threshold": 0.5,
        "counts": {"n_closed": 20, "correct_closed": 10, "n_open": 40, "rejected_open": 30},
    }
    live.take([STARTED, progress(40), Finished(results=results)])
    assert "50% of known objects kept and right" in words(live)
    line = run_words.second_line(live)
    assert line == "10 of 20 known, 30 of 40 strangers, at threshold 0.50."
    assert run_words.ring(live) == (1.0, "100%", "4 of 4")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (42, "42 s"), (700, "12 min"), (7300, "2 h 2 min")],
)
def test_that_durations_are_short(seconds: float, text: str):
    assert run_words.duration(seconds) == text


def test_that_a_phase_tells_how_long_it_will_go_on_once_that_can_be_foreseen():
    assert run_words.phase_lasting("Data", 30, 0.25) == "Data  30 s · about 90 s left"
    assert run_words.phase_lasting("Data", 300, 0.5) == "Data  5 min · about 5 min left"
    for seconds, fraction in ((30, None), (30, 0.01), (2, 0.5), (30, 0.0)):
        assert "left" not in run_words.phase_lasting("Data", seconds, fraction)


def test_that_the_time_left_names_the_hour(live: LiveRun):
    live.take([STARTED, progress(4, left=720)])
    left = run_words.time_left(live, 0.0)
    assert left.startswith("12 min left · done about ")
    assert left.endswith(":12")


@pytest.mark.parametrize(
    ("wish", "go", "stop"),
    [
        ("", "Pause", FINISH),
        ("pause", "Pausing after this batch…", FINISH),
        ("finish", "", "Stopping after this batch…"),
    ],
)
def test_that_the_buttons_answer_at_once(live: LiveRun, wish: str, go: str, stop: str):
    live.take([STARTED, progress(3)])
    if wish:
        live.wish(wish)
    buttons = run_words.buttons(live)
    assert (buttons.go, buttons.stop) == (go, stop)
    assert buttons.can_go == (wish != "pause")


def test_that_ending_a_run_says_that_its_result_is_kept_as_soon_as_there_is_one(live: LiveRun):
    live.begin(Experiment())
    assert run_words.buttons(live).stop == "Stop"
    live.take([STARTED])
    assert "keep the result" in run_words.buttons(live).stop


def test_that_a_pause_offers_to_resume_and_a_left_run_to_continue(
    live: LiveRun, make_run: Callable[..., Run]
):
    live.take([STARTED, Paused(step=3)])
    assert run_words.buttons(live).go == "Resume"
    live.replay(read_story(RunStore(), make_run("Left").path))
    assert run_words.buttons(live).go == "Continue"


@pytest.mark.parametrize(
    "results",
    [
        {"acc_closed": 0.8},
        {"acc_closed": 0.8, "threshold": 0.5, "counts": {"n_open": 3}},
        {"acc_closed": "0.8", "threshold": 0.5, "counts": "many"},
        {"acc_closed": 0.8, "threshold": None, "counts": None},
    ],
)
def test_that_results_that_lack_figures_are_never_more_than_a_sentence(results):
    live = LiveRun()
    live.state, live.results, live.outcome = "finished", results, "done"
    words = "".join(text for text, _ in run_words.headline(live))
    assert words == "Stopped before anything could be tested."
    assert run_words.second_line(live) == "What it had learnt by then is kept."
