"""The examination at the end of a class: whom the student listens to, how easily its pictures mislead it, what its
channels know, and the frames that are kept to be looked at."""

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.attacks import TOTAL, attack
from engine.camera_batches import DriveBatch, Views
from engine.checks import Check
from engine.classroom_answers import (
    ClassroomAnswers,
    ClassroomFrame,
    MapShown,
    Robustness,
    Said,
    Shaken,
)
from engine.depth_labels import true_depths
from engine.device import mixed_seed
from engine.drives import Drive, Frame
from engine.events import Event
from engine.legible import Kinds, Palette, differing, legible, palette_of, reach
from engine.listening import KEEP, drops, listening, weight_norms
from engine.metrics.measured import or_none
from engine.metrics.pictures import PictureFigures, picture_figures
from engine.metrics.seen import Seen
from engine.nets.classroom.listening import Listen
from engine.nets.classroom.net import ClassroomNet
from engine.nets.classroom.settings import GROUPS, TEACHERS
from engine.pair_batches import evenly
from engine.probes import compare, questions_of
from engine.recipes.classroom import Classroom
from engine.scene_cover import thinned
from engine.sight import Sight, look, measured_or_nan, true_pictures
from engine.tasks.steps import Pace
from engine.tasks.task import Gate
from engine.voices import Voice
from engine.words import say

Table = dict[tuple[str, float], dict[str, float | None]]
SHOWN = 12  # frames that are kept, and shaken
EPSILONS = (0.0, 1.0, 2.0, 4.0, 8.0)  # grey levels of 255
_LISTENED, _PROBED = 32, 64  # frames
_AT_ONCE = 4
_POINTS = 50_000
_STEPS = 10
_TRANSFER = 2.0  # grey levels at which each term alone is attacked
_FIGURES = ("ap50", "ap", "depth_error")
_ALONE = ("zero", "shuffle")
# What happens to each group of channels, in every way that is listened to.
_HEARD = (
    *product((KEEP, "mean"), repeat=len(GROUPS)),
    *(tuple(way if own == group else KEEP for own in GROUPS) for way in _ALONE for group in GROUPS),
)


