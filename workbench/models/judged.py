"""What a run says about scenes, judged when it is read: the matches of its boxes; and the table of a scene's points."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.errors import RunError
from engine.metrics.segmentation import Table, confusion
from engine.scene_answers import SceneAnswer, SceneAnswers, read_scene_answers
from engine.words import say
from workbench.models.box_matches import Matches


@dataclass(frozen=True)
class Judged:
    """matches: one of each scene."""

    answers: SceneAnswers
    matches: tuple[Matches, ...]

    @classmethod
    def of(cls, answers: SceneAnswers) -> Self:
        """Judge them; takes a moment, some milliseconds for each scene."""
        return cls(answers, tuple(Matches.of(scene) for scene in answers.scenes))


def read_judged(run: Path) -> Judged:
    """Those of a run folder; a RunError says in a sentence why there are none."""
    answers = read_scene_answers(run)
    for scene in answers.scenes:
        things = np.concatenate((scene.labels, scene.said_labels))
        told = [part for part in (scene.truth, scene.said) if part is not None]
        if _outside(things, 0, len(answers.things)) or any(
            _outside(part, -1, len(answers.classes)) for part in told
        ):
            raise RunError(
                say(
                    "What the run {run} says about {scene} names kinds it does not list. The model "
                    "itself was not touched: resume the run to make it anew.",
                    run=run.name,
                    scene=scene.name,
                )
            )
    return Judged.of(answers)


def table_of(scene: SceneAnswer, classes: int) -> Table:
    """Points of a scene by (true, said); all 0 where either is not told."""
    if scene.truth is None or scene.said is None:
        return np.zeros((classes, classes + 1), np.int64)
    return confusion(scene.said, scene.truth, classes)


def _outside(labels: NDArray[np.int16], low: int, end: int) -> bool:
    return bool(len(labels)) and bool((labels < low).any() or (labels >= end).any())
