"""Atomic writes: whole or not at all, whatever interrupts them."""

import pytest

from engine.atomic import write_text, writing


@pytest.mark.parametrize("share", [0, 0.01, 0.25, 0.5, 0.9, 0.999, 1])
def test_that_dying_at_any_part_of_the_write_leaves_the_old_file(tmp_path, share):
    path = tmp_path / "thing.txt"
    path.write_text("old")
    new = "new" * 1000
    with pytest.raises(KeyboardInterrupt), writing(path) as temporary:
        temporary.write_text(new[: int(share * len(new))])
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_that_a_finished_write_replaces_the_file(tmp_path):
    path = tmp_path / "thing.txt"
    write_text(path, "old")
    write_text(path, "new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]
