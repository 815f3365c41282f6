"""The folded rows of Set-up for recipes that learn from pictures, rooms and the like, or start from what was learnt."""

from dataclasses import dataclass, replace
from typing import Any

from engine.experiment import Experiment
from engine.words import say
from workbench.forms import Field, look_up, read_fields, shown
from workbench.models.camera_sections import camera_sections
from workbench.models.material import material_of
from workbench.models.recipes import Schema
from workbench.models.section import Section

_TEACHER, _START = "recipe.image_teacher.name", "recipe.start"
_BESIDE_START = ("recipe.mode", "recipe.frozen")
_SEEN = "recipe.seen"
_SCRATCH = say("From scratch")
TITLES = {
    "pairs": say("Pairs"),
    "scenes": say("Rooms"),
    "parts": say("Shapes"),
    "drives": say("Streets"),
}
_FROM = {
    "pairs": say("Clouds and pictures from"),
    "scenes": say("Rooms from"),
    "parts": say("Shapes with parts from"),
    "drives": say("Streets from"),
}


@dataclass(frozen=True)
class Around:
    """What there is on this computer: a sentence about the built-in teacher of pictures, runs to start from, and runs
    that can be a laser teacher, each as its id and its words."""

    teacher: str = ""
    starts: tuple[tuple[str, str], ...] = ()
    lasers: tuple[tuple[str, str], ...] = ()


def material_section(draft: Experiment, schema: Schema, every: list[Field]) -> Section:
    """Which pairs, rooms, shapes or streets are learnt from."""
    material = material_of(draft, schema)
    entries = schema[material]
    title = entries.get(draft.data.name, {}).get("title", draft.data.name)
    picker = _picker("data.name", _FROM[material], draft.data.name, entries)
    own = read_fields(entries.get(draft.data.name, {}).get("schema", {}), "data")
    held = [item for item in every if item.path == "data.validation"]
    return Section(material, TITLES[material], title, (picker, *own, *held))


def recipe_sections(
    draft: Experiment, schema: Schema, values: dict[str, Any], around: Around
) -> list[Section]:
    """The teacher of pictures, the ideas, and where the net starts: as far as the recipe has them."""
    fields = read_fields(schema["recipe"][draft.recipe.name].get("schema", {}), "recipe")
    paths = [item.path for item in fields]
    found = []
    if _TEACHER in paths:
        found += [_teacher_section(schema, values, around), _idea_section(fields, values)]
    elif schema["recipe"][draft.recipe.name].get("nets") == "camera_net":
        own = tuple(item for item in fields if item.path not in (_START, *_BESIDE_START))
        found += camera_sections(own, values, around.lasers)
    elif material_of(draft, schema) in TITLES and paths != [_START]:
        own = tuple(item for item in fields if item.path != _START)
        found.append(Section("shown", say("What it sees"), _shown_note(own, values), own))
    if _START in paths:
        found.append(_start_section(fields, values, around))
    return found


def _shown_note(own: tuple[Field, ...], values: dict[str, Any]) -> str:
    points = next((item for item in own if item.path == "recipe.points"), None)
    if points is None:
        return (
            say("whole sweeps")
            if look_up(values, _SEEN, "all") == "all"
            else say("what the camera sees")
        )
    return say("{shown} points", shown=shown(look_up(values, points.path, points.default)))


def _teacher_section(schema: Schema, values: dict[str, Any], around: Around) -> Section:
    teachers = schema.get("image_teacher", {})
    name = look_up(values, _TEACHER, "built_in")
    entry = teachers.get(name, {})
    picker = _picker(_TEACHER, say("Who sees the pictures"), "built_in", teachers)
    picker = replace(picker, why=around.teacher if name == "built_in" else entry.get("about", ""))
    own = read_fields(entry.get("schema", {}), "recipe.image_teacher")
    title = entry.get("title", name)
    return Section("image_teacher", say("Teacher of pictures"), title, (picker, *own))


def _idea_section(fields: list[Field], values: dict[str, Any]) -> Section:
    elsewhere = (_TEACHER, _START, *_BESIDE_START)
    own = tuple(item for item in fields if item.path not in elsewhere)
    with_ideas = look_up(values, "recipe.concepts", True)
    usual = next((item.default for item in own if item.path == "recipe.queries"), 0)
    count = look_up(values, "recipe.queries", usual)
    return Section(
        "ideas",
        say("Ideas"),
        say("{shown} ideas", shown=shown(count)) if with_ideas else say("none"),
        own,
    )


def _start_section(fields: list[Field], values: dict[str, Any], around: Around) -> Section:
    start = look_up(values, _START, "")
    names = dict(around.starts)
    told = names.get(start, start.replace("\\", "/").rpartition("/")[2]) or _SCRATCH.lower()
    own = tuple(
        replace(item, offers=(("", _SCRATCH), *around.starts)) if item.path == _START else item
        for item in fields
        if item.path in (_START, *_BESIDE_START)
    )
    return Section("start", say("Starts from"), told, own)


def _picker(path: str, title: str, default: str, entries: dict[str, Any]) -> Field:
    return Field(
        path=path,
        title=title,
        kind="choice",
        default=default,
        options=tuple(entries),
        labels=tuple(entry["title"] for entry in entries.values()),
    )
