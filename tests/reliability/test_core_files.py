"""What the tests of the core files leave untried: the ways out that are taken only when something is wrong."""

import errno
import os
import struct
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import save_file

from engine import registry
from engine import store as stores
from engine.control import Control, Wish
from engine.errors import FormatError, RunError
from engine.eventlog import EventLog
from engine.events import Finished, Metric, Note, Progress
from engine.experiment import Experiment
from engine.formats import read_shape
from engine.formats.bounded import Damage, check_pixels
from engine.formats.h5 import own
from engine.registry import Settings, explain
from engine.state import load_weights
from engine.store import Run, RunStore
from tests.engine.sample_files import pcd, write


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return RunStore(tmp_path).create(Experiment())


# ---- control


def test_that_a_listener_hears_the_wish_in_force_and_those_to_come():
    control, heard, early = Control(), [], []
    control.subscribe(early.append)
    control.ask("pause")
    control.subscribe(heard.append)
    control.ask("finish")
    assert early == [Wish.PAUSE, Wish.FINISH] == heard


# ---- the log


def test_that_events_without_what_is_asked_for_are_passed_over(run: Run):
    progress = Progress(step=1, steps=9, epoch=1, epochs=1, clouds_per_second=7.5, seconds_left=1)
    run.log.append(progress)
    run.log.append(Metric(step=1, epoch=0.1, values={"loss": 2.0}))
    run.log.append(Finished(step=3, results={"keep": 1}))
    run.log.append(Finished(step=4))  # an end without a test
    run.log.append(Note(text='"loss":'))
    with run.log.path.open("ab") as file:
        for kind in ("started", "finished", "progress", "resumed"):
            file.write(f'{{"kind":"{kind}"}} or not\n'.encode())
        file.write(b'{"kind":"metric","step":2,"epoch":1,"values":{"a\\"loss":1}}\n')
    log = EventLog(run.log.path, run.id)
    assert log.results() == {"keep": 1}
    assert log.speed() == 7.5
    assert log.started() is None
    assert log.values("loss") == (2.0,)
    assert log.last_lifecycle() == ("finished", "done")


def test_that_what_follows_a_line_that_is_no_event_is_cut_before_the_next_is_written(run: Run):
    run.log.append(Note(text="whole"))
    with run.log.path.open("ab") as file:
        file.write(b"no event\n")
    EventLog(run.log.path, run.id).append(Note(text="next"))
    assert [event.text for event in run.events()] == ["whole", "next"]


# ---- run folders


def test_that_its_places_are_inside_of_its_folder(run: Run):
    for place in (run.artifacts, run.checkpoints, run.predictions_path):
        assert place.parent == run.path


def test_that_notes_that_cannot_be_saved_are_a_sentence(run: Run, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(stores, "write_text", refuse)
    with pytest.raises(RunError, match="could not be saved.*The run is not harmed"):
        run.write_notes("more")
    assert run.notes == ""


def test_that_a_package_that_is_not_there_is_said_to_be_not_installed(monkeypatch):
    def missing(_name: str) -> str:
        raise PackageNotFoundError

    monkeypatch.setattr(stores, "version", missing)
    assert set(stores.environment()["packages"].values()) == {"not installed"}


def test_that_weights_of_another_shape_are_a_sentence(run: Run):
    folder = run.checkpoints / "step-00000001"
    folder.mkdir(parents=True)
    save_file({"weight": torch.ones(2, 2), "bias": torch.ones(2)}, folder / "model.safetensors")
    with pytest.raises(RunError, match=f"weights of {run.id} do not fit or are damaged"):
        load_weights(torch.nn.Linear(3, 2), folder)
    (folder / "model.safetensors").unlink()
    with pytest.raises(RunError, match="do not fit or are damaged"):
        load_weights(torch.nn.Linear(2, 2), folder)


# ---- the registry


def test_that_every_room_has_a_schema_with_titles():
    for kind in ("format", "loss"):
        for name, entry in registry.schema(kind).items():
            assert entry["title"] and entry["schema"]["type"] == "object", name


def test_that_keys_below_what_is_no_table_have_no_nearest_one():
    class Inner(Settings):
        depth: int = 1

    class Outer(Settings):
        inner: Inner = Inner()
        many: tuple[Inner, ...] = ()

    for document, words in (
        ({"many": [{"dpeth": 1}]}, "no key “many.0.dpeth”. Nothing is set there"),
        ({"inner": {"dpeth": 1}}, "Did you mean “depth”"),
        ({"x" * 200: 1}, "..."),
    ):
        with pytest.raises(ValidationError) as error:
            Outer.model_validate(document)
        assert words in explain(error.value, Outer, "It")


# ---- formats


def test_that_a_picture_cannot_have_more_pixels_than_any_packing_gives():
    check_pixels(1000, 1000, 200, 10**7)
    with pytest.raises(Damage, match="3000 x 1000 pixels"):
        check_pixels(3000, 1000, 200, 10**7)
    with pytest.raises(Damage, match="more than is sensible"):
        check_pixels(4000, 4000, 10**9, 10**7)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (pcd("binary").replace("FIELDS x y z rgb", "FIELDS x y w rgb"), "no field “z”"),
        (pcd("hexadecimal"), "neither ascii, binary nor binary_compressed"),
    ],
)
def test_that_a_pcd_header_that_names_what_there_is_not_is_refused(tmp_path, text, why):
    (tmp_path / "a.pcd").write_bytes(text.encode() + bytes(128))
    with pytest.raises(FormatError, match=why):
        read_shape(tmp_path / "a.pcd")


def test_that_normals_of_a_pcd_file_are_read(tmp_path):
    names = "x y z normal_x normal_y normal_z"
    head = pcd("binary", 2).replace("x y z rgb", names).replace("TYPE F F F U", "TYPE F F F F F F")
    head = head.replace("SIZE 4 4 4 4", "SIZE 4 4 4 4 4 4").replace("1 1 1 1", "1 1 1 1 1 1", 1)
    rows = np.array([(1, 2, 3, 0, 0, 1), (4, 5, 6, 1, 0, 0)], "<f4")
    (tmp_path / "a.pcd").write_bytes(head.encode() + rows.tobytes())
    shape = read_shape(tmp_path / "a.pcd")
    assert shape.vertices.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert shape.normals is not None and shape.normals.tolist() == [[0, 0, 1], [1, 0, 0]]


def test_that_packed_las_without_its_unpacker_is_a_sentence(tmp_path, monkeypatch):
    import laspy

    monkeypatch.setattr(laspy.LazBackend, "detect_available", classmethod(lambda cls: ()))
    path = write(tmp_path, "las").rename(tmp_path / "a.laz")
    data = bytearray(path.read_bytes())
    struct.pack_into("<B", data, 104, data[104] | 0x80)
    path.write_bytes(data)
    with pytest.raises(FormatError, match="need the package “lazrs”, which is not installed"):
        read_shape(path)


def test_that_an_own_file_may_hold_groups_types_and_packed_arrays(tmp_path):
    path = tmp_path / "own.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("a/packed", data=np.zeros((40, 3)), compression="lzf")
        file.create_dataset("a/empty", (0, 3), "<f4", chunks=(1, 3), maxshape=(None, 3))
        file["a/again"] = file["a"]
        file["kind"] = np.dtype("<f4")
    with own(path) as file:
        assert file["a/packed"].shape == (40, 3)