@dataclass
class Exam:
    """Of a trained recipe on tested frames, with what it said of them."""

    recipe: Classroom
    views: Views
    sight: Sight
    voices: Mapping[str, Voice]
    drive: Drive
    checks: tuple[Check, ...]
    shaken: dict[float, tuple[Tensor, list[Seen]]] = field(default_factory=dict)

    def held(
        self, whole: PictureFigures, figures: Mapping[str, float], gate: Gate
    ) -> Generator[Event, None, ClassroomAnswers]:
        """Everything, as much of it as the recipe's setting `exam` asks for."""
        asked, kept = self.recipe.settings.exam, shown_rows(self.views)
        drive = self.drive
        listened: dict[str, dict[str, float | None]] = {}
        robust, probes = Robustness(), {}
        if asked != "none":
            listened = yield from self._listening(gate)
            robust = yield from self._robustness(kept, asked == "whole", gate)
            probes = yield from self._probes(gate)
        palettes = {name: self._palette(name) for name in self.sight.mimicry}
        return ClassroomAnswers(
            frames=tuple(
                self._frame(row, place, palettes) for place, row in enumerate(kept.tolist())
            ),
            things=drive.things,
            teachers=tuple(self.voices),
            figures={name.replace("/", " "): or_none(value) for name, value in figures.items()},
            per_thing=_per_thing(whole, drive.things),
            listening=listened,
            robustness=robust,
            probes=probes,
            checks=self.checks,
            title=drive.title,
            by_kind=tuple(name for name, own in palettes.items() if isinstance(own, Kinds)),
            made=drive.made,
        )

    # --- whom it listens to -------------------------------------------------------------------------------------------

    def _listening(self, gate: Gate) -> Generator[Event, None, dict[str, dict[str, float | None]]]:
        """AP at half overlap without each group of channels and each set of them, groups replaced by their mean; and
        with each alone zeroed, or another picture's."""
        rows = _some(self.views, _LISTENED)
        views, pace = (
            self.views.some(rows),
            Pace(gate, say("Listening to its channels"), len(_HEARD), "testing"),
        )
        truths, found, silent = true_pictures(views), {}, Pace(gate, "", 0)
        for number, how in enumerate(_HEARD):
            yield from pace.at(number)
            listen = cast(Listen, dict(zip(GROUPS, how, strict=True)))
            sight = yield from look(self.recipe, views, {}, silent, listen)
            found[how] = measured_or_nan(picture_figures(sight.found, truths).coco.ap50)

        def asked(how: Mapping[str, str]) -> float:
            return found[tuple(how[group] for group in GROUPS)]

        kernels = [own.cpu().numpy() for own in self.recipe.student.first_weights().values()]
        weights = weight_norms(
            np.concatenate(kernels, axis=1), _slices([own.shape[1] for own in kernels])
        )
        table, alone = listening(asked, GROUPS, weights), drops(asked, GROUPS, _ALONE)
        return {
            group: {name: or_none(value) for name, value in row.items()}
            | {f"drop_{way}": or_none(value) for way, value in alone[group].items()}
            for group, row in table.items()
        }

    # --- how easily it is misled --------------------------------------------------------------------------------------

    def _robustness(
        self, kept: NDArray[np.int64], whole: bool, gate: Gate
    ) -> Generator[Event, None, Robustness]:
        """Boxes and distances, which every student is taught, attacked at every epsilon, so that all are misled with
        the same effort; where all is asked for, each term alone at one of them."""
        rounds = [(TOTAL, epsilon) for epsilon in EPSILONS]
        rounds += [(term, _TRANSFER) for term in (self.recipe.losses if whole else ())]
        pace, table = Pace(gate, say("Shaking pictures"), len(rounds), "testing"), Table()
        for done, (term, epsilon) in enumerate(rounds):
            yield from pace.at(done)
            images, found, figures = yield from self._attacked(kept, term, epsilon, gate)
            if term == TOTAL and epsilon:
                self.shaken[epsilon] = (images, found)
            table[term, epsilon] = {name: or_none(figures[name]) for name in self._names()}
        clean = table[TOTAL, 0.0]
        return Robustness(
            EPSILONS,
            {
                term: {
                    name: tuple(
                        table.get((term, at), clean if not at else {}).get(name) for at in EPSILONS
                    )
                    for name in self._names()
                }
                for term, _ in rounds
            },
            self.recipe.settings.shake,
        )

    def _names(self) -> list[str]:
        return [*_FIGURES, *(f"r2 {name}" for name in self.sight.mimicry)]

    def _attacked(
        self, kept: NDArray[np.int64], term: str, epsilon: float, gate: Gate
    ) -> Generator[Event, None, tuple[Tensor, list[Seen], dict[str, float]]]:
        sight = Sight({name: own.line for name, own in self.sight.mimicry.items()})
        images: list[Tensor] = []
        self.recipe.net.eval()
        for start in range(0, len(kept), _AT_ONCE):
            yield from gate()
            batch = self.views.plain(kept[start : start + _AT_ONCE])
            norm = self.recipe.settings.shake
            loss_of = self._loss_of(batch, TEACHERS if term == TOTAL else ())
            moved = attack(loss_of, batch.images, term, epsilon, norm, _STEPS)
            images.append(moved.cpu())
            with torch.no_grad():
                shown = DriveBatch(moved, batch.truths, batch.maps, batch.rows, 0.0)
                sight.add(self.recipe.look(shown), shown)
        figures = picture_figures(sight.found, true_pictures(self.views.some(kept)))
        coco = figures.coco
        values = {"ap50": measured_or_nan(coco.ap50), "ap": measured_or_nan(coco.ap)}
        values |= {"depth_error": figures.depth.relative}
        values |= {f"r2 {name}": own.pooled for name, own in sight.mimicry.items()}
        return torch.cat(images), sight.found, values

    def _loss_of(self, batch: DriveBatch, without: Sequence[str]) -> Any:
        def terms(images: Tensor) -> dict[str, Tensor]:
            raw = self.recipe.shaken(batch, images)
            return {
                name: self.recipe.weighted(name, value, math.inf)
                for name, value in raw.items()
                if name not in without
            }

        return terms

    # --- what its channels know ---------------------------------------------------------------------------------------

    def _probes(self, gate: Gate) -> Generator[Event, None, dict[str, Any]]:
        """Linear probes on all channels and each group, beside the same net before it had learnt anything."""
        rows = evenly(len(self.views.frames), _PROBED)
        if len(rows) < 4:
            return {}
        views = self.views.some(rows)
        drive = Drive(tuple(views.frames), self.drive.things, self.drive.classes, "")
        held_out = np.arange(len(rows)) % 2 == 1
        nets = {"trained": self.recipe.student, "random": self._untaught()}
        told: dict[str, list[NDArray[np.float32]]] = {name: [] for name in nets}
        slices: dict[str, slice] = {}
        pace = Pace(gate, say("Asking what its channels know"), len(rows), "testing")
        for row in range(len(rows)):
            yield from pace.at(row)
            batch = views.plain(np.array([row]))
            for name, net in nets.items():
                with torch.no_grad():
                    _, channels = net.eval().look(batch.images, self.recipe.fed(batch))
                parts = [channels[group][0].float().cpu().numpy() for group in GROUPS]
                slices = _slices([len(part) for part in parts])
                told[name].append(np.concatenate(parts))
        yield from gate()
        found = compare(
            {name: values.__getitem__ for name, values in told.items()},
            questions_of(drive, held_out),
            dict.fromkeys(nets, slices),
        )
        return {
            net: {
                group: {
                    question: {"value": or_none(answer.value), "line": or_none(answer.line)}
                    for question, answer in answers.items()
                }
                for group, answers in groups.items()
            }
            for net, groups in found.items()
        }

    def _untaught(self) -> Any:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(mixed_seed(self.recipe.bench.experiment.seed))
            fresh = cast(ClassroomNet, self.recipe.build_net())
        for name in TEACHERS:
            own = self.recipe.student.mimic(name)
            fresh.mimic(name).meet(own.mean, own.deviation)
        return fresh.to(self.recipe.bench.device)

    # --- what is kept -------------------------------------------------------------------------------------------------

    def _frame(self, row: int, place: int, palettes: Mapping[str, Palette]) -> ClassroomFrame:
        frame: Frame = self.views.frames[row]
        points = frame.points[
            thinned(len(frame.points), _POINTS, self.recipe.bench.experiment.seed)
        ]
        shaken = tuple(
            Shaken(epsilon, _picture(images[place]), _said(found[place]))
            for epsilon, (images, found) in sorted(self.shaken.items())
        )
        return ClassroomFrame(
            name=frame.name,
            image=frame.image,
            points=points,
            calibration=frame.calibration,
            boxes=frame.boxes.reshape(-1, 4),
            labels=frame.labels,
            depths=true_depths(frame),
            solids=frame.solids.reshape(-1, 7),
            said=_said(self.sight.found[row]),
            maps={name: self._map(name, row, own) for name, own in palettes.items()},
            shaken=shaken,
        )

    def _map(self, name: str, row: int, palette: Palette) -> MapShown:
        told = self.views.maps[name][row]
        student = self.sight.maps[row][name].astype(np.float32)
        everywhere = np.ones(told.valid.shape, np.bool_)
        deviation = self.voices[name].statistics.deviation
        return MapShown(
            legible(told.features, told.valid, palette),
            legible(student, everywhere, palette),
            differing(student, told.features, told.valid, deviation),
            reach(told.valid)[1],
        )

    def _palette(self, name: str) -> Palette:
        return palette_of((kept.features, kept.valid) for kept in self.voices[name].learnt)


