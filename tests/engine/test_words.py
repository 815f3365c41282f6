"""Numbers in sentences: the plural, and one rule of rounding."""

import math

from engine.words import counted, of_100


def test_that_one_thing_has_no_plural():
    assert [counted(count, "file") for count in (0, 1, 2, 1200)] == [
        "0 files", "1 file", "2 files", "1,200 files",
    ]  # fmt: skip
    assert (counted(1, "pass"), counted(3, "batch")) == ("1 pass", "3 batches")
    assert counted(60, "epoch") == "60 epochs"


def test_that_a_share_is_so_many_of_a_hundred():
    assert [of_100(share) for share in (0.575, 0.565, 0.5749, 0.0, 1.0)] == [
        "58", "57", "57", "0", "100",
    ]  # fmt: skip
    assert [of_100(0.8725, 1), of_100(0.5, 1)] == ["87.3", "50.0"]
    assert of_100(math.nan) == "nan"
