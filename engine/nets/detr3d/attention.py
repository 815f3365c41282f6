"""Layers of 3DETR's transformer: pre-norm, attention with biases, where a token is beside what it is."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.ranks.chance import dropout
from engine.ranks.share import now


class Attention(nn.Module):
    """Queries (B, T, W) look at keys (B, S, W) and take from values (B, S, W)."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.in_proj = nn.Linear(width, 3 * width)
        self.out_proj = nn.Linear(width, width)
        for layer in (self.in_proj, self.out_proj):
            nn.init.zeros_(layer.bias)

    def forward(
        self, query: Tensor, key: Tensor, value: Tensor, seen: Tensor | None = None
    ) -> Tensor:
        """(B, T, W); seen (B, T, S): at which keys each query may look."""
        weights, biases = self.in_proj.weight.chunk(3), self.in_proj.bias.chunk(3)
        q, k, v = (
            self._heads(F.linear(tokens, weight, bias))
            for tokens, weight, bias in zip((query, key, value), weights, biases, strict=True)
        )
        mask = None if seen is None else seen[:, None]
        rate = self.dropout if self.training else 0.0
        if rate and now() is not None:  # the fused form draws for its own rows only
            mixed = dropout(_weights(q, k, mask), rate) @ v
        else:
            mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=rate)
        result: Tensor = self.out_proj(mixed.transpose(1, 2).flatten(2))
        return result

    def _heads(self, values: Tensor) -> Tensor:
        """(B, T, W) -> (B, heads, T, W / heads)."""
        return values.view(*values.shape[:2], self.heads, -1).transpose(1, 2)


def _weights(query: Tensor, key: Tensor, mask: Tensor | None) -> Tensor:
    """Who looks where: (B, heads, T, S)."""
    likeness = query @ key.transpose(2, 3) * query.shape[3] ** -0.5
    if mask is not None:
        likeness = likeness.masked_fill(~mask, -torch.inf)
    weights: Tensor = likeness.softmax(dim=3)
    return weights


class FeedForward(nn.Module):
    """Linear, ReLU, dropout, linear."""

    def __init__(self, width: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.linear1, self.linear2 = nn.Linear(width, inner), nn.Linear(inner, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, T, W) -> (B, T, W)."""
        result: Tensor = self.linear2(self.drop(F.relu(self.linear1(tokens))))
        return result


class EncoderLayer(nn.Module):
    """Tokens look at each other; where they are is not added."""

    def __init__(self, width: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.attention = Attention(width, heads, dropout)
        self.feedforward = FeedForward(width, inner, dropout)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.drop = nn.Dropout(dropout)

    def forward(self, tokens: Tensor, seen: Tensor | None = None) -> Tensor:
        """(B, T, W) -> (B, T, W); seen (B, T, T)."""
        normed = self.norm1(tokens)
        tokens = tokens + self.drop(self.attention(normed, normed, normed, seen))
        result: Tensor = tokens + self.drop(self.feedforward(self.norm2(tokens)))
        return result


class DecoderLayer(nn.Module):
    """Boxes to be (B, Q, W) look at each other, then at the scene (B, M, W); both know where they are."""

    def __init__(self, width: int, heads: int, inner: int, dropout: float) -> None:
        super().__init__()
        self.among = Attention(width, heads, dropout)
        self.at_scene = Attention(width, heads, dropout)
        self.feedforward = FeedForward(width, inner, dropout)
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width) for _ in range(3))
        self.drop = nn.Dropout(dropout)

    def forward(self, boxes: Tensor, where: Tensor, scene: Tensor, scene_key: Tensor) -> Tensor:
        """(B, Q, W) -> the same; where (B, Q, W): positions of the queries; scene_key: scene with its positions."""
        normed = self.norm1(boxes)
        looking = normed + where
        boxes = boxes + self.drop(self.among(looking, looking, normed))
        looking = self.norm2(boxes) + where
        boxes = boxes + self.drop(self.at_scene(looking, scene_key, scene))
        result: Tensor = boxes + self.drop(self.feedforward(self.norm3(boxes)))
        return result


class Decoder(nn.Module):
    """From nothing but where each query is, layer by layer, to what is there."""

    def __init__(self, width: int, heads: int, inner: int, depth: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            DecoderLayer(width, heads, inner, dropout) for _ in range(depth)
        )
        self.norm = nn.LayerNorm(width)
        self.apply(xavier)

    def forward(self, where: Tensor, scene: Tensor, scene_where: Tensor) -> Tensor:
        """(B, Q, W), (B, M, W), (B, M, W) -> (L, B, Q, W): after each layer, through one norm."""
        boxes, scene_key = torch.zeros_like(where), scene + scene_where
        after = []
        for layer in self.layers:
            boxes = layer(boxes, where, scene, scene_key)
            after.append(self.norm(boxes))
        return torch.stack(after)


def xavier(module: nn.Module) -> None:
    """Xavier weights for linear layers, biases as they are: use with `apply`."""
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
