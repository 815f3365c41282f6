"""What a classroom run says: written whole, read back, and a sentence for whatever is wrong."""

import json
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace

import h5py
import numpy as np
import pytest

from engine.classroom_answers import NAME, read_classroom_answers, write_classroom_answers
from engine.classroom_file import writable
from engine.errors import RunError
from tests.engine.made_classroom import made_answers, made_frame, made_said


def same(one, other):
    """Equal all the way down, arrays with their types and NaN with NaN."""
    assert type(one) is type(other)
    if is_dataclass(one):
        for field in fields(one):
            same(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            same(one[key], other[key])
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            same(left, right)
    else:
        assert one == other


def test_that_what_was_written_is_read_back(tmp_path):
    answers = made_answers()
    write_classroom_answers(tmp_path / NAME, answers)
    same(read_classroom_answers(tmp_path), answers)
    assert len(answers) == 2


def test_that_a_run_with_no_frame_and_no_figure_is_read_back(tmp_path):
    bare = replace(
        made_answers(), frames=(), figures={}, per_thing={}, listening={}, probes={}, checks=()
    )
    write_classroom_answers(tmp_path / NAME, bare)
    same(read_classroom_answers(tmp_path), bare)


def test_that_a_figure_that_is_no_number_is_none(tmp_path):
    answers = replace(made_answers(), figures={"ap": float("nan"), "ap50": np.float32(0.5)})
    write_classroom_answers(tmp_path / NAME, answers)
    assert read_classroom_answers(tmp_path).figures == {"ap": None, "ap50": 0.5}


def test_that_reading_needs_numpy_alone():
    code = "import sys, engine.classroom_answers, engine.doctors, engine.listening, engine.paired, engine.legible\n"
    code += "assert not {'torch', 'scipy', 'sklearn', 'pycocotools'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_that_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(RunError, match="holds no classroom"):
        read_classroom_answers(tmp_path)


def test_that_an_array_of_another_shape_is_not_written_and_leaves_nothing(tmp_path):
    frame = replace(made_frame(), depths=np.zeros(2, np.float32))
    with pytest.raises(ValueError, match="depths has the shape"):
        write_classroom_answers(tmp_path / NAME, replace(made_answers(), frames=(frame,)))
    shaken = replace(frame.shaken[0], image=np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(ValueError, match="image has the shape"):
        write_classroom_answers(
            tmp_path / NAME,
            replace(made_answers(), frames=(replace(made_frame(), shaken=(shaken,)),)),
        )
    assert list(tmp_path.iterdir()) == []


def put_about(change):
    """Damage to what the file says in words."""

    def harm(file):
        about = json.loads(file["about"][()].tobytes())
        change(about)
        del file["about"]
        file["about"] = writable(about)

    return harm


def again(name, data):
    """Damage to one array."""

    def harm(file):
        del file[name]
        file[name] = data

    return harm


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.__delitem__("0/points"),
        lambda file: file.__delitem__("about"),
        lambda file: file.__delitem__("1"),
        lambda file: file.__delitem__("0/maps/1"),
        lambda file: file.__delitem__("0/shaken/2/said/scores"),
        again("0/said/scores", np.zeros(1, np.float32)),
        again("0/labels", np.full(3, 9, np.int16)),
        again("0/said/labels", np.full(4, -1, np.int16)),
        again("0/image", np.zeros((32, 64, 3), np.float64)),
        again("0/shaken/0/image", np.zeros((8, 8, 3), np.uint8)),
        again("0/calibration/projection", np.zeros((4, 4))),
        again("0/maps/0/valid", np.zeros((3, 3), bool)),
        again("about", np.frombuffer(b"[1, 2]", np.uint8)),
        again("about", np.frombuffer(b"{", np.uint8)),
        put_about(lambda about: about.pop("things")),
        put_about(lambda about: about.update(version=99)),
        put_about(lambda about: about.update(figures=[1])),
        put_about(lambda about: about.update(robustness={"epsilons": ["x"], "terms": {}})),
        put_about(lambda about: about.update(things="car")),
        put_about(lambda about: about["checks"][0].update(state="ill")),
        put_about(lambda about: about["checks"][0].pop("sentence")),
        put_about(lambda about: about["frames"].append({"name": "x", "maps": [], "shaken": []})),
    ],
)
def test_that_a_damaged_file_is_a_sentence(tmp_path, harm):
    write_classroom_answers(tmp_path / NAME, made_answers())
    with h5py.File(tmp_path / NAME, "a") as file:
        harm(file)
    with pytest.raises(RunError, match="damaged"):
        read_classroom_answers(tmp_path)


def test_that_no_map_of_a_file_from_before_counts_as_one_colour_a_kind(tmp_path):
    write_classroom_answers(tmp_path / NAME, made_answers())
    with h5py.File(tmp_path / NAME, "a") as file:
        about = json.loads(file["about"][()].tobytes())
        del about["by_kind"]
        again("about", writable(about))(file)
    assert read_classroom_answers(tmp_path).by_kind == ()


def test_that_an_array_that_claims_to_be_giant_is_not_read(tmp_path):
    write_classroom_answers(tmp_path / NAME, made_answers())
    with h5py.File(tmp_path / NAME, "a") as file:
        del file["0/points"]
        file.create_dataset("0/points", (10**12, 4), np.float32, chunks=(1024, 4))
    with pytest.raises(RunError, match="claims"):
        read_classroom_answers(tmp_path)


def test_that_a_file_cut_anywhere_is_a_sentence(tmp_path):
    write_classroom_answers(tmp_path / "whole.h5", made_answers())
    whole = (tmp_path / "whole.h5").read_bytes()
    for length in range(0, len(whole), max(1, len(whole) // 60)):
        (tmp_path / NAME).write_bytes(whole[:length])
        with pytest.raises(RunError, match="damaged"):
            read_classroom_answers(tmp_path)


def test_that_a_file_with_changed_bytes_is_a_sentence_or_a_classroom(tmp_path):
    write_classroom_answers(tmp_path / "whole.h5", made_answers())
    whole = (tmp_path / "whole.h5").read_bytes()
    source, said = np.random.default_rng(0), 0
    for _ in range(60):
        changed = bytearray(whole)
        for place in source.integers(0, len(whole), 20):
            changed[place] ^= int(source.integers(1, 256))
        (tmp_path / NAME).write_bytes(changed)
        try:
            read_classroom_answers(tmp_path)
        except RunError as error:
            said += "damaged" in error.sentence
    assert said > 0


def test_that_what_is_said_of_an_empty_picture_is_empty():
    assert made_said(0).boxes.shape == (0, 4)


def test_that_how_pictures_were_shaken_is_kept_and_a_strange_way_refused(tmp_path):
    answers = made_answers()
    shaken = replace(answers, robustness=replace(answers.robustness, norm="l2"))
    write_classroom_answers(tmp_path / NAME, shaken)
    assert read_classroom_answers(tmp_path).robustness.norm == "l2"
    strange = replace(answers, robustness=replace(answers.robustness, norm="l7"))
    write_classroom_answers(tmp_path / NAME, strange)
    with pytest.raises(RunError, match="l7|holds no|cannot"):
        read_classroom_answers(tmp_path)
