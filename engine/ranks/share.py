"""Which rows of a batch are this process's, and tensors that go from the whole to a share and back, with gradient.

Outside a spread net every process has the whole batch and the true gradient; inside it has its share, and gradients
are `size` times as large, so that their mean over the processes is the true one, for parameters used on either side.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, distributed
from torch.autograd import Function

from engine.errors import ConfigError
from engine.ranks.world import here
from engine.words import say


@dataclass(frozen=True)
class Share:
    """Rows `first` to before `last` of `whole` belong to this process; ragged: those of one are not as long as those
    of another, so inner rows have to be counted."""

    first: int
    last: int
    whole: int
    ragged: bool = False

    @property
    def count(self) -> int:
        """How many."""
        return self.last - self.first


_now: Share | None = None


def now() -> Share | None:
    """The share that is being computed; None outside a spread net."""
    return _now


@contextmanager
def within(share: Share | None) -> Iterator[None]:
    """Compute on a share meanwhile."""
    global _now
    before, _now = _now, share
    try:
        yield
    finally:
        _now = before


def share_of(whole: int, ragged: bool = False) -> Share:
    """This process's rows of so many; ConfigError where there are fewer rows than processes."""
    world = here()
    if whole < world.size:
        raise ConfigError(
            say(
                "{size} processes cannot share a batch of {whole}. What was saved before is not harmed. "
                "Start fewer of them, or make the batches larger.",
                size=world.size,
                whole=whole,
            )
        )
    counts = counts_of(whole)
    first = sum(counts[: world.rank])
    return Share(first, first + counts[world.rank], whole, ragged)


def counts_of(whole: int) -> list[int]:
    """How many of so many rows each process has, in order."""
    size = here().size
    edges = [whole * rank // size for rank in range(size + 1)]
    return [last - first for first, last in pairwise(edges)]


def rows(own: int) -> tuple[int, int]:
    """For `own` rows inside a spread net, some to each of the batch's: where they begin, and how many all have."""
    if _now is None:
        return 0, own
    if not _now.ragged and own % _now.count == 0:
        times = own // _now.count
        return _now.first * times, _now.whole * times
    counts = counted(own)
    return sum(counts[: here().rank]), sum(counts)


def counted(own: int) -> list[int]:
    """What each process has, in order."""
    counts: list[Any] = [None] * here().size
    distributed.all_gather_object(counts, own, group=here().words)
    return [int(count) for count in counts]


def joined(part: Tensor, counts: Sequence[int]) -> Tensor:
    """The parts of all processes (counts of them) one after the other, without gradient."""
    plain = part.to(torch.uint8) if part.dtype == torch.bool else part
    most = max(counts)
    padded = plain.new_zeros((most, *plain.shape[1:]))
    padded[: len(plain)] = plain
    parts = [torch.empty_like(padded) for _ in counts]
    distributed.all_gather(parts, padded)
    whole = torch.cat([own[:count] for own, count in zip(parts, counts, strict=True)])
    return whole.to(part.dtype)


class _Whole(Function):
    """Own rows to those of all."""

    @staticmethod
    def forward(ctx: Any, part: Tensor, counts: list[int]) -> Tensor:
        ctx.counts = counts
        return joined(part.detach(), counts)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        first = sum(ctx.counts[: here().rank])
        return gradient[first : first + ctx.counts[here().rank]] * here().size, None


class _Cut(Function):
    """The rows of all to own ones."""

    @staticmethod
    def forward(ctx: Any, whole: Tensor, counts: list[int]) -> Tensor:
        ctx.counts = counts
        first = sum(counts[: here().rank])
        return whole[first : first + counts[here().rank]].clone()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # type: ignore[override]
        return joined(gradient, ctx.counts) / here().size, None


class _Everyones(Function):
    """Inside a spread net: what each process has, stacked."""

    @staticmethod
    def forward(ctx: Any, own: Tensor) -> Tensor:
        parts = [torch.empty_like(own) for _ in range(here().size)]
        distributed.all_gather(parts, own.contiguous())
        return torch.stack(parts)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:  # type: ignore[override]
        gradient = gradient.clone(memory_format=torch.contiguous_format)
        distributed.all_reduce(gradient)
        return gradient[here().rank]


def whole(part: Tensor, counts: Sequence[int]) -> Tensor:
    """Own rows of what a spread net answers -> those of all processes, one after the other."""
    result: Tensor = _Whole.apply(part, list(counts))  # type: ignore[no-untyped-call]
    return result


def cut(values: Tensor, share: Share) -> Tensor:
    """The rows of a whole batch that belong to a share."""
    if not (values.requires_grad and torch.is_grad_enabled()):
        return values[share.first : share.last]
    result: Tensor = _Cut.apply(values, counts_of(share.whole))  # type: ignore[no-untyped-call]
    return result


def everyones(own: Tensor) -> Tensor:
    """Inside a spread net: (…) of each process -> (size, …), with gradient."""
    result: Tensor = _Everyones.apply(own)  # type: ignore[no-untyped-call]
    return result
