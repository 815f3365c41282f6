"""Small sound files for every reader there is, and what must hold of whatever is read from them once damaged."""

import json
import re
import shutil
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

from engine import registry, state
from engine.classroom_answers import read_classroom_answers, write_classroom_answers
from engine.concept_maps import read_concept_maps, write_concept_maps
from engine.control import Control
from engine.events import Finished, Metric
from engine.experiment import Experiment
from engine.formats import read_cloud
from engine.predictions import write as write_predictions
from engine.scene_answers import read_scene_answers, write_scene_answers
from engine.store import Run, RunStore
from tests.engine import (
    drive_makers,
    sample_files,
    test_drives_coco,
    test_drives_kitti,
    test_drives_nuscenes,
    test_drives_waymo,
    test_frames,
    test_modelnet,
    test_pairs,
    test_parts_data,
    test_scannet,
    test_scene_files,
)
from tests.engine.made_classroom import made_answers
from tests.engine.stack_files import ran
from tests.workbench.made_concepts import made as concepts_made
from tests.workbench.made_predictions import made as predictions_made
from tests.workbench.made_scenes import made_rooms

# What says that this program was at its wits' end, not that the file is wrong. HDF5 asks for room that a header
# announces, gives it back unused when the file turns out to be shorter, and says that an allocation failed.
_OURS = re.compile(r"MemoryError|Traceback|AssertionError| at 0x|(?i:allocate|out of memory)")


@dataclass(frozen=True)
class Specimen:
    """A sort of files: `build` fills a folder, `read` reads it and checks what came; `spared`: files not damaged."""

    name: str
    build: Callable[[Path], object]
    read: Callable[[Path], object]
    spared: Sequence[str] = ()


def cloud_formats() -> list[Specimen]:
    """One for every variety of every file of a single cloud."""
    return [
        Specimen(kind, partial(sample_files.write, kind=kind), _read_one)
        for kind in sample_files.kinds()
    ]


def data_sets() -> list[Specimen]:
    """One for every reader of a data set, in each form that it is passed on in."""
    small = {"height": 32, "width": 64}
    return [
        Specimen("modelnet h5", test_modelnet.pair, partial(_read, "dataset", "modelnet", points=16)),
        Specimen("modelnet lists", test_modelnet.list_tree, partial(_read, "dataset", "modelnet", points=16)),
        Specimen("kitti", _kitti, partial(_read, "drives", "kitti", **small)),
        Specimen("nuscenes", test_drives_nuscenes.tables, partial(_read, "drives", "nuscenes", **small)),
        Specimen("waymo", _waymo, partial(_read, "drives", "waymo", stride=1, nearest=0, **small)),
        Specimen("coco", _coco, partial(_read, "drives", "coco", things=["person", "car"], **small)),
        Specimen("scannet scans", test_scannet.scan, partial(_read, "scenes", "scannet")),
        Specimen("scannet arrays", test_scannet.export, partial(_read, "scenes", "scannet")),
        Specimen("scannet npz", lambda folder: test_scannet.npz(folder / "scene0000_00.npz"),
                 partial(_read, "scenes", "scannet")),
        Specimen("pointcept", lambda folder: test_scene_files.pointcept(folder / "train" / "scene0000_00"),
                 partial(_read, "scenes", "pointcept")),
        Specimen("s3dis", _s3dis, partial(_read, "scenes", "s3dis")),
        Specimen("sun rgb-d text", _sunrgbd, partial(_read, "scenes", "sunrgbd")),
        Specimen("sun rgb-d arrays", _votenet, partial(_read, "scenes", "sunrgbd")),
        Specimen("shapenetpart", _parts, partial(_read, "parts", "shapenetpart", points=40)),
        Specimen("sens", lambda folder: test_frames.sens(folder / "a.sens", 2),
                 partial(_read, "pairs", "frames", stride=1, points=64, side=16)),
        Specimen("scan frames", lambda folder: test_frames.exported(folder / "a", 2),
                 partial(_read, "pairs", "frames", stride=1, points=64, side=16)),
        Specimen("folder of pairs", _pairs, partial(_read, "pairs", "folder_pairs", points=32, side=16)),
    ]  # fmt: skip


def runs() -> list[Specimen]:
    """Run folders that somebody passed on: what they say of themselves, and what their models said."""
    return [
        Specimen("run", _run, _read_run),
        Specimen("predictions", _predictions, lambda folder: Run(folder).predictions()),
        Specimen("scenes of a run", _scenes, read_scene_answers),
        Specimen("concepts of a run", _concepts, read_concept_maps),
        Specimen("classroom of a run", _classroom, read_classroom_answers),
    ]


def _predictions(folder: Path) -> None:
    write_predictions(
        folder / "predictions.h5", predictions_made(known=6, strangers=4, validation=3)
    )


def _scenes(folder: Path) -> None:
    write_scene_answers(folder / "scenes.h5", made_rooms(rooms=2, points=60, queries=24))


def _concepts(folder: Path) -> None:
    maps = concepts_made(ideas=3, layers=2, heads=2, patches=6, points=24, side=16)
    write_concept_maps(folder / "concepts.h5", maps)


def _classroom(folder: Path) -> None:
    write_classroom_answers(folder / "classroom.h5", made_answers())


