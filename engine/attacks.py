"""Pictures changed as little as can be seen and as much as hurts: iterative gradient ascent on a loss, or on one term.

x <- clip(within(x + a · step)), with step = sign(gradient) within a cube (Linf; Kurakin et al. 2017, Madry et al. 2018)
or gradient / its length within a ball (L2). No random start: the same pictures give the same attack.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.classroom_answers import Norm
from engine.errors import ConfigError
from engine.words import say

TOTAL = "total"
GREYS = 255
_REACH = 2.5  # all steps together could go so many times as far as they may

LossOf = Callable[[Tensor], Mapping[str, Tensor]]


@dataclass(frozen=True)
class Budget:
    """How far and how long. epsilon: grey levels of 255, the most any value changes (linf), or the root of the mean
    square of all changes of a picture (l2), so that both are in one unit; seed: of every draw inside the loss."""

    epsilon: float
    norm: Norm = "linf"
    steps: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        if self.norm not in ("linf", "l2"):
            raise ConfigError(
                say("There is no norm “{norm}” for an attack: take “linf” or “l2”.", norm=self.norm)
            )
        if self.steps < 1 or not 0 <= self.epsilon <= GREYS:
            raise ConfigError(say("An attack takes at least one step and at most 255 grey levels."))

    @property
    def step(self) -> float:
        """Of one step, in 0..1."""
        return _REACH * self.epsilon / GREYS / self.steps


def attack(
    loss_of: LossOf,
    images: Tensor,
    term: str = TOTAL,
    epsilon: float = 2.0,
    norm: Norm = "linf",
    steps: int = 10,
    seed: int = 0,
) -> Tensor:
    """images (B, 3, H, W) in 0..1 -> the same shape, in 0..1 and within epsilon: of all steps, and of no step at all,
    the one at which the term was largest. loss_of gives terms that depend on its images; “total” is their sum.

    A ConfigError says which terms there are, that one does not depend on the picture, or that a loss is no number.
    """
    budget = Budget(epsilon, norm, steps, seed)
    start = images.detach()
    now, best, most = start, start, float("-inf")
    for number in range(steps + 1):
        asked = now.clone().requires_grad_()
        with torch.enable_grad():
            loss = _chosen(loss_of, asked, term, seed)
        if loss.item() > most:
            best, most = now, loss.item()
        if number == steps or not epsilon:
            break
        now = _moved(now, _gradient(loss, asked, term), start, budget)
    return best.clone()


def distance(images: Tensor, others: Tensor, norm: Norm) -> Tensor:
    """(B, ...) twice -> (B,): how far apart pictures are in the unit of epsilon, grey levels of 255."""
    apart = (images - others).flatten(1) * GREYS
    return apart.abs().amax(1) if norm == "linf" else apart.square().mean(1).sqrt()


def _chosen(loss_of: LossOf, images: Tensor, term: str, seed: int) -> Tensor:
    with _seeded(seed, images):
        terms = loss_of(images)
    if term != TOTAL and term not in terms:
        raise ConfigError(
            say(
                "There is no term “{term}” to attack: there are {terms}.",
                term=term,
                terms=", ".join(terms),
            )
        )
    loss = terms[term] if term in terms else torch.stack([*terms.values()]).sum()
    if not torch.isfinite(loss).all():
        raise ConfigError(
            say(
                "The term “{term}” is no number on these pictures and cannot be attacked.",
                term=term,
            )
        )
    return loss.sum()


def _gradient(loss: Tensor, images: Tensor, term: str) -> Tensor:
    found = torch.autograd.grad(loss, images, allow_unused=True)[0] if loss.requires_grad else None
    if found is None:
        raise ConfigError(
            say(
                "The term “{term}” does not depend on the picture and cannot be attacked.",
                term=term,
            )
        )
    return found


def _moved(now: Tensor, gradient: Tensor, start: Tensor, budget: Budget) -> Tensor:
    """One step, back within epsilon of the start, and within 0..1, which takes it no further from there."""
    limit = budget.epsilon / GREYS
    if budget.norm == "linf":
        moved = now + budget.step * gradient.sign()
        return moved.clamp(start - limit, start + limit).clamp(0, 1)
    moved = now + budget.step * gradient / _root_mean_square(gradient).clamp(min=1e-20)
    apart = moved - start
    shrink = (limit / _root_mean_square(apart).clamp(min=1e-20)).clamp(max=1)
    return (start + apart * shrink).clamp(0, 1)


def _root_mean_square(images: Tensor) -> Tensor:
    """(B, ...) -> (B, 1, ...), in float64 so that tiny gradients do not vanish when squared."""
    square = images.double().square().flatten(1).mean(1).sqrt()
    return square.view(-1, *[1] * (images.dim() - 1)).to(images.dtype)


@contextmanager
def _seeded(seed: int, images: Tensor) -> Iterator[None]:
    """The same draws inside each time, and the generators outside as they were."""
    devices = [images.device.index or 0] if images.is_cuda else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield
