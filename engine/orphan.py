"""Ends an engine whose window has gone, also where it cannot do so itself because a library holds Python fast."""

import os
import select
import subprocess
import sys

# The kernel's own signal for this (PR_SET_PDEATHSIG) would come when the thread that started the engine ends, and
# would leave no time to save. A hung-up input is seen from outside without reading a byte of it.
_WATCHER = """
import os, select, signal, sys, time
owner, grace = int(sys.argv[1]), float(sys.argv[2])
watch = select.poll()
watch.register(0, 0)
while os.getppid() == owner and not watch.poll(1000):
    pass
end = time.monotonic() + grace
while os.getppid() == owner and time.monotonic() < end:
    time.sleep(0.2)
if os.getppid() == owner:
    os.kill(owner, signal.SIGKILL)
"""


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
