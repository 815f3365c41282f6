"""No file can crash, exhaust or command the program: it opens, or it is refused in one sentence."""

import contextlib
import io
import os
import pickle
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import FormatError
from engine.formats import read_cloud, read_shape
from engine.formats.bounded import Damage
from engine.formats.lzf import unpacked
from tests.engine.sample_files import CORNERS, kinds, pcd, write

CASES = int(os.environ.get("PCD_FUZZ_CASES", "60"))
PLY = (
    "ply\nformat {} 1.0\nelement vertex {}\nproperty float x\nproperty float y\nproperty float z\n"
)


def judged(path: Path) -> str:
    """'' when a sound cloud comes out, else the sentence; any other error fails the test."""
    try:
        cloud = read_cloud(path, 16, np.random.default_rng(0))
    except FormatError as error:
        assert path.name in error.sentence
        assert "\n" not in error.sentence
        assert len(error.sentence) < 400
        return error.sentence
    assert cloud.shape == (16, 3)
    assert np.isfinite(cloud).all()
    return ""


# Hypothesis would else complain of the long text of the files in place of telling what failed.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def whole(folder):
    return {kind: write(folder, kind).read_bytes() for kind in kinds()}


@pytest.mark.parametrize("kind", kinds())
def test_that_a_file_cut_off_anywhere_opens_or_is_refused(folder, whole, kind):
    path = folder / f"cut.{kind}"
    data = whole[kind]
    step = max(1, len(data) // 150)
    for end in range(0, len(data), step):
        path.write_bytes(data[:end])
        judged(path)
    path.write_bytes(data[: len(data) // 2])
    # Lines of numbers, and OBJ, look whole wherever a line ends.
    assert judged(path) or kind in {"xyz", "txt", "obj", "text.stl"}


changes = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from(["set", "insert", "delete", "double", "digits"]),
        st.binary(min_size=1, max_size=8),
    ),
    min_size=1,
    max_size=6,
)


def changed(data: bytes, change: tuple[float, str, bytes]) -> bytes:
    where, how, piece = change
    at = int(where * len(data))
    after = {
        "set": piece + data[at + len(piece) :],
        "insert": piece + data[at:],
        "delete": data[at + len(piece) :],
        "double": data[at // 2 : at] + data[at:],
        "digits": str(int.from_bytes(piece, "little", signed=True)).encode() + data[at + 1 :],
    }
    return data[:at] + after[how]


@pytest.mark.parametrize("kind", kinds())
@settings(
    max_examples=CASES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(edits=changes)
def test_that_a_file_with_changed_bytes_opens_or_is_refused(folder, whole, kind, edits):
    data = whole[kind]
    for edit in edits:
        data = changed(data, edit)
    path = folder / f"changed.{kind}"
    path.write_bytes(data)
    judged(path)


@settings(max_examples=CASES, deadline=None, database=None)
@given(data=st.binary(max_size=200), size=st.integers(0, 4000))
def test_that_unpacking_gives_the_asked_size_or_is_refused(data, size):
    with contextlib.suppress(Damage):
        assert len(unpacked(data, size)) == size


def test_that_lzf_copies_may_overlap_what_they_write():
    # A literal “ab”, then 7 bytes from 2 back; then 2 literals; by hand from liblzf's format.
    packed = bytes([1]) + b"ab" + bytes([5 << 5, 1]) + bytes([1]) + b"XY"
    assert unpacked(packed, 11) == b"ababababaXY"
    with pytest.raises(Damage, match="not there"):
        unpacked(bytes([0]) + b"a" + bytes([5 << 5, 1]), 8)


def too_much() -> dict[str, bytes]:
    """Small files that announce far more than they hold."""
    array = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        array, {"descr": "<f8", "fortran_order": False, "shape": (1 << 40, 3)}
    )
    las = bytearray(375)
    las[:4], las[24:26] = b"LASF", bytes([1, 2])
    struct.pack_into("<HIIBHI", las, 94, 227, 227, 0, 0, 20, 0xFFFFFFFF)
    new_las = bytearray(las)
    new_las[25] = 4
    struct.pack_into("<IQ", new_las, 243, 0, 1 << 50)
    records = bytearray(las)
    struct.pack_into("<HIIBHI", records, 94, 227, 227, 0xFFFFFFFF, 0, 20, 1)
    end = "end_header\n"
    return {
        "count.off": b"OFF\n4000000000 4000000000 0\n1 2 3\n",
        "count.stl": bytes(80) + struct.pack("<I", 0xFFFFFFFF) + bytes(100),
        "binary.ply": (PLY.format("binary_little_endian", 4_000_000_000) + end).encode()
        + bytes(99),
        "text.ply": (PLY.format("ascii", 4_000_000_000) + end).encode() + b"1 2 3\n",
        "nothing.ply": (
            PLY.format("ascii", 1) + "element air 999999999999\n" + end + "1 2 3\n"
        ).encode(),
        "list.ply": (
            PLY.format("binary_little_endian", 1)
            + "element face 1\nproperty list uint int vertex_indices\n"
            + end
        ).encode()
        + bytes(12)
        + b"\xff\xff\xff\xff" * 3,
        "wide.ply": (
            "ply\nformat ascii 1.0\nelement vertex 0\n" + "property int a\n" * 300 + end
        ).encode(),
        "long.ply": b"ply\nformat ascii 1.0\n" + b"comment x\n" * 10_000 + end.encode(),
        "binary.pcd": pcd("binary", 4_000_000_000).encode() + bytes(99),
        "text.pcd": pcd("ascii", 4_000_000_000).encode() + b"1 2 3 4\n",
        "packed.pcd": pcd("binary_compressed", 1 << 27).encode()
        + struct.pack("<2I", 20, (1 << 31))
        + bytes(20),
        "field.pcd": pcd("ascii", 8).replace("COUNT 1", "COUNT 99999999").encode()
        + b"1 2 3 4\n" * 8,
        "count.las": bytes(las),
        "new.las": bytes(new_las),
        "records.las": bytes(records),
        "count.npy": array.getvalue(),
        "count.pts": b"9" * 5000 + b"\n1 2 3\n",
    }


@pytest.mark.parametrize("name", too_much())
def test_that_a_file_cannot_announce_more_than_it_holds(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(too_much()[name])
    sentence = judged(path)
    assert "was not read" in sentence or name == "list.ply"
    assert sentence
    assert "MemoryError" not in sentence


class Command:
    """What a hostile pickle does: leave a mark on the disk."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


def test_that_pickles_are_never_loaded(tmp_path):
    mark = tmp_path / "mark"
    bad = np.array([Command(mark)], object)
    np.save(tmp_path / "a.npy", bad, allow_pickle=True)
    np.savez(tmp_path / "b.npz", points=bad)
    (tmp_path / "c.npy").write_bytes(pickle.dumps(Command(mark)))
    with zipfile.ZipFile(tmp_path / "d.npz", "w") as archive:
        archive.writestr("points.npy", pickle.dumps(Command(mark)))
    for name in ("a.npy", "b.npz"):
        assert "pickled objects" in judged(tmp_path / name)
    assert judged(tmp_path / "c.npy")
    assert judged(tmp_path / "d.npz")
    assert not mark.exists()


def bomb(path: Path) -> Path:
    """An npz of some hundred kB whose one array is 200 MB of zeros."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("points.npy", "w", force_zip64=True) as member,
    ):
        header = {"descr": "<f8", "fortran_order": False, "shape": (200 << 17 >> 3, 3)}
        np.lib.format.write_array_header_1_0(member, header)
        for _ in range(75):
            member.write(bytes(1 << 20))
    return path


def test_that_a_zip_bomb_is_not_unfolded(tmp_path):
    path = bomb(tmp_path / "bomb.npz")
    assert path.stat().st_size < 200_000
    assert "unfold to more than is sensible" in judged(path)


def test_that_a_zip_member_that_lies_about_its_size_is_refused(tmp_path):
    path = write(tmp_path, "npz")
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = struct.pack("<I", archive.getinfo("points.npy").file_size)
    path.write_bytes(data.replace(size, struct.pack("<I", 150)))
    assert judged(path)


def huge_h5(path: Path) -> Path:
    """A file of a few kB that announces 12 TiB."""
    with h5py.File(path, "w") as file:
        file.create_dataset("points", (1 << 39, 3), "<f8", chunks=(1024, 3))
    return path


def test_that_hdf5_cannot_announce_terabytes(tmp_path):
    path = huge_h5(tmp_path / "huge.h5")
    assert path.stat().st_size < 10_000
    assert "1.32e+13 bytes" in judged(path)


def test_that_hdf5_chunks_cannot_be_huge_either(tmp_path):
    with h5py.File(tmp_path / "chunk.h5", "w") as file:
        file.create_dataset("points", (8, 3), "<f8", chunks=(1 << 26, 3), maxshape=(None, 3))
    assert "not whole" in judged(tmp_path / "chunk.h5")


def test_that_hdf5_is_only_unpacked_by_filters_that_come_with_it(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("points", data=CORNERS.astype(int), chunks=(8, 3), scaleoffset=0)
    assert "packed" in judged(tmp_path / "a.h5")


def test_that_hdf5_numbers_must_be_stored_as_numpy_has_them(tmp_path):
    odd = h5py.h5t.IEEE_F64LE.copy()
    odd.set_ebias(1000)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        space = h5py.h5s.create_simple((8, 3))
        h5py.h5d.create(file.id, b"points", odd, space)
    assert "plain numbers" in judged(tmp_path / "a.h5")
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file.create_dataset("points", data=CORNERS.astype(">f4"))
    assert judged(tmp_path / "b.h5") == ""


def test_that_hdf5_never_leads_to_another_file(tmp_path):
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["points"] = CORNERS
    (tmp_path / "secret.bin").write_bytes(CORNERS.tobytes())
    layout = h5py.VirtualLayout((8, 3), "<f8")
    layout[:] = h5py.VirtualSource(str(secret), "points", (8, 3))
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["points"] = h5py.ExternalLink(str(secret), "points")
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file["points"] = h5py.SoftLink("/elsewhere")
    with h5py.File(tmp_path / "c.h5", "w") as file:
        file.create_dataset("points", (8, 3), "<f8", external=str(tmp_path / "secret.bin"))
    with h5py.File(tmp_path / "d.h5", "w") as file:
        file.create_virtual_dataset("points", layout)
    for name, why in {"a": "link", "b": "link", "c": "another file", "d": "another file"}.items():
        assert why in judged(tmp_path / f"{name}.h5"), name


def test_that_hdf5_text_groups_and_nothing_are_refused(tmp_path):
    for name, fill in {
        "text": lambda file: file.create_dataset("points", data=["a", "b"]),
        "null": lambda file: file.create_dataset("points", data=h5py.Empty("f8")),
        "group": lambda file: file.create_group("points"),
        "flat": lambda file: file.create_dataset("other", data=np.zeros(5)),
    }.items():
        with h5py.File(tmp_path / f"{name}.h5", "w") as file:
            fill(file)
        assert "was not read" in judged(tmp_path / f"{name}.h5")


def test_that_names_cannot_break_the_sentence(tmp_path):
    for name in ("line\nbreak.off", "x" * 200 + ".off", os.fsdecode(b"\xff\xfe.off")):
        (tmp_path / name).write_bytes(b"nonsense")
        with pytest.raises(FormatError) as caught:
            read_shape(tmp_path / name)
        assert "\n" not in caught.value.sentence
        assert len(caught.value.sentence.encode()) < 300


LIMITED = """
import resource, sys
from pathlib import Path
import h5py, laspy, plyfile
from engine.errors import FormatError
from engine.formats import read_shape
used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (96 << 20),) * 2)
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        read_shape(path)
    except FormatError as error:
        assert "Memory" not in error.sentence, error.sentence
        print(path.name)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is Linux's")
def test_that_hostile_files_are_refused_within_little_memory(tmp_path):
    for name, data in too_much().items():
        (tmp_path / name).write_bytes(data)
    bomb(tmp_path / "bomb.npz")
    huge_h5(tmp_path / "huge.h5")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=root,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.split() == sorted(path.name for path in tmp_path.iterdir())
