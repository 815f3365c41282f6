"""Takes a whole net from a checkpoint: Point-MAE's published part segmenter, or any of our own runs'.

The published one learnt from shapes that stand y up, and ours stand z up: the columns of its weights that see where a
point is are turned alike, so that it answers for our shapes as it did for those.
"""

from itertools import filterfalse
from pathlib import Path

from torch import Tensor, nn

from engine.pretrained.layouts import OURS, recognise
from engine.pretrained.matching import TURNED, Match, take, z_up
from engine.pretrained.reading import read_tensors

# Point-MAE's names (segmentation/models/pt.py) and ours.
_HEAD = {
    "label_conv.0.": "category.0.",
    "label_conv.1.": "category.1.",
    "propagation_0.mlp_convs.0.": "spread.",
    "propagation_0.mlp_bns.0.": "spread_on.0.",
    "propagation_0.mlp_convs.1.": "spread_on.2.",
    "propagation_0.mlp_bns.1.": "spread_on.3.",
    "convs1.": "head.",
    "bns1.": "head_on.0.",
    "convs2.": "head_on.3.",
    "bns2.": "head_on.4.",
    "convs3.": "logits.",
}
_OURS = ("category.", "spread.", "spread_on.", "head.", "head_on.", "logits.")
_PLACES = ("encoder.tokenizer.first.0.weight", "encoder.position.0.weight", "spread.weight")
_BEFORE = ("module.", "base_model.", "net.")


def take_fitting(net: nn.Module, path: Path, source: str = "") -> Match:
    """All of a checkpoint where it is of this very net, else its encoder alone; for nets that look at what stands z up.
    Errors as those of `take`."""
    match, taken = _compared(net, path, source or path.name)
    if match.missing or match.mismatched:
        return take(net, path, source, upright=True)
    net.load_state_dict(taken, strict=False)
    return match


def _compared(net: nn.Module, path: Path, source: str) -> tuple[Match, dict[str, Tensor]]:
    """Encoder and head of a file against a whole net, and the tensors that fit."""
    tensors = read_tensors(path)
    wanted = {name: value for name, value in net.state_dict().items() if not _counter(name)}
    layout, head = recognise(tensors), _head(tensors, wanted)
    offered = {f"encoder.{name}": value for name, value in layout.encoder.items()} | head
    foreign = layout.whose != OURS
    if foreign:
        offered |= {name: z_up(offered[name]) for name in _PLACES if name in offered}
    there = [name for name in wanted if name in offered]
    fitting = [name for name in there if offered[name].shape == wanted[name].shape]
    match = Match(
        source=source,
        whose=layout.whose,
        loaded=tuple(fitting),
        missing=tuple(name for name in wanted if name not in offered),
        mismatched=tuple(
            (name, tuple(offered[name].shape), tuple(wanted[name].shape))
            for name in there
            if name not in fitting
        ),
        unexpected=tuple(sorted(filterfalse(_counter, offered.keys() - wanted.keys()))),
        share=len(fitting) / len(wanted),
        remark=TURNED if foreign else "",
    )
    return match, {name: offered[name].to(wanted[name].dtype) for name in fitting}


def _head(tensors: dict[str, Tensor], wanted: dict[str, Tensor]) -> dict[str, Tensor]:
    """The head's tensors by our names; those of nobody known are left out."""
    head = {}
    for name, value in tensors.items():
        for prefix in _BEFORE:
            name = name.removeprefix(prefix)
        theirs = next((start for start in _HEAD if name.startswith(start)), "")
        if theirs:
            name = _HEAD[theirs] + name.removeprefix(theirs)
        if name in wanted or name.startswith(_OURS):
            head[name] = value[:, :, 0] if value.ndim == 3 else value
    return head


def _counter(name: str) -> bool:
    """How many batches a norm has seen is no weight."""
    return name.endswith("num_batches_tracked")
