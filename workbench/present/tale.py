"""Reads the story of a finished run from its folder, in the background."""

from pathlib import Path

from engine.errors import RunError
from engine.explained import aligned, of_classroom, of_scenes
from engine.store import RunStore
from engine.words import say
from workbench.present.answers import Answers
from workbench.present.kinds import of_kinds
from workbench.present.others import of_others
from workbench.present.slide import Tale


def read_tale(store: RunStore, path: Path, line: float | None = None) -> Tale:
    """The story of a run, at its own threshold or at `line`; a RunError says why it has none yet. May take a moment."""
    run = store.open(path)
    results = run.log.results()
    if not results:
        raise RunError(
            say(
                "“{run}” has no story to present yet: it was not tested to its end. Continue it on "
                "Training, or open a finished run.",
                run=run.name,
            )
        )
    if aligned(results) or of_scenes(results) or of_classroom(results):
        return of_others(run, results)
    if "counts" not in results:
        raise RunError(say("“{run}” was stopped before anything could be tested.", run=run.name))
    return of_kinds(Answers.of(run, results, line))
