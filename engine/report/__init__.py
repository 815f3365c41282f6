"""The report of one or more tested runs: one HTML file, no script, nothing loaded from anywhere."""

import tomllib
from html import escape
from pathlib import Path
from typing import Any

from engine.atomic import write_text
from engine.compare.settings import Schema
from engine.errors import RunError
from engine.explained import aligned, of_classroom, of_scenes
from engine.language import spoken
from engine.places import resource
from engine.report.classroom import classroom_section
from engine.report.comparison import comparison
from engine.report.pictures import aligned_section
from engine.report.scenes import scenes_section
from engine.report.sections import run_section
from engine.schema import remembered
from engine.store import Run, environment
from engine.words import say


def write_report(runs: list[Run], target: Path, schema: Schema | None = None) -> None:
    """Write the report whole or not at all; raises RunError when a run was not tested or the file cannot be.

    Settings of several runs are named as in the schema, by default the remembered one.
    """
    sections = [_section(run) for run in runs]
    if len(runs) > 1:
        folded = [_folded(run, section) for run, section in zip(runs, sections, strict=True)]
        sections = [comparison(runs, remembered() if schema is None else schema), "".join(folded)]
    title = escape(runs[0].name if len(runs) == 1 else say("{runs} runs", runs=len(runs)))
    page = (
        f'<!doctype html><html lang="{spoken()}"><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_style()}</style>'
        f"<main>{'<hr>'.join(sections)}{_foot()}</main></html>"
    )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_text(target, page)
    except OSError as error:
        raise RunError(
            say(
                "The report could not be written to {target}: {error}. No run was changed.",
                target=target,
                error=error,
            )
        ) from None


def _section(run: Run) -> str:
    results = run.log.results()
    if not results:
        raise RunError(say("The run {id} was not tested to its end. Resume it first.", id=run.id))
    if of_scenes(results):
        return scenes_section(run, results)
    if of_classroom(results):
        return classroom_section(run, results)
    return aligned_section(run, results) if aligned(results) else run_section(run, results)


def _foot() -> str:
    number = environment()["packages"]["pcd-workbench"]
    made = f"pcd-workbench {number}" if number[:1].isdigit() else "pcd-workbench"
    words = say("One file, no internet needed. Made by {program} on this computer.", program=made)
    return f"<footer>{escape(words)}</footer>"


def _folded(run: Run, section: str) -> str:
    name = escape(say("{run}, seed {seed}", run=run.name, seed=run.experiment.seed))
    which = escape(say("run {id}", id=run.id))
    return f"<details><summary>{name} <span class=small>{which}</span></summary>{section}</details>"


def _style() -> str:
    tokens = tomllib.loads(resource("themes", "tokens.toml").read_text(encoding="utf-8"))
    light, dark = (_variables(tokens[name]) for name in ("light", "dark"))
    css = resource("report.css").read_text(encoding="utf-8")
    return f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}{css}"


def _variables(column: dict[str, Any]) -> str:
    """The tokens, and the first ten class colours as c0 to c9."""
    named = {key: value for key, value in column.items() if isinstance(value, str)}
    named |= {f"c{place}": value for place, value in enumerate(column["classes"][:10])}
    return "".join(f"--{key}:{value};" for key, value in named.items())
