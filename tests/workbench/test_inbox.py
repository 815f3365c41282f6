"""The bridge between the engine's thread and the widgets."""

import threading

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from engine.events import Event, Failed, Finished, Metric, Note, Progress
from workbench.inbox import Inbox


@pytest.fixture
def inbox(qtbot: QtBot) -> Inbox:
    return Inbox()


@pytest.fixture
def received(inbox: Inbox) -> list[Event]:
    events: list[Event] = []
    inbox.delivered.connect(events.extend)
    return events


def progress(step: int, run: str = "") -> Progress:
    return Progress(
        run=run, step=step, steps=100, epoch=1, epochs=1, clouds_per_second=1, seconds_left=1
    )


def metric(step: int, run: str = "") -> Metric:
    return Metric(run=run, step=step, epoch=step / 10, values={"loss": float(step)})


def test_that_only_the_newest_progress_is_handed_over_and_every_metric(
    inbox: Inbox, received: list[Event]
):
    inbox.expect()
    for step in range(50):
        inbox._waiting.extend([progress(step), metric(step)])
    inbox.flush()
    assert [event.step for event in received if isinstance(event, Progress)] == [49]
    assert [event.step for event in received if isinstance(event, Metric)] == list(range(50))


def test_that_order_is_kept(inbox: Inbox, received: list[Event]):
    events = [Note(text="a"), metric(1), Failed(sentence="b"), Finished()]
    inbox._waiting.extend(events)
    inbox.flush()
    assert received == events


def test_that_events_of_another_run_are_dropped(inbox: Inbox, received: list[Event]):
    inbox.expect("mine")
    for run in ("theirs", "mine", "theirs", ""):
        inbox._waiting.append(metric(1, run))
    inbox.flush()
    assert [event.run for event in received] == ["mine", ""]


def test_that_without_an_id_the_first_run_is_the_one(inbox: Inbox, received: list[Event]):
    inbox.expect()
    for run in ("", "first", "second"):
        inbox._waiting.append(metric(1, run))
    inbox.flush()
    assert [event.run for event in received] == ["", "first"]


def test_that_expecting_another_run_forgets_what_waits(inbox: Inbox, received: list[Event]):
    inbox._waiting.append(metric(1, "old"))
    inbox.expect("new")
    inbox.flush()
    assert received == []


def test_that_nothing_is_lost_between_two_threads_and_widgets_are_told_in_theirs(
    qtbot: QtBot, inbox: Inbox, received: list[Event]
):
    home = QThread.currentThread()
    threads = []
    inbox.delivered.connect(lambda _events: threads.append(QThread.currentThread()))

    def work() -> None:
        for step in range(5000):
            inbox.put(metric(step))

    worker = threading.Thread(target=work)
    worker.start()
    qtbot.waitUntil(lambda: len(received) == 5000, timeout=10_000)
    worker.join()
    assert [event.step for event in received if isinstance(event, Metric)] == list(range(5000))
    assert set(threads) == {home}


def test_that_a_flood_becomes_at_most_thirty_deliveries_a_second(qtbot: QtBot, inbox: Inbox):
    deliveries = []
    inbox.delivered.connect(lambda events: deliveries.append(len(events)))
    stop = threading.Event()

    def work() -> None:
        step = 0
        while not stop.wait(0.001):
            step += 1
            inbox.put(metric(step))

    worker = threading.Thread(target=work)
    worker.start()
    qtbot.wait(1000)
    stop.set()
    worker.join()
    assert 3 < len(deliveries) <= 35


def test_that_the_timer_sleeps_when_nothing_comes(qtbot: QtBot, inbox: Inbox):
    assert not inbox.awake
    inbox.put(Note(text="a"))
    assert inbox.awake
    qtbot.waitUntil(lambda: not inbox.awake, timeout=2000)
