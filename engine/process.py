"""A child process that speaks in lines: they are queued, its complaints kept, its end enforced."""

import os
import queue
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO


class Process:
    """A running command. `read` gives its lines one by one, `write` sends it one."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        # A session of its own: Ctrl+C in a terminal reaches the window only, and killing it
        # takes its workers along.
        self._popen = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            start_new_session=True,
        )
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._complaints: deque[str] = deque(maxlen=60)
        self._writing = threading.Lock()
        self._readers = [
            threading.Thread(target=self._queue_lines, args=(self._popen.stdout,), daemon=True),
            threading.Thread(target=self._keep_tail, args=(self._popen.stderr,), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._popen.pid

    @property
    def alive(self) -> bool:
        """True until the process has ended."""
        return self._popen.poll() is None

    @property
    def tail(self) -> str:
        """The last lines the process wrote to its standard error."""
        return "\n".join(self._complaints)

    def write(self, line: str) -> None:
        """Send one line; a process that has ended hears nothing, which `read` tells soon enough."""
        stdin = self._popen.stdin
        assert stdin is not None
        with self._writing, suppress(OSError, ValueError):
            stdin.write(line.encode() + b"\n")
            stdin.flush()

    def read(self, seconds: float) -> bytes | None:
        """The next line; None when none came in time; b"" for ever after the end."""
        try:
            line = self._lines.get(timeout=seconds)
        except queue.Empty:
            return None
        if not line:
            self._lines.put(line)
        return line

    def complain(self, line: bytes) -> None:
        """Keep a line that should have gone to standard error."""
        self._complaints.append(line.decode(errors="replace").rstrip())

    def code(self) -> int:
        """The exit code (negative: the signal) of a process whose lines have ended."""
        try:
            return self._popen.wait(2)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._popen.wait()

    def kill(self) -> None:
        """End it at once, with everything it started."""
        if not self.alive:
            return
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._popen.pid, signal.SIGKILL)
            else:
                self._popen.kill()

    def hang_up(self) -> None:
        """Close its standard input, which asks it to save and leave."""
        stdin = self._popen.stdin
        assert stdin is not None
        with self._writing, suppress(OSError):
            stdin.close()

    def close(self, patience: float) -> None:
        """Hang up and wait for its end; after `patience` seconds kill it."""
        self.hang_up()
        try:
            self._popen.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            self._popen.wait()
        for reader, stream in zip(
            self._readers, (self._popen.stdout, self._popen.stderr), strict=True
        ):
            reader.join(1)
            if stream is not None and not reader.is_alive():
                stream.close()

    def _queue_lines(self, stream: IO[bytes]) -> None:
        for line in stream:
            self._lines.put(line)
        self._lines.put(b"")

    def _keep_tail(self, stream: IO[bytes]) -> None:
        for line in stream:
            self.complain(line)
