"""Finding things in rooms: judged by average precision over all rooms together."""

from collections.abc import Generator, Sequence
from typing import Any, cast

import numpy as np
import torch

from engine.control import Control
from engine.detection.answers import answers
from engine.detection.truth import Truth
from engine.errors import DataError
from engine.events import Event, Note
from engine.experiment import Experiment
from engine.metrics.box_choice import Answers, choose, chosen, for_every_kind, for_likeliest
from engine.metrics.boxes import THRESHOLDS, Boxes, BoxFigures, balanced_cut, box_figures
from engine.metrics.measured import measured, or_none
from engine.nets.detr3d.detector import Detector
from engine.pair_batches import evenly
from engine.recipes.detect import Detect as DetectRecipe
from engine.recipes.recipe import Recipe
from engine.registry import called
from engine.scene_answers import SceneAnswer, SceneAnswers
from engine.scene_batches import Rooms
from engine.scene_blocks import drawn
from engine.scene_split import split_scenes
from engine.scenes import Scene, Scenes
from engine.split import Rows
from engine.state import Position
from engine.store import Run
from engine.tasks.of_scenes import SHOWN, OfRooms, shown_points, written
from engine.tasks.steps import Pace
from engine.tasks.task import Gate
from engine.words import counted, say

_CHECKED = 16  # rooms held back that are looked at after every epoch
_AT_ONCE = 4
_TEST = 4  # other random numbers than training's


class Detect(OfRooms):
    """The best model is the one with the best mAP at 0.25."""

    def __init__(self, experiment: Experiment, scenes: Scenes) -> None:
        self.experiment, self.scenes = experiment, scenes
        if not scenes.things:
            raise DataError(
                say(
                    "“{scenes}” tells no boxes. Nothing was started. Choose other scenes, or the recipe "
                    "{called}.",
                    scenes=scenes.title,
                    called=called("recipe", "segment"),
                )
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
        """All rooms of the test; some are kept to be looked at."""
        model = self.take_tested(run, recipe)
        rooms = self._of(self.tests)
        found = yield from self.found(recipe, rooms, gate, say("Testing"))
        cut, cut_from = yield from self._cut(recipe, gate)
        truths = [true_boxes(scene, recipe.net) for scene in rooms]
        askew = sum(map(_askew, rooms)) if _one_direction(recipe.net) else 0
        if askew:
            yield Note(text=_along_axes(askew))
        figures = box_figures([for_every_kind(own) for own in found], truths)
        of_things, totals = per_thing(figures, self.known), whole(figures)
        kept = evenly(len(rooms), SHOWN)
        scenes = tuple(self._shown(rooms[row], found[row], truths[row]) for row in kept)
        answered = SceneAnswers(
            scenes,
            "detect",
            (),
            self.known,
            of_things,
            self.scenes.title,
            self.scenes.made,
            totals,
            cut,
            cut_from,
            askew,
        )
        yield from written(run, answered)
        results = {"task": "detect", "scenes": len(rooms), "truths": sum(map(len, truths))}
        return results | {"along_axes": askew} | totals | {"per_class": of_things} | model

    def found(
        self, recipe: Recipe, rooms: Sequence[Scene], gate: Gate, name: str
    ) -> Generator[Event, None, list[Answers]]:
        """What counts of all that the net says of each room: boxes in which it saw points, each thing once."""
        answered = yield from self.look(recipe, rooms, gate, name)
        pace, found = (
            Pace(gate, say("{name}: choosing boxes", name=name), len(rooms), "testing"),
            [],
        )
        count = cast(DetectRecipe, recipe).settings.points
        for done, (own, scene) in enumerate(zip(answered, rooms, strict=True)):
            yield from pace.at(done)
            found.append(chosen(own, scene.points[self._drawn(scene, count)]))
        return found

    def _cut(self, recipe: Recipe, gate: Gate) -> Generator[Event, None, tuple[float | None, str]]:
        """The score to begin with, from rooms that were neither learnt from nor are tested; None without any."""
        free = np.setdiff1d(self.validation, np.concatenate([self.train, self.tests]))
        rooms = self._of(free[evenly(len(free), _CHECKED)]) if len(free) else []
        if not rooms:
            return None, ""
        found = yield from self.found(recipe, rooms, gate, say("Testing: what was held back"))
        truths = [true_boxes(scene, recipe.net) for scene in rooms]
        cut = balanced_cut([for_likeliest(own) for own in found], truths)
        return cut, "" if cut is None else say(
            "{rooms} held back from learning and from the test", rooms=counted(len(rooms), "room")
        )

    def look(
        self, recipe: Recipe, rooms: Sequence[Scene], gate: Gate, name: str
    ) -> Generator[Event, None, list[Answers]]:
        """All that the net says of each room, of which it sees the same points every time."""
        own, pace = cast(DetectRecipe, recipe), Pace(gate, name, len(rooms), "testing")
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
        best = for_likeliest(said)
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


def _along_axes(askew: int) -> str:
    return say(
        "The net knows one direction only, and {boxes} stand askew: it is measured against boxes "
        "along the axes around them, as ScanNet’s benchmark has them. A net with several directions "
        "(net.heading_bins) is not.",
        boxes=counted(askew, "true box"),
    )


def _lacks(scene: Scene) -> str:
    return "" if len(scene.boxes) else say("boxes")


def true_boxes(scene: Scene, net: torch.nn.Module) -> Boxes:
    """What a net is held to: where it knows one direction only, the boxes along the axes around the true ones, as the
    benchmarks that such nets are measured by do."""
    truth = Truth.of(scene)
    if _one_direction(net):
        truth = truth.for_bins(1)
    return Boxes(truth.boxes.numpy(), scene.labels)


def _one_direction(net: torch.nn.Module) -> bool:
    return isinstance(net, Detector) and net.settings.heading_bins == 1


def _askew(scene: Scene) -> int:
    """How many true boxes do not stand along the axes: more than half a degree off, one way or another."""
    quarter = np.pi / 2
    off = np.abs((scene.boxes.reshape(-1, 7)[:, 6] + quarter / 2) % quarter - quarter / 2)
    return int((off > np.deg2rad(0.5)).sum())


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
