"""What Set-up knows of runs that learn from pictures: their teacher here, runs to start from, what is still amiss."""

from collections.abc import Iterable
from typing import Any

from engine.experiment import Experiment
from engine.explained import aligned, explained
from engine.store import RunSummary
from engine.words import say
from workbench.forms import look_up
from workbench.models.material import material_of, takes_pairs
from workbench.models.pair_sections import TITLES, Around
from workbench.models.picture_teachers import NONE_YET, PictureTeacher, teacher_at
from workbench.models.recipes import Schema
from workbench.models.run_table import names_of
from workbench.models.sections import values_of

_BUILT_IN = "built_in"
_LASER = "laser"
_NEEDED = {"clip": say("CLIP file"), "clipcap": say("ClipCap file")}


def pre_trained(runs: Iterable[RunSummary]) -> list[RunSummary]:
    """Finished runs that learnt from pictures: others can start from what they have learnt."""
    return [run for run in runs if run.tested and aligned(run.results)]


def startable(draft: Experiment, runs: Iterable[RunSummary]) -> list[RunSummary]:
    """Finished runs that a draft can start from: what looks at a laser’s points, from others that do."""
    if draft.recipe.name != _LASER:
        return pre_trained(runs)
    return [run for run in runs if run.tested and run.results.get("task") == _LASER]


def around(draft: Experiment, runs: Iterable[RunSummary]) -> Around:
    """What the sections of Set-up tell of this computer."""
    every = list(runs)
    there = startable(draft, every)
    names = names_of(there)
    starts = tuple(
        (run.id, " · ".join(filter(None, (names[run.path], explained(run.results)))))
        for run in there
    )
    teacher = built_in(draft)
    lasers = [run for run in every if run.tested and run.results.get("task") == _LASER]
    called = names_of(lasers)
    taught = tuple((run.id, called[run.path]) for run in lasers)
    return Around(teacher.words if teacher is not None else NONE_YET, starts, taught)


def narrow(draft: Experiment, schema: Schema) -> bool:
    """Whether the answers to learn are narrower than those the size of a net is counted for."""
    return takes_pairs(draft, schema) and _wants_built_in(draft)


def _wants_built_in(draft: Experiment) -> bool:
    return bool(look_up(values_of(draft), "recipe.image_teacher.name", _BUILT_IN) == _BUILT_IN)


def built_in(draft: Experiment) -> PictureTeacher | None:
    """The built-in teacher that would teach the draft; None where there is none yet, or another was chosen."""
    values = values_of(draft)
    if not _wants_built_in(draft):
        return None
    return teacher_at(look_up(values, "recipe.image_teacher.folder", ""))


def amiss(draft: Experiment, schema: Schema) -> str:
    """Why pairs or their teacher, or rooms, will not do yet, and what to do about it; empty where nothing is known to
    be wrong."""
    material = material_of(draft, schema)
    entry = schema.get(material, {}).get(draft.data.name, {})
    needed = entry.get("schema", {}).get("required", [])
    if any(not draft.data.settings.get(key) for key in needed):
        return say(
            "Nobody has said yet where “{title}” lie. Name the place under “{titles}”.",
            title=entry["title"],
            titles=TITLES[material],
        )
    if material != "pairs":
        return ""
    values = values_of(draft)
    if not _wants_built_in(draft):
        return _files(look_up(values, "recipe.image_teacher", {}))
    teacher, folder = built_in(draft), look_up(values, "recipe.image_teacher.folder", "")
    if teacher is None and folder:
        return say(
            "The folder under “Teacher of pictures” holds no teacher. Choose another, or leave it empty."
        )
    if teacher is not None and not teacher.accepted:
        return say(
            "The built-in teacher of pictures errs too often to teach. Train one with more batches "
            "(“pcd-engine image-teacher”), or choose another under “Teacher of pictures”."
        )
    return ""


def _files(own: dict[str, Any]) -> str:
    missing = [
        words
        for key, words in _NEEDED.items()
        if own["name"] == "clip_caption" and not own.get(key)
    ]
    if not missing:
        return ""
    return say(
        "The teacher of pictures needs the {missing}. Name them under “Teacher of pictures”.",
        missing=say(" and the ").join(missing),
    )


def start_of(draft: Experiment, runs: Iterable[RunSummary]) -> tuple[str, RunSummary | None]:
    """What a draft starts from, in words and as a run; empty and None where that is nothing, or no run."""
    start = str(draft.recipe.settings.get("start", ""))
    run = next((run for run in runs if run.id == start), None)
    return run.name if run is not None else start.replace("\\", "/").rpartition("/")[2], run
