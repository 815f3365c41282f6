"""A checkpoint is whole or absent, wherever its writing dies; the one before is never harmed."""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from torch import nn

from engine import state
from engine.errors import RunError
from engine.experiment import Experiment
from engine.state import Position, Snapshot, checkpoints, put_back
from engine.store import Run, RunStore

FILES = ("model.safetensors", "state.pt", "meta.json")
SHARES = [0, *(share / 33 for share in range(1, 33)), 0.999, 1]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child that dies needs fork")


class Recipe(nn.Module):
    """A net and one more weight beside it, as a recipe has them."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Linear(7, 5)
        self.beside = nn.Linear(2, 2)


def snapshot(step: int) -> Snapshot:
    """Weights and moments that follow from the step alone."""
    torch.manual_seed(step)
    recipe = Recipe()
    optimiser = torch.optim.AdamW(recipe.parameters())
    recipe.net(torch.ones(1, 7)).sum().backward()
    optimiser.step()
    scaler = torch.amp.GradScaler("cpu", enabled=False)
    return Snapshot(recipe, optimiser, scaler, Position(step=step, best=step / 100))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run with two whole checkpoints."""
    run = RunStore(tmp_path).create(Experiment())
    for step in (1, 2):
        snapshot(step).save(run, epoch=step, best=step == 2)
    return run


def die_while(run: Run, step: int, patch: Callable[[], None]) -> None:
    """Save in a child that dies on the way."""
    pid = os.fork()
    if pid == 0:
        try:
            patch()
            snapshot(step).save(run, epoch=step, best=False)
        finally:
            os._exit(3)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 9


def dying_at(name: str, share: float) -> None:
    """From now on the process dies when this share of that file is written."""
    usual = {
        "model.safetensors": state.save_file,
        "state.pt": torch.save,
        "meta.json": Path.write_text,
    }[name]

    def write(*arguments: object, **settings: object) -> None:
        usual(*arguments, **settings)
        path = next(value for value in arguments if isinstance(value, Path))
        os.truncate(path, int(share * path.stat().st_size))
        os._exit(9)

    if name == "model.safetensors":
        state.save_file = write
    elif name == "state.pt":
        torch.save = write
    else:
        Path.write_text = write  # type: ignore[method-assign,assignment]


def dying_after(renames: int) -> None:
    """From now on the process dies after so many renames."""
    usual, done = Path.rename, []

    def rename(path: Path, target: Path) -> Path:
        if len(done) == renames:
            os._exit(9)
        done.append(path)
        result = usual(path, target)
        if len(done) == renames:
            os._exit(9)
        return result

    Path.rename = rename  # type: ignore[method-assign,assignment]


def whole(run: Run) -> int:
    """Restore the newest checkpoint, check every number of it, and return its step."""
    put_back(run)
    newest = next(checkpoints(run))
    step = int(newest.name.removeprefix("step-"))
    restored, wanted = snapshot(99), snapshot(step)
    restored.restore(newest)
    assert restored.position == wanted.position
    for one, other in zip(restored.recipe.parameters(), wanted.recipe.parameters(), strict=True):
        assert torch.equal(one, other)
    moments = [list(s.optimiser.state_dict()["state"].values()) for s in (restored, wanted)]
    for one, other in zip(*moments, strict=True):
        assert all(torch.equal(one[name], other[name]) for name in one)
    return step


@pytest.mark.parametrize("name", FILES)
def test_that_dying_at_any_byte_of_any_file_leaves_the_one_before(run: Run, name: str):
    for share in SHARES:
        die_while(run, 3, lambda share=share: dying_at(name, share))
        assert whole(run) == 2
    snapshot(3).save(run, epoch=3, best=False)
    assert whole(run) == 3
    assert not list(run.checkpoints.glob(".*"))


@pytest.mark.parametrize(("renames", "left"), [(0, 2), (1, 3)])
def test_that_dying_around_the_rename_leaves_one_or_the_other(run: Run, renames: int, left: int):
    die_while(run, 3, lambda: dying_after(renames))
    assert whole(run) == left


@pytest.mark.parametrize("renames", [0, 1, 2])
def test_that_dying_while_a_checkpoint_is_written_anew_leaves_one_of_that_step(
    run: Run, renames: int
):
    die_while(run, 2, lambda: dying_after(renames))
    assert whole(run) == 2


@pytest.mark.parametrize("name", ["model.safetensors", "state.pt"])
def test_that_a_checkpoint_damaged_later_is_passed_over(run: Run, name: str):
    path = run.checkpoints / "step-00000002" / name
    content = path.read_bytes()
    for share in SHARES[:-1]:
        path.write_bytes(content[: int(share * len(content))])
        assert whole(run) == 1
    for at in range(0, len(content), len(content) // 20):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert whole(run) == 1


def test_that_a_new_checkpoint_outlives_damaged_later_ones(run: Run):
    for step in (3, 4, 5):
        snapshot(step).save(run, epoch=step, best=False)
    for step in (4, 5):
        (run.checkpoints / f"step-{step:08d}" / "state.pt").write_bytes(b"damaged")
    assert whole(run) == 2  # kept for being the best
    snapshot(3).save(run, epoch=3, best=False)
    assert whole(run) == 3


FULL = OSError(errno.ENOSPC, "No space left on device")
BROKEN = OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize(
    "error", [FULL, BROKEN, SafetensorError("I/O error: disk full"), RuntimeError("disk full")]
)
@pytest.mark.parametrize("writer", ["engine.state.save_file", "torch.save", "engine.state.sync"])
def test_that_a_disk_that_refuses_is_a_sentence_and_harms_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception, writer: str
):
    def refuse(*_arguments: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(writer, refuse)
        with pytest.raises(RunError, match="could not be written.*Those before are not harmed"):
            snapshot(3).save(run, epoch=3, best=False)
    assert whole(run) == 2
    assert not list(run.checkpoints.glob(".*.tmp"))


def test_that_a_run_whose_checkpoints_are_all_gone_has_none(run: Run):
    shutil.rmtree(run.checkpoints)
    assert list(checkpoints(run)) == []
    with pytest.raises(RunError, match="no undamaged checkpoint"):
        state.tested_checkpoint(run)
