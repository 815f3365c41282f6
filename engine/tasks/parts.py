"""Naming the parts of shapes: judged by instance mean IoU, as ShapeNetPart is."""

from collections.abc import Generator
from typing import Any, Self, cast

import numpy as np
import torch
from numpy.typing import NDArray

from engine.control import Control
from engine.datasets.parts import prepare_parts
from engine.events import Event
from engine.experiment import Experiment
from engine.metrics.measured import measured, or_none
from engine.metrics.parts import category_ious, shape_ious, within_category
from engine.metrics.segmentation import confusion, figures, mean_told
from engine.pair_batches import evenly
from engine.recipes.parts import Parts as PartsRecipe
from engine.recipes.recipe import Recipe
from engine.scene_answers import SceneAnswer, SceneAnswers
from engine.scene_batches import Shapes
from engine.scene_cover import thinned
from engine.scene_split import split_shapes
from engine.scenes import Parted
from engine.split import Rows
from engine.state import Position
from engine.store import Run
from engine.tasks.of_scenes import MOST_POINTS, SHOWN, OfScenes, written
from engine.tasks.steps import Pace, opened
from engine.tasks.task import Gate
from engine.words import say

_CHECKED = 256  # shapes held back that are looked at after every epoch
_AT_ONCE = 16
_NO_BOXES = np.zeros((0, 7), np.float32)
_NONE = np.zeros(0, np.int16)


class Parts(OfScenes):
    """The best model is the one with the best instance mean IoU."""

    def __init__(self, experiment: Experiment, parted: Parted) -> None:
        self.experiment, self.parted = experiment, parted
        parts = split_shapes(parted, experiment)
        self.known, self.groups, self.notes = parted.part_names, parted.categories, parts.notes
        self.train, self.validation, self.tests = parts.train, parts.validation, parts.test
        self.labels = torch.from_numpy(parted.category[parts.train])

    @classmethod
    def open(cls, experiment: Experiment, control: Control) -> Generator[Event, None, Self]:
        """Prepare and read the shapes."""
        return cls(experiment, (yield from opened(experiment.data, prepare_parts, control)))

    def batches(
        self, recipe: Recipe, device: torch.device, control: Control
    ) -> Generator[Event, None, Shapes]:
        """The training shapes."""
        yield from ()
        return Shapes(self.parted, self.train, (self.experiment, device))

    def check(
        self, recipe: Recipe, position: Position, gate: Gate
    ) -> Generator[Event, None, tuple[dict[str, float], float]]:
        """Both mean IoUs on some shapes held back."""
        rows = self.validation[evenly(len(self.validation), _CHECKED)]
        said, _ = yield from self.look(cast(PartsRecipe, recipe), rows, gate, "")
        instance, category, _ = self._means(said, rows)
        values = measured(
            {
                "validation/instance_miou": instance,
                "validation/category_miou": category,
                "train/points_right": position.right / max(1, position.seen),
            }
        )
        return values, values.get("validation/instance_miou", 0.0)

    def test(self, run: Run, recipe: Recipe, gate: Gate) -> Generator[Event, None, dict[str, Any]]:
        """All shapes of the test; some are kept to be looked at."""
        own, model, rows = cast(PartsRecipe, recipe), self.take_tested(run, recipe), self.tests
        said, sure = yield from self.look(own, rows, gate, say("Testing"))
        instance, category, of_categories = self._means(said, rows)
        table = confusion(said, self.parted.parts[rows], len(self.known))
        found, there = figures(table), table.sum(axis=1)
        of_parts: dict[str, dict[str, float | None]] = {
            name: {"iou": or_none(found.iou[part]), "points": int(there[part])}
            for part, name in enumerate(self.known)
            if found.counted[part]
        }
        kept = evenly(len(rows), SHOWN)
        shapes = tuple(self._shown(rows[at], said[at], sure[at]) for at in kept)
        values = {"instance_miou": instance, "category_miou": category}
        totals = measured(values | {"accuracy": found.accuracy})
        title, made, each = self.parted.title, self.parted.made, of_parts | of_categories
        yield from written(
            run, SceneAnswers(shapes, "parts", self.known, (), each, title, made, totals)
        )
        results = {"task": "parts", "scenes": len(rows)}
        return results | totals | {"per_class": of_categories} | model

    def look(
        self, recipe: PartsRecipe, rows: Rows, gate: Gate, name: str
    ) -> Generator[Event, None, tuple[NDArray[np.int16], NDArray[np.float16]]]:
        """(S, N): the likeliest part of each point among those of the shape's category, and its probability there."""
        pace, device = Pace(gate, name, len(rows), "testing"), recipe.bench.device
        count = self.parted.points.shape[1]
        said, sure = (
            np.zeros((len(rows), count), np.int16),
            np.zeros((len(rows), count), np.float16),
        )
        recipe.net.eval()
        for start in range(0, len(rows), _AT_ONCE):
            yield from pace.at(start)
            some = rows[start : start + _AT_ONCE]
            points, category = (
                torch.from_numpy(array[some]).to(device)
                for array in (self.parted.points, self.parted.category)
            )
            with torch.no_grad():
                logits = recipe.net(points, category).float().cpu().numpy()
            for place, row in enumerate(some):
                parts = self.parted.parts_of[self.parted.category[row]]
                said[start + place] = within_category(logits[place], parts)
                sure[start + place] = _surest(logits[place][:, parts])
        return said, sure

    def _means(
        self, said: NDArray[np.int16], rows: Rows
    ) -> tuple[float, float, dict[str, dict[str, float | None]]]:
        """Instance and category mean IoU, and each category's figures."""
        kinds, names = self.parted.category[rows], self.parted.categories
        ious = shape_ious(said, self.parted.parts[rows], kinds, self.parted.parts_of)
        each = category_ious(ious, kinds, len(names))
        told: dict[str, dict[str, float | None]] = {
            name: {"iou": or_none(each[kind]), "shapes": int((kinds == kind).sum())}
            for kind, name in enumerate(names)
            if (kinds == kind).any()
        }
        return mean_told(ious), mean_told(each), told

    def _shown(self, row: int, said: NDArray[np.int16], sure: NDArray[np.float16]) -> SceneAnswer:
        rows = thinned(len(said), MOST_POINTS, self.experiment.seed)
        return SceneAnswer(
            name=self.parted.names[row],
            points=self.parted.points[row][rows],
            colours=None,
            truth=self.parted.parts[row][rows],
            said=said[rows],
            sureness=sure[rows],
            boxes=_NO_BOXES,
            labels=_NONE,
            said_boxes=_NO_BOXES,
            said_labels=_NONE,
            scores=np.zeros(0, np.float32),
        )


def _surest(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, P) -> (N,): the largest probability."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    largest: NDArray[np.float32] = 1 / powers.sum(axis=1)
    return largest
