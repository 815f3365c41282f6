"""No file can run code: nothing in the sources could unpickle or evaluate what comes from outside."""

import ast
import contextlib
import hashlib
import json
import os
import pickle
import subprocess
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch

from engine import registry
from engine.classroom_answers import read_classroom_answers
from engine.concept_maps import read_concept_maps
from engine.control import Control
from engine.datasets.cache import read_cache as read_clouds
from engine.embedding import read_embedding
from engine.errors import EngineError
from engine.eventlog import EventLog
from engine.experiment import Choice, Data, Experiment, Training, load
from engine.formats import read_cloud
from engine.loop import fit
from engine.predictions import read as read_predictions
from engine.pretrained.reading import read_tensors
from engine.scene_answers import read_scene_answers
from engine.state import checkpoints
from engine.store import RunStore
from engine.teachers2d.weights import read_weights
from tests.engine.stack_files import ran

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for room in ("engine", "workbench") for path in (ROOT / room).rglob("*.py"))
MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "yaml"}
CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
WORDS = {("weights_only", False), ("allow_pickle", True), ("shell", True)}


def dangers(source: str) -> list[str]:
    """What in a source could run code from a file, with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [(node.module or "").partition(".")[0]]
        found += [f"{node.lineno}: import {name}" for name in names if name in MODULES]
        if isinstance(node, ast.Call):
            found += [f"{node.lineno}: {what}" for what in _called(node)]
    return found


def _called(node: ast.Call) -> list[str]:
    name = ast.unparse(node.func)
    settings = {(word.arg, getattr(word.value, "value", None)) for word in node.keywords}
    found = [name] if name in CALLS else []
    found += [f"{word}={value}" for word, value in settings & WORDS]
    if name == "torch.load" and ("weights_only", True) not in settings:
        found.append("torch.load without weights_only")
    return found


@pytest.mark.parametrize(
    "source",
    [
        "import pickle", "from pickle import load", "eval('1')", "exec(text)", "os.system(text)",
        "torch.load(path)", "torch.load(path, weights_only=False)", "np.load(path, allow_pickle=True)",
        "subprocess.run(text, shell=True)",
    ],
)  # fmt: skip
def test_that_the_search_finds_what_it_looks_for(source: str):
    assert dangers(source)


def test_that_harmless_words_are_not_taken_for_it():
    assert not dangers("net.eval()\nre.compile('x')\ntorch.load(path, weights_only=True)")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_that_no_source_can_run_code_from_a_file(path: Path):
    assert dangers(path.read_text(encoding="utf-8")) == []


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, sign: Path) -> None:
        self.sign = sign

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.sign),)


def test_that_a_checkpoint_with_code_in_it_fails_without_running_it(tmp_path: Path):
    sign = tmp_path / "it ran"
    experiment = Experiment(
        data=Data(name="shapes", validation=0.3, per_kind=3, points=16),
        net=Choice(name="pointnet_student_wide", widths=(8, 16), head=(8,)),
        training=Training(epochs=1, batch_size=8, device="cpu", threads=1),
    )
    run = RunStore(tmp_path / "runs").create(experiment)
    control = Control()
    for event in fit(run, control):
        if event.kind == "metric":
            control.ask("finish")
    newest = next(checkpoints(run))
    torch.save({"position": Bomb(sign)}, newest / "state.pt")
    meta = json.loads((newest / "meta.json").read_text())
    meta["sha256"]["state.pt"] = hashlib.sha256((newest / "state.pt").read_bytes()).hexdigest()
    (newest / "meta.json").write_text(json.dumps(meta))
    assert list(fit(run, Control()))[-1].kind == "failed"
    assert not sign.exists()
    pickle.loads(pickle.dumps(Bomb(sign)))
    assert sign.exists()  # the bomb is one


GADGETS = {
    "folder": lambda sign: (os.mkdir, (sign,)),
    "shell": lambda sign: (os.system, (f"mkdir {sign}",)),
    "words": lambda sign: (eval, (f"__import__('os').mkdir({sign!r})",)),
    "statements": lambda sign: (exec, (f"import os; os.mkdir({sign!r})",)),
    "process": lambda sign: (subprocess.run, (["mkdir", sign],)),
    "method": lambda sign: (Path.touch, (Path(sign),)),
    "array": lambda sign: (np.memmap, (sign, "u1", "w+", 0, (1,))),
    "file": lambda sign: (open, (sign, "w")),
}


class Gadget:
    """Calls whatever it was given when it is unpickled."""

    def __init__(self, call: tuple[object, tuple[object, ...]]) -> None:
        self.call = call

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


def _torch(path: Path, gadget: Gadget) -> None:
    torch.save({"model": {"w": torch.ones(1)}, "x": gadget}, path)


def _old_torch(path: Path, gadget: Gadget) -> None:
    torch.save({"w": gadget}, path, _use_new_zipfile_serialization=False)


def _array(path: Path, gadget: Gadget) -> None:
    with path.open("wb") as file:
        np.save(file, np.array([gadget], object), allow_pickle=True)


def _arrays(path: Path, gadget: Gadget) -> None:
    names = ("points", "xyz", "rgb", "sem", "ins", "place", "sample", "whole", "pc")
    with path.open("wb") as file:
        np.savez(file, **dict.fromkeys(names, np.array([gadget], object)))


def _plain_pickle(path: Path, gadget: Gadget) -> None:
    path.write_bytes(pickle.dumps({"points": gadget}))


def _zipped_pickle(path: Path, gadget: Gadget) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("points.npy", "xyz.npy", "archive/data.pkl"):
            archive.writestr(name, pickle.dumps(gadget))


def _torchscript(path: Path, gadget: Gadget) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("net/data.pkl", "net/constants.pkl", "net/code/x.py"):
            archive.writestr(name, pickle.dumps(gadget))


def _h5(path: Path, gadget: Gadget) -> None:
    content = np.void(pickle.dumps(gadget))
    with h5py.File(path, "w") as file:
        for name in ("points", "data", "label", "about", "logits", "names"):
            file[name] = content
        file.attrs["about"] = file.attrs["class_names"] = content


def _words(path: Path, gadget: Gadget) -> None:
    call, arguments = gadget.call
    name = (
        f"!!python/object/apply:{getattr(call, '__module__', 'x')}.{getattr(call, '__name__', 'x')}"
    )
    path.write_text(f"name = {json.dumps(f'{name} {arguments}')}\nseed = 7\n", encoding="utf-8")


def _cloud(path: Path) -> object:
    return read_cloud(path, 8, np.random.default_rng(0))


WAYS = [
    ("weights.pt", _torch, read_tensors), ("weights.pth", _old_torch, read_tensors),
    ("weights.safetensors", _plain_pickle, read_tensors), ("bare.pt", _plain_pickle, read_tensors),
    ("teacher.pth", _torch, read_weights), ("teacher.pt", _zipped_pickle, read_weights),
    ("script.pt", _torchscript, read_weights),
    ("cloud.npy", _array, _cloud), ("cloud.npz", _arrays, _cloud), ("packed.npz", _zipped_pickle, _cloud),
    ("pickle.npy", _plain_pickle, _cloud), ("cloud.h5", _h5, _cloud), ("cloud.ply", _plain_pickle, _cloud),
    ("data.h5", _h5, lambda path: read_clouds(path)), ("map.npz", _arrays, read_embedding),
    ("predictions.h5", _h5, lambda path: read_predictions(path)),
    ("scenes.h5", _h5, lambda path: read_scene_answers(path.parent)),
    ("concepts.h5", _h5, lambda path: read_concept_maps(path.parent)),
    ("classroom.h5", _h5, lambda path: read_classroom_answers(path.parent)),
    ("run.toml", _words, load), ("run.toml", _plain_pickle, load),
    ("events.jsonl", _plain_pickle, lambda path: list(EventLog(path, "r").read())),
    ("scene0000_00_vert.npy", _array, lambda path: scenes_of(path.parent)),
    ("scene0000_00.npz", _arrays, lambda path: scenes_of(path.parent)),
]  # fmt: skip


@pytest.mark.parametrize("kind", GADGETS)
@pytest.mark.parametrize(("name", "write", "read"), WAYS)
def test_that_nothing_in_any_file_is_run(tmp_path: Path, kind: str, name: str, write, read):
    sign = tmp_path / "it_ran"
    write(tmp_path / name, Gadget(GADGETS[kind](str(sign))))
    with contextlib.suppress(EngineError):
        read(tmp_path / name)
    assert not sign.exists()
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("kind", GADGETS)
def test_that_each_of_them_would_run_where_it_is_let(tmp_path: Path, kind: str):
    sign = tmp_path / "it_ran"
    content = pickle.dumps(Gadget(GADGETS[kind](str(sign))))
    with contextlib.suppress(AttributeError):
        close = pickle.loads(content)
        getattr(close, "close", lambda: None)()
    assert sign.exists()


def scenes_of(folder: Path) -> object:
    return ran(registry.make("scenes", "scannet", {"path": str(folder)}).read(Control()))
