"""What recipes of rooms, streets and shapes with parts have in common: nets of their own kind, and where they start."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import ConfigError
from engine.events import Event, Note
from engine.experiment import Data, Experiment
from engine.losses import Lesson
from engine.nets.output import Output
from engine.pretrained.whole import take_fitting
from engine.recipes.recipe import Recipe
from engine.recipes.starting import StartSettings, Take, found, started
from engine.registry import called, configure, get, names
from engine.store import Run
from engine.words import say

_UNITS = {True: say("scaled to radius 1"), False: say("in metres")}
_OF_CLOUDS = ("known", "protocol", "shots", "known_count", "known_seed")
NEUTRAL = {"augment.dropout": 0.0, "augment.scale": 1.0, "augment.shift": 0.0}


class OfScenes(Recipe):
    """`extra` also tells what its nets are registered as, and which of them it trains."""

    trains: str = ""  # what a net's own `extra` says it is for; empty: every net of the kind
    taken: Take = staticmethod(take_fitting)

    class Settings(StartSettings):
        """Where it starts."""

    settings: Any
    balance: Tensor | None = None  # (C,): how much each class counts, from the training rooms

    @classmethod
    def sources(cls) -> frozenset[str]:
        """What is true of its scenes."""
        return frozenset({"boxes"} if cls.extra["task"] == "detect" else {"points"})

    @classmethod
    def check(cls, experiment: Experiment) -> None:
        """Nets of another kind, losses of others, and what only recipes of labelled clouds can do."""
        super().check(experiment)
        name = cls.net_of(experiment).name
        if not cls.fits(name):
            fitting = [own for own in names(cls.extra["nets"]) if cls.fits(own)]
            raise ConfigError(
                say(
                    "The net “{name}” is for something else than the recipe {called}. Nothing was "
                    "started. Choose {fitting}.",
                    name=name,
                    called=called("recipe", experiment.recipe.name),
                    fitting=called(cls.extra["nets"], *fitting),
                )
            )
        _refuse_what_clouds_have(experiment)
        if cls.answers(experiment) < 1:
            title = get(cls.extra["data"], experiment.data.name).title
            raise ConfigError(
                say(
                    "“{title}” does not tell what its points belong to, so there is nothing to learn "
                    "from. Nothing was started. Choose other data, or the recipe {called}.",
                    title=title,
                    called=called("recipe", "detect"),
                )
            )

    @classmethod
    def fits(cls, net: str) -> bool:
        """Whether it can train the net of this name."""
        own = getattr(get(cls.extra["nets"], net), "extra", {}).get("task", "")
        return bool(own == cls.trains)

    @classmethod
    def counts(cls, experiment: Experiment) -> tuple[int, int]:
        """What the data can tell apart: of points, and of boxes or shapes."""
        kind, choice = cls.extra["data"], experiment.data
        settings = configure(kind, choice.name, choice.settings)
        found: tuple[int, int] = get(kind, choice.name).counts(settings)
        return found

    @classmethod
    def answers(cls, experiment: Experiment) -> int:
        """Classes of points."""
        return cls.counts(experiment)[0]

    @classmethod
    def form(cls, experiment: Experiment) -> tuple[Any, Any]:
        """The class of its net, and the net's settings."""
        choice, kind = cls.net_of(experiment), cls.extra["nets"]
        return get(kind, choice.name), configure(kind, choice.name, choice.settings)

    @classmethod
    def build(cls, experiment: Experiment, known: int) -> nn.Module:
        """The net with so many answers."""
        net, settings = cls.form(experiment)
        built: nn.Module = net(settings, known)
        return built

    @classmethod
    def scaled(cls, experiment: Experiment) -> bool:
        """Whether its net sees everything at radius 1: shapes always do, rooms where it is asked for."""
        own = configure("recipe", experiment.recipe.name, experiment.recipe.settings)
        unit = getattr(own, "unit", "radius")
        return bool(own.start.strip()) if unit == "auto" else bool(unit == "radius")

    def begin(self, folder: Path) -> Iterator[Event]:
        """Load what it starts from: all of it where it is of this very net, else the encoder."""
        start = self.settings.start.strip()
        if start and hasattr(self.settings, "unit"):
            yield from self._units(found(start, self.bench.store)[1])
        yield from started(self.net, start, self.bench, folder, self.taken)

    def _units(self, before: Run | None) -> Iterator[Event]:
        """In which units its encoder will see rooms; ConfigError where it learnt to see rooms in others."""
        now = self.scaled(self.bench.experiment)
        learnt = get("recipe", before.experiment.recipe.name) if before is not None else None
        of_rooms = getattr(learnt, "extra", {}).get("data") == "scenes"
        if before is not None and of_rooms and learnt.scaled(before.experiment) != now:  # type: ignore[union-attr]
            raise ConfigError(
                say(
                    "The run {id} saw rooms {units}, and this one would see them {units_now}. Nothing was "
                    "started. Set recipe.unit to “{now}”.",
                    id=before.id,
                    units=_UNITS[not now],
                    units_now=_UNITS[now],
                    now="metres" if now else "radius",
                )
            )
        yield Note(text=say("Its encoder sees rooms {units} (recipe.unit).", units=_UNITS[now]))

    def judged(self, logits: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """The terms of named points: (..., C) and (...), -1 where not told; also how many are right."""
        flat, told = logits.float().flatten(0, -2), labels.flatten()
        self.right = (flat.detach().argmax(dim=1) == told).sum()
        rows = torch.arange(len(told), device=told.device)
        with torch.autocast(told.device.type, enabled=False):
            lesson = Lesson(Output(flat, flat), told, rows, balance=self.balance)
            return {name: loss(lesson) for name, loss in self.losses.items()}


def enough(points: int, patches: int, where: str) -> None:
    """ConfigError where a net looks at more patches than there are points."""
    if points < patches:
        raise ConfigError(
            say(
                "{points} points cannot be looked at in {patches} patches. Nothing was started. Set "
                "{where} to {patches} or more, or net.patches to fewer.",
                points=points,
                patches=patches,
                where=where,
            )
        )


def _refuse_what_clouds_have(experiment: Experiment) -> None:
    for key in _OF_CLOUDS:
        if getattr(experiment.data, key) != Data.model_fields[key].default:
            raise ConfigError(
                say(
                    "data.{key} is for recipes that name clouds; rooms, streets and shapes with parts "
                    "are never drawn by it. Nothing was started. Leave it out.",
                    key=key,
                )
            )
    options = experiment.augment
    for wrong, key, instead in (
        (options.variants > 0, "augment.variants", "0"),
        (options.turn == "any", "augment.turn", say("“none” or “upright”")),
        (experiment.training.votes > 1, "training.votes", "1"),
    ):
        if wrong:
            raise ConfigError(
                say(
                    "{key} is for recipes that name clouds. Nothing was started. Set it to {instead}.",
                    key=key,
                    instead=instead,
                )
            )
