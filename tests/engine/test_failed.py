"""Every exception is a sentence; what a person can do something about is said in other words."""

import errno

import numpy as np
import pytest

from engine.errors import DataError
from engine.failed import failed


class OutOfMemoryError(RuntimeError):
    """As torch calls it; torch itself is not needed to know it."""


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        np._core._exceptions._ArrayMemoryError((1 << 40,), np.dtype(np.float64)),
        OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
    ],
)
def test_that_too_little_memory_becomes_advice(error):
    assert "half the batch size" in failed(error).sentence


def test_that_a_full_disk_becomes_advice():
    event = failed(OSError(errno.ENOSPC, "No space left on device"))
    assert "No space left on device" in event.sentence
    assert "the disk's room" in event.sentence


def test_that_an_error_with_a_sentence_keeps_it_and_hides_the_details():
    event = failed(DataError("The folder is empty."))
    assert (event.sentence, event.detail) == ("The folder is empty.", "")


def test_that_the_unexpected_keeps_where_it_happened():
    try:
        _ = {}["key"]
    except KeyError as error:
        event = failed(error)
    assert "KeyError" in event.sentence
    assert "test_failed.py" in event.detail
