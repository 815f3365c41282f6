"""One writer a run: a second window only looks on; a lock whose owner died, or that never was one, holds nobody up."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine.control import Control
from engine.errors import RunError
from engine.jobs import Job, perform
from engine.loop import fit
from engine.store import Run, RunStore
from tests.engine.test_loop import experiment

pytestmark = [
    pytest.mark.usefixtures("tiny_shapes"),
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL"),
]
OTHER = """
import sys
from engine.control import Control
from engine.loop import fit
from engine.store import RunStore
for event in fit(RunStore().open(sys.argv[1]), Control()):
    print(event.kind, flush=True)
    if event.kind == "checkpoint":
        sys.stdin.readline()
"""


@pytest.fixture
def run(tmp_path) -> Run:
    return RunStore(tmp_path / "runs").create(experiment())


@contextmanager
def other_window(run: Run) -> Iterator[subprocess.Popen[str]]:
    """Another program that is in the midst of this run."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, str(run.path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        while other.stdout.readline().strip() != "checkpoint":
            pass
        yield other
        other.kill()


def test_that_a_second_window_looks_on_and_changes_nothing(run: Run):
    with other_window(run):
        before = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
        assert run.state == "running" and run.alive
        assert [one.state for one in RunStore(run.path.parent).runs()] == ["running"]
        assert next(iter(run.events())).kind == "phase"
        with pytest.raises(RunError, match="another process. Nothing was changed"):
            list(fit(run, Control()))
        (event,) = perform(Job(do="resume", run=run.path), Control())
        assert event.kind == "failed" and "another process" in event.sentence
        assert {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()} == before


def test_that_the_lock_of_a_killed_window_is_nobodys(run: Run):
    with other_window(run) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        assert (run.path / "lock").exists()
        assert not run.alive and run.state == "interrupted"
        assert list(fit(run, Control()))[-1].kind == "finished"


@pytest.mark.parametrize("content", [b"", b"4194304", b"99999999999 elsewhere", b"\xff\x00"])
def test_that_a_lock_file_left_behind_by_whomever_is_taken_over(run: Run, content: bytes):
    (run.path / "lock").write_bytes(content)
    assert not run.alive
    with run.locked():
        assert run.alive
    assert not run.alive


def test_that_looking_never_keeps_the_writer_out(run: Run):
    looking = subprocess.Popen([
        sys.executable, "-c",
        "import sys; from pathlib import Path; from engine.store import Run\nwhile True: Run(Path(sys.argv[1])).state",
        str(run.path),
    ])  # fmt: skip
    try:
        assert list(fit(run, Control()))[-1].kind == "finished"
    finally:
        looking.kill()
        looking.wait()


def test_that_a_folder_where_the_lock_cannot_be_is_a_sentence(run: Run):
    (run.path / "lock").mkdir()
    (event,) = perform(Job(do="resume", run=run.path), Control())
    assert event.kind == "failed" and "cannot be written to" in event.sentence
    assert not event.detail
    assert run.state in ("new", "interrupted")
