"""Randomly filled 3DETR checkpoints of any size, names and shapes as published, and what such a net answers, in plain
steps that follow the paper and share nothing with the engine."""

import math
from itertools import pairwise

import torch
from torch.nn import functional as F  # noqa: N812

from tests.engine.test_neighbours import by_hand_farthest

HEADS = {
    "sem_cls_head": None,
    "center_head": 3,
    "size_head": 3,
    "angle_cls_head": None,
    "angle_residual_head": None,
}


def drawn(*shape):
    return torch.randn(*shape) / math.sqrt(
        shape[-1] if len(shape) == 2 else shape[1] if len(shape) > 2 else 4
    )


def norm(at, width, batch=False):
    out = {f"{at}.weight": 1 + drawn(width), f"{at}.bias": drawn(width)}
    if batch:
        out |= {f"{at}.running_mean": drawn(width), f"{at}.running_var": 0.5 + torch.rand(width)}
        out |= {f"{at}.num_batches_tracked": torch.tensor(77)}
    return out


def shared_mlp(at, widths):
    out = {}
    for number, (inputs, outputs) in enumerate(pairwise(widths)):
        out |= {f"{at}.mlp_module.layer{number}.conv.weight": drawn(outputs, inputs, 1, 1)}
        out |= norm(f"{at}.mlp_module.layer{number}.bn.bn", outputs, batch=True)
    return out


def attention(at, width):
    return {
        f"{at}.in_proj_weight": drawn(3 * width, width), f"{at}.in_proj_bias": drawn(3 * width),
        f"{at}.out_proj.weight": drawn(width, width), f"{at}.out_proj.bias": drawn(width),
    }  # fmt: skip


def layer(at, width, inner, attentions, norms):
    out = {
        f"{at}.linear1.weight": drawn(inner, width), f"{at}.linear1.bias": drawn(inner),
        f"{at}.linear2.weight": drawn(width, inner), f"{at}.linear2.bias": drawn(width),
    }  # fmt: skip
    for name in attentions:
        out |= attention(f"{at}.{name}", width)
    for number in range(1, norms + 1):
        out |= norm(f"{at}.norm{number}", width)
    return out


def head(at, width, outputs):
    out = {f"{at}.layers.8.weight": drawn(outputs, width, 1), f"{at}.layers.8.bias": drawn(outputs)}
    for number in (0, 4):
        out |= {f"{at}.layers.{number}.weight": drawn(width, width, 1)}
        out |= norm(f"{at}.layers.{number + 1}", width, batch=True)
    return out


