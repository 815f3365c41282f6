"""Trains the built-in laser teacher: about a minute on the frames that its student will learn from, then an exam on
frames that are held back. What is stopped half-way leaves nothing."""

import math
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import torch
from filelock import FileLock, Timeout
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F  # noqa: N812

from engine.atomic import writing
from engine.control import Control
from engine.device import choose, mixed_seed, use_threads
from engine.errors import DataError, EngineError, RunError
from engine.events import Event, Note, Phase
from engine.experiment import Augment, Experiment, Training
from engine.laser_batches import Sweep, Sweeps, SweepSettings, class_balance, sweep_of
from engine.laser_card import (
    GATE,
    WEIGHTS,
    Card,
    LaserLessons,
    LaserTeacherSettings,
    folder_of,
    read_card,
    write_card,
)
from engine.metrics.segmentation import Table, confusion, figures
from engine.nets import count_parameters
from engine.nets.spvcnn import Spvcnn, SpvcnnSettings
from engine.pair_batches import evenly
from engine.registry import called
from engine.scene_cover import thinned
from engine.tasks.laser import empty_table, named
from engine.teachers2d.built_in.card import sha256
from engine.words import say

_DROPOUT, _INIT = 3, 4
_EXAMINED = 32  # held-out frames at most
_RISE = 0.1  # of the batches, with a rising learning rate


def built(settings: LaserTeacherSettings, classes: int) -> Spvcnn:
    """Its net, with weights of no meaning yet."""
    return Spvcnn(SpvcnnSettings(width=settings.width, voxel=settings.voxel), classes)


def trained_teacher(
    settings: LaserTeacherSettings, lessons: LaserLessons, control: Control
) -> Generator[Event, None, tuple[Path, Card]]:
    """The folder and the card of the teacher of these settings and lessons, which is trained if there is none yet.

    Raises DataError when there is too little to learn from, RunError when another process trains it, Stopped when
    asked to stop. Whether it may teach is told by its card.
    """
    folder = folder_of(settings, lessons)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=2)
    except Timeout:
        raise RunError(
            say(
                "This laser teacher is being trained by another process. Nothing was changed. Wait for "
                "it, then start again."
            )
        ) from None
    try:
        with suppress(RunError):
            return folder, read_card(folder)
        card = yield from _trained(settings, lessons, folder, control)
        yield Note(text=card.sentence())
        return folder, card
    finally:
        lock.release()


def _trained(
    settings: LaserTeacherSettings, lessons: LaserLessons, folder: Path, control: Control
) -> Generator[Event, None, Card]:
    began = time.monotonic()
    learnt, held_out = (lessons.frames(rows) for rows in (lessons.train, lessons.held_out))
    if not (learnt and held_out):
        raise DataError(
            say(
                "“{drive}” does not tell what its laser’s points belong to, so no laser teacher can be "
                "trained on it. Nothing was started. Name a run of the recipe {called}, or learn without "
                "it.",
                drive=lessons.drive.title,
                called=called("recipe", "laser"),
            )
        )
    place = Training(device=settings.device, threads=settings.threads)
    if settings.threads:  # else as many as the run that it will teach
        use_threads(place)
    device, classes = choose(place), len(lessons.drive.classes)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(mixed_seed(settings.seed, _INIT))
        net = built(settings, classes).to(device)
    sweeps = [_thin(sweep_of(frame), settings) for frame in learnt]
    yield from _learn(net, sweeps, settings, control)
    chosen = [held_out[row] for row in evenly(len(held_out), _EXAMINED)]
    table = yield from examined(net, [sweep_of(frame) for frame in chosen], control)
    with writing(folder / WEIGHTS) as temporary:
        state = {name: value.cpu().contiguous() for name, value in net.state_dict().items()}
        save_file(state, temporary)
    found, names = figures(table), lessons.drive.classes
    card = Card(
        settings=settings,
        learnt_from=lessons.drive.title,
        made=lessons.drive.made,
        classes=names,
        frames=len(learnt),
        held_out=len(chosen),
        lessons_sha256=lessons.fingerprint(),
        steps=settings.steps,
        seconds=round(time.monotonic() - began, 1),
        parameters=count_parameters(net),
        miou=found.mean_iou,
        floor=floor_of(table),
        per_class={name: float(found.iou[i]) for i, name in enumerate(names) if found.counted[i]},
        weights_sha256=sha256(folder / WEIGHTS),
    )
    write_card(folder, card)
    return card


def _thin(sweep: Sweep, settings: LaserTeacherSettings) -> Sweep:
    rows = thinned(len(sweep), settings.points, settings.seed)
    return Sweep(sweep.points[rows], sweep.labels[rows], sweep.rows[rows])


def _learn(
    net: Spvcnn, sweeps: list[Sweep], settings: LaserTeacherSettings, control: Control
) -> Iterator[Event]:
    device = next(net.parameters()).device
    balance = torch.from_numpy(class_balance(sweeps, net.logits.out_features)).to(device)
    batches = Sweeps(sweeps, SweepSettings(), (_experiment(settings), device))
    optimiser = torch.optim.AdamW(net.parameters(), lr=settings.learning_rate, weight_decay=1e-4)
    net.train()
    for step in range(settings.steps):
        yield from control.gate(step)
        detail, share = (
            say("batch {step} of {steps}", step=step + 1, steps=settings.steps),
            step / settings.steps,
        )
        yield Phase(name=say("Training the laser teacher"), detail=detail, fraction=share)
        batch = batches.at(step)
        for group in optimiser.param_groups:
            group["lr"] = settings.learning_rate * _rate(step / settings.steps)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(mixed_seed(settings.seed, _DROPOUT, step))
            logits = net(batch.points, batch.cloud).logits
        loss = F.cross_entropy(logits, batch.labels, balance, ignore_index=-1)
        if not batch.known:
            continue
        if not math.isfinite(loss.item()):
            raise EngineError(
                say(
                    "The laser teacher’s loss is no number any more at batch {step}. Nothing was harmed. "
                    "Look for points of the drive that are no numbers, or learn without this teacher.",
                    step=step + 1,
                )
            )
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()


def _rate(share: float) -> float:
    """Of the full learning rate when so much is done: up in a line, then down along a cosine."""
    return min(share / _RISE + 0.1, 1.0) * 0.5 * (1 + math.cos(math.pi * share))


def _experiment(settings: LaserTeacherSettings) -> Experiment:
    augment = Augment(dropout=0.0, scale=1.05, shift=0.0)
    training = Training(batch_size=max(2, settings.batch_size))
    return Experiment(seed=settings.seed, augment=augment, training=training)


def examined(
    net: nn.Module, sweeps: list[Sweep], control: Control
) -> Generator[Event, None, Table]:
    """How right a net is about sweeps it has not learnt from: points by (true, said)."""
    classes = int(getattr(net, "logits").out_features)  # noqa: B009
    table = empty_table(classes)
    for sweep in sweeps:
        yield from control.gate()
        table += confusion(named(net, sweep).said, sweep.labels, classes)
    return table


def floor_of(table: Table) -> float:
    """The mean IoU a teacher must reach: well above that of always saying the commonest class."""
    there = table.sum(axis=1)
    return GATE + float(there.max() / there.sum() / np.count_nonzero(there))
