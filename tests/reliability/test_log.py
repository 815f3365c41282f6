"""The log survives a crash: cut at every offset it is a valid prefix, goes on, and is read while it is written."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from engine.eventlog import EventLog
from engine.events import (
    Checkpoint,
    Event,
    Failed,
    Figure,
    Finished,
    Metric,
    Note,
    Paused,
    Phase,
    Progress,
    Resumed,
    Started,
    from_line,
    to_line,
)
from engine.experiment import Experiment
from engine.store import Run, RunStore, summary

STARTED = Started(
    name="n", recipe="student", device="cpu", threads=1, parameters=9, epochs=2, steps_per_epoch=2, train=9,
    validation=3, known=["bed", "stühle"], strangers=[], terms=["ce"],
)  # fmt: skip
PROGRESS = Progress(step=2, steps=4, epoch=1, epochs=2, clouds_per_second=9.5, seconds_left=1.0)
EVENTS: list[Event] = [
    Phase(name="Reading", fraction=0.5), STARTED, Metric(step=1, epoch=0.5, values={"loss": float("nan")}), PROGRESS,
    Metric(step=2, epoch=1, values={"validation/accuracy": 0.25}), Checkpoint(step=2, epoch=1, path="x", best=True),
    Paused(step=2), Resumed(step=2), Figure(name="f", path="f.npz"), Note(text="a word\nof “two” lines \u2028"),
    Metric(step=4, epoch=2, values={"validation/accuracy": 0.75}), Failed(sentence="It broke.", detail="why"),
    Resumed(step=2), Finished(step=4, results={"counts": {"n_closed": 3}}),
]  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run whose log holds an event of each kind that is written there."""
    run = RunStore(tmp_path).create(Experiment())
    for event in EVENTS:
        run.log.append(event)
    return run


def test_that_cut_at_any_byte_it_is_a_prefix_and_loses_no_event_but_the_torn_one(run: Run):
    whole, path = run.log.path.read_bytes(), run.log.path
    every = list(map(to_line, run.log.read()))
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        left = whole.count(b"\n", 0, cut)
        assert list(map(to_line, EventLog(path, run.id).read())) == every[:left]
        shown = summary(run)  # what a list shows is of that prefix as well
        assert shown.curve == (() if left < 5 else (0.25, 0.75) if left in (11, 12) else (0.25,))
        assert bool(shown.results) == (left == len(every))


def test_that_cut_at_any_byte_it_goes_on_with_the_next_number(run: Run):
    whole, path = run.log.path.read_bytes(), run.log.path
    for cut in range(0, len(whole) + 1, 3):
        path.write_bytes(whole[:cut])
        left = whole.count(b"\n", 0, cut)
        EventLog(path, run.id).append(Note(text="after"))
        numbers = [event.number for event in EventLog(path, run.id).read()]
        assert numbers == list(range(left + 1))


WRITER = """
import sys
from pathlib import Path
from engine.eventlog import EventLog
from engine.events import Metric, Paused
log, number = EventLog(Path(sys.argv[1]), "r"), 0
while True:
    event = log.append(Metric(step=number, epoch=0.5, values={"loss": 1 / (number + 1), "pad" * 40: 1.0}))
    if number % 50 == 0:
        log.append(Paused(step=number))
    print(event.number, flush=True)
    number += 1
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_that_two_readers_never_see_anything_but_a_growing_prefix_until_the_writer_is_killed(
    tmp_path,
):
    path = tmp_path / "events.jsonl"
    seen: list[list[int]] = [[], []]
    wrong: list[str] = []
    done = threading.Event()

    def read(own: list[int]) -> None:
        while not done.is_set():
            numbers = [event.number for event in EventLog(path, "r").read()]
            if numbers != list(range(len(numbers))) or (own and len(numbers) < own[-1]):
                wrong.append(f"{numbers[-3:]} after {own[-1:]}")
            own.append(len(numbers))

    readers = [threading.Thread(target=read, args=(own,)) for own in seen]
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for reader in readers:
            reader.start()
        told = -1
        end = time.monotonic() + 2
        for line in writer.stdout:
            told = int(line)
            grew = all(len(set(own)) > 2 for own in seen)
            if told > 20 and grew and (told > 400 or time.monotonic() > end):
                os.kill(writer.pid, signal.SIGKILL)
                break
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong
    numbers = [event.number for event in EventLog(path, "r").read()]
    assert numbers[-1] >= told  # what was told to be written is there
    for line in path.read_bytes().splitlines()[:-1]:
        from_line(line)
    EventLog(path, "r").append(Note(text="after"))
    assert [e.number for e in EventLog(path, "r").read()] == list(range(len(numbers) + 1))
