"""The only plug-in mechanism: a class in a room's folder registers itself under a kind and a name."""

import importlib
import pkgutil
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.errors import ConfigError
from engine.words import say

ROOMS = {
    "dataset": "engine.datasets",
    "format": "engine.formats",
    "net": "engine.nets",
    "loss": "engine.losses",
    "mixture": "engine.mixtures",
    "score": "engine.scores",
    "recipe": "engine.recipes",
    "image_teacher": "engine.teachers2d",
    "pairs": "engine.datasets.pairs",
    "detector": "engine.nets.detr3d",
    "segmenter": "engine.nets",
    "camera_net": "engine.nets",
    "laser_net": "engine.nets",
    "drives": "engine.datasets.drives",
    "scenes": "engine.datasets.scenes",
    "parts": "engine.datasets.parts",
}

_CALLED = {
    "dataset": say("data set"),
    "format": say("file format"),
    "net": say("net"),
    "loss": say("loss"),
    "mixture": say("mixture"),
    "score": say("score"),
    "recipe": say("recipe"),
    "image_teacher": say("teacher of pictures"),
    "pairs": say("data set of pairs"),
    "detector": say("detector"),
    "segmenter": say("net that names points"),
    "camera_net": say("camera net"),
    "laser_net": say("laser net"),
    "drives": say("data set of streets"),
    "scenes": say("data set of rooms"),
    "parts": say("data set of shapes with parts"),
}

T = TypeVar("T", bound=type)
_entries: dict[str, dict[str, Any]] = {kind: {} for kind in ROOMS}
_walked: set[str] = set()


class Settings(BaseModel):
    """Base of every settings class: unknown keys are errors, values never change after construction."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def register(kind: str, name: str, title: str = "", about: str = "") -> Callable[[T], T]:
    """Class decorator. The class has a nested `Settings`; `title` is its plain name, `about` one sentence."""

    def add(thing: T) -> T:
        if name in _entries[kind]:
            raise ConfigError(
                say("Two things call themselves {kind} “{name}”.", kind=_CALLED[kind], name=name)
            )
        thing.registered_name, thing.title, thing.about = name, title or name, about  # type: ignore[attr-defined]
        _entries[kind][name] = thing
        return thing

    return add


def names(kind: str) -> list[str]:
    """All registered names of a kind, sorted."""
    _walk(kind)
    return sorted(_entries[kind])


def get(kind: str, name: str) -> Any:
    """The class registered under this name; a ConfigError names the nearest one when there is none."""
    _walk(kind)
    if name not in _entries[kind]:
        raise ConfigError(
            say(
                "There is no {kind} called “{name}”.{hint}",
                kind=_CALLED[kind],
                name=name,
                hint=hint(name, names(kind)),
            )
        )
    return _entries[kind][name]


def called(kind: str, *things: str, every: bool = False) -> str:
    """How things of a kind are named in a sentence: the plain title, and what is typed beside it, as in
    “Soft answers” (distil); several joined by “or”, or by “and” where every one is meant."""
    found = [get(kind, name) for name in things]
    words = [str(getattr(one, "extra", {}).get("word") or one.title) for one in found]
    *before, end = [f"“{word}” ({name})" for word, name in zip(words, things, strict=True)]
    if not before:
        return end
    if every:
        return say("{others} and {last}", others=", ".join(before), last=end)
    return say("{others} or {last}", others=", ".join(before), last=end)


def configure(kind: str, name: str, values: dict[str, Any]) -> Any:
    """The validated Settings of one registered thing; a ConfigError names the wrong key."""
    settings = get(kind, name).Settings
    try:
        return settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError(explain(error, settings, f"{_CALLED[kind]} “{name}”")) from None


def make(kind: str, name: str, values: dict[str, Any]) -> Any:
    """An instance of a registered class, built from its validated settings."""
    return get(kind, name)(configure(kind, name, values))


def schema(kind: str) -> dict[str, Any]:
    """For every thing of a kind: its title, one sentence, and the JSON schema of its settings."""
    return {
        name: {
            "title": thing.title,
            "about": thing.about,
            "schema": thing.Settings.model_json_schema(),
            **getattr(thing, "extra", {}),
        }
        for name in names(kind)
        for thing in [get(kind, name)]
    }


def hint(word: str, candidates: list[str]) -> str:
    """' Did you mean …?' with the nearest candidate, or the list of all when none is near."""
    near = get_close_matches(word, candidates, n=1, cutoff=0.6)
    if near:
        return say(" Did you mean “{near}”?", near=near[0])
    return say(" It can be: {candidates}.", candidates=", ".join(candidates)) if candidates else ""


def explain(error: ValidationError, model: type[BaseModel], where: str) -> str:
    """The first problem of a validation error as one sentence that names the key and the nearest right one."""
    problem = error.errors()[0]
    path = [str(part) for part in problem["loc"]]
    key = _plain(".".join(path))
    if problem["type"] == "extra_forbidden":
        fields = _fields(model, path[:-1])
        right = hint(path[-1], fields) if fields else say(" Nothing is set there.")
        return say("{where} has no key “{key}”.{right}", where=where, key=key, right=right)
    if problem["type"] == "missing":
        return say("{where} needs the key “{key}”.", where=where, key=key)
    shown = _shown(problem["input"])
    reason = problem["msg"][0].lower() + problem["msg"][1:]
    return say(
        "{where}: the value {shown} of “{key}” will not do: {reason}.",
        where=where,
        shown=shown,
        key=key,
        reason=reason,
    )


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # Python writes no number of more than 4,300 digits
        return say("of thousands of digits")
    return text if len(text) < 60 else text[:57] + "..."


def _plain(text: str) -> str:
    """A key as somebody wrote it, fit to stand in a sentence."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return line if len(line) <= 100 else line[:97] + "..."


def _fields(model: type[BaseModel], path: list[str]) -> list[str]:
    """The keys that exist at a path of nested models."""
    for part in path:
        inner = model.model_fields[part].annotation if part in model.model_fields else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return list(model.model_fields)


def _walk(kind: str) -> None:
    """Import every module of the kind's room once, so that its classes register themselves."""
    if kind not in ROOMS:
        raise ConfigError(say("There is no room for “{kind}”.", kind=kind))
    if kind in _walked:
        return
    room = importlib.import_module(ROOMS[kind])
    for module in pkgutil.walk_packages(room.__path__, ROOMS[kind] + "."):
        importlib.import_module(module.name)
    _walked.add(kind)  # last: another thread must not take half a room for the whole
