"""The names that weights have in the files people pass on, brought to those of our nets, and the nets they make.

CLIP: OpenAI's archive and open_clip (`visual.…`), Hugging Face (`vision_model.…`). ClipCap: `clip_project.…`, with
`gpt.…` where GPT-2 was trained along. GPT-2: with `gpt.`, `transformer.`, both or neither.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from engine.errors import FormatError
from engine.formats.bounded import Damage
from engine.formats.refusal import named, refusing
from engine.teachers2d.clip_caption.gpt2 import Gpt2
from engine.teachers2d.clip_caption.mapper import LENGTH, MlpMapper, TransformerMapper
from engine.teachers2d.clip_caption.vision import HEAD, Activation, Vision
from engine.teachers2d.weights import fill
from engine.words import say

Weights = Mapping[str, Tensor]
Mapper = MlpMapper | TransformerMapper
T = TypeVar("T", bound=nn.Module)
# Causal masks that old libraries saved beside the weights, and the word table a second time.
_STALE = re.compile(r"(.*\.)?(attn\.(bias|masked_bias)|lm_head\.weight)")
_HF_LAYER = {
    "layer_norm1": "ln_1",
    "layer_norm2": "ln_2",
    "self_attn.out_proj": "attn.out_proj",
    "mlp.fc1": "mlp.c_fc",
    "mlp.fc2": "mlp.c_proj",
}
_HF = {
    "embeddings.class_embedding": "class_embedding",
    "embeddings.patch_embedding.weight": "conv1.weight",
    "embeddings.position_embedding.weight": "positional_embedding",
    "pre_layrnorm.weight": "ln_pre.weight",
    "pre_layrnorm.bias": "ln_pre.bias",
    "post_layernorm.weight": "ln_post.weight",
    "post_layernorm.bias": "ln_post.bias",
}


def make_vision(weights: Weights, path: Path, activation: Activation) -> Vision:
    """The picture tower that a file of CLIP holds. FormatError when it holds none."""
    with refusing(path, say("file of CLIP")):
        found = vision_weights(weights)
        if not {"conv1.weight", "positional_embedding", "proj"} <= set(found):
            raise Damage(
                say("it holds no vision transformer of CLIP (other towers cannot be used)")
            )
        width, _, patch, _ = found["conv1.weight"].shape
        grid = round((len(found["positional_embedding"]) - 1) ** 0.5)
        if width % HEAD:
            raise Damage(say("its width {width} is no multiple of {head}", width=width, head=HEAD))
        with torch.device("meta"):
            net = Vision(
                grid * patch,
                patch,
                width,
                _depth(found, r"transformer\.resblocks\.(\d+)\."),
                found["proj"].shape[1],
                activation,
            )
    return _filled(net, found, path)


def vision_weights(weights: Weights) -> dict[str, Tensor]:
    """The weights of the picture tower under OpenAI's names, whichever layout they came in."""
    if any(".self_attn.q_proj." in f".{name}" for name in weights):
        return _from_hugging_face(weights)
    return _below(weights, "visual.") or dict(weights)


def make_mapper(weights: Weights, path: Path) -> Mapper:
    """The mapping network of a ClipCap file, MLP or transformer. FormatError when it holds none."""
    with refusing(path, say("file of ClipCap")):
        found = _below(weights, "clip_project.") or dict(weights)
        with torch.device("meta"):
            net = _mapper(found)
    return _filled(net, found, path)


