"""How a built-in teacher is taught: the words after its prefix, and every slot straight from its prefix."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.datasets.pairs.words import COLOURS, SIZES, SLOTS, VIEWS, read_slots, words_of
from engine.device import mixed_seed
from engine.events import Event, Phase
from engine.teachers2d.built_in.lessons import Lesson, Lessons, slots_of
from engine.teachers2d.built_in.net import Net
from engine.teachers2d.built_in.settings import TeacherSettings
from engine.teachers2d.built_in.vocabulary import PAD, Vocabulary
from engine.words import say

_SMOOTHING, _CLIP, _DECAY = 0.05, 1.0, 0.05
# Kind is the hardest of the slots, and one word of a dozen in a caption: without its weight it is learnt last.
_SLOT_WEIGHTS = {"kind": 1.0, "colour": 0.25, "size": 0.25, "view": 0.25}
_WARM = 0.1  # share of the steps in which the learning rate rises
_AT_ONCE = 100


def built(settings: TeacherSettings) -> tuple[Net, Vocabulary]:
    """A net with the weights it begins with, and its words."""
    vocabulary = Vocabulary(words_of(settings.shown))
    slots = (len(settings.shown), len(COLOURS), len(SIZES), len(VIEWS))
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(mixed_seed(settings.seed, 30))
        return Net(len(vocabulary), slots, settings.width, settings.depth), vocabulary


@dataclass
class Pupil:
    """A net that is being taught, and how far it has come."""

    net: Net
    optimiser: torch.optim.Optimizer
    step: int = 0

    @classmethod
    def new(cls, net: Net, rate: float) -> "Pupil":
        """One that has learnt nothing; no weight decay for what is no matrix."""
        matrices = [value for value in net.parameters() if value.ndim > 1]
        others = [value for value in net.parameters() if value.ndim <= 1]
        fused = matrices[0].device.type != "mps"
        groups: list[dict[str, Any]] = [
            {"params": matrices},
            {"params": others, "weight_decay": 0.0},
        ]
        return cls(net, torch.optim.AdamW(groups, lr=rate, weight_decay=_DECAY, fused=fused))

    def learn(self, lesson: Lesson, rate: float) -> dict[str, Tensor]:
        """One step; the loss and its terms."""
        self.net.train()
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        terms = losses(self.net, lesson)
        total = terms["caption"] + terms["slots"]
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(total)
        nn.utils.clip_grad_norm_(self.net.parameters(), _CLIP)
        self.optimiser.step()
        self.step += 1
        return {"loss": total.detach()} | {
            f"loss/{name}": value.detach() for name, value in terms.items()
        }


def losses(net: Net, lesson: Lesson) -> dict[str, Tensor]:
    """Cross-entropy of the next word, and the weighted sum of those of the slots."""
    prefix = net.prefix(lesson.images)
    following = net.decoder(prefix, lesson.words[:, :-1])
    said = F.cross_entropy(following.flatten(0, 1), lesson.words[:, 1:].flatten(), ignore_index=PAD)
    read = [
        weight * F.cross_entropy(logits, wanted, label_smoothing=_SMOOTHING)
        for weight, logits, wanted in zip(
            _SLOT_WEIGHTS.values(), net.read(prefix), lesson.slots.unbind(1), strict=True
        )
        if int(wanted[0]) >= 0
    ]
    return {"caption": said, "slots": torch.stack(read).sum()}


def rate_at(settings: TeacherSettings, step: int) -> float:
    """Rises in a straight line for a tenth of the steps, then falls to zero along a cosine."""
    done = step / settings.steps
    if done < _WARM:
        return settings.learning_rate * (0.05 + 0.95 * done / _WARM)
    fallen = (done - _WARM) / (1 - _WARM)
    return settings.learning_rate * 0.5 * (1 + float(torch.cos(torch.tensor(fallen * torch.pi))))


def examine(
    net: Net, lessons: Lessons, gate: Callable[[], Iterator[Event]]
) -> Generator[Event, None, dict[str, float]]:
    """Share of pictures whose greedy caption tells each slot right, by its words alone."""
    net.eval()
    kinds, total = lessons.settings.shown, len(lessons.light)
    right = dict.fromkeys(SLOTS, 0)
    for start in range(0, total, _AT_ONCE):
        yield from gate()
        yield Phase(name=say("Looking at held-out pictures"), fraction=start / total)
        lesson = lessons.plain(torch.arange(start, min(start + _AT_ONCE, total)))
        with torch.no_grad():
            prefix = net.prefix(lesson.images.to(net.decoder.place.device))
        texts = [lessons.vocabulary.decode(row) for row in net.say(prefix)]
        for text, numbers in zip(texts, lesson.slots.tolist(), strict=True):
            said, true = read_slots(text, kinds), slots_of(numbers, kinds)
            for slot in SLOTS:
                right[slot] += getattr(said, slot) == getattr(true, slot)
    return {slot: count / total for slot, count in right.items()}
