"""The transformer's parts: attention with all heads in one product, a pre-norm block, paths dropped by cloud."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.ranks.chance import rand

_STD = 0.02


class Attention(nn.Module):
    """Tokens (B, T, W) look at a context (B, S, W). Query, key and value without bias, scale 1 / √(W / heads).

    Without a context of its own the tokens look at each other, and one product makes all three (`qkv`).
    """

    def __init__(self, width: int, heads: int, cross: bool = False) -> None:
        super().__init__()
        self.heads = heads
        self.q = nn.Linear(width, width, bias=False) if cross else None
        self.kv = nn.Linear(width, 2 * width, bias=False) if cross else None
        self.qkv = None if cross else nn.Linear(width, 3 * width, bias=False)
        self.proj = nn.Linear(width, width)

    def forward(self, tokens: Tensor, context: Tensor | None = None) -> Tensor:
        """(B, T, W) -> (B, T, W)."""
        query, key, value = self._parts(tokens, context)
        if query.device.type == "cpu" and query.dtype == torch.bfloat16:
            # torch's fused form takes two to five times as long there.
            return self._merged(_weights(query, key) @ value)
        return self._merged(F.scaled_dot_product_attention(query, key, value))

    def looking(self, tokens: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """The same, and who looks where: (B, heads, T, S), each row summing to 1."""
        query, key, value = self._parts(tokens, context)
        weights = _weights(query, key)
        return self._merged(weights @ value), weights

    def _parts(self, tokens: Tensor, context: Tensor | None) -> tuple[Tensor, ...]:
        """Query, key and value, each (B, heads, T or S, W / heads)."""
        if self.q is None or self.kv is None:
            assert self.qkv is not None
            return self._heads(self.qkv(tokens), 3)
        assert context is not None
        return (*self._heads(self.q(tokens), 1), *self._heads(self.kv(context), 2))

    def _heads(self, values: Tensor, parts: int) -> tuple[Tensor, ...]:
        batch, count = values.shape[:2]
        return values.view(batch, count, parts, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)

    def _merged(self, mixed: Tensor) -> Tensor:
        merged: Tensor = self.proj(mixed.transpose(1, 2).flatten(2))
        return merged


def _weights(query: Tensor, key: Tensor) -> Tensor:
    """Who looks where: (B, heads, T, S)."""
    likeness: Tensor = query @ key.transpose(2, 3) * query.shape[3] ** -0.5
    return likeness.softmax(dim=3).to(query.dtype)


class DropPath(nn.Module):
    """Stochastic depth: leaves a branch out for whole clouds at this rate, and makes up for it in the others."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, branch: Tensor) -> Tensor:
        """(B, T, W) -> the same, some clouds zero; in evaluation mode unchanged."""
        if not self.training or not self.rate:
            return branch
        shape = (len(branch), 1, 1)
        kept = rand(*shape, device=branch.device) >= self.rate
        return branch * (kept.to(branch.dtype) / (1 - self.rate))


class Block(nn.Module):
    """Pre-norm: x + attention(norm(x)), then x + mlp(norm(x)). With a context, the tokens look at that."""

    def __init__(self, width: int, heads: int, drop_path: float = 0.0, cross: bool = False) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.norm_context = nn.LayerNorm(width) if cross else None
        self.attention = Attention(width, heads, cross)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )
        self.drop_path = DropPath(drop_path)

    def forward(
        self, tokens: Tensor, context: Tensor | None = None, identity: Tensor | None = None
    ) -> Tensor:
        """(B, T, W) -> (B, T, W). identity (1, T, W) is added to what looks, not to what is handed on."""
        return self._finished(tokens, self.attention(*self._normed(tokens, context, identity)))

    def looking(
        self, tokens: Tensor, context: Tensor | None = None, identity: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """The same, and the attention (B, heads, T, S)."""
        branch, weights = self.attention.looking(*self._normed(tokens, context, identity))
        return self._finished(tokens, branch), weights

    def _normed(
        self, tokens: Tensor, context: Tensor | None, identity: Tensor | None
    ) -> tuple[Tensor, Tensor | None]:
        if self.norm_context is not None and context is not None:
            context = self.norm_context(context)
        normed = self.norm1(tokens)
        return normed if identity is None else normed + identity, context

    def _finished(self, tokens: Tensor, branch: Tensor) -> Tensor:
        tokens = tokens + self.drop_path(branch)
        result: Tensor = tokens + self.drop_path(self.mlp(self.norm2(tokens)))
        return result


def stack(
    width: int, heads: int, depth: int, drop_path: float, cross: bool = False
) -> nn.ModuleList:
    """Blocks whose drop-path rate rises evenly from 0 to `drop_path`."""
    rates = torch.linspace(0, drop_path, depth, device="cpu").tolist()
    return nn.ModuleList(Block(width, heads, rate, cross) for rate in rates)


def position_net(width: int) -> nn.Sequential:
    """Where a patch is, (…, 3), as a token: Linear, GELU, Linear."""
    return nn.Sequential(nn.Linear(3, 128), nn.GELU(), nn.Linear(128, width))


def token(count: int, width: int) -> nn.Parameter:
    """Learnt tokens (1, count, width)."""
    return nn.Parameter(nn.init.trunc_normal_(torch.empty(1, count, width), std=_STD))


def initialise(module: nn.Module) -> None:
    """Linear weights from a normal of σ 0.02 cut at ±2, biases 0, norms 1 and 0: use with `apply`."""
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=_STD)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.LayerNorm | nn.BatchNorm1d):
        nn.init.ones_(module.weight)
        nn.init.zeros_(module.bias)


def evenly_scaled(module: nn.Module) -> None:
    """Xavier weights and biases 0, so that what goes in comes out as large whatever the width: use with `apply`."""
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
