"""A tiny data set, prepared once for all tests that train on it."""

import shutil
from pathlib import Path

import pytest

from engine import registry
from engine.control import Control
from engine.datasets import cached, write_cache
from tests.engine.stack_files import ran

TINY = {"per_kind": 6, "points": 64}


@pytest.fixture(scope="session")
def shapes_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the cache of 40 kinds of 6 shapes, 64 points each."""
    source = registry.make("dataset", "shapes", TINY)
    clouds, _ = ran(source.read(Control()))
    folder = tmp_path_factory.mktemp("shapes")
    write_cache(folder / cached("shapes", source.fingerprint()).name, clouds)
    return folder


@pytest.fixture
def tiny_shapes(own_home: Path, shapes_cache: Path) -> None:
    """The tiny data set is prepared already in the test's own home."""
    shutil.copytree(shapes_cache, own_home / "cache" / "datasets")
