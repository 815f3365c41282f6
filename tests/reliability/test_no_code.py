"""No file can run code: nothing in the sources could unpickle or evaluate what comes from outside."""

import ast
import hashlib
import json
import os
import pickle
from pathlib import Path

import pytest
import torch

from engine.control import Control
from engine.experiment import Choice, Data, Experiment, Training
from engine.loop import fit
from engine.state import checkpoints
from engine.store import RunStore

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
