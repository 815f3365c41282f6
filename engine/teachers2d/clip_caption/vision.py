"""The picture tower of CLIP (Radford et al. 2021), a vision transformer, in plain torch with OpenAI's names.

Pictures (B, 3, H, W), 0..1 -> shorter side to 224 (bicubic), middle cut out, normalised -> embedding (B, 512).
"""

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.teachers2d.teacher import squared

Activation = Literal["quick_gelu", "gelu"]
HEAD = 64  # CLIP's heads are this wide, whatever the width
MEAN = (0.48145466, 0.4578275, 0.40821073)
SPREAD = (0.26862954, 0.26130258, 0.27577711)


class Attention(nn.Module):
    """Multi-head attention with nn.MultiheadAttention's names."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.empty(3 * width))
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """(B, L, D) -> (B, L, D)."""
        batch, length, width = x.shape
        joint = F.linear(x, self.in_proj_weight, self.in_proj_bias)
        q, k, v = joint.view(batch, length, 3, -1, HEAD).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v)
        out: Tensor = self.out_proj(mixed.transpose(1, 2).reshape(batch, length, width))
        return out


class Mlp(nn.Module):
    """Four times as wide inside; x sigmoid(1.702 x) is what OpenAI's weights were trained with."""

    def __init__(self, width: int, activation: Activation) -> None:
        super().__init__()
        self.c_fc, self.c_proj = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        """(B, L, D) -> (B, L, D)."""
        x = self.c_fc(x)
        x = x * torch.sigmoid(1.702 * x) if self.activation == "quick_gelu" else F.gelu(x)
        out: Tensor = self.c_proj(x)
        return out


class Block(nn.Module):
    """One residual block."""

    def __init__(self, width: int, activation: Activation) -> None:
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn, self.mlp = Attention(width), Mlp(width, activation)

    def forward(self, x: Tensor) -> Tensor:
        """(B, L, D) -> (B, L, D)."""
        x = x + self.attn(self.ln_1(x))
        out: Tensor = x + self.mlp(self.ln_2(x))
        return out


class Transformer(nn.Module):
    """The blocks, one after the other."""

    def __init__(self, width: int, depth: int, activation: Activation) -> None:
        super().__init__()
        self.resblocks = nn.Sequential(*(Block(width, activation) for _ in range(depth)))

    def forward(self, x: Tensor) -> Tensor:
        """(B, L, D) -> (B, L, D)."""
        out: Tensor = self.resblocks(x)
        return out


class Vision(nn.Module):
    """ViT-B/32 unless told otherwise: 87,849,216 parameters."""

    def __init__(
        self,
        side: int = 224,
        patch: int = 32,
        width: int = 768,
        depth: int = 12,
        embedding: int = 512,
        activation: Activation = "quick_gelu",
    ) -> None:
        super().__init__()
        self.side, self.grid, self.width, self.embedding = side, side // patch, width, embedding
        self.conv1 = nn.Conv2d(3, width, patch, stride=patch, bias=False)
        self.class_embedding = nn.Parameter(torch.empty(width))
        self.positional_embedding = nn.Parameter(torch.empty(self.grid**2 + 1, width))
        self.ln_pre, self.ln_post = nn.LayerNorm(width), nn.LayerNorm(width)
        self.transformer = Transformer(width, depth, activation)
        self.proj = nn.Parameter(torch.empty(width, embedding))

    def tokens(self, images: Tensor) -> Tensor:
        """Prepared pictures (B, 3, S, S) -> (B, 1 + grid², D): the class token, then the patches in rows."""
        x = self.conv1(images).flatten(2).transpose(1, 2)
        first = self.class_embedding.expand(len(x), 1, -1)
        x = torch.cat([first, x], dim=1) + self.positional_embedding
        seen: Tensor = self.ln_post(self.transformer(self.ln_pre(x)))
        return seen

    def forward(self, images: Tensor) -> Tensor:
        """Pictures of any size -> embeddings (B, E), not normalised."""
        return self.tokens(prepared(images, self.side))[:, 0] @ self.proj


def prepared(images: Tensor, side: int) -> Tensor:
    """(B, 3, H, W), 0..1 -> (B, 3, side, side) as CLIP wants them."""
    images = squared(images, side)
    mean, spread = (images.new_tensor(values).view(3, 1, 1) for values in (MEAN, SPREAD))
    return (images - mean) / spread
