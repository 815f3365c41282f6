"""What a loss needs that not every recipe or net gives: without it a term would train nothing, silently."""

from collections.abc import Callable

from torch import nn

from engine import registry
from engine.errors import ConfigError
from engine.nets.reciprocal import Reciprocal

# A loss says in `extra` what it looks at (“from”).
SOURCES = {
    "teacher": ("a teacher", "Choose the recipe “distil”."),
    "picture": ("pictures", "Choose the recipe “align”."),
    "cloud": ("hidden patches", "Choose the recipe “align”."),
    "labels": ("labels of clouds", "Choose the recipe “student”."),
    "net": ("a net that names kinds", "Choose the recipe “student”."),
    "boxes": ("true boxes", "Choose the recipe “detect”."),
    "points": ("labels of points", "Choose the recipe “segment” or “parts”."),
    "things": ("boxes in pictures", "Choose the recipe “classroom”."),
    "mimic": ("a teacher of pictures", "Choose the recipe “classroom”."),
}


def _reciprocal(net: nn.Module, _mixes: bool) -> bool:
    return isinstance(getattr(net, "logits", None), Reciprocal)


def _turns(net: nn.Module, _mixes: bool) -> bool:
    return getattr(net, "turn_features", None) is not None


def _speaks_of_places(net: nn.Module, _mixes: bool) -> bool:
    return bool(getattr(net, "places", ""))


# And what else there must be (“needs”): in words, the way out, and whether a net has it.
_NEEDS: dict[str, tuple[str, str, Callable[[nn.Module, bool], bool]]] = {
    "mixtures": (
        "mixtures of clouds to learn from",
        "Choose the recipe “outlier_exposure”.",
        lambda _net, mixes: mixes,
    ),
    "reciprocal": (
        "a last layer of reciprocal points",
        "Choose the recipe “arpl”.",
        _reciprocal,
    ),
    "feature_transform": (
        "a net that turns its features (feature T-Net)",
        "Leave it out, or choose the net “pointnet_teacher”.",
        _turns,
    ),
    "places": (
        "a net that says something of single points",
        "Choose the net “pointnet_student_wide”.",
        _speaks_of_places,
    ),
}


def need_of(loss: str) -> str:
    """What a registered loss needs beside its source; empty: nothing."""
    return str(registry.get("loss", loss).extra.get("needs", ""))


def idle(loss: str, net: nn.Module, mixes: bool) -> bool:
    """Whether a term would train nothing in this net; mixes: mixtures of clouds are learnt from too."""
    need = need_of(loss)
    return bool(need) and not _NEEDS[need][2](net, mixes)


def refuse_idle(loss: str, recipe: str, net: str) -> ConfigError:
    """Why a term that would train nothing is not started with."""
    words, instead, _ = _NEEDS[need_of(loss)]
    return ConfigError(
        f"The loss “{loss}” needs {words}, which the recipe “{recipe}” with the net “{net}” does not have. "
        f"Nothing was started. {instead}"
    )
