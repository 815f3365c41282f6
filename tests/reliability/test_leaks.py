"""Nothing piles up: clouds, runs and pages opened and closed again leave as much memory and as many objects as before.

`soak.py` does the same for an hour.
"""

import sys

import pytest

from tests.reliability.soak import Soak, finished_runs
from workbench import theme

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")


@pytest.mark.parametrize(("round_of", "rounds"), [("clouds", 50), ("runs", 50), ("replays", 200)])
def test_that_rounds_leave_memory_and_objects_as_they_were(qapp, round_of, rounds):
    if not theme.is_dark():
        theme.apply(qapp)
    soak = Soak(finished_runs())
    try:
        found = soak.measure(round_of, rounds)
    finally:
        soak.close()
    print(found)
    assert found.megabytes <= 20
    assert found.objects <= 0
    assert found.python <= 0.02 * found.python_before
