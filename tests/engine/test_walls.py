"""The walls of the house: the engine knows no Qt, the window and the data rooms know no torch."""

import pkgutil
import subprocess
import sys

import engine

LIGHT = [
    "engine.errors", "engine.events", "engine.control", "engine.registry", "engine.clouds", "engine.experiment",
    "engine.places", "engine.atomic", "engine.store", "engine.jobs", "engine.session", "engine.predictions",
    "engine.metrics.open_set", "engine.datasets", "engine.datasets.detect", "engine.formats", "engine.picture",
    "engine.narrate", "engine.compare.answers", "engine.compare.paper", "engine.compare.ablation", "engine.report",
]  # fmt: skip


def loaded(statement: str) -> set[str]:
    """The top-level packages in memory after a fresh interpreter ran the statement."""
    code = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_that_importing_every_engine_module_pulls_in_no_qt():
    modules = [module.name for module in pkgutil.walk_packages(engine.__path__, "engine.")]
    names = loaded("\n".join(f"import {name}" for name in modules if not name.endswith("__main__")))
    assert "torch" in names
    assert not names & {"PySide6", "shiboken6", "pyqtgraph", "vispy", "workbench"}


def test_that_the_light_rooms_need_no_torch():
    names = loaded("\n".join(f"import {name}" for name in LIGHT))
    assert not names & {"torch", "sklearn", "PySide6"}


def test_that_data_sets_need_no_torch():
    statement = "from engine import registry\nregistry.names('dataset')\nregistry.names('format')"
    assert "torch" not in loaded(statement)


def test_that_the_window_needs_no_torch():
    names = loaded("import workbench.window")
    assert "PySide6" in names
    assert not names & {"torch", "sklearn", "scipy", "vispy", "h5py"}
