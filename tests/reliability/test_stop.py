"""Stop stops, whatever the engine does just then, and nothing it started is left when its window is gone."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import registry
from engine.control import Control
from engine.events import Event
from engine.experiment import Choice
from engine.jobs import Job
from engine.loop import fit
from engine.session import ChildSession, environment
from engine.store import RunStore
from tests.engine.test_loop import experiment
from tests.reliability import bad_jobs

COMMAND = (sys.executable, str(Path(bad_jobs.__file__)))
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@pytest.fixture(autouse=True)
def bad_data(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.names("dataset")
    monkeypatch.setitem(registry._entries["dataset"], "bad", bad_jobs.Bad)


@pytest.fixture
def session() -> Iterator[ChildSession]:
    session = ChildSession(COMMAND, patience=1.0)
    yield session
    session.close()


def job(way: str) -> Job:
    return Job(do="prepare", data=Choice(name="bad", way=way))


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("segfault", "crashed inside a library (signal 11)"), ("abort", "crashed inside a library (signal 6)"),
        ("exit", "ended before its work was done (exit code 5)"), ("greedy", "ran out of memory"),
    ],
)  # fmt: skip
def test_that_a_child_that_ends_is_a_sentence_and_the_next_job_is_done(session, way, words):
    *_, last = session.events(job(way), Control())
    assert last.kind == "failed" and words in last.sentence
    if way in ("segfault", "abort"):
        assert "bad_jobs.py" in last.detail  # where it happened, of every thread
        assert "Everything up to step 7 is saved" in last.sentence
    *_, last = session.events(job("well"), Control())
    assert (
        last.kind == "failed" and "memory" not in last.sentence
    )  # it holds no clouds; the child lives
    assert session.pid is not None


@pytest.mark.parametrize(("way", "wish"), [("hang", "finish"), ("spin", "discard")])
def test_that_a_stop_is_enforced_while_the_engine_hangs(session, way, wish):
    control, events = Control(), []
    for event in session.events(job(way), control):
        events.append(event)
        if event.kind == "progress":
            pid, asked = session.pid, time.monotonic()
            control.ask(wish)
    assert time.monotonic() - asked < 1.0 + 2.0  # its patience, and the time to look
    assert "did not stop within 1 seconds" in events[-1].sentence
    assert "Everything up to step 7 is saved" in events[-1].sentence
    assert pid is not None and not alive(pid)


@pytest.mark.usefixtures("tiny_shapes")
@pytest.mark.parametrize("wish", ["finish", "pause"])
def test_that_training_stops_within_a_batch(tmp_path, wish):
    run, control, after = RunStore(tmp_path).create(experiment()), Control(), 0
    asked = False
    for event in fit(run, control):
        after += asked and event.kind == "metric" and "loss" in event.values
        if event.kind == "metric" and event.step == 3 and not asked:
            control.ask(wish)
            asked = True
        if event.kind == "paused":
            control.ask("finish")
    assert after == 0


@pytest.mark.parametrize("way", ["hang", "hold"])
def test_that_nothing_is_left_fifteen_seconds_after_the_window_of_a_hanging_engine_is_killed(way):
    text = (
        "import os, signal, time; from pathlib import Path; from engine.session import ChildSession;"
        "from engine.jobs import Job; from engine.control import Control; from engine.experiment import Choice;"
        f"s = ChildSession({COMMAND!r});"
        f"e = s.events(Job(do='prepare', data=Choice(name='bad', way={way!r})), Control());"
        "next(e); next(e); time.sleep(0.5); told = Path(f'/proc/{s.pid}/task/{s.pid}/children');"
        "print(s.pid, told.read_text() if told.exists() else '', flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    window = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, env=environment(), check=False
    )
    assert window.returncode == -signal.SIGKILL
    left = [int(pid) for pid in window.stdout.split()]
    assert len(left) == (2 if sys.platform == "linux" else 1)  # the engine, and what watches it
    assert within(15, lambda: not any(map(alive, left)))


@pytest.mark.skipif(sys.platform != "linux", reason="children are read from /proc")
def test_that_what_watches_an_engine_ends_with_it(session):
    session.warm()
    told = Path(f"/proc/{session.pid}/task/{session.pid}/children")
    assert within(15, told.read_text)
    watching = [int(pid) for pid in told.read_text().split()]
    session.close()
    assert within(15, lambda: not any(map(alive, watching)))


def test_that_closing_ends_a_child_that_hangs(session):
    events: list[Event] = []
    reader = threading.Thread(target=lambda: events.extend(session.events(job("hang"), Control())))
    reader.start()
    while session.pid is None or (
        len(events) == 0 and time.sleep(0.05) is None and not started(session)
    ):
        time.sleep(0.01)
    pid = session.pid
    session.close(0.5)
    reader.join(5)
    assert not reader.is_alive()
    assert pid is not None and not alive(pid)


def within(seconds: float, true: Callable[[], object]) -> bool:
    """Whether it becomes true in this time."""
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(true())


def started(session: ChildSession) -> bool:
    return session.pid is not None and alive(session.pid)


def alive(pid: int) -> bool:
    """Whether the process is there and not merely waiting to be buried."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
