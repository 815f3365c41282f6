"""Which tensors of a checkpoint fit a net, one by one: loaded, missing, of another shape, or of no use here."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import ConfigError
from engine.pretrained.layouts import OURS, Layout, recognise
from engine.pretrained.reading import read_tensors
from engine.words import say

_PUBLISHED = {"width": 384, "depth": 12, "tokenizer": (128, 256, 512, 384)}
ENOUGH = 0.9  # of the encoder's tensors
TURNED = say(
    "It learnt from shapes that stand y up: its weights were turned, as what it looks at here stands z "
    "up."
)
_NOT_TURNED = say(
    "It learnt from shapes that stand y up and was not turned: clouds that stand z up are new to it."
)
_PLACES = ("tokenizer.first.0.weight", "position.0.weight")  # they see where a point is


@dataclass(frozen=True)
class Match:
    """Names of the net's tensors by fate. loaded: those that fitted, the classifier's own tokens too; missing: not in
    the file; mismatched: name, shape in the file, shape in the net; unexpected: in the file, but of no use here;
    share: how much of the encoder was found, 0..1; hint: what would make more of it fit."""

    source: str
    whose: str
    loaded: tuple[str, ...]
    missing: tuple[str, ...]
    mismatched: tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...]
    unexpected: tuple[str, ...]
    share: float
    remark: str = ""
    hint: str = ""

    def sentence(self) -> str:
        """One line for the log."""
        counts = say(
            "{loaded} loaded, {missing} missing, {mismatched} of another shape, {unexpected} not used",
            loaded=len(self.loaded),
            missing=len(self.missing),
            mismatched=len(self.mismatched),
            unexpected=len(self.unexpected),
        )
        words = [
            say(
                "Started from {source} ({whose}): {counts}.",
                source=self.source,
                whose=self.whose,
                counts=counts,
            ),
            self.remark,
            self.hint,
        ]
        return " ".join(word for word in words if word)

    def table(self) -> str:
        """The whole match as JSON."""
        return json.dumps(asdict(self), indent=1)


def take(net: nn.Module, path: Path, source: str = "", upright: bool = False) -> Match:
    """Load what fits of a checkpoint file into a net with an `encoder`, and tell all of it. upright: what the net looks
    at stands z up, so published weights, which learnt from shapes that stand y up, are turned.

    Raises ConfigError when less than 90 % of the encoder's tensors fit, FormatError when the file cannot be read; the
    net is then as it was. The head is never taken: it answers for other kinds.
    """
    source = source or path.name
    layout = _standing(recognise(read_tensors(path)), upright)
    if not layout.encoder:
        raise ConfigError(
            say(
                "{source} has none of the names that Point-MAE, Point-BERT, ACT, ReCon or this workbench "
                "give to weights. Nothing was started. Choose another file.",
                source=source,
            )
        )
    match, fitting = _matched(net, layout, source)
    if match.share < ENOUGH:
        raise ConfigError(
            say(
                "Only {share:.0%} of the encoder’s tensors fit those of {source} ({whose}); it takes "
                "{enough:.0%}. Nothing was started. {hint}",
                share=match.share,
                source=source,
                whose=layout.whose,
                enough=ENOUGH,
                hint=match.hint or say("Choose another file or net."),
            )
        )
    net.load_state_dict(fitting, strict=False)
    return match


def z_up(weight: Tensor) -> Tensor:
    """A weight (out, 3 or more) that sees (x, y, z) with y up first, for points turned to (x, -z, y)."""
    if weight.ndim != 2 or weight.shape[1] < 3:
        return weight  # of another shape, as will be told
    x, y, z = weight[:, :3].unbind(dim=1)
    return torch.cat([torch.stack([x, -z, y], dim=1), weight[:, 3:]], dim=1)


def _standing(layout: Layout, upright: bool) -> Layout:
    """A published encoder turned where it has to be, and what that means for it; ours as it is."""
    if layout.whose == OURS or not layout.encoder:
        return layout
    seen = {name: z_up(layout.encoder[name]) for name in _PLACES if name in layout.encoder}
    encoder = layout.encoder | seen if upright else layout.encoder
    remark = f"{TURNED if upright else _NOT_TURNED} {layout.remark}".strip()
    return replace(layout, encoder=encoder, remark=remark)


def _matched(net: nn.Module, layout: Layout, source: str) -> tuple[Match, dict[str, Tensor]]:
    wanted = _wanted(net)
    offered = {f"encoder.{name}": value for name, value in layout.encoder.items()} | layout.tokens
    fitting, mismatched = {}, []
    for name, value in wanted.items():
        if name not in offered:
            continue
        if offered[name].shape == value.shape:
            fitting[name] = offered[name].to(value.dtype)
        else:
            mismatched.append((name, tuple(offered[name].shape), tuple(value.shape)))
    counted = [name for name in wanted if _counts(name)]
    unexpected = sorted(offered.keys() - wanted.keys()) + list(layout.others)
    return Match(
        source=source,
        whose=layout.whose,
        loaded=tuple(fitting),
        missing=tuple(name for name in counted if name not in offered),
        mismatched=tuple(mismatched),
        unexpected=tuple(unexpected),
        share=sum(name in fitting for name in counted) / len(counted),
        remark=layout.remark,
        hint=_hint(layout.encoder, net, bool(mismatched)),
    ), fitting


def _wanted(net: nn.Module) -> dict[str, Tensor]:
    """The encoder's tensors, and the classifier's own tokens where it has them."""
    names = ("encoder.", "cls_token", "cls_position")
    return {name: value for name, value in net.state_dict().items() if name.startswith(names)}


def _counts(name: str) -> bool:
    """A counter of batches is no weight, and many files lack the classifier's tokens by nature."""
    return name.startswith("encoder.") and not name.endswith("num_batches_tracked")


def _hint(theirs: dict[str, Tensor], net: nn.Module, mismatched: bool) -> str:
    """The settings of a net that would fit, where this one does not."""
    form, have = sizes(theirs), getattr(net.get_submodule("encoder"), "settings", None)
    differs = {key: value for key, value in form.items() if getattr(have, key, value) != value}
    if not differs or not (mismatched or "depth" in differs):
        return ""
    if form == _PUBLISHED:
        full = getattr(net, "full", "point_transformer")
        return say("Its encoder is the published one: set net to “{full}”.", full=full)
    words = say(" and ").join(
        say("net.{key} to {value}", key=key, value=_toml(value)) for key, value in differs.items()
    )
    return say("To fit the file, set {words}.", words=words)


def sizes(theirs: dict[str, Tensor]) -> dict[str, Any]:
    """Width, depth and tokenizer of an encoder, as far as its tensors tell."""
    found: dict[str, Any] = {}
    if "norm.weight" in theirs:
        found["width"] = len(theirs["norm.weight"])
    blocks = {name.split(".")[1] for name in theirs if name.startswith("blocks.")}
    if blocks:
        found["depth"] = len(blocks)
    layers = [
        theirs.get(f"tokenizer.{name}.weight")
        for name in ("first.0", "first.3", "second.0", "second.3")
    ]
    if all(isinstance(layer, torch.Tensor) for layer in layers):
        found["tokenizer"] = tuple(len(layer) for layer in layers if layer is not None)
    return found


def _toml(value: Any) -> str:
    return str(list(value)) if isinstance(value, tuple) else str(value)
