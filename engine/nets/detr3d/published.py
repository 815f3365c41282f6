"""Published 3DETR checkpoints: their sizes, and their tensors by our names.

The names are those of the code that was published with the paper (pre_encoder, encoder, encoder_to_decoder_projection,
pos_embedding, query_projection, decoder, mlp_heads), under `model` beside the command line's words. Assumed: points
without colour; four heads in encoder and decoder, which no tensor tells; the balls and radii of that code; and centres
chosen as its CUDA code does (`sampling = "pointnet2"`): where a net has others, the match says so. Its headings are
counted from x towards -y, ours towards y: the directions' rows change places and the rests their sign, so the answers
are the same boxes.
"""

import re
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.errors import ConfigError
from engine.nets.detr3d.detector import Detector
from engine.pretrained.matching import Match
from engine.pretrained.reading import read_tensors
from engine.words import say

WHOSE = "3DETR"
_RENAMED = (
    (r"^pre_encoder\.mlp_module\.layer(\d)\.", "encoder.gather.layers.#\\1."),
    (r"^encoder\.interim_downsampling\.mlp_module\.layer(\d)\.", "encoder.thin.layers.#\\1."),
    (r"^encoder\.layers\.(\d+)\.self_attn\.", r"encoder.layers.\1.attention."),
    (r"^decoder\.layers\.(\d+)\.self_attn\.", r"decoder.layers.\1.among."),
    (r"^decoder\.layers\.(\d+)\.multihead_attn\.", r"decoder.layers.\1.at_scene."),
    (r"\.in_proj_", ".in_proj."),
    (r"\.(linear[12])\.", r".feedforward.\1."),
    (r"^encoder_to_decoder_projection\.layers\.", "projection."),
    (r"^pos_embedding\.gauss_B$", "positions.directions"),
    (r"^query_projection\.layers\.", "query."),
    (r"^mlp_heads\.sem_cls_head\.layers\.", "heads.kind."),
    (r"^mlp_heads\.center_head\.layers\.", "heads.centre."),
    (r"^mlp_heads\.size_head\.layers\.", "heads.size."),
    (r"^mlp_heads\.angle_cls_head\.layers\.", "heads.heading."),
    (r"^mlp_heads\.angle_residual_head\.layers\.", "heads.rest."),
)
# What no tensor tells, as published; of these the last two count in the masked encoder only.
_UNTOLD: dict[str, Any] = {
    "sampling": "pointnet2",
    "heads": 4,
    "decoder_heads": 4,
    "patches": 2048,
    "patch_size": 64,
    "radius": 0.2,
    "queries": 256,
    "radii": (0.4, 0.8, 1.2),
    "squared_radii": True,
}
_MASKED = ("radii", "squared_radii")
_KIND = "heads.kind.8."  # the one layer that may answer for other kinds
_LEFT = say("Its last layer answers for other kinds and was not taken.")
_FIRST = "encoder.gather.layers.0.weight"
_WRAPPED = re.compile(r"^(?:module\.)+")


