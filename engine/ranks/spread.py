"""A net, or a part of one, that each process computes for its share of the batch: what goes in is the whole batch in
every process, and so is what comes out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from typing import Any

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from engine.ranks.chance import Dropout
from engine.ranks.norm import SharedNorm
from engine.ranks.share import Share, counted, counts_of, cut, now, share_of, whole, within

_open = False


@contextmanager
def spreading() -> Iterator[None]:
    """Spread nets share their batches meanwhile; else they are as they were, as for tests."""
    global _open
    _open = True
    try:
        yield
    finally:
        _open = False


def spread(module: nn.Module) -> None:
    """Let the processes share what it computes; its parameters and their names stay.

    A module with a method `share` says itself how its inputs are cut; else their first axis is the batch. An answer's
    first axis is too, unless its class says otherwise in `batch_axes`; a single number is a mean over the batch.
    """
    _replace(module)
    hook = _Hook(module)
    module.register_forward_pre_hook(hook.before, with_kwargs=True)
    module.register_forward_hook(hook.after, always_call=True)


class _Hook:
    """Around the calls of one module."""

    def __init__(self, module: nn.Module) -> None:
        self._cut: Callable[..., tuple[tuple[Any, ...], Share]] = getattr(module, "share", _cut)
        self._leave: Any = None

    def before(self, _module: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """The whole batch to a share."""
        if not _open or now() is not None:
            return None
        names = list(named)
        cuts, share = self._cut(*inputs, *named.values())
        self._leave = within(share)
        self._leave.__enter__()
        return cuts[: len(inputs)], dict(zip(names, cuts[len(inputs) :], strict=True))

    def after(self, _module: nn.Module, _inputs: Any, answer: Any) -> Any:
        """The answers of all."""
        if self._leave is None:
            return None
        share = now()
        self._leave.__exit__(None, None, None)
        self._leave = None
        return answer if answer is None or share is None else _gathered(answer, share)


def _cut(*inputs: Any) -> tuple[tuple[Any, ...], Share]:
    sizes: list[int] = []

    def measure(tensor: Tensor, _axis: int) -> Tensor:
        sizes.append(len(tensor))
        return tensor

    _each(inputs, measure)
    share = share_of(sizes[0])
    return _each(inputs, lambda tensor, _: cut(tensor, share)), share


def _gathered(answer: Any, share: Share) -> Any:
    even = counts_of(share.whole)

    def gather(value: Tensor, axis: int) -> Tensor:
        if value.ndim == 0:
            weights = value.new_tensor(even) / share.whole
            return (whole(value[None], [1] * len(even)) * weights).sum()
        value = value.movedim(axis, 0)
        counts = counted(len(value)) if share.ragged else even
        return whole(value.contiguous(), counts).movedim(0, axis)

    return _each(answer, gather)


def _each(value: Any, change: Callable[[Tensor, int], Tensor], axis: int = 0) -> Any:
    """The same with every tensor in it changed."""
    if isinstance(value, Tensor):
        return change(value, axis)
    if isinstance(value, Mapping):
        return type(value)((name, _each(inner, change, axis)) for name, inner in value.items())  # type: ignore[call-arg]
    if isinstance(value, list | tuple):
        return type(value)(_each(inner, change, axis) for inner in value)
    if is_dataclass(value) and not isinstance(value, type):
        axes = getattr(value, "batch_axes", {})
        names: Sequence[str] = [field.name for field in fields(value) if field.init]
        parts = {n: _each(getattr(value, n), change, axes.get(n, 0)) for n in names}
        return replace(value, **parts)
    return value


def _replace(module: nn.Module) -> None:
    """Norms and dropouts by those that know of the whole batch."""
    for name, child in list(module.named_children()):
        if isinstance(child, _BatchNorm) and not isinstance(child, SharedNorm):
            setattr(module, name, SharedNorm.of(child))
        elif type(child) is nn.Dropout:
            setattr(module, name, Dropout(child.p, child.inplace).train(child.training))
        else:
            _replace(child)
