"""A few batches of any recipe, in float64 where it can, alone or as one of several processes: losses, weights,
gradients.

Run as a process of several: `python -m tests.engine.shared_batches FILE`, with torchrun's environment.
"""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest
import torch

from engine.control import Control
from engine.experiment import Augment, Choice, Data, Experiment, Loss, Training
from engine.loop import _build, _step
from engine.ranks import here, join
from engine.ranks.spread import _each
from engine.ranks.together import Together
from engine.recipes import align
from engine.tasks import align as align_task
from engine.tasks.every import task_of
from tests.engine.class_makers import squares
from tests.engine.scene_runs import ENCODER, ROOMS, tiny
from tests.engine.test_align import experiment as of_pictures
from tests.engine.test_classroom_recipe import recipe as classroom
from tests.engine.test_laser import experiment as of_streets
from tests.engine.test_laser import use_toys
from tests.engine.test_parts import experiment as of_parts
from tests.engine.test_segment import experiment as of_rooms
from tests.engine.toy_image_teacher import ToyTeacher

STEPS, BATCH = 2, 7  # an odd batch: the shares differ
IN_FLOAT32 = ("detect", "classroom")  # some of their parts compute in nothing else
POINTS = {"per_kind": 6, "points": 64}
NET = {"widths": (8, 16), "head": (8,)}
SMALL = {"depth": 1, "preencoder": (8, 12), "width": 12, "heads": 2, "patches": 16, "patch_size": 8}
ASKS = {"queries": 8, "decoder_width": 12, "decoder_heads": 2, "decoder_depth": 2}


def of_shapes(recipe, losses=(), net=None, **changes):
    """On the tiny shapes."""
    return Experiment(
        recipe=recipe if isinstance(recipe, Choice) else Choice(name=recipe),
        data=Data(name="shapes", validation=0.3, **POINTS),
        net=net or Choice(name="pointnet_student_wide", **NET),
        losses={name: Loss(weight=weight) for name, weight in dict(losses).items()},
        training=Training(batch_size=BATCH, device="cpu", threads=1),
        **changes,
    )


CASES = {
    "teacher": lambda: of_shapes(
        "teacher", net=Choice(name="pointnet_teacher", widths=(8, 12, 16), head=(12, 8))
    ),
    "distil": lambda: of_shapes("distil", {"kd": 1, "crd": 0.8, "queue": 0.5, "rkd": 1, "ce": 1}),
    "joint": lambda: of_shapes(Choice(name="joint", ratio=0.5)),
    "open_set": lambda: of_shapes("open_set", net=Choice(name="pointnet2_teacher")),
    "arpl": lambda: of_shapes("arpl"),
    "outlier_exposure": lambda: of_shapes(Choice(name="outlier_exposure", ratio=0.5)),
    "classify": lambda: of_shapes(
        "classify", net=Choice(name="point_transformer", **ENCODER), augment=Augment(shuffle=True)
    ),
    "align": lambda: of_pictures({"mse": 1, "cosine": 1, "reconstruction": 1}),
    "detect": lambda: tiny(
        Choice(name="detect", points=200),
        Data(name="rooms", **ROOMS),
        Choice(name="detector_small", dropout=0.1, **SMALL, **ASKS),
    ),
    "segment": of_rooms,
    "parts": of_parts,
    "laser": of_streets,
}


@dataclass
class Learnt:
    """What some batches left, and the gradients of the first."""

    losses: list
    weights: dict
    gradients: dict


def learn(name, folder):
    """Some batches of a case; every process of several does the same."""
    with precision(name), pytest.MonkeyPatch.context() as patch:
        use_toys(patch)
        patch.setattr(align, "image_teacher_of", lambda choice, before="": ToyTeacher().silent())
        patch.setattr(align_task, "prepare_image_teacher", lambda choice, control: iter(()))
        return of_classroom(folder) if name == "classroom" else of_case(name, folder)


@contextmanager
def precision(name):
    torch.set_default_dtype(torch.float32 if name in IN_FLOAT32 else torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


def of_case(name, folder):
    """Through the loop's own step."""
    experiment, control = CASES[name](), Control()
    run = mock.Mock(experiment=experiment, path=Path(folder) / "runs" / "none")
    run.log.read.return_value = []
    task = returned(task_of(experiment).open(experiment, control))
    work = returned(_build(run, control, task, False))
    at = work.batches.at
    work.batches.at = lambda step: _each(at(step), finer)
    losses, first = [], {}
    for _ in range(STEPS):
        losses.append(_step(work).values)
        work.snapshot.position.step += 1
        first = first or gradients(work.recipe)
    return Learnt(losses, work.recipe.state_dict(), first)


def of_classroom(folder):
    """A camera student in the wiring of the paper, which has batch norm."""
    recipe = classroom(Path(folder), {"override": True}, {"aggregation": "paper"})
    batch = squares(4)
    together = Together(recipe)
    optimiser = torch.optim.Adam(recipe.parameters(), lr=1e-3)
    losses, first = [], {}
    for step in range(STEPS):
        torch.manual_seed(step)
        terms = together.terms(batch)
        optimiser.zero_grad()
        recipe.total(terms, 0.0).backward()
        optimiser.step()
        first = first or gradients(recipe)
        losses.append({name: value.item() for name, value in terms.items()})
    return Learnt(losses, recipe.state_dict(), first)


def gradients(recipe):
    found = recipe.named_parameters()
    return {name: value.grad.clone() for name, value in found if value.grad is not None}


def finer(tensor, _axis):
    return tensor.to(torch.get_default_dtype()) if tensor.is_floating_point() else tensor


def returned(generator):
    """What a generator returns."""
    try:
        while True:
            next(generator)
    except StopIteration as end:
        return end.value


def by_several(names, folder, size=2):
    """Each case learnt by two or more processes: by name, what each of them was left with."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = os.environ | {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "WORLD_SIZE": str(size),
    }
    command = [sys.executable, "-m", "tests.engine.shared_batches", str(folder), *names]
    children = [
        subprocess.Popen(
            command,
            env=base | {"RANK": rank, "LOCAL_RANK": rank, "LOCAL_WORLD_SIZE": str(size)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in map(str, range(size))
    ]
    said = [child.communicate(timeout=240)[1] for child in children]
    assert [child.returncode for child in children] == [0] * size, "\n".join(said)
    return [torch.load(Path(folder) / f"{rank}.pt", weights_only=False) for rank in range(size)]


def main():
    folder, *names = sys.argv[1:]
    join(cuda=False)
    torch.set_num_threads(1)
    torch.save({n: vars(learn(n, folder)) for n in names}, Path(folder) / f"{here().rank}.pt")


if __name__ == "__main__":
    main()
