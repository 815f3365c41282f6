"""A training step waits for a graphics card once, where its figures are read: nothing else asks what a tensor holds.

Whatever makes the processor wait (a value read, a size that depends on values) is counted while a step runs on the
processor, with the plain forms that a card would use instead of compiled ones.
"""

import traceback
from collections import Counter
from pathlib import Path
from unittest import mock

import pytest
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from engine.control import Control
from engine.experiment import Training
from engine.loop import _build, _step
from engine.store import RunStore
from engine.tasks.every import task_of
from tests.engine.shared_batches import CASES, of_shapes, returned
from tests.engine.test_loop import train

READS = {"item", "tolist", "cpu", "numpy", "__bool__", "__float__", "__int__", "__index__", "__contains__"}  # fmt: skip
SIZES = {"_local_scalar_dense", "nonzero", "masked_select", "_unique2", "unique_consecutive", "equal"}  # fmt: skip
ON_THE_PROCESSOR = {("crd.py", "_partition")}  # it looks only there
ALONE = ("teacher", "open_set", "arpl", "outlier_exposure")
TAUGHT = ("distil", "joint")


class Waits(Counter):
    """How often who waited, by file, function and line."""

    def note(self):
        frames = traceback.extract_stack()
        ours = [frame for frame in frames if "/engine/" in frame.filename]
        ours = [frame for frame in ours if "/tests/" not in frame.filename]
        last = ours[-1]
        if (Path(last.filename).name, last.name) not in ON_THE_PROCESSOR:
            self[f"{Path(last.filename).name}:{last.lineno} {last.name}: {last.line}"] += 1


class Reads(TorchFunctionMode):
    def __init__(self, waits):
        super().__init__()
        self.waits = waits

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if getattr(func, "__name__", "") in READS:
            self.waits.note()
        return func(*args, **(kwargs or {}))


class Sizes(TorchDispatchMode):
    def __init__(self, waits):
        super().__init__()
        self.waits = waits

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = func.overloadpacket.__name__
        if name in SIZES or (
            name.startswith(("index", "_index_put")) and picks_by_truth(name, args)
        ):
            self.waits.note()
        return func(*args, **(kwargs or {}))


def picks_by_truth(name, args):
    """x[mask], whose size depends on values; x[mask] = number does not."""
    if not isinstance(args[1], list | tuple):
        return False
    masks = [own for own in args[1] if own is not None and own.dtype in (torch.bool, torch.uint8)]
    return bool(masks) and (name == "index" or args[2].numel() > 1)


def waits_of(experiment, home, steps=2):
    """Of some steps after the first."""
    control = Control()
    run = mock.Mock(experiment=experiment, path=home / "runs" / "none")
    run.log.read.return_value = []
    task = returned(task_of(experiment).open(experiment, control))
    work = returned(_build(run, control, task, False))
    waits = Waits()
    _step(work)
    with Reads(waits), Sizes(waits):
        for _ in range(steps):
            work.snapshot.position.step += 1
            _step(work)
    return waits


@pytest.fixture
def plain(monkeypatch):
    """As on a card: nothing is compiled for it."""
    for module in (
        "engine.nets.critical.peaks_for_these",
        "engine.nets.peaks.peaks_for_these",
        "engine.points.farthest.for_these",
        "engine.points.neighbours.for_these",
        "engine.points.ball.for_these",
    ):
        monkeypatch.setattr(module, lambda *_: None)


@pytest.mark.parametrize("name", ALONE)
def test_that_a_step_waits_once(name, plain, tiny_shapes, own_home):
    waits = waits_of(CASES[name](), own_home)
    assert sum(waits.values()) == 2, waits
    assert len(waits) == 1 and "tolist" in next(iter(waits))


@pytest.mark.parametrize("name", TAUGHT)
def test_that_a_taught_step_waits_once(name, plain, tiny_shapes, own_home):
    teacher = of_shapes("teacher").model_copy(
        update={"training": Training(epochs=1, batch_size=8, device="cpu", threads=1)}
    )
    assert train(RunStore(own_home / "runs").create(teacher))[-1].outcome == "done"
    waits = waits_of(CASES[name](), own_home)
    assert sum(waits.values()) == 2, waits
    assert len(waits) == 1 and "tolist" in next(iter(waits))


def test_that_every_way_to_wait_is_counted():
    waits, values = Waits(), torch.arange(4.0)
    with Reads(waits), Sizes(waits), mock.patch.object(Waits, "note", lambda own: own.update("1")):
        for way in (
            lambda: values.sum().item(),
            lambda: bool(values[0] == 0),
            lambda: values[values > 1],
            lambda: (values > 1).nonzero(),
            lambda: values.masked_select(values > 1),
            lambda: values.cpu(),
        ):
            before = waits["1"]
            way()
            assert waits["1"] > before, way
        before = waits["1"]
        values[values > 1] = 0.0
        values.where(values > 1, 0.0)
        assert waits["1"] == before
