"""The dot that says whether the window answers, and how far apart the guesses of the time left are."""

import time

import pytest

from engine.events import Progress
from engine.experiment import Experiment
from workbench.device_meter import DeviceMeter
from workbench.heartbeat import Heartbeat
from workbench.models import run_words
from workbench.models.live_run import LiveRun
from workbench.models.tempo import Tempo


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def heart(qtbot, clock):
    heart = Heartbeat(clock=clock)
    heart._timer.stop()
    return heart


def beat(heart, clock, late=0.0):
    clock.now += 0.25 + late
    heart.beat()


def test_that_nothing_is_said_before_it_was_measured(heart):
    assert "not measured yet" in heart.sentence


@pytest.mark.parametrize(("late", "state"), [(0.03, "fine"), (0.3, "know"), (1.5, "mend")])
def test_that_the_worst_beat_decides_until_it_is_five_seconds_old(heart, clock, late, state):
    told = []
    heart.changed.connect(lambda: told.append(heart.state))
    beat(heart, clock, late)
    assert heart.state == state
    assert f"{1000 * late:.0f} ms" in heart.sentence
    for _ in range(19):
        beat(heart, clock)
    assert heart.state == state
    beat(heart, clock)
    beat(heart, clock)
    assert heart.state == "fine"
    assert told == ([] if state == "fine" else [state, "fine"])


def test_that_a_window_that_is_held_up_shows_it(qtbot, picture):
    meter = DeviceMeter()
    qtbot.addWidget(meter)
    meter.resize(168, 62)
    meter.show()
    meter._timer.stop()
    qtbot.waitUntil(lambda: bool(meter.heart._late), timeout=2000)
    before = meter.heart.state
    time.sleep(1.4)
    qtbot.waitUntil(lambda: meter.heart.state == "mend", timeout=2000)
    assert before in ("fine", "know")
    assert "stood still" in meter.toolTip()
    assert "stood still" in meter.accessibleDescription()


def at(step: int, when: float) -> Progress:
    return Progress(
        time=when, step=step, steps=1000, epoch=1, epochs=1, clouds_per_second=1.0, seconds_left=720
    )


def test_that_the_time_left_is_a_span_once_the_pace_was_uneven():
    live = LiveRun()
    live.begin(Experiment())
    live.state, live.progress = "running", at(100, 0)
    assert run_words.time_left(live, 0.0).startswith("12 min left")
    tempo = live.tempo = Tempo()
    for step in range(41):  # 20 s at one batch a second, then 20 s at two
        when = step if step <= 20 else 20 + (step - 20) / 2
        tempo.take(at(step + 1, when), 1000)
    for step in range(41, 61):
        tempo.take(at(step + 1, 30 + (step - 40) / 2), 1000)
    average = 60 / 40
    assert tempo.spread == pytest.approx((average / 2, average / 1), rel=0.02)
    assert run_words.time_left(live, 0.0).startswith("9 to 18 min left")


def test_that_an_even_pace_needs_no_span():
    tempo = Tempo()
    for step in range(60):
        tempo.take(at(step + 1, step), 1000)
    assert tempo.spread == (1.0, 1.0)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (60, 61, "60 to 61 s"),
        (600, 900, "10 to 15 min"),
        (50, 200, "50 s to 3 min"),
        (600, 610, "10 min"),
    ],
)
def test_that_a_span_says_its_unit_once(low, high, words):
    assert run_words._between(low, high) == words