def _run(folder: Path) -> None:
    run = RunStore(folder).create(Experiment(name="passed on"))
    run.log.append(Metric(step=4, epoch=1, values={"validation/accuracy": 0.5}))
    run.log.append(Finished(step=4, results={"counts": {"n_closed": 3}, "keep": 0.5}))
    run.write_notes("It *learnt*.")
    step = run.checkpoints / "step-00000004"
    step.mkdir(parents=True)
    save_file({"w": torch.ones(2)}, step / "model.safetensors")
    (step / "state.pt").write_bytes(b"anything")
    (step / "meta.json").write_text(
        json.dumps({"step": 4, "best": True, "sha256": state._hashes(step)})
    )


def _read_run(folder: Path) -> None:
    store = RunStore(folder)
    store.runs()
    for path in folder.iterdir():
        run = Run(path)
        assert run.state and len(list(run.log.read())) <= 2
        _ = run.notes, run.experiment
        for checkpoint in state.checkpoints(run):
            state.load_weights(torch.nn.ParameterDict({"w": torch.zeros(2)}), checkpoint)
        state.tested_checkpoint(run)


def _read_one(folder: Path) -> None:
    (path,) = folder.iterdir()
    cloud = read_cloud(path, 16, np.random.default_rng(0))
    assert cloud.shape == (16, 3) and cloud.dtype == np.float32
    assert np.isfinite(cloud).all()


def _read(room: str, reader: str, folder: Path, **settings: Any) -> None:
    source = registry.make(room, reader, {"path": str(folder), **settings})
    made, _ = ran(source.read(Control()))
    for sentence in made.problems:
        check_sentence(sentence)
    if room == "drives":
        for frame in made.frames:
            drive_makers.check_frame(frame, made)
    elif room == "scenes":
        for scene in made.scenes:
            assert np.isfinite(scene.points).all() and np.isfinite(scene.boxes).all()
            assert (scene.semantic < max(1, len(made.classes))).all()
            assert len(scene.boxes) == len(scene.labels) and (scene.boxes[:, 3:6] >= 0).all()
    else:
        assert np.isfinite(made.points).all()


def check_sentence(sentence: str) -> None:
    """It can stand on a screen: one line, a bearable length, an end; not about the memory of this program."""
    assert sentence.strip() and "\n" not in sentence and len(sentence) < 800, sentence
    assert sentence.rstrip()[-1] in ".?!”)", sentence
    assert not _OURS.search(sentence), sentence


def _kitti(folder: Path) -> None:
    test_drives_kitti.frame_files(folder)
    labels = folder / "training" / "labels"
    labels.mkdir()
    np.array([10, 10, 30, 40, 0], "<u4").tofile(labels / "000000.label")


def _waymo(folder: Path) -> None:
    test_drives_waymo.segment(
        folder, lidar_segmentation=True, camera_segmentation=True, camera_to_lidar_box_association=True
    )  # fmt: skip


def _coco(folder: Path) -> None:
    outline = {"segmentation": [[10, 20, 40, 20, 40, 30, 10, 30]]}
    counts = {
        "segmentation": {"counts": [100, 50, 64 * 128 - 150], "size": [64, 128]},
        "iscrowd": 1,
    }
    marked = [test_drives_coco.marked(**change) for change in ({}, outline, counts, {"depth": 3.5})]
    test_drives_coco.listed(folder, marked)


def _s3dis(folder: Path) -> None:
    cube = test_scene_files.cube
    test_scene_files.room(folder, chair_1=cube(12, (1, 1, 0)), wall_2=cube(8, (5, 0, 0)))


def _sunrgbd(folder: Path) -> None:
    brick = test_scene_files.brick()
    np.savez(folder / "000001.npz", xyz=brick, rgb=np.zeros((60, 3), np.uint8))
    (folder / "000001_label.txt").write_text("bed 1 2 3 4 1 2 0 0.5 2 0.5 0.8 0.6\n")


def _votenet(folder: Path) -> None:
    brick = test_scene_files.brick()
    np.savez(folder / "000001_pc.npz", pc=np.column_stack([brick, np.full((60, 3), 0.5)]))
    np.save(
        folder / "000001_bbox.npy", np.array([[*test_scene_files.BOX[:3], 2, 0.5, 0.5, -0.5, 0]])
    )


def _parts(folder: Path) -> None:
    for name, split in (("a", "train"), ("b", "test")):
        test_parts_data.shape(folder, test_parts_data.CHAIR, name, [12] * 20 + [15] * 20)
        lists = folder / "train_test_split"
        lists.mkdir(exist_ok=True)
        words = [f"shape_data/{test_parts_data.CHAIR}/{name}"]
        (lists / f"shuffled_{split}_file_list.json").write_text(json.dumps(words))


def _pairs(folder: Path) -> None:
    for name in ("one", "two"):
        test_pairs.cloud(folder / f"{name}.xyz", 20, zlib.crc32(name.encode()))
        test_pairs.picture(folder / f"{name}.png")


class Bench:
    """A specimen on the table: its sound files, damaged one at a time and made whole again."""

    def __init__(self, specimen: Specimen) -> None:
        self.specimen = specimen
        self.folder = Path(tempfile.mkdtemp(prefix="fuzz"))
        specimen.build(self.folder)
        self.files = {
            path: path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name not in specimen.spared
        }

    def read(self) -> None:
        """Read the folder as it is now."""
        self.specimen.read(self.folder)

    def clear(self) -> None:
        """Take it off the table."""
        shutil.rmtree(self.folder, ignore_errors=True)
