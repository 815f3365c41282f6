"""One suite for every session: the same job gives the same events, wherever it is computed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import __version__, registry
from engine.control import Control
from engine.events import Event, Paused
from engine.experiment import Choice, Experiment
from engine.jobs import Job
from engine.session import ChildSession, Session, ThreadSession, environment
from tests.engine import slow_jobs

SCRIPT = Path(slow_jobs.__file__)
COMMAND = (sys.executable, str(SCRIPT))


@pytest.fixture(autouse=True)
def slow_data(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.names("dataset")
    monkeypatch.setitem(registry._entries["dataset"], "slow", slow_jobs.Slow)


@pytest.fixture(params=["thread", "child"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    session: Session = ThreadSession() if request.param == "thread" else ChildSession(COMMAND, 3.0)
    session.warm()
    yield session
    session.close()


@pytest.fixture
def child() -> Iterator[ChildSession]:
    session = ChildSession(COMMAND, 1.0)
    yield session
    session.close()


def slow(**settings: object) -> Job:
    return Job(do="prepare", data=Choice(name="slow", **settings))


def kinds(events: list[Event]) -> list[str]:
    return [event.kind for event in events]


def answering(wishes: dict[str, str], control: Control) -> Callable[[Event], None]:
    """Ask for something as soon as an event of some kind arrives, once."""

    def look(event: Event) -> None:
        if wish := wishes.pop(event.kind, None):
            control.ask(wish)

    return look


def run(session: Session, job: Job, wishes: dict[str, str] | None = None) -> list[Event]:
    control, events = Control(), []
    look = answering(wishes or {}, control)
    for event in session.events(job, control):
        events.append(event)
        look(event)
    return events


def test_that_a_job_gives_its_events_in_order(session: Session):
    events = run(session, slow(steps=5))
    steps = [event.step for event in events if event.kind == "progress"]
    assert steps == [0, 1, 2, 3, 4]
    assert kinds(events)[-3:] == ["phase", "phase", "prepared"]


def test_that_one_session_does_job_after_job(session: Session):
    for _ in range(3):
        assert run(session, slow(steps=1))[-1].kind == "prepared"


def test_that_pausing_waits_and_resuming_goes_on(session: Session):
    events = run(session, slow(steps=30, seconds=0.03), {"progress": "pause", "paused": "resume"})
    said = [kind for kind in kinds(events) if kind != "progress"]
    assert said == ["paused", "resumed", "checkpoint", "phase", "phase", "prepared"] or said == [
        "checkpoint", "paused", "resumed", "phase", "phase", "prepared",
    ]  # fmt: skip
    assert kinds(events).count("progress") == 30


def test_that_nothing_happens_while_paused(session: Session):
    control = Control()
    events: list[Event] = []
    control.ask("pause")

    def listen() -> None:
        for event in session.events(slow(steps=3), control):
            events.append(event)

    thread = threading.Thread(target=listen)
    thread.start()
    while not events:
        time.sleep(0.01)
    time.sleep(0.3)
    control.ask("finish")
    thread.join(10)
    assert kinds(events) == ["paused", "finished"]


@pytest.mark.parametrize(
    ("wish", "outcome"), [("finish", "finished early"), ("discard", "discarded")]
)
def test_that_a_stop_comes_before_the_next_step_but_one(session: Session, wish: str, outcome: str):
    events = run(session, slow(steps=1000, seconds=0.3), {"progress": wish})
    assert kinds(events).count("progress") <= 3
    assert events[-1].outcome == outcome


def test_that_a_wish_from_before_the_job_counts(session: Session):
    control = Control()
    control.ask("finish")
    assert [event.kind for event in session.events(slow(), control)] == ["finished"]


def test_that_a_wish_after_the_job_does_not_touch_the_next(session: Session):
    control = Control()
    list(session.events(slow(steps=1), control))
    control.ask("discard")
    assert run(session, slow(steps=1))[-1].kind == "prepared"


def test_that_a_problem_is_a_sentence(session: Session):
    event = run(session, slow(way="refuses"))[-1]
    assert event.kind == "failed"
    assert event.sentence == "The folder is empty. Nothing was changed."


def test_that_a_wrong_setting_is_a_sentence(session: Session):
    event = run(session, slow(stps=3))[-1]
    assert event.kind == "failed"
    assert "“stps”" in event.sentence
    assert "Did you mean “steps”?" in event.sentence


def test_that_leaving_a_paused_job_ends_its_events(session: Session):
    events = run(session, slow(steps=1000), {"progress": "pause", "paused": "leave"})
    assert kinds(events)[-1] == "paused"


def test_that_leaving_a_running_job_saves_it_first(session: Session):
    events = run(session, slow(steps=1000), {"progress": "leave"})
    assert kinds(events)[-1] == "paused"


@pytest.mark.slow
def test_that_a_run_gives_the_same_numbers_in_a_child_as_in_a_thread(tmp_path: Path):
    experiment = Experiment().with_values(
        **{
            "data": {"name": "shapes", "per_kind": 6, "points": 64},
            "training.epochs": 2,
            "training.batch_size": 8,
        }
    )
    numbers, ends = [], []
    for session in (ThreadSession(), ChildSession()):
        job = Job(do="train", experiment=experiment, runs=tmp_path)
        events = run(session, job)
        session.close()
        ends.append(kinds(events)[-1])
        numbers.append([(event.step, event.values) for event in events if event.kind == "metric"])
    assert ends == ["finished", "finished"]
    assert numbers[0] == numbers[1]


def test_that_prints_of_libraries_do_no_harm(child: ChildSession):
    events = run(child, slow(way="noisy", steps=3))
    assert kinds(events) == ["progress"] * 2 + ["checkpoint", "progress"] + ["phase"] * 2 + [
        "prepared"
    ]


def test_that_a_killed_child_is_a_sentence_about_memory_and_what_was_saved(child: ChildSession):
    event = run(child, slow(way="killed"))[-1]
    assert event.kind == "failed"
    assert "memory" in event.sentence
    assert "step 2 is saved" in event.sentence


def test_that_a_child_that_dies_at_its_second_job_had_started(child: ChildSession):
    run(child, slow(steps=1))
    event = run(child, slow(way="dies"))[-1]
    assert "exit code 3" in event.sentence
    assert "start" not in event.sentence


def test_that_a_new_child_takes_over_from_a_dead_one(child: ChildSession):
    run(child, slow(way="killed"))
    assert run(child, slow(steps=1))[-1].kind == "prepared"


def test_that_a_child_that_died_between_two_jobs_is_replaced(child: ChildSession):
    run(child, slow(steps=1))
    before = child.pid
    os.kill(before, signal.SIGKILL)
    os.waitid(os.P_PID, before, os.WEXITED | os.WNOWAIT)  # with the last of its threads
    child.warm()
    assert child.pid not in (None, before)
    assert run(child, slow(steps=1))[-1].kind == "prepared"


def test_that_what_a_launcher_prints_stands_in_the_details():
    session = ChildSession((sys.executable, "-c", "print('[1, 2]\\na launcher greets')"), 1.0)
    (event,) = run(session, slow())
    assert event.detail == "[1, 2]\na launcher greets"


def test_that_the_details_hold_what_the_child_complained_of(child: ChildSession):
    event = run(child, slow(way="leaves"))[-1]
    assert "exit code 3" in event.sentence
    assert "something is badly wrong" in event.detail


def test_that_a_child_that_cannot_start_is_a_sentence():
    session = ChildSession((sys.executable, "-c", "raise SystemExit('no engine here')"), 1.0)
    (event,) = run(session, slow())
    session.close()
    assert event.kind == "failed"
    assert "could not start" in event.sentence
    assert "no engine here" in event.detail


def test_that_a_stop_that_does_not_come_is_enforced(child: ChildSession):
    events = run(child, slow(way="deaf", steps=1000, seconds=0.1), {"progress": "finish"})
    assert kinds(events).count("progress") < 100
    assert "did not stop within 1 seconds" in events[-1].sentence


def test_that_a_start_is_not_counted_against_a_stop():
    late = (
        f"import runpy, time; time.sleep(2); runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    session, control = ChildSession((sys.executable, "-c", late), 0.5), Control()
    control.ask("finish")
    assert kinds(list(session.events(slow(), control))) == ["finished"]
    session.close()


def test_that_a_start_that_does_not_end_is_ended_after_a_stop(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("engine.session.START", 1.0)
    session, control = (
        ChildSession((sys.executable, "-c", "import time; time.sleep(60)"), 0.5),
        Control(),
    )
    control.ask("finish")
    (event,) = session.events(slow(), control)
    assert "did not stop within 1 seconds" in event.sentence


def test_that_closing_from_another_thread_ends_the_events(child: ChildSession):
    events: list[Event] = []

    def listen() -> None:
        for event in child.events(slow(steps=10**6), Control()):
            events.append(event)

    thread = threading.Thread(target=listen)
    thread.start()
    while not events:
        time.sleep(0.01)
    child.close()
    thread.join(5)
    assert not thread.is_alive()
    assert isinstance(events[-1], Paused)


def test_that_leaving_the_events_ends_the_child(child: ChildSession):
    events = child.events(slow(steps=10**6), Control())
    next(events)
    pid = child.pid
    events.close()
    assert pid is not None
    assert not _alive(pid)


def test_that_a_child_leaves_when_its_parent_dies(tmp_path: Path):
    text = (
        "import sys, os, signal; from engine.session import ChildSession;"
        "from engine.jobs import Job;"
        "from engine.control import Control; from engine.experiment import Choice;"
        f"s = ChildSession({COMMAND!r});"
        "e = s.events(Job(do='prepare', data=Choice(name='slow', steps=100000)), Control());"
        "next(e); print(s.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    parent = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, env=environment(), check=False
    )
    pid = int(parent.stdout)
    deadline = time.monotonic() + 15
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _alive(pid)


def test_that_the_first_line_is_the_hello_and_that_a_job_ends_with_a_mark():
    line = json.dumps({"number": 7, "job": slow(steps=1).model_dump(mode="json")})
    done = subprocess.run(
        [sys.executable, str(SCRIPT)],
        input=line + "\n",
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
        timeout=60,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0] == {"hello": __version__}
    assert done.returncode == 0


def test_that_a_child_that_is_told_nonsense_dies_instead_of_waiting():
    with subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(),
    ) as process:  # fmt: skip
        process.stdin.write(b'{"number": 1, "job": {"do": "dance"}}\n')
        process.stdin.flush()
        assert process.wait(30) == 2


def test_that_the_window_loads_no_torch_with_its_sessions():
    text = "import sys, engine.session; sys.exit('torch' in sys.modules or 'scipy' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", text], env=environment(), check=False).returncode == 0
    )


def test_that_the_child_leaves_a_core_to_the_window(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert environment()["OMP_NUM_THREADS"] == "7"
    assert environment()["OMP_WAIT_POLICY"] == "PASSIVE"


def _alive(pid: int) -> bool:
    """Whether the process is there and not merely waiting to be buried."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
