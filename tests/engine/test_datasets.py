"""Preparing: the cache is made once, made again when it is damaged, and whole whoever else makes it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import datasets
from engine.control import Control
from engine.errors import DataError
from engine.experiment import Choice

SMALL = Choice.model_validate({"name": "shapes", "per_kind": 2, "points": 16})


def prepared():
    """The cache file, and whether it had to be made."""
    events = list(datasets.prepare(SMALL, Control()))
    assert events[-1].kind == "prepared"
    return events[-1].path, len(events) > 1


@pytest.fixture
def cache():
    path, made = prepared()
    assert made
    return Path(path)


def test_that_a_cache_is_made_once(cache):
    assert prepared() == (str(cache), False)


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.999])
def test_that_a_cache_cut_short_is_made_again(cache, share):
    whole = datasets.read_cache(cache)
    cache.write_bytes(cache.read_bytes()[: int(share * cache.stat().st_size)])
    with pytest.raises(DataError, match="damaged"):
        datasets.read_cache(cache)
    assert prepared() == (str(cache), True)
    assert np.array_equal(datasets.read_cache(cache).points, whole.points)


def test_that_a_flipped_bit_is_never_taken_for_a_shape(cache):
    whole, content = datasets.read_cache(cache), bytearray(cache.read_bytes())
    noticed = 0
    for at in range(0, len(content), len(content) // 100):
        content[at] ^= 1
        cache.write_bytes(content)
        try:
            found = datasets.read_cache(cache)
            assert np.array_equal(found.points, whole.points)
            assert np.array_equal(found.labels, whole.labels)
        except DataError:
            noticed += 1
        content[at] ^= 1
    assert noticed > 20


def test_that_two_processes_may_prepare_at_once(own_home):
    code = (
        "from engine import datasets; from engine.control import Control; from engine.experiment import Choice\n"
        f"list(datasets.prepare(Choice.model_validate({SMALL.model_dump()!r}), Control()))"
    )
    both = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    path, made = prepared()
    assert not made
    assert [file.name for file in (own_home / "cache" / "datasets").iterdir()] == [Path(path).name]
