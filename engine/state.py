"""Snapshot and restore: weights as safetensors, the rest as plain tensors; a checkpoint is whole or absent.

Every step draws its random numbers from (seed, step) and the learning rate follows from the step, so weights,
optimiser and position are all there is to restore for a resumed run to be bit for bit the one never interrupted.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from engine.atomic import sync
from engine.errors import RunError
from engine.store import Run
from engine.words import say

KEEP = 2


@dataclass
class Position:
    """Where a run stands: batches done, epochs checked on validation, the best of them, this epoch's right answers."""

    step: int = 0
    checked: int = 0
    best: float = -1.0
    right: int = 0
    seen: int = 0


@dataclass
class Snapshot:
    """Everything that changes while a run goes on."""

    recipe: nn.Module
    optimiser: torch.optim.Optimizer
    scaler: torch.amp.GradScaler
    position: Position = field(default_factory=Position)

    def save(self, run: Run, epoch: float, best: bool) -> Path:
        """Write a checkpoint, keep the last two and the best, and return its folder; RunError when it cannot be."""
        target = run.checkpoints / f"step-{self.position.step:08d}"
        temporary = run.checkpoints / f".{target.name}.tmp"
        meta = {"step": self.position.step, "epoch": epoch, "best": best or is_best(target)}
        try:
            shutil.rmtree(temporary, ignore_errors=True)
            temporary.mkdir(parents=True)
            self._write(temporary, meta)
            _replace(temporary, target)
        except (
            OSError,
            SafetensorError,
            RuntimeError,
        ) as error:  # each library's own word for a full disk
            shutil.rmtree(temporary, ignore_errors=True)
            raise RunError(
                say(
                    "The checkpoint of batch {step} could not be written: {error}. Those before are not "
                    "harmed. See to the disk's room and rights, then resume the run.",
                    step=self.position.step,
                    error=error,
                )
            ) from None
        _thin(run, target)
        return target

    def restore(self, checkpoint: Path) -> None:
        """Take everything back from a checkpoint."""
        load_weights(self.recipe.get_submodule("net"), checkpoint)
        rest = torch.load(checkpoint / "state.pt", map_location="cpu", weights_only=True)
        self.recipe.load_state_dict(rest["recipe"], strict=False)
        self.optimiser.load_state_dict(rest["optimiser"])
        self.scaler.load_state_dict(rest["scaler"])
        self.position = Position(**rest["position"])

    def _write(self, folder: Path, meta: dict[str, Any]) -> None:
        net = self.recipe.get_submodule("net").state_dict()
        save_file(
            {name: value.contiguous() for name, value in net.items()}, folder / "model.safetensors"
        )
        rest = {
            name: value
            for name, value in self.recipe.state_dict().items()
            if not name.startswith("net.")
        }
        document = {
            "recipe": rest,
            "optimiser": self.optimiser.state_dict(),
            "scaler": self.scaler.state_dict(),
            "position": asdict(self.position),
        }
        torch.save(document, folder / "state.pt")
        meta = meta | {"sha256": _hashes(folder)}
        (folder / "meta.json").write_text(json.dumps(meta, indent=1), encoding="utf-8")
        for path in (*folder.iterdir(), folder):
            sync(path)


def load_weights(net: nn.Module, checkpoint: Path) -> None:
    """Load a checkpoint's weights into a net of the same shape; raises RunError when they do not fit."""
    try:
        net.load_state_dict(load_file(checkpoint / "model.safetensors"))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise RunError(
            say(
                "The weights of {checkpoint} do not fit or are damaged: {error}",
                checkpoint=checkpoint.parent.parent.name,
                error=error,
            )
        ) from None


def checkpoints(run: Run) -> Iterator[Path]:
    """The undamaged checkpoints of a run, newest first."""
    for folder in sorted(run.checkpoints.glob("step-*"), reverse=True):
        meta = _meta(folder)
        if meta and _hashes(folder) == meta["sha256"]:
            yield folder


def tested_checkpoint(run: Run) -> Path:
    """The checkpoint that was tested: the best on validation if the run says so, else the last."""
    found = list(checkpoints(run))
    if not found:
        raise RunError(
            say(
                "Run {id} has no undamaged checkpoint. Nothing was changed. Resume it or train it again.",
                id=run.id,
            )
        )
    best = [folder for folder in found if is_best(folder)]
    return best[0] if best and run.experiment.training.keep == "best" else found[0]


def _meta(folder: Path) -> dict[str, Any]:
    try:
        value = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) and "sha256" in value else {}


def is_best(folder: Path) -> bool:
    """Whether a checkpoint was the best on validation when it was written."""
    return bool(_meta(folder).get("best"))


def _hashes(folder: Path) -> dict[str, str]:
    files = [folder / name for name in ("model.safetensors", "state.pt")]
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.exists()
    }


def put_back(run: Run) -> None:
    """Give a checkpoint its name back that was moved aside for a new one which then never came."""
    for aside in run.checkpoints.glob(".step-*.old"):
        target = aside.with_name(aside.name[1:].removesuffix(".old"))
        if not target.exists():
            aside.rename(target)


def _replace(temporary: Path, target: Path) -> None:
    """Put the new folder in the place of one of the same step, which is moved aside first, never half there."""
    aside = target.with_name(f".{target.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if target.exists():
        target.rename(aside)
    temporary.rename(target)
    sync(target.parent)


def _thin(run: Run, newest: Path) -> None:
    """Delete all but the last two checkpoints and the best; later ones than the newest are of a lost future."""
    folders = sorted(run.checkpoints.glob("step-*"))
    past = [folder for folder in folders if folder <= newest]
    kept = past[-KEEP:] + [folder for folder in past if is_best(folder)][-1:]
    for folder in (*folders, *run.checkpoints.glob(".step-*")):
        if folder not in kept:
            shutil.rmtree(folder, ignore_errors=True)
