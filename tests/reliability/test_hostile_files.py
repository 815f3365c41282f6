"""No file can crash, exhaust or mislead a reader: it is read to something sound, or refused in one sentence.

Of every file format 2,000 damaged or invented files, of every data set 250; `fuzz.py` tries more.
"""

import io
import json
import os
import struct
import time
import zipfile
import zlib
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from engine.errors import EngineError
from engine.experiment import Experiment
from engine.store import RunStore
from tests.engine.sample_files import kinds
from tests.reliability import fuzzing
from tests.reliability.fuzzing import Broken, Tally, fuzz, judge, little_memory
from tests.reliability.made_files import FORMATS
from tests.reliability.specimens import Bench, Specimen, cloud_formats, data_sets, runs

MANY = int(os.environ.get("PCD_FUZZ_CASES", "1"))  # times as many cases
EACH, INVENTED, OF_SETS = 2000 * MANY, 200 * MANY, 250 * MANY
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")


def damaged(kind: str) -> int:
    """So many that with the invented ones there are 2,000 of a format, which may have several varieties."""
    ending = kind.rpartition(".")[2]
    varieties = sum(other.rpartition(".")[2] == ending for other in kinds())
    return -(-(EACH - INVENTED) // varieties)


@pytest.mark.parametrize("specimen", cloud_formats(), ids=lambda specimen: specimen.name)
def test_that_a_damaged_file_is_read_or_refused(specimen: Specimen):
    cases = damaged(specimen.name)
    tally = fuzz(specimen, range(cases))
    assert tally.cases == cases and tally.read and tally.refused


@pytest.mark.parametrize("specimen", data_sets() + runs(), ids=lambda specimen: specimen.name)
def test_that_a_data_set_with_a_damaged_file_is_read_or_refused(specimen: Specimen):
    tally = fuzz(specimen, range(OF_SETS))
    assert tally.cases == OF_SETS and tally.read


@pytest.mark.parametrize("ending", FORMATS)
def test_that_an_invented_file_is_read_or_refused(ending: str):
    kind = ending if ending in kinds() else "xyz"
    bench, tally = Bench(next(one for one in cloud_formats() if one.name == kind)), Tally()
    bench.read()
    (path,) = bench.files
    path.unlink()
    path = path.with_name(f"made.{ending}")

    @settings(
        max_examples=INVENTED,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(data=FORMATS[ending])
    def tried(data: bytes) -> None:
        path.write_bytes(data)
        judge(bench, tally)

    try:
        with little_memory():
            tried()
    finally:
        bench.clear()
    assert tally.refused and tally.cases >= INVENTED // 2


def picture_bomb() -> bytes:
    """A PNG of some hundred bytes that says it has 3.6 milliards of pixels."""
    target = io.BytesIO()
    Image.new("L", (1, 1)).save(target, "PNG")
    data = bytearray(target.getvalue())
    struct.pack_into(">II", data, 16, 60_000, 60_000)
    struct.pack_into(">I", data, 29, zlib.crc32(bytes(data[12:29])))
    return bytes(data)


def array_bomb() -> bytes:
    """An npz of some hundred kB whose every array is 300 MB of zeros."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("xyz", "pc", "rgb"):
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                header = {"descr": "<f8", "fortran_order": False, "shape": (300 << 17 >> 3, 6)}
                np.lib.format.write_array_header_1_0(member, header)
                for _ in range(115):
                    member.write(bytes(1 << 20))
    return target.getvalue()


def stack_bomb() -> bytes:
    """An HDF5 file of a few kB that says it holds 12 TiB of clouds."""
    target = io.BytesIO()
    with h5py.File(target, "w") as file:
        file.create_dataset("data", (1 << 28, 1 << 12, 3), "<f4", chunks=(1, 1024, 3))
        file.create_dataset("label", (1 << 28,), "<i8", chunks=(1024,))
    return target.getvalue()


def deep_json() -> bytes:
    return b"[" * 100_000


def far_json() -> bytes:
    """The numbers of a scan's segments as one that would need an array of eight milliards."""
    return json.dumps({"segIndices": [8_000_000_000] * 45, "segGroups": []}).encode()


def sens_bomb(count: int, packed: bytes) -> bytes:
    """Frames of 60,000 by 60,000, or whose depth unfolds to 400 MB."""
    whole = next(iter(Bench(of_name("sens")).files.values()))
    data = bytearray(whole)
    at = 4 + 8 + 5 + 4 * 64
    if count:
        struct.pack_into("<IIIIfQ", data, at + 8, 60_000, 60_000, 60_000, 60_000, 1000.0, count)
    if packed:
        start = at + 8 + 16 + 4 + 8 + 64 + 16
        colour, depth = struct.unpack_from("<QQ", data, start)
        struct.pack_into("<Q", data, start + 8, len(packed))
        data[start + 16 + colour : start + 16 + colour + depth] = packed
    return bytes(data)


def of_name(name: str) -> Specimen:
    return next(one for one in data_sets() + runs() if one.name == name)


ZEROS = zlib.compress(bytes(1 << 20) * 400, 1)
BOMBS = [
    ("modelnet h5", "x_train.h5", stack_bomb),
    ("scannet npz", "scene0000_00.npz", array_bomb),
    ("sun rgb-d text", "000001.npz", array_bomb),
    ("sun rgb-d arrays", "000001_pc.npz", array_bomb),
    ("scannet scans", "*segs.json", deep_json),
    ("scannet scans", "*segs.json", far_json),
    ("scannet scans", "*aggregation.json", deep_json),
    ("nuscenes", "sample.json", deep_json),
    ("nuscenes", "b.jpg", picture_bomb),
    ("coco", "*.json", deep_json),
    ("coco", "a.png", picture_bomb),
    ("kitti", "000000.png", picture_bomb),
    ("scan frames", "0.png", picture_bomb),
    ("scan frames", "0.jpg", picture_bomb),
    ("folder of pairs", "one.png", picture_bomb),
    ("sens", "a.sens", lambda: sens_bomb(1 << 40, b"")),
    ("sens", "a.sens", lambda: sens_bomb(0, ZEROS)),
]


@pytest.mark.parametrize(("name", "file", "bomb"), BOMBS)
def test_that_a_small_file_cannot_ask_for_much_memory(name: str, file: str, bomb):
    bench, tally = Bench(of_name(name)), Tally()
    bench.read()
    (path,) = [path for path in bench.files if path.match(file)]
    data = bomb()
    path.write_bytes(data)
    began = time.process_time()
    with little_memory(4 * len(data) + (64 << 20)):
        judge(bench, tally)
    assert time.process_time() - began < 2
    bench.clear()


def changed_answers(file: h5py.File, how: str, path: Path) -> None:
    """Predictions whose logits are made of what they must not be."""
    shape = file["logits"].shape
    del file["logits"]
    if how == "huge":
        file.create_dataset("logits", (1 << 38, 3), "<f4", chunks=(1024, 3))
    elif how == "soft link":
        file["logits"] = h5py.SoftLink("/features")
    elif how == "external link":
        file["logits"] = h5py.ExternalLink("other.h5", "logits")
    elif how == "outside":
        file.create_dataset("logits", shape, "<f4", external=str(path))
    elif how == "virtual":
        layout = h5py.VirtualLayout(shape, "<f4")
        layout[:] = h5py.VirtualSource(str(path), "logits", shape)
        file.create_virtual_dataset("logits", layout)
    elif how == "filter":
        file.create_dataset("logits", data=np.zeros(shape, "<i4"), chunks=shape, scaleoffset=0)
    elif how == "references":
        file.create_dataset("logits", shape, dtype=h5py.ref_dtype)
    else:
        file["group/again"] = file["/"]
        file["logits"] = np.zeros(shape, "<f4")


@pytest.mark.parametrize(
    ("how", "why"),
    {
        "huge": "more than is sensible", "soft link": "link to elsewhere", "external link": "link to elsewhere",
        "outside": "lies in another file", "virtual": "lies in another file", "filter": "not whole",
        "references": "damaged", "circle": "",
    }.items(),
)  # fmt: skip
def test_that_a_run_of_others_leads_to_no_other_file_and_claims_no_more_than_it_holds(how, why):
    bench, tally = Bench(of_name("predictions")), Tally()
    (path,) = bench.files
    with h5py.File(path, "r+") as file:
        changed_answers(file, how, path)
    with little_memory(64 << 20):
        judge(bench, tally)
    assert tally.read == (not why)
    if why:
        with pytest.raises(EngineError, match=why):
            bench.read()
    bench.clear()


def test_that_one_run_of_others_never_hides_the_rest(tmp_path: Path):
    store = RunStore(tmp_path)
    whole, odd = store.create(Experiment()), store.create(Experiment())
    odd.log.path.write_text('{"kind":"metric","values":{"validation/accuracy":1},"step":[]}\n')
    assert {run.path for run in store.runs()} == {whole.path, odd.path}


def test_that_a_reader_that_fails_is_caught_and_its_case_named():
    whole = next(one for one in cloud_formats() if one.name == "off")

    def fails(folder: object) -> None:
        if next(folder.iterdir()).stat().st_size != size:
            raise KeyError("vertex")

    bench = Bench(whole)
    size = sum(map(len, bench.files.values()))
    bench.clear()
    with pytest.raises(Broken, match=r"off, case \d+, cube.off .*KeyError: 'vertex'"):
        fuzz(Specimen("off", whole.build, fails), range(40))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the limit on memory is Linux's")
def test_that_a_reader_that_takes_too_much_memory_is_caught(monkeypatch):
    whole = next(one for one in cloud_formats() if one.name == "off")
    monkeypatch.setattr(fuzzing, "ROOM", 1 << 20)
    greedy = Specimen("off", whole.build, lambda folder: bytearray(400 << 20) if started else None)
    started: list[int] = []
    bench = Bench(greedy)
    with little_memory(), pytest.raises(MemoryError):
        started.append(1)
        bench.read()
    bench.clear()
