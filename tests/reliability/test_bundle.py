"""What the bundled program starts with; the bundle itself is made by `make bundle`."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
START = ROOT / "bundle" / "start.py"


def _started(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(START), *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("flags", [(), ("-u",), ("-I", "-S")])
def test_that_code_is_run_whatever_flags_stand_before_it(flags: tuple[str, ...]) -> None:
    told = _started(*flags, "-c", "import sys; print(__name__, sys.argv)", "one")
    assert told.stdout == "__main__ ['-c', 'one']\n"


def test_that_helpers_of_the_window_are_found() -> None:
    told = _started("-m", "engine", "--help")
    assert told.returncode == 0 and "usage" in told.stdout


def test_that_without_either_the_window_is_meant() -> None:
    told = _started("--help")
    assert told.returncode == 0 and told.stdout.startswith("usage: pcd-workbench")
