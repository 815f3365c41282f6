"""The names that published checkpoints give to the same tensors, and ours.

Point-MAE, ACT and ReCon keep their encoder under a name of its own while pre-training, Point-BERT under
`transformer_q`; fine-tuned files have it bare. Our own runs have ours under `encoder`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor

from engine.words import say

_FIRST = "encoder.first_conv.0.weight"
_OUR_FIRST = "tokenizer.first.0.weight"
OURS = say("this workbench")
_PREFIXES = {
    "MAE_encoder.": "Point-MAE",
    "ACT_encoder.": "ACT",
    "transformer_q.": "Point-BERT",
    "": say("a fine-tuned Point-MAE or one of its kin"),
}
_WRAPPED = re.compile(r"^(?:(?:module|base_model)\.)+")
_RENAMED = (
    ("encoder.first_conv.", "tokenizer.first."),
    ("encoder.second_conv.", "tokenizer.second."),
    ("reduce_dim.", "tokenizer.reduce."),
    ("pos_embed.", "position."),
    ("blocks.blocks.", "blocks."),
    (".attn.", ".attention."),
    (".mlp.fc1.", ".mlp.0."),
    (".mlp.fc2.", ".mlp.2."),
)
_PARTS = ("tokenizer.", "position.", "blocks.", "norm.")
_TOKENS = {"cls_token": "cls_token", "cls_pos": "cls_position", "cls_position": "cls_position"}


@dataclass(frozen=True)
class Layout:
    """whose: in words; encoder: tensors by our names for the encoder; tokens: the classifier's own two;
    others: names of what belongs to neither; remark: what is not the same in the net they come from."""

    whose: str
    encoder: dict[str, Tensor] = field(default_factory=dict)
    tokens: dict[str, Tensor] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    remark: str = ""


def recognise(tensors: dict[str, Tensor]) -> Layout:
    """Whose checkpoint it is, and its tensors by our names; a Layout without any where nobody's names are found."""
    tensors = {_WRAPPED.sub("", name): value for name, value in tensors.items()}
    for prefix, whose in _PREFIXES.items():
        if prefix + _FIRST in tensors:
            return _foreign(tensors, prefix, whose)
    for prefix in ("encoder.", "net.encoder.", ""):
        if prefix + _OUR_FIRST in tensors:
            return _sorted(tensors, prefix, OURS, lambda name: name)
    return Layout(say("nobody known"), others=tuple(sorted(tensors)))


def _foreign(tensors: dict[str, Tensor], prefix: str, whose: str) -> Layout:
    if any("_contrast." in name for name in tensors):
        remark = say(
            "In ReCon’s own blocks a branch is added to the normalised tokens, here to the tokens "
            "themselves, and its picture and text tokens have no place here: expect to need more "
            "fine-tuning."
        )
        return _sorted(tensors, prefix, "ReCon", _our_name, remark)
    return _sorted(tensors, prefix, whose, _our_name)


def _our_name(name: str) -> str:
    for theirs, ours in _RENAMED:
        starts = not theirs.startswith(".")
        if starts and name.startswith(theirs):
            name = ours + name.removeprefix(theirs)
        elif not starts:
            name = name.replace(theirs, ours)
    return name


def _sorted(
    tensors: dict[str, Tensor],
    prefix: str,
    whose: str,
    rename: Callable[[str], str],
    remark: str = "",
) -> Layout:
    encoder, tokens, others = {}, {}, []
    for name, value in tensors.items():
        bare = name.removeprefix(prefix)
        own = rename(bare) if name.startswith(prefix) else ""
        if bare in _TOKENS:
            tokens[_TOKENS[bare]] = value
        elif own.startswith(_PARTS) and "_contrast." not in own:
            encoder[own] = _flat(value)
        else:
            others.append(name)
    return Layout(whose, encoder, tokens, tuple(sorted(others)), remark)


def _flat(value: Tensor) -> Tensor:
    """A 1x1 convolution's weight (out, in, 1) as a linear layer's (out, in)."""
    return value[:, :, 0] if value.ndim == 3 and value.shape[2] == 1 else value
