"""ClipCap's mapping networks (Mokady et al. 2021): an embedding (B, E) -> a prefix (B, L, D)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

LENGTH, HEADS = 10, 8


class MlpMapper(nn.Module):
    """Linear, tanh, linear: 31,468,800 parameters for 512 -> 10 x 768."""

    def __init__(self, embedding: int = 512, width: int = 768, length: int = LENGTH) -> None:
        super().__init__()
        self.embedding, self.length, self.width = embedding, length, width
        half = length * width // 2
        self.model = nn.Sequential(
            nn.Linear(embedding, half), nn.Tanh(), nn.Linear(half, length * width)
        )

    def forward(self, embedded: Tensor) -> Tensor:
        """(B, E) -> (B, L, D)."""
        return torch.as_tensor(self.model(embedded)).view(-1, self.length, self.width)


class _Attention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.to_queries = nn.Linear(width, width, bias=False)
        self.to_keys_values = nn.Linear(width, 2 * width, bias=False)
        self.project = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        q = self.to_queries(x).view(batch, length, HEADS, -1).transpose(1, 2)
        joint = self.to_keys_values(x).view(batch, length, 2, HEADS, -1)
        k, v = joint.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2)
        out: Tensor = self.project(mixed.reshape(batch, length, width))
        return out


class _Mlp(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.fc2(F.relu(self.fc1(x)))
        return out


class _Layer(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn, self.mlp = _Attention(width), _Mlp(width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        out: Tensor = x + self.mlp(self.norm2(x))
        return out


class _Layers(nn.Module):
    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(*(_Layer(width) for _ in range(depth)))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layers(x)
        return out


class TransformerMapper(nn.Module):
    """The embedding as some tokens beside learnt ones, whose places are the prefix: 41,745,408 parameters."""

    def __init__(
        self,
        embedding: int = 512,
        width: int = 768,
        length: int = LENGTH,
        depth: int = 8,
        tokens: int = LENGTH,
    ) -> None:
        super().__init__()
        self.embedding, self.length, self.width = embedding, length, width
        self.tokens = tokens
        self.linear = nn.Linear(embedding, tokens * width)
        self.prefix_const = nn.Parameter(torch.empty(length, width))
        self.transformer = _Layers(width, depth)

    def forward(self, embedded: Tensor) -> Tensor:
        """(B, E) -> (B, L, D)."""
        seen = self.linear(embedded).view(-1, self.tokens, self.width)
        learnt = self.prefix_const.expand(len(seen), -1, -1)
        out: Tensor = self.transformer(torch.cat([seen, learnt], dim=1))
        return out[:, self.tokens :]
