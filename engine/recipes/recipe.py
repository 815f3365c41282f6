"""What every recipe has in common: a net to train, an optional teacher, and a weighted sum of registered losses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import torch
from torch import Tensor, nn

from engine import registry
from engine.errors import ConfigError
from engine.events import Event
from engine.experiment import Choice, Experiment, Loss
from engine.losses import Course, Lesson
from engine.nets import build, chosen
from engine.nets.output import Output
from engine.nets.reciprocal import Reciprocal
from engine.protocols import known_count
from engine.pseudo import PseudoSettings
from engine.recipes.memory import TeacherMemory
from engine.recipes.needs import idle, need_of, out_of, refuse_idle
from engine.store import RunStore
from engine.words import say


@dataclass(frozen=True)
class Bench:
    """What a recipe is built from: the experiment, its known kinds, where other runs are, the device, the labels (M,)
    of all training rows, the ids of the teachers it has had so far, and what shapes are of, where parts are learnt."""

    experiment: Experiment
    known: tuple[str, ...]
    store: RunStore
    device: torch.device
    labels: Tensor
    teachers: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """points (B, N, 3) augmented, labels (B,), rows (B,) in the training set, epoch as a fraction.

    The last `pseudo` clouds are pseudo-open-set samples: their label is one past the known ones.
    variant: which of the fixed variants the known clouds are shown in; None: they were changed afresh.
    """

    points: Tensor
    labels: Tensor
    rows: Tensor
    epoch: float
    pseudo: int = 0
    variant: int | None = None

    @property
    def known(self) -> int:
        """How many of the clouds, the first ones, are of known kinds."""
        return len(self.labels) - self.pseudo


class Recipe(nn.Module):
    """Trains `net`; whatever else has weights (a loss's projections) is trained and saved with it.

    `extra` tells the window: pictogram, usual net, usual losses with weights, whether a teacher is needed and
    whether there is an output for 'none of these'; where they are not the program's own, `data` (the room of what it
    learns from), `nets` (the kind of its net), `says` (what it answers, in short lines), `task` (how it is looked at)
    and `usual` (values by dotted path).
    """

    extra: dict[str, Any]
    teacher: nn.Module | None = None
    teachers: tuple[str, ...] = ()  # ids of the runs that teach
    teacher_parameters = 0
    peeked = False  # whether a teacher has learnt from clouds that this run holds back
    memory: TeacherMemory | None = None  # in use where clouds come in fixed variants
    figures: Mapping[str, Tensor] = MappingProxyType(
        {}
    )  # further numbers of the last batch, by name
    distils_pseudo: bool  # whether the teacher is asked about pseudo-open-set samples

    class Settings(registry.Settings):
        """Most recipes have no settings of their own."""

    settings: registry.Settings

    def __init__(self, settings: registry.Settings, bench: Bench) -> None:
        super().__init__()
        self.settings, self.bench = settings, bench
        self.distils_pseudo = bool(getattr(settings, "distil_pseudo", False))
        experiment = bench.experiment
        self.net = self.build_net()
        self.weights = {
            name: loss
            for name, loss in usual_losses(self.extra["losses"], experiment).items()
            if not idle(name, self.net, self.mixes())
        }
        # Out of the module tree: the teacher is neither trained, nor switched to training, nor saved again.
        object.__setattr__(self, "teacher", self.find_teacher())
        if self.teacher is not None and experiment.augment.variants and not self.distils_pseudo:
            self.memory = TeacherMemory(self.teacher)
        last = getattr(self.net, "logits", None)
        head = last if isinstance(last, Reciprocal) else None
        course = Course(
            _width(self.net), _width(self.teacher), self.remembered(), head, self._places()
        )
        self.losses = nn.ModuleDict(
            {name: _built(name, loss, course) for name, loss in self.weights.items()}
        )

    def _places(self) -> tuple[str, str]:
        """Which single places student and teacher speak of; they are told to where a term compares them."""
        # What a memory recalls are answers and features of whole clouds.
        nets = self.net, self.teacher if self.memory is None else None
        if any(need_of(name) == "places" for name in self.weights):
            for net in (one for one in nets if one is not None):
                object.__setattr__(net, "gives_places", True)
        student, teacher = (str(getattr(net, "places", "")) for net in nets)
        return student, teacher

    @classmethod
    def net_of(cls, experiment: Experiment) -> Choice:
        """The net it trains in this experiment."""
        return chosen(experiment.net, cls.extra["net"])

    @classmethod
    def sources(cls) -> frozenset[str]:
        """What its losses may look at, as their `extra` says in “from”."""
        taught = {"teacher"} if cls.extra["needs_teacher"] else set()
        return frozenset({"labels", "net"} | taught)

    @classmethod
    def mixes(cls) -> bool:
        """Whether it learns from mixtures of clouds too."""
        return issubclass(cls.Settings, PseudoSettings)

    @property
    def mixture(self) -> str:
        """The sort of mixtures it learns from; empty: none."""
        own = self.settings
        return own.mixture.name if isinstance(own, PseudoSettings) else ""

    @classmethod
    def check(cls, experiment: Experiment) -> None:
        """ConfigError for what this recipe cannot do, before anything is made of it."""
        losses = usual_losses(cls.extra["losses"], experiment)
        for name in losses:
            if (source := _source(name)) not in cls.sources():
                needs, instead = out_of(source)
                if "data" in cls.extra:  # labelled clouds are no way out
                    instead = say(
                        "Choose {called}.", called=registry.called("loss", *cls.extra["losses"])
                    )
                raise ConfigError(
                    say(
                        "The loss {called} needs {needs}, but the recipe {recipe} has none. Nothing "
                        "was started. {instead}",
                        called=registry.called("loss", name),
                        needs=needs,
                        recipe=registry.called("recipe", experiment.recipe.name),
                        instead=instead,
                    )
                )
        if any(map(need_of, losses)):
            cls._refuse_idle(experiment, losses)

    @classmethod
    def _refuse_idle(cls, experiment: Experiment, losses: Iterable[str]) -> None:
        """A term that would train nothing; of the usual mix it is only left out, as long as something is left."""
        with torch.device("meta"):
            net = cls.build(experiment, cls.answers(experiment))
        useless = [name for name in losses if idle(name, net, cls.mixes())]
        alone = len(useless) == len(list(losses))
        for name in useless:
            if alone or name not in cls.extra["losses"]:
                own = registry.called(cls.extra.get("nets", "net"), cls.net_of(experiment).name)
                raise refuse_idle(name, experiment.recipe.name, own)

    @classmethod
    def answers(cls, experiment: Experiment) -> int:
        """How many there will be to choose from, as far as it can be told before the data are open."""
        return known_count(experiment.data)

    @classmethod
    def build(cls, experiment: Experiment, known: int) -> nn.Module:
        """The net of an experiment on so many known kinds, with weights of no meaning yet."""
        choice = cls.net_of(experiment)
        classes = known + int(cls.extra["unknown_output"])
        return build(choice.name, classes, **choice.settings)

    def build_net(self) -> nn.Module:
        """The net that this run trains."""
        return self.build(self.bench.experiment, len(self.bench.known))

    def shared_parts(self) -> tuple[nn.Module, ...]:
        """What several processes compute for a share of the batch each; all else they compute for the whole batch."""
        return (self.net,)

    def begin(self, folder: Path) -> Iterator[Event]:
        """What comes before the first batch of a new run, whose folder this is; a resumed run does not come here."""
        yield from ()

    def find_teacher(self) -> nn.Module | None:
        """The frozen net to learn from, in evaluation mode on the bench's device; None where there is none."""
        return None

    def remembered(self) -> Tensor:
        """The labels (M,) of all clouds that have a row."""
        return self.bench.labels

    def terms(self, batch: Batch) -> dict[str, Tensor]:
        """Every loss term of a batch, unweighted; also how many known clouds the student names right.

        Losses that come from the teacher see the clouds it was asked about, the others see all.
        """
        asked = len(batch.labels) if self.distils_pseudo else batch.known
        student, teacher = self.net(batch.points), self.asked(batch, asked)
        right = student.logits.detach().argmax(dim=1) == batch.labels
        self.right = right[: batch.known].sum()
        # Losses in float32 whatever the nets compute in: a contrast of thousands of scores needs the digits.
        with torch.autocast(batch.points.device.type, enabled=False):
            whole = Lesson(student.full(), batch.labels, batch.rows, pseudo=batch.pseudo)
            taught = whole.first(asked, teacher.full()) if teacher else whole
            return {
                name: loss(taught if from_teacher(name) else whole)
                for name, loss in self.losses.items()
            }

    def total(self, terms: dict[str, Tensor], epoch: float) -> Tensor:
        """The weighted sum, each term risen by its warm-up."""
        parts = [self.weighted(name, value, epoch) for name, value in terms.items()]
        return torch.stack(parts).sum()

    def weighted(self, name: str, value: Tensor, epoch: float) -> Tensor:
        """A term as it counts now."""
        loss = self.weights[name]
        rise = min(1.0, epoch / loss.warmup_epochs) if loss.warmup_epochs else 1.0
        return loss.weight * rise * value.to(torch.promote_types(value.dtype, torch.float32))

    def asked(self, batch: Batch, count: int) -> Output | None:
        """The frozen teacher's answers about the first so many clouds, or None without one."""
        if self.teacher is None:
            return None
        if self.memory is not None and batch.variant is not None:
            return self.memory.recall(batch.variant, batch.rows[:count])
        with torch.no_grad():
            output: Output = self.teacher(batch.points[:count])
        return output


def _width(net: nn.Module | None) -> int:
    return int(getattr(net, "feature_dim", 0))


def _built(name: str, loss: Loss, course: Course) -> nn.Module:
    settings = registry.configure("loss", name, loss.settings)
    return cast(nn.Module, registry.get("loss", name)(settings, course))


def from_teacher(loss: str) -> bool:
    """Whether a registered loss compares the student with a teacher of clouds."""
    return _source(loss) == "teacher"


def _source(loss: str) -> str:
    return str(registry.get("loss", loss).extra["from"])


def usual_losses(usual: dict[str, float], experiment: Experiment) -> dict[str, Loss]:
    """The experiment's losses, or the recipe's own mix when it names none; terms of weight 0 are left out."""
    losses = experiment.losses or {name: Loss(weight=weight) for name, weight in usual.items()}
    kept = {name: loss for name, loss in losses.items() if loss.weight > 0}
    if not kept:
        raise ConfigError(
            say("Every loss has weight 0, so there is nothing to learn from. Nothing was started.")
        )
    return kept