def our_names(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of a published checkpoint by our names, in our shapes and our direction of turning."""
    ours = {_our_name(_WRAPPED.sub("", name)): _flat(value) for name, value in tensors.items()}
    for last in ("heads.heading.8.", "heads.rest.8."):
        for name in (f"{last}weight", f"{last}bias"):
            if name in ours:
                ours[name] = _mirrored(ours[name], turned=".rest." in name)
    return ours


def _our_name(name: str) -> str:
    for theirs, ours in _RENAMED:
        name = re.sub(theirs, ours, name)
    # A block of theirs is conv, norm, ReLU under one number; ours stand in one row.
    name = re.sub(r"#(\d)\.conv\.", lambda found: f"{3 * int(found[1])}.", name)
    return re.sub(r"#(\d)\.bn\.bn\.", lambda found: f"{3 * int(found[1]) + 1}.", name)


def _flat(value: Tensor) -> Tensor:
    """A 1x1 convolution's weight as a linear layer's (out, in)."""
    return value.flatten(1) if value.ndim > 2 else value


def _mirrored(rows: Tensor, turned: bool) -> Tensor:
    """Rows by direction: the one for -a takes the place of that for a; a rest changes its sign."""
    index = -torch.arange(len(rows)) % len(rows)
    return -rows[index] if turned else rows[index]


def published_settings(tensors: dict[str, Tensor]) -> dict[str, Any]:
    """The settings of a detector such tensors fit, and under `classes` how many kinds; ConfigError for others."""
    ours = our_names(tensors)
    try:
        masked = "encoder.thin.layers.0.weight" in ours
        return {
            "encoder": "masked" if masked else "plain",
            "width": len(ours["encoder.layers.0.norm1.weight"]),
            "depth": _layers(ours, "encoder.layers."),
            "preencoder": tuple(len(ours[f"encoder.gather.layers.{at}.weight"]) for at in (0, 3)),
            "feedforward": len(ours["encoder.layers.0.feedforward.linear1.weight"]),
            "decoder_width": len(ours["decoder.norm.weight"]),
            "decoder_depth": _layers(ours, "decoder.layers."),
            "decoder_feedforward": len(ours["decoder.layers.0.feedforward.linear1.weight"]),
            "heading_bins": len(ours["heads.heading.8.weight"]),
            "sampling": _UNTOLD["sampling"],
            "classes": len(ours["heads.kind.8.weight"]) - 1,
        }
    except KeyError as error:
        raise ConfigError(
            say(
                "These are no weights of a 3DETR: {args} has no counterpart among them. Nothing was "
                "changed.",
                args=error.args[0],
            )
        ) from None


def _layers(tensors: dict[str, Tensor], prefix: str) -> int:
    return len(
        {name.removeprefix(prefix).split(".")[0] for name in tensors if name.startswith(prefix)}
    )


def take_published(net: Detector, path: Path, source: str = "") -> Match:
    """Load a published 3DETR into a detector of its size. The last layer of kinds is left as it is where it answers for
    other kinds; anything else that does not fit is a ConfigError, and the net is then as it was."""
    source = source or path.name
    tensors = read_tensors(path)
    fit, ours = published_settings(tensors), our_names(tensors)
    state = net.state_dict()
    wanted = {
        name: value for name, value in state.items() if not name.endswith("num_batches_tracked")
    }
    mismatched = tuple(
        (name, tuple(ours[name].shape), tuple(value.shape))
        for name, value in wanted.items()
        if name in ours and ours[name].shape != value.shape
    )
    missing = tuple(name for name in wanted if name not in ours)
    if (
        missing
        or ours.keys() - state.keys()
        or not all(name.startswith(_KIND) for name, *_ in mismatched)
    ):
        raise ConfigError(_refusal(net, fit, ours, source))
    left = {name for name, *_ in mismatched}
    fitting = {name: value for name, value in ours.items() if name in state and name not in left}
    net.load_state_dict(
        {name: value.to(state[name].dtype) for name, value in fitting.items()}, strict=False
    )
    return Match(
        source=source,
        whose=WHOSE,
        loaded=tuple(fitting),
        missing=missing,
        mismatched=mismatched,
        unexpected=(),
        share=1 - len(left) / len(wanted),
        remark=" ".join(filter(None, (_LEFT if left else "", _untold(net)))),
    )


def _untold(net: Detector) -> str:
    """What the net has otherwise than the published code, and no tensor shows."""
    own, masked = net.settings, net.settings.encoder == "masked"
    differs = [
        f"net.{key} = {_toml(value)}"
        for key, value in _UNTOLD.items()
        if getattr(own, key) != value and (masked or key not in _MASKED)
    ]
    if not differs:
        return ""
    return say(
        "It learnt with other settings than this net has ({differs}): its answers hang on them.",
        differs=", ".join(differs),
    )


def _refusal(net: Detector, fit: dict[str, Any], tensors: dict[str, Tensor], source: str) -> str:
    differs = {
        key: value
        for key, value in fit.items()
        if key not in ("classes", "sampling") and getattr(net.settings, key) != value
    }
    words = say(" and ").join(
        say("net.{key} to {value}", key=key, value=_toml(value)) for key, value in differs.items()
    )
    advice = (
        say("To fit the file, set {words}.", words=words) if words else say("Choose another file.")
    )
    if tensors[_FIRST].shape[1] > 3:
        advice = say(
            "It was trained on points with colour, which has no place here. Choose one without."
        )
    return say(
        "{source} holds a 3DETR of another size. Nothing was changed. {advice}",
        source=source,
        advice=advice,
    )


def _toml(value: Any) -> str:
    return str(list(value)) if isinstance(value, tuple) else str(value)
