"""Names of ideas are kept beside the run, whole or not at all."""

import json

import pytest

from engine.errors import RunError
from workbench.models.idea_names import NAME, read_names, write_names


def test_that_only_names_that_differ_from_the_guess_are_kept(tmp_path):
    write_names(tmp_path, ["legs", "seat", "back"], ("legs", "top"))
    kept = json.loads((tmp_path / "artifacts" / NAME).read_text(encoding="utf-8"))
    assert kept == {"2": "seat", "3": "back"}
    assert read_names(tmp_path, ("legs", "top"), 3) == ["legs", "seat", "back"]


def test_that_without_a_file_the_guesses_stand(tmp_path):
    assert read_names(tmp_path, ("legs",), 2) == ["legs", ""]


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"1": 7, "2": " "}', "\udcff"])
def test_that_a_damaged_file_counts_as_none(tmp_path, text):
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "artifacts" / NAME).write_bytes(text.encode(errors="surrogateescape"))
    assert read_names(tmp_path, ("legs", "top"), 2) == ["legs", "top"]


def test_that_a_name_that_cannot_be_kept_is_a_sentence(tmp_path):
    (tmp_path / "artifacts").write_text("in the way")
    with pytest.raises(RunError, match="could not be kept"):
        write_names(tmp_path, ["seat"], ())
