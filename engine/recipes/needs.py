"""What a loss needs that not every recipe or net gives: without it a term would train nothing, silently."""

from collections.abc import Callable
from functools import partial

from torch import nn

from engine import registry
from engine.errors import ConfigError
from engine.nets.reciprocal import Reciprocal
from engine.registry import called
from engine.words import say

# A loss says in `extra` what it looks at (“from”).
SOURCES = {
    "teacher": (say("a teacher"), ("distil",)),
    "picture": (say("pictures"), ("align",)),
    "cloud": (say("hidden patches"), ("align",)),
    "labels": (say("labels of clouds"), ("student",)),
    "net": (say("a net that names kinds"), ("student",)),
    "boxes": (say("true boxes"), ("detect",)),
    "points": (say("labels of points"), ("segment", "parts")),
    "things": (say("boxes in pictures"), ("classroom",)),
    "mimic": (say("a teacher of pictures"), ("classroom",)),
}


def out_of(source: str) -> tuple[str, str]:
    """What is missing, in words, and the recipes that have it."""
    words, recipes = SOURCES[source]
    return words, _choose_recipe(*recipes)


def _choose_recipe(*names: str) -> str:
    return say("Choose the recipe {called}.", called=called("recipe", *names))


def _choose_net(name: str) -> str:
    return say("Choose the net {called}.", called=called("net", name))


def _leave_out_or_choose_net(name: str) -> str:
    return say("Leave it out, or choose the net {called}.", called=called("net", name))


def _reciprocal(net: nn.Module, _mixes: bool) -> bool:
    return isinstance(getattr(net, "logits", None), Reciprocal)


def _turns(net: nn.Module, _mixes: bool) -> bool:
    return getattr(net, "turn_features", None) is not None


def _speaks_of_places(net: nn.Module, _mixes: bool) -> bool:
    return bool(getattr(net, "places", ""))


# And what else there must be (“needs”): in words, the way out (said later: what it names is not registered yet), and
# whether a net has it.
_NEEDS: dict[str, tuple[str, Callable[[], str], Callable[[nn.Module, bool], bool]]] = {
    "mixtures": (
        say("mixtures of clouds to learn from"),
        partial(_choose_recipe, "outlier_exposure"),
        lambda _net, mixes: mixes,
    ),
    "reciprocal": (
        say("a last layer of reciprocal points"),
        partial(_choose_recipe, "arpl"),
        _reciprocal,
    ),
    "feature_transform": (
        say("a net that turns its features (feature T-Net)"),
        partial(_leave_out_or_choose_net, "pointnet_teacher"),
        _turns,
    ),
    "places": (
        say("a net that says something of single points"),
        partial(_choose_net, "pointnet_student_wide"),
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
    """Why a term that would train nothing is not started with; net: as it is called in a sentence."""
    words, instead, _ = _NEEDS[need_of(loss)]
    return ConfigError(
        say(
            "The loss {called} needs {words}, which the recipe {recipe} with the net {net} does not "
            "have. Nothing was started. {instead}",
            called=called("loss", loss),
            words=words,
            recipe=called("recipe", recipe),
            net=net,
            instead=instead(),
        )
    )
