"""All settings of a run as one flat table with the defaults filled in, so that equal runs look equal."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from engine.errors import EngineError
from engine.experiment import Data, Experiment, Loss, load
from engine.store import RunSummary
from engine.words import say

Schema = Mapping[str, Any]
Settings = Mapping[str, Any]

_PREFIXES = (
    ("recipe", "recipe"),
    ("image_teacher", "recipe.image_teacher"),
    ("mixture", "recipe.mixture"),
    *((kind, "net") for kind in ("detector", "segmenter", "camera_net", "laser_net", "net")),
    *((kind, "data") for kind in ("drives", "scenes", "parts", "pairs")),
    ("dataset", "data"),
    ("score", "open_set.score"),
)
_NO_SETTINGS = ("name", "seed", "training.threads", "training.checkpoint_seconds")


def protocol_of(experiment: Experiment) -> str:
    """Which strangers it is tested on: figures of different protocols cannot be compared."""
    return experiment.data.protocol


def settings_of(run: RunSummary, schema: Schema) -> dict[str, Any]:
    """Dotted path -> plain value (lists as tuples), without name and seed and what changes no result.

    Terms of weight 0 are left out. With an empty schema only what the run itself says is there.
    """
    document = _document(run.experiment, schema)
    document["data"]["known"] = sorted(
        run.started.known if run.started else run.experiment.data.known
    )
    document["teacher"] = [_teacher(run.path.parent / one) for one in _teachers(run)]
    return _settings(document)


def settings_asked(experiment: Experiment, schema: Schema) -> dict[str, Any]:
    """The same of an experiment that no run has done; its teacher as it is named."""
    return _settings(_document(experiment, schema))


def differing(several: Iterable[Settings]) -> list[str]:
    """The paths whose values are not the same everywhere, lessons first, in the order they are met."""
    every = list(several)
    paths = dict.fromkeys(path for settings in every for path in settings)
    found = [path for path in paths if len({settings.get(path) for settings in every}) > 1]
    return sorted(found, key=_rank)


@dataclass(frozen=True)
class Title:
    """Plain words for a setting; of: the lesson it belongs to, empty for all others."""

    words: str
    of: str = ""

    def __str__(self) -> str:
        if not self.of:
            return self.words
        return say("{lesson}: {setting}", lesson=self.of, setting=_lower(self.words))


def titles(schema: Schema) -> dict[str, Title]:
    """Dotted path -> plain words for it."""
    plain = dict(_model_titles(Experiment, "")) | dict(_model_titles(Data, "data."))
    for kind, prefix in _PREFIXES:
        for entry in schema.get(kind, {}).values():
            plain |= {f"{prefix}.{key}": title for key, title in _own_titles(entry)}
    plain |= {
        "recipe.name": say("Recipe"),
        "recipe.mixture.name": say("How clouds are mixed"),
        "net.name": say("Net"),
        "data.protocol": say("Protocol"),
    }
    plain |= {"recipe.image_teacher.name": say("Teacher of pictures")}
    plain |= {"open_set.score.name": say("Sureness measured by")}
    found = {path: Title(words) for path, words in plain.items()}
    for name, entry in schema.get("loss", {}).items():
        word = entry.get("word") or entry.get("title") or name
        own = [*_own_titles(entry), ("weight", say("weight")), ("warmup_epochs", say("warm-up"))]
        found |= {f"losses.{name}.{key}": Title(title, word) for key, title in own}
    return found


def title_of(path: str, known: Mapping[str, Title]) -> str:
    """The plain words for a path; one that nobody named reads as it is written."""
    return str(known.get(path) or path.replace("_", " ").replace(".", ": "))


def shown(path: str, value: object) -> str:
    """A value as a person reads it; a dash where the run has no such setting."""
    if value is None or value == "":
        return "–"
    if path == "data.known" and isinstance(value, tuple):
        return say("{count} kinds", count=len(value))
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, tuple):
        return ", ".join(shown("", item) for item in value) or "–"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _document(experiment: Experiment, schema: Schema) -> dict[str, Any]:
    """What an experiment says, defaults filled in."""
    document = experiment.model_dump(mode="json")
    recipe = schema.get("recipe", {}).get(experiment.recipe.name, {})
    document["recipe"] = _filled(document["recipe"], recipe)
    document["data"] = _filled(
        document["data"], _entry(schema, recipe.get("data", "dataset"), document["data"])
    )
    if document["net"]["name"] == "auto" and recipe:
        document["net"]["name"] = recipe["net"]
    document["net"] = _filled(document["net"], _entry(schema, "net", document["net"]))
    score = document["open_set"]["score"]
    document["open_set"]["score"] = _filled(score, _entry(schema, "score", score))
    document["losses"] = _losses(experiment, recipe, schema)
    return document


def _settings(document: Mapping[str, Any]) -> dict[str, Any]:
    flat = dict(_flat(document, ""))
    return {path: value for path, value in flat.items() if path not in _NO_SETTINGS}


def _teachers(run: RunSummary) -> list[str]:
    if run.started and run.started.teachers:
        return run.started.teachers
    return [name for name in run.experiment.teacher.split(" + ") if name]


def _teacher(folder: Path) -> str:
    """What a teacher is whatever its seed, so that pupils of a sweep are alike; its id where it is gone."""
    try:
        experiment = load(folder / "run.toml")
    except EngineError:
        return folder.name
    alike = experiment.with_values(seed=0, **{"training.threads": 0})
    return f"{experiment.name} ({zlib.crc32(alike.to_toml().encode()):08x})"


def _losses(experiment: Experiment, recipe: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    usual = {name: Loss(weight=weight) for name, weight in recipe.get("losses", {}).items()}
    return {
        name: _filled(loss.model_dump(mode="json"), schema.get("loss", {}).get(name, {}))
        for name, loss in (experiment.losses or usual).items()
        if loss.weight > 0
    }


def _entry(schema: Schema, kind: str, choice: Mapping[str, Any]) -> Mapping[str, Any]:
    entry: Mapping[str, Any] = schema.get(kind, {}).get(choice["name"], {})
    return entry


def _filled(values: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    properties = entry.get("schema", {}).get("properties", {})
    defaults = {key: item["default"] for key, item in properties.items() if "default" in item}
    # A thing with settings of its own may be given by its name alone.
    named = {
        key: {"name": value}
        if isinstance(defaults.get(key), dict) and isinstance(value, str)
        else value
        for key, value in values.items()
    }
    return defaults | named


def _flat(document: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, Any]]:
    for key, value in document.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, _hashable(value)


def _hashable(value: Any) -> Any:
    return tuple(_hashable(item) for item in value) if isinstance(value, list) else value


def _rank(path: str) -> int:
    order = ("recipe", "losses", "net", "training", "optimiser")
    first = path.partition(".")[0]
    return order.index(first) if first in order else len(order)


def _model_titles(model: type[BaseModel], prefix: str) -> Iterable[tuple[str, str]]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _model_titles(inner, f"{prefix}{name}.")
        elif field.title:
            yield prefix + name, field.title


def _own_titles(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    properties = entry.get("schema", {}).get("properties", {})
    return [(key, item.get("title", key)) for key, item in properties.items()]


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]