def _mapper(found: Weights) -> Mapper:
    if "prefix_const" in found:
        (length, width), (outer, inner) = found["prefix_const"].shape, found["linear.weight"].shape
        depth = _depth(found, r"transformer\.layers\.(\d+)\.")
        return TransformerMapper(inner, width, length, depth, outer // width)
    if "model.2.weight" not in found:
        raise Damage(say("it holds no mapping network (“clip_project”)"))
    inner, outer = found["model.0.weight"].shape[1], len(found["model.2.weight"])
    if outer % LENGTH:
        raise Damage(say("its prefix is not of {length} vectors", length=LENGTH))
    return MlpMapper(inner, outer // LENGTH)


def make_gpt2(weights: Weights, path: Path) -> Gpt2:
    """The GPT-2 that a file holds. FormatError when it holds none."""
    with refusing(path, say("file of GPT-2")):
        found = gpt2_weights(weights)
        if not {"wte.weight", "wpe.weight"} <= set(found):
            raise Damage(say("it holds no GPT-2"))
        words, width = found["wte.weight"].shape
        with torch.device("meta"):
            net = Gpt2(words, len(found["wpe.weight"]), width, _depth(found, r"h\.(\d+)\."))
    return _filled(net, found, path)


def gpt2_weights(weights: Weights) -> dict[str, Tensor]:
    """The weights of GPT-2 under Hugging Face's names, without what is no weight."""
    found: Weights = _below(weights, "gpt.") or weights
    found = _below(found, "transformer.") if "transformer.wte.weight" in found else found
    return {name: value for name, value in found.items() if not _STALE.fullmatch(name)}


def _filled(net: T, found: Weights, path: Path) -> T:
    fill(net, found, path)
    return net


def _below(weights: Weights, prefix: str) -> dict[str, Tensor]:
    """The weights whose names hold the prefix at their start or after a dot, without all up to it."""
    pattern = re.compile(rf"(?:.*\.)?{re.escape(prefix)}(.+)")
    matches = ((pattern.fullmatch(name), value) for name, value in weights.items())
    return {match[1]: value for match, value in matches if match}


def _depth(weights: Weights, pattern: str) -> int:
    """One more than the highest number of a block."""
    matches = (re.match(pattern, name) for name in weights)
    depth = 1 + max((int(match[1]) for match in matches if match), default=-1)
    if not depth:
        raise Damage(say("it holds no blocks"))
    return depth


def _from_hugging_face(weights: Weights) -> dict[str, Tensor]:
    tower = _below(weights, "vision_model.") or dict(weights)
    found = {ours: tower[theirs] for theirs, ours in _HF.items() if theirs in tower}
    if "visual_projection.weight" in weights:
        found["proj"] = weights["visual_projection.weight"].t()
    for name, value in tower.items():
        match = re.fullmatch(r"encoder\.layers\.(\d+)\.(.+)\.(weight|bias)", name)
        if match and match[2] in _HF_LAYER:
            found[f"transformer.resblocks.{match[1]}.{_HF_LAYER[match[2]]}.{match[3]}"] = value
    for number in range(_depth(tower, r"encoder\.layers\.(\d+)\.")):
        for sort in ("weight", "bias"):
            parts = [tower.get(f"encoder.layers.{number}.self_attn.{x}_proj.{sort}") for x in "qkv"]
            joined = [part for part in parts if part is not None]
            if len(joined) == 3:
                name = f"transformer.resblocks.{number}.attn.in_proj_{sort}"
                found[name] = torch.cat(joined)
    return found


def check_fit(vision: Vision, mapper: Mapper, gpt: Gpt2 | None, path: Path) -> None:
    """FormatError unless the mapper takes what CLIP gives and gives what GPT-2 takes."""
    if mapper.embedding != vision.embedding:
        raise FormatError(
            say(
                "{named} was made for pictures told in {embedding} numbers, but this CLIP tells "
                "{told}. Nothing was started. Choose the CLIP it was trained with.",
                named=named(path),
                embedding=mapper.embedding,
                told=vision.embedding,
            )
        )
    if gpt is not None and gpt.wte.embedding_dim != mapper.width:
        raise FormatError(
            say(
                "{named} speaks to a GPT-2 of width {width}, but this one has {embedding_dim}. Nothing "
                "was started. Choose the GPT-2 it was trained with.",
                named=named(path),
                width=mapper.width,
                embedding_dim=gpt.wte.embedding_dim,
            )
        )
