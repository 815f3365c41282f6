"""Finding things in rooms: judged by average precision over all rooms together."""

from collections.abc import Generator, Sequence
from typing import Any, cast

import numpy as np
import torch

from engine.control import Control
from engine.detection.answers import answers
from engine.errors import DataError
from engine.events import Event
from engine.experiment import Experiment
from engine.metrics.box_choice import Answers, Choice, choose
from engine.metrics.box_overlap import along_axes
from engine.metrics.boxes import THRESHOLDS, Boxes, BoxFigures, box_figures
from engine.nets.detr3d.detector import Detector
from engine.pair_batches import evenly
from engine.recipes.detect import Detect as DetectRecipe
from engine.recipes.recipe import Recipe
from engine.scene_answers import SceneAnswer, SceneAnswers
from engine.scene_batches import Rooms
from engine.scene_blocks import drawn
from engine.scene_split import split_scenes
from engine.scenes import Scene, Scenes
from engine.split import Rows
from engine.state import Position
from engine.store import Run
from engine.tasks.of_scenes import SHOWN, OfRooms, measured, or_none, shown_points, written
from engine.tasks.steps import Pace
from engine.tasks.task import Gate

_CHECKED = 16  # rooms held back that are looked at after every epoch
_AT_ONCE = 4
_TEST = 4  # other random numbers than training's
_ONCE = Choice(every_kind=False)


class Detect(OfRooms):
    """The best model is the one with the best mAP at 0.25."""

    def __init__(self, experiment: Experiment, scenes: Scenes) -> None:
        self.experiment, self.scenes = experiment, scenes
        if not scenes.things:
            raise DataError(
                f"“{scenes.title}” tells no boxes. Nothing was started. Choose other scenes, or the recipe “segment”."
            )
        parts = split_scenes(scenes, experiment, _lacks, tests_all=True)
        self.known, self.notes = scenes.things, parts.notes
        self.train, self.validation, self.tests = parts.train, parts.validation, parts.test
        self.labels = torch.zeros(len(parts.train), dtype=torch.int64)

    def batches(
        self, recipe: Recipe, device: torch.device, control: Control
    ) -> Generator[Event, None, Rooms]:
        """The training rooms."""
        yield from ()
        own = cast(DetectRecipe, recipe)
        return Rooms(self._of(self.train), own.settings, (self.experiment, device))

    def check(
        self, recipe: Recipe, position: Position, gate: Gate
    ) -> Generator[Event, None, tuple[dict[str, float], float]]:
        """Average precision on some rooms held back; empty boxes are not looked for, as published."""
        rooms = self._of(self.validation[evenly(len(self.validation), _CHECKED)])
        found = yield from self.look(recipe, rooms, gate, "")
        truths = [true_boxes(scene, recipe.net) for scene in rooms]
        figures = box_figures([choose(own) for own in found], truths)
        values = {
            f"validation/map{100 * level:.0f}": own.mean for level, own in figures.items()
        } | {"validation/recall25": figures[THRESHOLDS[0]].recall}
        values = measured(values)
        return values, values.get("validation/map25", 0.0)

    def test(self, run: Run, recipe: Recipe, gate: Gate) -> Generator[Event, None, dict[str, Any]]:
        """All rooms of the test, whole; some are kept to be looked at."""
        model = self.take_tested(run, recipe)
        rooms = self._of(self.tests)
        found = yield from self.look(recipe, rooms, gate, "Testing")
        truths = [true_boxes(scene, recipe.net) for scene in rooms]
        pace, chosen = Pace(gate, "Testing: choosing boxes", len(rooms)), []
        for done, (own, scene) in enumerate(zip(found, rooms, strict=True)):
            yield from pace.at(done)
            chosen.append(choose(own, scene.points))
        figures = box_figures(chosen, truths)
        of_things = per_thing(figures, self.known)
        kept = evenly(len(rooms), SHOWN)
        scenes = tuple(self._shown(rooms[row], found[row], truths[row]) for row in kept)
        title, made = self.scenes.title, self.scenes.made
        yield from written(
            run, SceneAnswers(scenes, "detect", (), self.known, of_things, title, made)
        )
        results = {"task": "detect", "scenes": len(rooms), "truths": sum(map(len, truths))}
        return results | whole(figures) | {"per_class": of_things} | model

    def look(
        self, recipe: Recipe, rooms: Sequence[Scene], gate: Gate, name: str
    ) -> Generator[Event, None, list[Answers]]:
        """All that the net says of each room, of which it sees the same points every time."""
        own, pace = cast(DetectRecipe, recipe), Pace(gate, name, len(rooms))
        found: list[Answers] = []
        recipe.net.eval()
        for start in range(0, len(rooms), _AT_ONCE):
            yield from pace.at(start)
            seen = [
                scene.points[self._drawn(scene, own.settings.points)]
                for scene in rooms[start : start + _AT_ONCE]
            ]
            with torch.no_grad():
                points = torch.from_numpy(np.stack(seen)).to(own.bench.device)
                found += answers(recipe.net(points))
        return found

    def _drawn(self, scene: Scene, count: int) -> Rows:
        rng = np.random.default_rng([self.experiment.seed, _TEST])
        return drawn(np.arange(len(scene)), count, rng)

    def _shown(self, scene: Scene, said: Answers, truth: Boxes) -> SceneAnswer:
        rows = shown_points(scene, self.experiment.seed)
        best = choose(said, scene.points, _ONCE)  # each box once, by what it most likely holds
        return SceneAnswer(
            name=scene.name,
            points=scene.points[rows],
            colours=None if scene.colours is None else scene.colours[rows],
            truth=None,
            said=None,
            sureness=None,
            boxes=np.asarray(truth.boxes, np.float32),
            labels=np.asarray(truth.labels, np.int16),
            said_boxes=np.asarray(best.boxes, np.float32),
            said_labels=np.asarray(best.labels, np.int16),
            scores=np.asarray(best.scores, np.float32),
        )


def _lacks(scene: Scene) -> str:
    return "" if len(scene.boxes) else "boxes"


def true_boxes(scene: Scene, net: torch.nn.Module) -> Boxes:
    """What a net is held to: where it knows one direction only, the boxes along the axes around the true ones."""
    boxes = scene.boxes.reshape(-1, 7).astype(np.float64)
    if isinstance(net, Detector) and net.settings.heading_bins == 1 and len(boxes):
        low, high = along_axes(boxes)
        boxes = np.column_stack([(low + high) / 2, high - low, np.zeros(len(boxes))])
    return Boxes(boxes, scene.labels)


def whole(figures: dict[float, BoxFigures]) -> dict[str, float]:
    """Means over things with truth, and as published code has them, at each threshold."""
    values = {}
    for level, own in figures.items():
        at = f"{100 * level:.0f}"
        values[f"map{at}"], values[f"recall{at}"] = own.mean, own.recall
        values[f"map{at}_official"] = own.official_mean
    return measured(values)


def per_thing(
    figures: dict[float, BoxFigures], things: Sequence[str]
) -> dict[str, dict[str, float | None]]:
    """ap25, ap50, recall and truths of each thing that is there."""
    near, exact = (figures[level].classes for level in THRESHOLDS)
    return {
        things[label]: {
            "ap25": or_none(own.precision),
            "ap50": or_none(exact[label].precision),
            "recall25": or_none(own.recall),
            "truths": own.truths,
        }
        for label, own in near.items()
        if own.truths
    }
