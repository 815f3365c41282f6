"""The folded rows of Set-up for a camera that learns beside a laser teacher and an outline teacher."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.words import say
from workbench.forms import Field, look_up, shown
from workbench.models.section import Section

_LASER, _OUTLINES = "recipe.laser", "recipe.outlines"
_TEACHERS = (_LASER, _OUTLINES, "recipe.dims", "recipe.outline_kinds")
_VIEWS = ("recipe.flip", "recipe.brightness", "recipe.contrast", "recipe.noise")
_NONE = ("none", say("Nobody"))
_ORACLE = ("oracle", say("Fed in: an upper bound"))
_LASERS = (("built_in", say("Built in: trained here first")), _NONE, _ORACLE)
_OUTLINERS = (("labels", say("The true outlines")), _NONE, _ORACLE)
_SHORT = {
    "built_in": say("built-in laser"),
    "labels": say("true outlines"),
}

Offers = tuple[tuple[str, str], ...]


def camera_sections(
    fields: Sequence[Field], values: dict[str, Any], lasers: Offers
) -> list[Section]:
    """Its teachers, what of a picture changes, and how boxes are learnt. lasers: runs that can be the laser teacher."""
    offered = {_LASER: (*_LASERS, *lasers), _OUTLINES: _OUTLINERS}
    own = [
        replace(item, offers=offered[item.path]) if item.path in offered else item
        for item in fields
    ]
    teachers = tuple(item for item in own if item.path in _TEACHERS)
    views = tuple(item for item in own if item.path in _VIEWS)
    rest = tuple(item for item in own if item not in teachers and item not in views)
    depth = next((item for item in rest if item.path == "recipe.depth_label"), None)
    label = shown(look_up(values, depth.path, depth.default)) if depth is not None else ""
    return [
        Section("teachers", say("Its teachers"), _who(teachers, values, dict(lasers)), teachers),
        Section("shown", say("What it sees"), say("flipped, lit and shaken a little"), views),
        Section("boxes", say("Boxes and distances"), say("depth: {label}", label=label), rest),
    ]


def _who(fields: Sequence[Field], values: dict[str, Any], lasers: dict[str, str]) -> str:
    """“built-in laser, true outlines”."""
    found = []
    for item in fields:
        if item.path in (_LASER, _OUTLINES):
            chosen = str(look_up(values, item.path, item.default))
            kind = "laser" if item.path == _LASER else "outlines"
            word = (
                say("no {kind}", kind=kind) if chosen == "none" else say("{kind} fed in", kind=kind)
            )
            if chosen not in ("none", "oracle"):
                word = _SHORT.get(chosen, lasers.get(chosen, chosen))
            found.append(word)
    return ", ".join(found)
