"""Naming every point of rooms: judged by mean IoU over whole rooms."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from engine.control import Control
from engine.errors import ConfigError, DataError
from engine.events import Event
from engine.experiment import Experiment
from engine.metrics.measured import measured, or_none
from engine.metrics.segmentation import confusion, figures
from engine.pair_batches import evenly
from engine.recipes.recipe import Recipe
from engine.recipes.segment import Segment as SegmentRecipe
from engine.scene_answers import SceneAnswer, SceneAnswers
from engine.scene_batches import Pieces, shades_of
from engine.scene_blocks import Block, class_counts, class_weights, placed
from engine.scene_cover import Votes, cover, nearest_seen, thinned
from engine.scene_moves import PieceSettings
from engine.scene_split import split_scenes
from engine.scenes import Scene, Scenes
from engine.split import Rows
from engine.state import Position
from engine.store import Run
from engine.tasks.of_scenes import SHOWN, OfRooms, shown_points, written
from engine.tasks.steps import Pace
from engine.tasks.task import Gate
from engine.words import say

_CHECKED = 12  # rooms held back that are looked at after every epoch
_THINNER = 2  # blocks of a room that is whole in one, then
_COLUMNS = 8  # blocks of a room that is cut into columns, then
_AT_ONCE = 4
_NO_BOXES = np.zeros((0, 7), np.float32)
_NONE = np.zeros(0, np.int16)


@dataclass(frozen=True)
class Named:
    """Of one room of N points. said (N,): the likeliest class; sureness (N,): its probability."""

    said: NDArray[np.int16]
    sureness: NDArray[np.float16]


class Segment(OfRooms):
    """The best model is the one with the best mean IoU."""

    def __init__(self, experiment: Experiment, scenes: Scenes) -> None:
        self.experiment, self.scenes = experiment, scenes
        if not any((scene.semantic >= 0).any() for scene in scenes.scenes):
            raise DataError(
                say(
                    "“{scenes}” does not tell what its points belong to. Nothing was started. Choose "
                    "other scenes.",
                    scenes=scenes.title,
                )
            )
        parts = split_scenes(scenes, experiment, _lacks, tests_all=False)
        self.known, self.notes = scenes.classes, parts.notes
        self.train, self.validation, self.tests = parts.train, parts.validation, parts.test
        self.labels = torch.zeros(len(parts.train), dtype=torch.int64)

    def batches(
        self, recipe: Recipe, device: torch.device, control: Control
    ) -> Generator[Event, None, Pieces]:
        """The training rooms in blocks; the recipe learns how much each class counts."""
        yield from ()
        own, rooms = cast(SegmentRecipe, recipe), self._of(self.train)
        used = [*rooms, *self._of(self.validation), *self._of(self.tests)]
        if coloured(own) and any(scene.colours is None for scene in used):
            raise ConfigError(
                say(
                    "This net looks at colours, and rooms of “{scenes}” have none. Nothing was started. "
                    "Choose coloured scenes, or set net.colours to false.",
                    scenes=self.scenes.title,
                )
            )
        counts = class_counts((scene.semantic for scene in rooms), len(self.known))
        own.balance = torch.from_numpy(class_weights(counts)).to(device)
        return Pieces(rooms, own.settings, coloured(own), (self.experiment, device))

    def check(
        self, recipe: Recipe, position: Position, gate: Gate
    ) -> Generator[Event, None, tuple[dict[str, float], float]]:
        """Mean IoU on some rooms held back, each looked at once and in part: thinned, or in a few of its columns, which
        must be as dense as those learnt from."""
        own = cast(SegmentRecipe, recipe)
        whole = own.settings.cut == "room"
        most = _THINNER * own.settings.points if whole else own.settings.most
        few = {"most": max(16, min(own.settings.most, most)), "passes": 1}
        short = own.settings.model_copy(update=few)
        table = np.zeros((len(self.known), len(self.known) + 1), np.int64)
        for scene in self._of(self.validation[evenly(len(self.validation), _CHECKED)]):
            rows = thinned(len(scene), short.most, self.experiment.seed)
            blocks = list(cover(scene.points[rows], short, self.experiment.seed))
            if not whole:
                blocks = [blocks[row] for row in evenly(len(blocks), _COLUMNS)]
            chances = yield from self._voted(own, scene, (rows, blocks), gate)
            seen = ~np.isnan(chances[:, 0])
            said, true = chances[seen].argmax(axis=1), scene.semantic[rows][seen]
            table += confusion(said, true, len(self.known))
        found = figures(table)
        values = measured(
            {
                "validation/miou": found.mean_iou,
                "validation/points_right": found.accuracy,
                "train/points_right": position.right / max(1, position.seen),
            }
        )
        return values, values.get("validation/miou", 0.0)

    def test(self, run: Run, recipe: Recipe, gate: Gate) -> Generator[Event, None, dict[str, Any]]:
        """All points of all rooms of the test; some rooms are kept to be looked at."""
        own, model = cast(SegmentRecipe, recipe), self.take_tested(run, recipe)
        rooms, shown = self._of(self.tests), []
        kept, pace = (
            set(evenly(len(rooms), SHOWN).tolist()),
            Pace(gate, say("Testing"), len(rooms), "testing"),
        )
        table = np.zeros((len(self.known), len(self.known) + 1), np.int64)
        for done, scene in enumerate(rooms):
            yield from pace.at(done)
            named = yield from self.look(own, scene, own.settings, gate)
            table += confusion(named.said, scene.semantic, len(self.known))
            if done in kept:
                shown.append(self._shown(scene, named))
        found, there = figures(table), table.sum(axis=1)
        of_classes: dict[str, dict[str, float | None]] = {
            name: {"iou": or_none(found.iou[label]), "points": int(there[label])}
            for label, name in enumerate(self.known)
            if found.counted[label]
        }
        values = {"miou": found.mean_iou, "accuracy": found.accuracy}
        totals = measured(values | {"mean_recall": found.mean_recall})
        about = of_classes, self.scenes.title, self.scenes.made, totals
        yield from written(run, SceneAnswers(tuple(shown), "segment", self.known, (), *about))
        results = {"task": "segment", "scenes": len(rooms), "points": found.points}
        counted = {"classes_counted": int(found.counted.sum()), "per_class": of_classes}
        return results | totals | counted | model

    def look(
        self, recipe: SegmentRecipe, scene: Scene, settings: PieceSettings, gate: Gate
    ) -> Generator[Event, None, Named]:
        """What the net says of every point of a room."""
        rows = thinned(len(scene), settings.most, self.experiment.seed)
        points = scene.points[rows]
        blocks = cover(points, settings, self.experiment.seed)
        chances = yield from self._voted(recipe, scene, (rows, blocks), gate)
        said = chances.argmax(axis=1).astype(np.int16)
        sure = np.exp(chances.max(axis=1)).astype(np.float16)
        nearest = np.empty(len(scene), np.int64)
        for some, own in nearest_seen(points, scene.points):
            yield from gate()
            nearest[some] = own
        return Named(said[nearest], sure[nearest])

    def _voted(
        self, recipe: SegmentRecipe, scene: Scene, seen: tuple[Rows, Iterable[Block]], gate: Gate
    ) -> Generator[Event, None, NDArray[np.float32]]:
        """(M, C): mean log-probabilities of these rows of a room, asked in blocks of them; NaN where none counts."""
        rows, blocks = seen
        colours = scene.colours if coloured(recipe) else None
        room = scene.points[rows], None if colours is None else colours[rows]
        votes = Votes(len(rows), len(self.known))
        recipe.net.eval()
        left = iter(blocks)
        while some := list(islice(left, _AT_ONCE)):
            yield from gate()
            _vote(recipe, room, some, votes)
        return votes.mean()

    def _shown(self, scene: Scene, named: Named) -> SceneAnswer:
        rows = shown_points(scene, self.experiment.seed)
        return SceneAnswer(
            name=scene.name,
            points=scene.points[rows],
            colours=None if scene.colours is None else scene.colours[rows],
            truth=scene.semantic[rows],
            said=named.said[rows],
            sureness=named.sureness[rows],
            boxes=_NO_BOXES,
            labels=_NONE,
            said_boxes=_NO_BOXES,
            said_labels=_NONE,
            scores=np.zeros(0, np.float32),
        )


def coloured(recipe: Recipe) -> bool:
    """Whether its net looks at colours."""
    return bool(getattr(recipe.net, "colours", False))


def _vote(
    recipe: SegmentRecipe, room: tuple[Any, Any], blocks: Sequence[Block], votes: Votes
) -> None:
    (points, colours), device = room, recipe.bench.device
    scaled = recipe.settings.unit == "radius"
    seen = np.stack([placed(points, block, scaled) for block in blocks])
    shades = None
    if colours is not None:
        both = np.stack([shades_of(colours, block.members) for block in blocks])
        shades = torch.from_numpy(both).to(device)
    with torch.no_grad():
        logits = recipe.net(torch.from_numpy(seen).to(device), shades).float()
    for block, own in zip(blocks, logits.log_softmax(dim=2).cpu().numpy(), strict=True):
        votes.add(block, own)


def _lacks(scene: Scene) -> str:
    return "" if (scene.semantic >= 0).any() else say("labels")
