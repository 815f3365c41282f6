"""What a JSON schema says about each setting: its words, its kind and its bounds. No Qt here."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from engine.words import say

Kind = Literal["switch", "choice", "integer", "number", "text", "list"]
_KINDS: dict[str, Kind] = {
    "boolean": "switch",
    "integer": "integer",
    "number": "number",
    "string": "text",
    "array": "list",
}


@dataclass(frozen=True)
class Field:
    """One setting. `path` is dotted; `item` is the kind of a list's items.

    minimum, maximum (included), above, below (not included): bounds of a number, or of the length
    of a text or list; None where there is none. `labels` are words for the options;
    `barred` are those that cannot be chosen now, each with the reason. place: “file” or “folder” where a text names
    one, which can be looked for; offers: texts to pick instead, each with its words.
    """

    path: str
    title: str
    kind: Kind
    default: Any
    term: str = ""
    unit: str = ""
    why: str = ""
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    pattern: str = ""
    options: tuple[Any, ...] = ()
    labels: tuple[str, ...] = ()
    barred: tuple[tuple[Any, str], ...] = ()
    item: Kind = "text"
    optional: bool = False
    place: str = ""
    offers: tuple[tuple[str, str], ...] = ()

    @property
    def logarithmic(self) -> bool:
        """True for small positive numbers, such as a learning rate, chosen by their magnitude."""
        return (
            self.kind == "number" and isinstance(self.default, float) and 0 < self.default <= 0.01
        )

    def problem(self, value: Any) -> str:
        """Why this value will not do, as a sentence; empty when it will."""
        if value is None:
            return "" if self.optional else say("Something must stand here.")
        if self.kind == "choice":
            names = ", ".join(str(option) for option in self.options)
            return (
                "" if value in self.options else say("This must be one of: {names}.", names=names)
            )
        if self.kind in ("integer", "number"):
            return self._number_problem(value)
        return "" if self.kind == "switch" else self._length_problem(value)

    def _number_problem(self, value: Any) -> str:
        if not isinstance(value, int | float) or not math.isfinite(value):
            return (
                say("This must be a whole number.")
                if self.kind == "integer"
                else say("This must be a number.")
            )
        if self.minimum is not None and value < self.minimum:
            return say("This must be {shown} or more.", shown=shown(self.minimum))
        if self.above is not None and value <= self.above:
            return say("This must be more than {shown}.", shown=shown(self.above))
        if self.maximum is not None and value > self.maximum:
            return say("This must be {shown} or less.", shown=shown(self.maximum))
        if self.below is not None and value >= self.below:
            return say("This must be less than {shown}.", shown=shown(self.below))
        return ""

    def _length_problem(self, value: Any) -> str:
        if self.minimum is not None and len(value) < self.minimum:
            return say("Something must stand here.")
        if self.maximum is not None and len(value) > self.maximum:
            return say("This must not be longer than {shown}.", shown=shown(self.maximum))
        if self.pattern and not re.search(self.pattern, value):
            return say("“{value}” will not do here.", value=value)
        return ""


def read_fields(schema: dict[str, Any], prefix: str = "") -> list[Field]:
    """All settings of an object schema, nested ones by dotted path; open tables are left out."""
    return list(_fields(schema, prefix, schema))


def _fields(schema: dict[str, Any], prefix: str, root: dict[str, Any]) -> Iterator[Field]:
    for name, raw in schema.get("properties", {}).items():
        part = _resolve(raw, root)
        path = f"{prefix}.{name}" if prefix else name
        if part.get("type") == "object" or "properties" in part:
            yield from _fields(part, path, root)
        elif "enum" in part or "const" in part or part.get("type") in _KINDS:
            yield _field(path, name, part)


def _resolve(part: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """A part with its reference followed, `X | None` made an optional X; its own words win."""
    if "$ref" in part:
        target = root.get("$defs", {}).get(part["$ref"].rsplit("/", 1)[-1], {})
        return _resolve(
            {**target, **{key: value for key, value in part.items() if key != "$ref"}}, root
        )
    if "anyOf" in part:
        rest = [option for option in part["anyOf"] if option.get("type") != "null"]
        own = {key: value for key, value in part.items() if key != "anyOf"}
        return _resolve({**rest[0], **own, "optional": len(rest) < len(part["anyOf"])}, root)
    return part


def _field(path: str, name: str, part: dict[str, Any]) -> Field:
    options = tuple(part.get("enum", [part["const"]] if "const" in part else []))
    kind: Kind = "choice" if options else _KINDS[part["type"]]
    return Field(
        path=path,
        title=part.get("title") or name.replace("_", " ").capitalize(),
        kind=kind,
        default=part.get("default"),
        term=part.get("term", ""),
        unit=part.get("unit", ""),
        why=part.get("description", ""),
        minimum=part.get("minimum", part.get("minLength", part.get("minItems"))),
        maximum=part.get("maximum", part.get("maxLength", part.get("maxItems"))),
        above=part.get("exclusiveMinimum"),
        below=part.get("exclusiveMaximum"),
        pattern=part.get("pattern", ""),
        options=options,
        labels=tuple(part.get("labels", ())),
        item=_item_kind(part),
        optional=bool(part.get("optional")),
        place=part.get("place", ""),
    )


def _item_kind(part: dict[str, Any]) -> Kind:
    items: dict[str, Any] = part.get("items") or next(iter(part.get("prefixItems", [])), {})
    return _KINDS.get(items.get("type", "string"), "text")


def shown(value: Any) -> str:
    """A value as a person would type it: no trailing zeros, lists with commas, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list | tuple):
        return ", ".join(shown(item) for item in value)
    return str(value)


def parsed(text: str, kind: Kind) -> Any:
    """The value a typed text stands for; raises ValueError when it stands for none of this kind."""
    text = text.strip()
    if kind == "integer":
        return int(text)
    if kind == "number":
        return float(text.replace(",", "."))
    return text
