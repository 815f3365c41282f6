"""Atomic writes: whole or not at all, whatever interrupts them."""

import os
from pathlib import Path

import pytest

from engine.atomic import sync, write_text, writing


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


@pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="counts open files as Linux tells them"
)
def test_that_file_and_folder_are_pushed_to_the_disk_and_no_handle_stays_open(
    tmp_path, monkeypatch
):
    pushed, usual = [], os.fsync

    def fsync(handle):
        pushed.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        usual(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    before = len(list(Path("/proc/self/fd").iterdir()))
    write_text(tmp_path / "thing.txt", "new")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    # In this order: a name must not be given to what is not there yet.
    assert len(pushed) == 2 and pushed[0].endswith(".tmp") and pushed[1] == str(tmp_path)


def test_that_a_folder_that_cannot_be_opened_is_passed_over(tmp_path, monkeypatch):
    def refuse(path, flags):
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    sync(tmp_path)