def published(masked=False, width=8, inner=6, decoder=(12, 2, 10), classes=4, bins=1, ball=(5, 7)):
    """decoder: width, layers, inner width; ball: the first layers of a ball of points."""
    out = shared_mlp("pre_encoder", (3, *ball, width))
    for number in range(3):
        out |= layer(f"encoder.layers.{number}", width, inner, ["self_attn"], 2)
    if masked:
        out |= shared_mlp("encoder.interim_downsampling", (3 + width, width, width, width))
    wide, layers, wide_inner = decoder
    between = [width] * (2 if masked else 3) + [wide]
    for number, (inputs, outputs) in enumerate(pairwise(between)):
        at = "encoder_to_decoder_projection.layers."
        out |= {f"{at}{3 * number}.weight": drawn(outputs, inputs, 1)}
        out |= norm(f"{at}{3 * number + 1}", outputs, batch=True)
    out |= {"pos_embedding.gauss_B": torch.randn(3, wide // 2)}
    for number in (0, 2):
        out |= {f"query_projection.layers.{number}.weight": drawn(wide, wide, 1)}
        out |= {f"query_projection.layers.{number}.bias": drawn(wide)}
    for number in range(layers):
        out |= layer(
            f"decoder.layers.{number}", wide, wide_inner, ["self_attn", "multihead_attn"], 3
        )
    out |= norm("decoder.norm", wide)
    sizes = {
        **HEADS,
        "sem_cls_head": classes + 1,
        "angle_cls_head": bins,
        "angle_residual_head": bins,
    }
    for name, outputs in sizes.items():
        out |= head(f"mlp_heads.{name}", wide, outputs)
    return out


class Reference:
    """Answers of a net with such tensors in evaluation mode; `heads` heads, `places` centres, `size` points a ball."""

    def __init__(self, tensors, heads, places, size, queries, radius=0.2):
        self.tensors, self.heads, self.places, self.size = tensors, heads, places, size
        self.queries, self.radius = queries, radius

    def linear(self, at, x, bias=True):
        weight = self.tensors[f"{at}.weight"]
        return x @ weight.reshape(weight.shape[:2]).T + (self.tensors[f"{at}.bias"] if bias else 0)

    def batch(self, at, x):
        get = self.tensors.__getitem__
        scaled = (x - get(f"{at}.running_mean")) / (get(f"{at}.running_var") + 1e-5).sqrt()
        return scaled * get(f"{at}.weight") + get(f"{at}.bias")

    def norm(self, at, x):
        centred = x - x.mean(-1, keepdim=True)
        scaled = centred / (centred.square().mean(-1, keepdim=True) + 1e-5).sqrt()
        return scaled * self.tensors[f"{at}.weight"] + self.tensors[f"{at}.bias"]

    def grouped(self, at, points, features, count, radius, size):
        """One scene: centres (count, 3) and their features."""
        centres = points[by_hand_farthest(points[None], count, 0, skip=1e-3)[0]]
        rows = []
        for centre in centres:
            near = ((points - centre).square().sum(1) < radius**2).nonzero()[:, 0][:size]
            near = torch.cat([near, near[:1].expand(size - len(near))])
            x = (points[near] - centre) / radius
            x = x if features is None else torch.cat([x, features[near]], 1)
            for number in range(3):
                inner = f"{at}.mlp_module.layer{number}"
                x = self.batch(f"{inner}.bn.bn", self.linear(f"{inner}.conv", x, bias=False)).relu()
            rows.append(x.amax(0))
        return centres, torch.stack(rows)

    def attend(self, at, query, key, value, barred=None):
        width = query.shape[1]
        weights, biases = (
            self.tensors[f"{at}.in_proj_{part}"].chunk(3) for part in ("weight", "bias")
        )
        q, k, v = (
            x @ w.T + b for x, w, b in zip((query, key, value), weights, biases, strict=True)
        )
        out, each = [], width // self.heads
        for number in range(self.heads):
            part = slice(number * each, (number + 1) * each)
            scores = q[:, part] @ k[:, part].T / math.sqrt(each)
            if barred is not None:
                scores = scores.masked_fill(barred, -torch.inf)
            out.append(scores.softmax(1) @ v[:, part])
        return self.linear(f"{at}.out_proj", torch.cat(out, 1))

    def feedforward(self, at, x):
        return self.linear(f"{at}.linear2", self.linear(f"{at}.linear1", x).relu())

    def encode(self, points):
        at, masked = (
            "encoder.layers",
            "encoder.interim_downsampling.mlp_module.layer0.conv.weight" in self.tensors,
        )
        places, x = self.grouped("pre_encoder", points, None, self.places, self.radius, self.size)
        for number, reach in enumerate((0.4**2, 0.8**2, 1.2**2)):
            far = (places[:, None] - places).square().sum(2).sqrt() >= reach
            normed = self.norm(f"{at}.{number}.norm1", x)
            x = x + self.attend(
                f"{at}.{number}.self_attn", normed, normed, normed, far if masked else None
            )
            x = x + self.feedforward(f"{at}.{number}", self.norm(f"{at}.{number}.norm2", x))
            if masked and not number:
                ball = (self.places // 2, 2 * self.radius, self.size // 2)
                places, x = self.grouped("encoder.interim_downsampling", places, x, *ball)
        return places, x

    def __call__(self, points):
        """(N, 3) -> after each layer of the decoder: raw outputs of the heads by name; and the queries (Q, 3)."""
        places, x = self.encode(points)
        number = 0
        while f"encoder_to_decoder_projection.layers.{number}.weight" in self.tensors:
            at = "encoder_to_decoder_projection.layers."
            x = self.batch(f"{at}{number + 1}", self.linear(f"{at}{number}", x, bias=False)).relu()
            number += 3
        low, high = points.amin(0), points.amax(0)

        def position(where):
            turns = (
                2 * math.pi * ((where - low) / (high - low)) @ self.tensors["pos_embedding.gauss_B"]
            )
            return torch.cat([turns.sin(), turns.cos()], 1)

        queries = places[by_hand_farthest(places[None], self.queries, 0, skip=1e-3)[0]]
        where = self.linear("query_projection.layers.0", position(queries)).relu()
        where = self.linear("query_projection.layers.2", where).relu()
        return self.decoded(where, x, x + position(places)), queries

    def decoded(self, where, scene, scene_key):
        box, out, number = torch.zeros_like(where), [], 0
        while f"decoder.layers.{number}.linear1.weight" in self.tensors:
            at = f"decoder.layers.{number}"
            normed = self.norm(f"{at}.norm1", box)
            box = box + self.attend(f"{at}.self_attn", normed + where, normed + where, normed)
            normed = self.norm(f"{at}.norm2", box)
            box = box + self.attend(f"{at}.multihead_attn", normed + where, scene_key, scene)
            box = box + self.feedforward(at, self.norm(f"{at}.norm3", box))
            after = self.norm("decoder.norm", box)
            out.append({name: self.head(f"mlp_heads.{name}.layers", after) for name in HEADS})
            number += 1
        return out

    def head(self, at, x):
        for number in (0, 4):
            x = F.relu(
                self.batch(f"{at}.{number + 1}", self.linear(f"{at}.{number}", x, bias=False))
            )
        return self.linear(f"{at}.8", x)
