"""A small image teacher: a convolutional stem and a vision transformer, a prefix, and a decoder of captions.

The stem is that of Xiao et al. 2021 (early convolutions help transformers see better); prefix and decoder have the
form of ClipCap (Mokady et al. 2021): embedding -> MLP with tanh -> ten vectors that stand before the words.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.teachers2d.built_in.vocabulary import BEGIN, END, PAD

SIDE, PATCH, PREFIX, EMBEDDING, LONGEST = 64, 8, 10, 512, 16


class Block(nn.Module):
    """Pre-norm attention and MLP (B, L, D) -> (B, L, D); causal where told."""

    def __init__(self, width: int, heads: int, causal: bool = False) -> None:
        super().__init__()
        self.heads, self.causal = heads, causal
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Attention, then MLP, each added to its input."""
        batch, length, width = x.shape
        split = self.qkv(self.norm1(x)).view(batch, length, 3, self.heads, -1)
        q, k, v = split.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        x = x + self.out(mixed.transpose(1, 2).reshape(batch, length, width))
        inner = F.gelu(self.up(self.norm2(x)), approximate="tanh")
        return x + torch.as_tensor(self.down(inner))


class Residual(nn.Module):
    """A 3 x 3 convolution added to its input (B, C, H, W)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.change = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()
        )

    def forward(self, x: Tensor) -> Tensor:
        """As large as before."""
        return x + torch.as_tensor(self.change(x))


def _halved(inner: int, outer: int) -> nn.Sequential:
    """A convolution that halves height and width."""
    conv = nn.Conv2d(inner, outer, 3, stride=2, padding=1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outer), nn.ReLU())


class Encoder(nn.Module):
    """Pictures (B, 3, 64, 64), 0..1 -> tokens (B, 64, D), in rows of eight."""

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        widths = (width // 4, width // 2, width)
        self.stem = nn.Sequential(
            _halved(3, widths[0]),
            _halved(widths[0], widths[1]),
            Residual(widths[1]),
            _halved(widths[1], widths[2]),
            Residual(widths[2]),
        )
        self.place = nn.Parameter(torch.randn(1, (SIDE // PATCH) ** 2, width) * 0.02)
        self.blocks = nn.Sequential(*(Block(width, width // 32) for _ in range(depth)))
        self.norm = nn.LayerNorm(width)

    def forward(self, images: Tensor) -> Tensor:
        """The tokens after the last block, normalised."""
        tokens = self.stem(images * 2 - 1).flatten(2).transpose(1, 2)
        seen: Tensor = self.norm(self.blocks(tokens + self.place))
        return seen


class Decoder(nn.Module):
    """A prefix (B, 10, D) and words (B, L) -> what comes after each word (B, L, V)."""

    def __init__(self, words: int, width: int, depth: int = 2) -> None:
        super().__init__()
        self.words = nn.Embedding(words, width)
        self.place = nn.Parameter(torch.randn(1, PREFIX + LONGEST, width) * 0.02)
        self.blocks = nn.Sequential(*(Block(width, width // 32, True) for _ in range(depth)))
        self.norm = nn.LayerNorm(width)
        # The same table says and reads the words; with the usual spread of 1 the first loss would be near 100.
        nn.init.normal_(self.words.weight, std=0.05)

    def forward(self, prefix: Tensor, words: Tensor) -> Tensor:
        """Logits for the word after each of the words."""
        x = torch.cat([prefix, self.words(words)], dim=1)
        x = self.norm(self.blocks(x + self.place[:, : x.shape[1]]))
        return F.linear(x[:, PREFIX:], self.words.weight)


class Net(nn.Module):
    """Encoder, prefix and decoder; `slots` read the words straight from the prefix while it is trained."""

    def __init__(self, words: int, slots: Sequence[int], width: int = 128, depth: int = 2) -> None:
        super().__init__()
        self.width = width
        self.encoder = Encoder(width, depth)
        self.embedding = nn.Linear(2 * width, EMBEDDING)
        half = PREFIX * width // 2
        self.mapper = nn.Sequential(
            nn.Linear(EMBEDDING, half), nn.Tanh(), nn.Linear(half, 2 * half)
        )
        self.decoder = Decoder(words, width)
        self.slots = nn.ModuleList(nn.Linear(PREFIX * width, count) for count in slots)

    def embed(self, images: Tensor) -> Tensor:
        """(B, 3, 64, 64) -> (B, 512)."""
        tokens = self.encoder(images)
        pooled = torch.cat([tokens.mean(dim=1), tokens.amax(dim=1)], dim=1)
        seen: Tensor = self.embedding(pooled)
        return seen

    def prefix(self, images: Tensor) -> Tensor:
        """(B, 3, 64, 64) -> (B, 10, D)."""
        flat: Tensor = self.mapper(self.embed(images))
        return flat.view(-1, PREFIX, self.width)

    def read(self, prefix: Tensor) -> list[Tensor]:
        """For each slot logits (B, words of the slot), by one linear map of the prefix."""
        return [slot(prefix.flatten(1)) for slot in self.slots]

    @torch.no_grad()
    def say(self, prefix: Tensor, beams: int = 1) -> list[list[int]]:
        """The likeliest words after each prefix, by greedy search or by beams."""
        return (
            [self._beam(one[None], beams) for one in prefix] if beams > 1 else self._greedy(prefix)
        )

    def _greedy(self, prefix: Tensor) -> list[list[int]]:
        words = torch.full((len(prefix), 1), BEGIN, device=prefix.device)
        for _ in range(LONGEST - 1):
            following = self.decoder(prefix, words)[:, -1].argmax(dim=1, keepdim=True)
            following[(words == END).any(dim=1)] = PAD
            words = torch.cat([words, following], dim=1)
        return [row[1:] for row in words.tolist()]

    def _beam(self, prefix: Tensor, beams: int) -> list[int]:
        paths: list[tuple[float, list[int]]] = [(0.0, [BEGIN])]
        for _ in range(LONGEST - 1):
            if all(path[-1] == END for _, path in paths):
                break
            longer = [path for path in paths if path[1][-1] == END]
            for score, path in (path for path in paths if path[1][-1] != END):
                words = torch.tensor([path], device=prefix.device)
                best = self.decoder(prefix, words)[0, -1].log_softmax(dim=0).topk(beams)
                pairs = zip(best.values.tolist(), best.indices.tolist(), strict=True)
                longer += [(score + gain, [*path, word]) for gain, word in pairs]
            # By the mean over the words: else short captions would always win.
            paths = sorted(longer, key=lambda path: path[0] / len(path[1]), reverse=True)[:beams]
        return paths[0][1][1:]
