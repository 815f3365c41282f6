"""An engine ends when its input was closed, whatever it does, and is let be until then."""

import select
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from engine.orphan import end_with_input
from engine.session import environment

ENGINE = (
    "import time; from engine.orphan import end_with_input; watcher = end_with_input(0.2);"
    "print(watcher.pid, flush=True); time.sleep(1000)"
)
with_poll = pytest.mark.skipif(not hasattr(select, "poll"), reason="poll(2) is needed")


@pytest.fixture
def engine() -> Iterator["subprocess.Popen[bytes]"]:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", ENGINE], stdin=pipe, stdout=pipe, env=environment()
    ) as engine:
        assert engine.stdout is not None
        engine.stdout.readline()
        yield engine
        engine.kill()


@with_poll
def test_that_a_process_is_ended_once_its_input_is_closed(engine):
    engine.stdin.close()
    assert engine.wait(60) == -signal.SIGKILL


@with_poll
def test_that_a_process_with_an_input_that_it_does_not_read_is_let_be(engine):
    engine.stdin.write(b"a job\n")
    engine.stdin.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        engine.wait(2)


def test_that_nothing_watches_where_inputs_cannot_be_watched(monkeypatch):
    monkeypatch.delattr(select, "poll", raising=False)
    assert end_with_input(1.0) is None
