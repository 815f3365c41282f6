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


class _Attention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.c_attn, self.c_proj = Conv1D(width, 3 * width), Conv1D(width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        q, k, v = self.c_attn(x).view(batch, length, 3, -1, HEAD).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
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

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.ln_1(x))
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
        places = self.wpe.weight[: embedded.shape[1]]
        return F.linear(self.ln_f(self.h(embedded + places)), self.wte.weight)

    @torch.no_grad()
    def say(
        self, prefix: Tensor, stop: int, beams: int = 1, longest: int = LONGEST
    ) -> list[list[int]]:
        """The words after each prefix (B, L, D), up to and with `stop`: greedy, or the best of some beams."""
        search = self._greedy if beams == 1 else self._beam
        return [search(one[None], stop, beams, longest) for one in prefix]

    def _greedy(self, text: Tensor, stop: int, _beams: int, longest: int) -> list[int]:
        words: list[int] = []
        while len(words) < longest and words[-1:] != [stop]:
            words.append(int(self(text)[0, -1].argmax()))
            text = torch.cat([text, self.wte.weight[words[-1]].view(1, 1, -1)], dim=1)
        return words

    def _beam(self, prefix: Tensor, stop: int, beams: int, longest: int) -> list[int]:
        paths: list[tuple[float, list[int]]] = [(0.0, [])]
        for _ in range(longest):
            if all(path[-1:] == [stop] for _, path in paths):
                break
            longer = [entry for entry in paths if entry[1][-1:] == [stop]]
            for score, path in (entry for entry in paths if entry[1][-1:] != [stop]):
                text = torch.cat([prefix, self.wte.weight[path][None]], dim=1)
                best = self(text)[0, -1].log_softmax(dim=0).topk(beams)
                pairs = zip(best.values.tolist(), best.indices.tolist(), strict=True)
                longer += [(score + gain, [*path, word]) for gain, word in pairs]
            # By the mean over the words, as ClipCap does: else short sentences would always win.
            paths = sorted(longer, key=lambda entry: entry[0] / len(entry[1]), reverse=True)[:beams]
        return paths[0][1]
