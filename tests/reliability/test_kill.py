"""A run whose process is killed at any moment goes on to the very weights of one that never was."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engine.control import Control
from engine.experiment import Choice, Data, Experiment, Training
from engine.loop import fit
from engine.state import checkpoints
from engine.store import Run, RunStore

EXPERIMENT = Experiment(
    data=Data(name="shapes", validation=0.3, per_kind=6, points=32),
    net=Choice(name="pointnet_student_wide", widths=(8, 16), head=(8,)),
    training=Training(epochs=3, batch_size=8, device="cpu", threads=1, checkpoint_seconds=0),
)
CODE = """
import sys, time
from engine.control import Control
from engine.loop import fit
from engine.store import RunStore
for event in fit(RunStore().open(sys.argv[1]), Control()):
    print(event.kind, flush=True)
    time.sleep(0.02)
"""


def answers(run: Run) -> tuple[list[torch.Tensor], bytes, tuple[float, ...]]:
    weights = load_file(next(checkpoints(run)) / "model.safetensors")
    return (
        list(weights.values()),
        run.predictions().logits.tobytes(),
        run.log.values("validation/accuracy"),
    )


def kill_after(run: Run, saved: int) -> None:
    """Train in a child and kill it once it has told of so many checkpoints."""
    command = [sys.executable, "-c", CODE, str(run.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            saved -= line.strip() == "checkpoint"
            if not saved:
                os.kill(child.pid, signal.SIGKILL)
                break
    assert child.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_that_a_run_killed_twice_ends_as_one_never_killed(tmp_path: Path):
    store = RunStore(tmp_path / "runs")
    whole, killed = store.create(EXPERIMENT), store.create(EXPERIMENT)
    list(fit(whole, Control()))
    for saved in (3, 7):
        kill_after(killed, saved)
        assert killed.state == "interrupted"
    assert list(fit(killed, Control()))[-1].kind == "finished"
    (weights, logits, curve), (wanted, wanted_logits, wanted_curve) = (
        answers(killed),
        answers(whole),
    )
    assert all(torch.equal(one, other) for one, other in zip(weights, wanted, strict=True))
    assert (logits, curve) == (wanted_logits, wanted_curve)
