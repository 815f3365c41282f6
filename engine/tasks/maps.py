"""What a tested student looked at and said about some pairs, and what changes when one of its concepts is off."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.concept_maps import ConceptMaps
from engine.datasets.pairs import Pairs
from engine.events import Event, Phase
from engine.metrics.alignment import likeness
from engine.nets.aligned import Aligned
from engine.pair_batches import PairBatch, PairBatches, evenly
from engine.recipes.align import Align
from engine.tasks.task import Gate
from engine.tasks.wording import names_of_ideas, sentences
from engine.teachers2d.memory import tensors
from engine.words import say

_SHOWN = 24  # pairs whose attention is kept
_NAMED_BY = 256  # pairs that the names of concepts are guessed from
_AT_ONCE, _ATTENTIVE = 64, 8
_USUAL_GRID = 7
_WORDING = say("Putting answers into words")

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class _Answered:
    """likeness (S,) of S pairs; answers (S, D), tokens (S, C, W) and targets (S, D), where there are any."""

    likeness: Floats
    answers: Tensor | None
    tokens: Tensor | None
    targets: Tensor


@dataclass(frozen=True)
class Material:
    """Pairs of the test: rows of `pairs`, the same on the device, and the mean (D,) of the training targets."""

    pairs: Pairs
    rows: Rows
    part: PairBatches
    constant: Tensor


def concept_maps(
    recipe: Align, material: Material, gate: Gate
) -> Generator[Event, None, ConceptMaps]:
    """Of at most 24 pairs, spread evenly over the test; names of concepts are guessed from at most 256."""
    recipe.student.eval()
    pairs, some = material.pairs, evenly(len(material.rows), _NAMED_BY)
    shown = evenly(len(some), _SHOWN)
    yield Phase(name=say("Looking at ideas"), part="testing")
    answered = yield from _answered(recipe, material, some, gate)
    looked = yield from _looked(recipe, material.part, some[shown], gate)
    rows, picked = material.rows[some], material.rows[some[shown]]
    heard = yield from _heard(recipe, pairs.images[rows], answered, gate)
    said, teacher = [""] * len(shown), recipe.image_teacher
    if teacher is not None and teacher.speaks and recipe.question == "prefix":
        answers = cast(Tensor, answered.answers)[shown]
        said = yield from sentences(teacher, answers, gate, _WORDING)
    switched = yield from _switched(recipe, material.constant, answered, shown, gate)
    ideas: tuple[str, ...] = ()
    if switched:
        without = switched.pop("every")
        ideas = names_of_ideas(answered.likeness[:, None] - without, heard)
    return ConceptMaps(
        **looked,
        **switched,
        images=pairs.images[picked],
        likeness=answered.likeness[shown],
        names=tuple(pairs.names[row] for row in picked),
        captions=tuple(pairs.captions[row] for row in picked),
        teacher_words=tuple(heard[number] for number in shown),
        student_words=tuple(said),
        grid=_grid(recipe),
        title=pairs.title,
        made=pairs.made,
        ideas=ideas,
    )


def _answered(
    recipe: Align, material: Material, some: Rows, gate: Gate
) -> Generator[Event, None, _Answered]:
    part, constant = material.part, material.constant
    alike, answers, tokens, targets = [], [], [], []
    for start in range(0, len(some), _AT_ONCE):
        yield from gate()
        rows = torch.from_numpy(some[start : start + _AT_ONCE]).to(part.device)
        batch = part.plain(rows)
        with torch.no_grad():
            aligned = recipe.student(batch.points)
        alike.append(_alike(recipe, aligned, batch, constant))
        targets.append(batch.target.flatten(1).cpu())
        if aligned.answer is not None:
            answers.append(aligned.answer.float().flatten(1).cpu())
        if aligned.concepts is not None:
            tokens.append(aligned.concepts.tokens.float())
    said, kept = (torch.cat(parts) if parts else None for parts in (answers, tokens))
    return _Answered(np.concatenate(alike), said, kept, torch.cat(targets))


def _alike(recipe: Align, aligned: Aligned, batch: PairBatch, constant: Tensor) -> Floats:
    """(B,): how like each answer is to its target; of answers patch by patch the mean over those in the picture."""
    if aligned.answer is None:
        return np.zeros(len(batch.rows), np.float32)
    if recipe.question != "patches":
        sides = (aligned.answer.float().flatten(1), batch.target.flatten(1))
        mine, theirs = (side.cpu().numpy() for side in sides)
        return np.asarray(likeness(mine, theirs, constant.numpy()), np.float32)
    cell = batch.cells(aligned.encoded.patches.chosen, _grid(recipe))
    mine, theirs = (side.cpu().numpy() for side in recipe.compared(aligned, batch))
    each, inside = likeness(mine, theirs, constant.numpy()), (cell >= 0).cpu().numpy()
    places = np.nonzero(inside)[0]
    sums = np.bincount(places, each, len(inside))
    return np.asarray(sums / np.maximum(inside.sum(1), 1), np.float32)


def _looked(
    recipe: Align, part: PairBatches, shown: Rows, gate: Gate
) -> Generator[Event, None, dict[str, Any]]:
    """Points, patches, cells and, with concepts, attention of these pairs."""
    looks: list[dict[str, Tensor]] = []
    for start in range(0, len(shown), _ATTENTIVE):
        yield from gate()
        rows = torch.from_numpy(shown[start : start + _ATTENTIVE]).to(part.device)
        batch = part.plain(rows)
        with torch.no_grad():
            aligned = recipe.student(batch.points, attention=True)
        patches = aligned.encoded.patches
        look = {
            "points": batch.points,
            "centres": patches.centres,
            "members": patches.members.int(),
            "cells": batch.cells(patches.chosen, _grid(recipe)).short(),
        }
        if aligned.concepts is not None and aligned.concepts.attention is not None:
            look["attention"] = aligned.concepts.attention.float()
            look["rollout"] = rollout(
                look["attention"], aligned.encoded.attention, recipe.settings.order == "before"
            )
        looks.append(look)
    return {name: torch.cat([look[name] for look in looks]).cpu().numpy() for name in looks[0]}


def rollout(attention: Tensor, encoder: tuple[Tensor, ...], before: bool = False) -> Tensor:
    """Through all layers back to the patches (Abnar and Zuidema 2020): attention (B, L, H, C, G) of concepts, and of
    each block of the encoder (B, H, G, G) -> (B, C, G), each row summing to 1.

    A block hands on half of what a patch was and half of what it looked at; concepts look after every block, or
    `before` it, alike.
    """
    count = attention.shape[-1]
    onward = torch.eye(count, device=attention.device).expand(len(attention), -1, -1)
    total = torch.zeros_like(attention[:, 0, 0])
    for layer, block in enumerate(encoder):
        after = (block.float().mean(dim=1) @ onward + onward) / 2
        total = total + attention[:, layer].mean(dim=1) @ (onward if before else after)
        onward = after
    return total / total.sum(dim=2, keepdim=True)


def _grid(recipe: Align) -> int:
    return recipe.image_teacher.grid if recipe.image_teacher is not None else _USUAL_GRID


def _heard(
    recipe: Align, images: NDArray[np.uint8], answered: _Answered, gate: Gate
) -> Generator[Event, None, list[str]]:
    """The image teacher's words about pictures, "" where it has none."""
    teacher = recipe.image_teacher
    if teacher is None or not teacher.speaks:
        return [""] * len(images)
    prefix = answered.targets
    if recipe.question != "prefix":
        parts = []
        for start in range(0, len(images), _AT_ONCE):
            yield from gate()
            parts.append(teacher.prefix(tensors(images[start : start + _AT_ONCE], teacher)).cpu())
        prefix = torch.cat(parts)
    return (yield from sentences(teacher, prefix, gate, say("Hearing the teacher")))


def _switched(
    recipe: Align, constant: Tensor, answered: _Answered, shown: Rows, gate: Gate
) -> Generator[Event, None, dict[str, Any]]:
    """With each concept off, which then is what it is on average: likeness of all pairs (`every`) and of those shown
    (`without`), and the words about those. Empty without concepts."""
    tokens, teacher = answered.tokens, recipe.image_teacher
    if tokens is None or teacher is None:
        return {}
    every, words = [], []
    for concept in range(tokens.shape[1]):
        yield from gate()
        off = tokens.clone()
        off[:, concept] = tokens[:, concept].mean(dim=0)
        with torch.no_grad():
            answers = recipe.student.said(off).float().flatten(1).cpu()
        every.append(likeness(answers.numpy(), answered.targets.numpy(), constant.numpy()))
        if teacher.speaks and recipe.question == "prefix":
            words.append((yield from sentences(teacher, answers[shown], gate, _WORDING)))
    without = np.stack(every, axis=1).astype(np.float32)
    said = tuple(zip(*words, strict=True)) or ((),) * len(shown)
    return {"every": without, "without": without[shown], "words_without": said}