def _slices(widths: Sequence[int]) -> dict[str, slice]:
    """Which channels are of each group, where all lie side by side."""
    ends = np.cumsum([0, *widths])
    return {group: slice(*ends[at : at + 2]) for at, group in enumerate(GROUPS)}


def shown_rows(views: Views) -> NDArray[np.int64]:
    """Which frames are kept to be looked at."""
    return _some(views, SHOWN)


def _some(views: Views, most: int) -> NDArray[np.int64]:
    """Evenly among the frames in which there is anything to find; among all where there is nothing."""
    with_boxes = [row for row, frame in enumerate(views.frames) if len(frame.boxes)]
    rows = np.array(with_boxes or range(len(views.frames)), np.int64)
    return rows[evenly(len(rows), most)]


def _per_thing(
    figures: PictureFigures, things: tuple[str, ...]
) -> dict[str, dict[str, float | None]]:
    return {
        things[label]: {
            "ap": or_none(own.ap),
            "ap50": or_none(own.ap50),
            "recall": or_none(own.recall),
            "truths": float(own.truths),
        }
        for label, own in figures.things.items()
    }


def _said(found: Seen) -> Said:
    arrays = (found.boxes, found.labels, found.scores, found.depths)
    kinds = (np.float32, np.int16, np.float32, np.float32)
    boxes, labels, scores, depths = (
        np.asarray(array, kind) for array, kind in zip(arrays, kinds, strict=True)
    )
    return Said(boxes.reshape(-1, 4), labels, scores, depths)


def _picture(image: Tensor) -> NDArray[np.uint8]:
    """(3, H, W) of 0..1 -> (H, W, 3)."""
    return np.asarray((image.clamp(0, 1) * 255).round().byte().numpy().transpose(1, 2, 0))
