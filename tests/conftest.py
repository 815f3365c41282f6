"""What every test gets: a home of its own, one thread, and the real data where it is there."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("LP_NUM_THREADS", "1")

from pathlib import Path

import hypothesis
import pytest

# A busy machine is no fault of what is tested.
hypothesis.settings.register_profile("patient", hypothesis.settings(deadline=None))
hypothesis.settings.load_profile("patient")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs, caches and settings of a test go to a folder of its own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("PCD_WORKBENCH_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder with real data beside the project; the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data is not on this machine")
    return folder
