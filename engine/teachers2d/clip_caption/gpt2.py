"""GPT-2 (Radford et al. 2019) with Hugging Face's names, and the two ways ClipCap lets it speak."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

HEAD, LONGEST = 64, 67


class Conv1D(nn.Module):
    """A linear layer whose weight lies (in, out), as GPT-2's files have it."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(inner, outer))
        self.bias = nn.Parameter(torch.empty(outer))

    def forward(self, x: Tensor) -> Tensor:
        """(..., in) -> (..., out)."""
        return x @ self.weight + self.bias


class _Past:
    """What the words so far are to later ones, in one block: keys and values (B, H, L, D / H)."""

    def __init__(self) -> None:
        self.parts: tuple[Tensor, ...] = ()

    def grown(self, *new: Tensor) -> tuple[Tensor, ...]:
        """Keys and values of all words, with those that are new."""
        joined = zip(self.parts, new, strict=True) if self.parts else ()
        self.parts = tuple(torch.cat(both, dim=2) for both in joined) or new
        return self.parts


class _Attention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.c_attn, self.c_proj = Conv1D(width, 3 * width), Conv1D(width, width)

    def forward(self, x: Tensor, past: _Past) -> Tensor:
        batch, length, width = x.shape
        q, *new = self.c_attn(x).view(batch, length, 3, -1, HEAD).permute(2, 0, 3, 1, 4)
        k, v = past.grown(*new)
        # After what is past comes one word at a time, which may look at all of it.
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=length > 1)
        out: Tensor = self.c_proj(mixed.transpose(1, 2).reshape(batch, length, width))
        return out


class _Mlp(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.c_fc, self.c_proj = Conv1D(width, 4 * width), Conv1D(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))
        return out


class _Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn, self.mlp = _Attention(width), _Mlp(width)

    def forward(self, x: Tensor, past: _Past) -> Tensor:
        x = x + self.attn(self.ln_1(x), past)
        out: Tensor = x + self.mlp(self.ln_2(x))
        return out


class Gpt2(nn.Module):
    """GPT-2 small unless told otherwise: 124,439,808 parameters; the word table also reads the answer."""

    def __init__(
        self, words: int = 50257, places: int = 1024, width: int = 768, depth: int = 12
    ) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(words, width), nn.Embedding(places, width)
        self.h = nn.Sequential(*(_Block(width) for _ in range(depth)))
        self.ln_f = nn.LayerNorm(width)

    def forward(self, embedded: Tensor) -> Tensor:
        """What stands there, as vectors (B, L, D) -> logits of what comes after each (B, L, V)."""
        return F.linear(self._read(embedded, self._nothing()), self.wte.weight)

    def _nothing(self) -> list[_Past]:
        return [_Past() for _ in self.h]

    def _read(self, embedded: Tensor, past: list[_Past]) -> Tensor:
        """What comes after what is past, (B, L, D) -> (B, L, D), which then is past itself."""
        first = past[0].parts[0].shape[2] if past[0].parts else 0
        x = embedded + self.wpe.weight[first : first + embedded.shape[1]]
        for block, own in zip(self.h, past, strict=True):
            x = block(x, own)
        read: Tensor = self.ln_f(x)
        return read

    def _next(self, embedded: Tensor, past: list[_Past]) -> Tensor:
        """Logits (B, V) of the next word alone: those of all words are most of the work."""
        return F.linear(self._read(embedded, past)[:, -1], self.wte.weight)

    @torch.no_grad()
    def say(
        self, prefix: Tensor, stop: int, beams: int = 1, longest: int = LONGEST
    ) -> list[list[int]]:
        """The words after each prefix (B, L, D), up to and with `stop`: greedy, or the best of some beams."""
        if beams > 1:
            return [self._beam(one[None], stop, beams, longest) for one in prefix]
        return self._greedy(prefix, stop, longest)

    def _greedy(self, prefix: Tensor, stop: int, longest: int) -> list[list[int]]:
        """All prefixes at once, word by word, until each has come to its stop."""
        words = torch.zeros(len(prefix), 0, dtype=torch.int64, device=prefix.device)
        text, past = prefix, self._nothing()
        while words.shape[1] < longest and not (words == stop).any(dim=1).all():
            newest = self._next(text, past).argmax(dim=1, keepdim=True)
            words, text = torch.cat([words, newest], dim=1), self.wte(newest)
        return [_up_to(row, stop) for row in words.tolist()]

    def _beam(self, prefix: Tensor, stop: int, beams: int, longest: int) -> list[int]:
        paths: list[tuple[float, list[int]]] = [(0.0, [])]
        for _ in range(longest):
            if all(path[-1:] == [stop] for _, path in paths):
                break
            longer = [entry for entry in paths if entry[1][-1:] == [stop]]
            going = [entry for entry in paths if entry[1][-1:] != [stop]]
            words = torch.tensor([path for _, path in going], dtype=torch.int64).to(prefix.device)
            text = torch.cat([prefix.expand(len(going), -1, -1), self.wte(words)], dim=1)
            best = self._next(text, self._nothing()).log_softmax(dim=1).topk(beams, dim=1)
            for (score, path), gains, following in zip(
                going, best.values.tolist(), best.indices.tolist(), strict=True
            ):
                pairs = zip(gains, following, strict=True)
                longer += [(score + gain, [*path, word]) for gain, word in pairs]
            # By the mean over the words, as ClipCap does: else short sentences would always win.
            paths = sorted(longer, key=lambda entry: entry[0] / len(entry[1]), reverse=True)[:beams]
        return paths[0][1]


def _up_to(words: list[int], stop: int) -> list[int]:
    """Words up to and with the first stop."""
    return words[: words.index(stop) + 1] if stop in words else words
