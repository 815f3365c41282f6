"""Out of memory, out of disk, out of time: a sentence, nothing saved is harmed, and the run goes on afterwards."""

import errno
import itertools
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from engine import pace, state
from engine import store as stores
from engine.atomic import write_text, writing
from engine.control import Control
from engine.errors import RunError
from engine.events import Event, Progress
from engine.experiment import Experiment
from engine.loop import fit
from engine.pace import Pace
from engine.recipes.recipe import Recipe
from engine.state import checkpoints
from engine.store import Run, RunStore
from tests.engine.test_loop import experiment, same, weights
from workbench.models.run_words import duration
from workbench.models.tempo import Tempo

pytestmark = pytest.mark.usefixtures("tiny_shapes")
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
BROKEN = OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


@pytest.fixture(scope="module")
def whole(tmp_path_factory, shapes_cache) -> list[torch.Tensor]:
    """The weights of a run that had all the room it wanted."""
    import shutil

    home = tmp_path_factory.mktemp("whole")
    shutil.copytree(shapes_cache, home / "cache" / "datasets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCD_WORKBENCH_HOME", str(home))
        run = RunStore(home / "runs").create(experiment())
        list(fit(run, Control()))
        return weights(run)


def failing(real: Callable[..., Any], at: int, error: Exception) -> Callable[..., Any]:
    """The same function, which fails the how-manieth time it is called and from then on."""
    count = itertools.count(1)

    def call(*arguments: Any, **more: Any) -> Any:
        if next(count) >= at:
            raise error
        return real(*arguments, **more)

    return call


def trained(run: Run) -> list[Event]:
    return list(fit(run, Control()))


