"""A training that two processes share, started as a person starts it: one writes, wishes reach both, none is left."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.check import check
from engine.control import Control
from engine.errors import ConfigError
from engine.experiment import Choice
from engine.jobs import Job, perform
from engine.launch import line
from engine.narrate import narrate
from engine.store import RunStore
from tests.engine.test_loop import experiment

pytestmark = pytest.mark.usefixtures("tiny_shapes")


def of_two(**training):
    return experiment(recipe=Choice(name="open_set", ratio=0.5)).with_values(
        **{"training.processes": 2, **{f"training.{k}": v for k, v in training.items()}}
    )


def processes(home):
    """The process ids of the engines that work in this home, by rank."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            values = path.read_bytes().split(b"\0")
        except OSError:
            continue
        ranks = [value[5:] for value in values if value.startswith(b"RANK=")]
        if ranks and f"PCD_WORKBENCH_HOME={home}".encode() in values:
            found[int(ranks[0])] = int(path.parent.name)
    return found


def steps(events):
    return [e.step for e in events if e.kind == "metric" and "loss" in e.values]


def done(job, at):
    """All events; `at` is called with each and the control."""
    control, events = Control(), []
    for event in perform(job, control):
        events.append(event)
        at(event, control)
    return events


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_that_wishes_reach_all_one_writes_and_no_process_is_left(own_home):
    pauses = []

    def wish(event, control):
        if event.kind == "metric" and "loss" in event.values:
            if event.step == 2 and not pauses:
                assert set(processes(own_home)) == {0, 1}
                control.ask("pause")
            elif event.step >= 4:
                control.ask("finish")
        if event.kind == "paused":
            pauses.append(event.step)
            control.ask("resume")

    events = done(Job(do="train", experiment=of_two(epochs=50)), wish)
    assert len(pauses) == 1
    assert (events[-1].kind, events[-1].outcome) == ("finished", "finished early"), narrate(
        events[-1]
    )
    assert any("2 processes share each batch" in getattr(event, "text", "") for event in events)
    assert [event.number for event in events] == list(range(len(events)))
    (run,) = RunStore().runs()
    assert [e.number for e in RunStore().open(run.id).events()] == list(range(len(events)))
    assert run.predicts
    assert _gone(own_home)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_that_the_end_of_one_is_told_ends_all_and_the_run_goes_on_from_there(own_home):
    def kill(event, _control):
        if event.kind == "metric" and "loss" in event.values and event.step == 4:
            os.kill(processes(own_home)[1], signal.SIGKILL)

    events = done(Job(do="train", experiment=of_two(epochs=50)), kill)
    assert events[-1].kind == "failed"
    assert (
        "What was saved before is not harmed" in events[-1].sentence
        or "is saved" in events[-1].sentence
    )
    assert _gone(own_home)
    (run,) = RunStore().runs()
    again = done(
        Job(do="resume", run=run.path),
        lambda event, control: control.ask("finish") if steps([event]) else None,
    )
    assert any(event.kind == "resumed" and event.step >= 3 for event in again)
    assert again[-1].kind == "finished", narrate(again[-1])


def _gone(home):
    for _ in range(100):
        if not processes(home):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.slow
def test_that_the_command_for_two_machines_runs_as_it_is_printed(own_home, tmp_path):
    file = tmp_path / "run.toml"
    file.write_text(experiment().with_values(**{"training.epochs": 1}).to_toml())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    printed = line(str(file), 1, machines=2)
    words = shlex.split(printed.replace("FIRST_MACHINE:29500", f"127.0.0.1:{port}"))
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    machines = [
        subprocess.Popen(
            words,
            env=os.environ | {"PATH": tools},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [machine.communicate(timeout=240)[0] for machine in machines]
    assert [machine.returncode for machine in machines] == [0, 0], said
    (run,) = RunStore().runs()
    events = list(RunStore().open(run.id).events())
    assert events[-1].kind == "finished"
    assert any("2 processes share each batch" in getattr(event, "text", "") for event in events)


def test_that_a_batch_must_be_as_large_as_there_are_processes():
    with pytest.raises(ConfigError, match="9 processes cannot share 8 clouds at a time"):
        check(of_two(processes=9))


def test_that_the_command_for_more_machines_names_where_they_meet():
    assert line("run.toml", 2) == "torchrun --standalone --nproc-per-node 2 -m engine run run.toml"
    assert "--nnodes 3 " in line("run.toml", 2, 3)
    assert "--rdzv-endpoint FIRST_MACHINE:29500" in line("run.toml", 2, 3)
