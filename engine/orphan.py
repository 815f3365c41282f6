"""Ends an engine whose window has gone, also where it cannot do so itself because a library holds Python fast."""

import os
import select
import subprocess
import sys

from engine.words import say

# The kernel's own signal for this (PR_SET_PDEATHSIG) would come when the thread that started the engine ends, and
# would leave no time to save. A hung-up input is seen from outside without reading a byte of it.
_WATCHER = say(
    "\nimport os, select, signal, sys, time\nowner, grace = int(sys.argv[1]), float(sys.argv[2])\nwatch = "
    "select.poll()\nwatch.register(0, 0)\nwhile os.getppid() == owner and not watch.poll(1000):\n    pass\n"
    "end = time.monotonic() + grace\nwhile os.getppid() == owner and time.monotonic() < end:\n    "
    "time.sleep(0.2)\nif os.getppid() == owner:\n    os.kill(owner, signal.SIGKILL)\n"
)


def end_with_input(grace: float) -> "subprocess.Popen[bytes] | None":
    """Kill this process `grace` seconds after its standard input was closed, unless it has left by then.

    Returns the small process that does it, which ends with this one; None where there is no poll(2).
    """
    if not hasattr(select, "poll"):
        return None
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _WATCHER, str(os.getpid()), str(grace)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