@pytest.mark.parametrize(
    "error",
    [torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"), MemoryError(),
     RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory")],
    ids=["graphics card", "Python", "processor"],
)  # fmt: skip
def test_that_out_of_memory_at_the_third_batch_is_advice_and_the_run_goes_on(
    store, whole, monkeypatch, error
):
    run = store.create(experiment())
    with monkeypatch.context() as patch:
        patch.setattr(Recipe, "terms", failing(Recipe.terms, 3, error))
        *_, last = trained(run)
    assert last.kind == "failed" and "Traceback" in last.detail
    assert "ran out of memory" in last.sentence and "half the batch size" in last.sentence
    assert run.state == "failed"
    assert next(checkpoints(run)).name == "step-00000002"
    *_, last = trained(Run(run.path))
    assert last.kind == "finished"
    assert same(weights(run), whole)


@pytest.mark.parametrize("error", [FULL, BROKEN], ids=["full", "broken"])
@pytest.mark.parametrize("at", [3, 20])
def test_that_a_disk_that_takes_no_more_of_the_log_loses_one_event_at_most(
    store, whole, monkeypatch, error, at
):
    run = store.create(experiment())
    events: list[Event] = []

    class Disk:
        """Takes half of a line and then no more."""

        def __init__(self, file: Any) -> None:
            self.file = file

        def __enter__(self) -> "Disk":
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def write(self, data: bytes) -> None:
            if len(events) >= at:
                self.file.write(data[: len(data) // 2])
                self.file.flush()
                raise error
            self.file.write(data)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

    usual = Path.open

    def opened(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        file = usual(path, mode, *rest, **more)
        return Disk(file) if path.name == "events.jsonl" and mode == "ab" else file

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", opened)
        with pytest.raises(RunError, match=f"log of run .*{error.strerror}.*resume the run"):
            for event in fit(run, Control()):
                events.append(event)
    assert [event.number for event in run.events()] == list(range(at))
    assert run.state == "interrupted"
    *_, last = trained(Run(run.path))
    assert last.kind == "finished"
    assert [event.number for event in run.events()] == list(range(len(run.events())))
    assert same(weights(run), whole)


@pytest.mark.parametrize("error", [FULL, BROKEN], ids=["full", "broken"])
def test_that_a_disk_that_takes_no_more_checkpoints_fails_the_run_with_the_one_before(
    store, whole, monkeypatch, error
):
    run = store.create(experiment())
    with monkeypatch.context() as patch:
        patch.setattr(state, "save_file", failing(state.save_file, 4, error))
        *_, last = trained(run)
    assert last.kind == "failed" and "Those before are not harmed" in last.sentence
    assert "disk’s room" in last.sentence or "disk's room" in last.sentence
    left = next(checkpoints(run))
    assert not list(run.checkpoints.glob(".*"))
    events = trained(Run(run.path))
    assert events[-1].kind == "finished"
    (resumed,) = [event for event in events if event.kind == "resumed"]
    assert left.name == f"step-{resumed.step:08d}"
    assert same(weights(run), whole)


@pytest.mark.parametrize("call", ["fsync", "open"])
def test_that_a_small_file_is_whole_or_as_it_was_when_the_disk_is_full(tmp_path, monkeypatch, call):
    path = tmp_path / "run.toml"
    write_text(path, "old")

    def refuse(*_: object) -> None:
        raise FULL

    with monkeypatch.context() as patch:
        patch.setattr(f"engine.atomic.os.{call}", refuse)
        with pytest.raises(OSError, match="No space"):
            write_text(path, "new" * 1000)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    with pytest.raises(ZeroDivisionError), writing(path) as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_that_no_run_is_made_on_a_full_disk(store, monkeypatch):
    def refuse(*_: object) -> None:
        raise FULL

    monkeypatch.setattr("engine.store.write_text", refuse)
    with pytest.raises(RunError, match="No run folder could be made.*Nothing was started"):
        store.create(Experiment())
    assert store.runs() == []


# ---- clocks


@pytest.mark.parametrize(
    "jump", [-3600.0, -(10**9), 10**9], ids=["hour back", "years back", "years on"]
)
def test_that_a_clock_that_jumps_changes_neither_weights_nor_order_nor_what_is_left(
    store, whole, monkeypatch, jump
):
    run = store.create(experiment())
    real, calls = time.time, itertools.count()
    monkeypatch.setattr(time, "time", lambda: max(0.0, real() + jump * (next(calls) > 40)))
    events = trained(run)
    assert events[-1].kind == "finished"
    assert [event.number for event in run.events()] == list(range(len(events)))
    assert same(weights(run), whole)
    for event in events:
        if isinstance(event, Progress):
            assert 0 <= event.seconds_left < 3600 and event.clouds_per_second >= 0
    assert run.state == "done"
    assert [one.path for one in store.runs()] == [run.path]


def test_that_a_clock_that_stands_still_divides_nothing_by_zero(monkeypatch):
    monkeypatch.setattr(pace.time, "monotonic", lambda: 50.0)
    (said,) = Pace(0, 4, 2, 8).progress(8)
    assert said.seconds_left == 0 and said.clouds_per_second < float("inf")


def test_that_runs_made_in_the_same_second_or_an_hour_before_have_names_of_their_own(
    store, monkeypatch
):
    made = [store.create(Experiment()).id for _ in range(20)]
    monkeypatch.setattr(stores.time, "strftime", lambda form: "19700101-000000")
    made += [store.create(Experiment()).id for _ in range(20)]
    assert len(set(made)) == 40 and len(store.runs()) == 40


def test_that_the_trash_is_not_emptied_early_by_a_clock_that_was_set_back(store, monkeypatch):
    run = store.create(Experiment())
    gone = store.discard(run.path)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 10**8)
    store.empty_trash()
    assert gone.exists()


def test_that_a_clock_set_back_is_no_new_tempo():
    tempo = Tempo()
    for step, when in enumerate((100.0, 101.0, 20.0, 21.0, 22.0), start=1):
        progress = Progress(
            step=step, steps=9, epoch=1, epochs=1, clouds_per_second=1, seconds_left=1, time=when
        )
        tempo.take(progress, 9)
    assert sum(seconds for seconds, _ in tempo._pieces) == 3
    assert not tempo.slowed


def test_that_no_time_is_told_as_less_than_nothing():
    assert duration(-3600) == duration(0)
