"""What finished runs are good for in Set-up: who may teach, and how fast this computer is."""

from collections.abc import Iterable, Sequence

from engine.bundled import is_bundled
from engine.experiment import Choice, Experiment
from engine.explained import explained
from engine.store import RunSummary
from engine.usable import best_first, can_teach, names_well
from engine.words import of_100, say
from workbench.models.recipes import Schema, net_of, recipes

LATEST = "latest"
TRY_SECONDS = 60.0
TRY_PASSES = 2
_NOT_THE_DEMO = say(
    "The teacher of the demo’s run is not offered: only its answers came with the program, not its net."
)
_TESTED = ("done", "finished early")


def teachers(
    runs: Iterable[RunSummary], draft: Experiment, schema: Schema, known: tuple[str, ...]
) -> list[RunSummary]:
    """Finished runs of a recipe that trains a teacher, which the engine would let teach this draft."""
    names = {recipe.name for recipe in recipes(schema) if recipe.trains_teacher}
    return [run for run in runs if run.recipe in names and can_teach(run, draft, known)]


def teacher_words(
    runs: Sequence[RunSummary],
    able: Sequence[RunSummary],
    draft: Experiment,
) -> str:
    """Who will teach where “the newest” was asked for, of those `able` to, and who cannot and why."""
    parts = []
    newest = next(iter(best_first(able)), None)
    if newest is not None and draft.teacher in ("", LATEST):
        parts.append(say("Now that is {teacher}.", teacher=label_of(newest)))
        if not names_well(newest):
            parts.append(
                say("It names fewer than half right: a longer trained one would teach more.")
            )
    if any(is_bundled(run.id) for run in runs):
        parts.append(_NOT_THE_DEMO)
    return " ".join(parts)


def measured_speed(runs: Iterable[RunSummary], draft: Experiment, schema: Schema) -> float | None:
    """Clouds a second of the newest finished run of this recipe, net and device; None: never run."""
    wanted = _work(draft, schema)
    same = (
        run.speed
        for run in runs
        if run.state in _TESTED and run.speed and _work(run.experiment, schema) == wanted
    )
    return next(same, None)


def _work(experiment: Experiment, schema: Schema) -> tuple[str, Choice, str]:
    return experiment.recipe.name, net_of(experiment, schema), experiment.training.device


def label_of(line: RunSummary) -> str:
    """A run's name, and how right it is where it was tested."""
    right = line.results.get("acc_known_no_threshold")
    told = f"{of_100(right, 1)}%" if isinstance(right, float) else explained(line.results)
    return " · ".join(filter(None, (line.name, told)))


def seconds_needed(draft: Experiment, clouds: int, speed: float | None) -> float | None:
    """Seconds for all passes over so many training clouds; None where their number or the speed is not known."""
    return draft.training.epochs * clouds / speed if speed and clouds else None


def tried(draft: Experiment, clouds: int, speed: float | None) -> Experiment:
    """The same run with as many passes as fit in a minute (two when nothing was measured)."""
    fitting = int(TRY_SECONDS * speed / clouds) if speed and clouds else TRY_PASSES
    passes = min(max(fitting, 1), draft.training.epochs)
    return draft.with_values(
        **{"name": say("{draft} (try)", draft=draft.name[:74])[:80], "training.epochs": passes}
    )


def in_time(seconds: float | None) -> str:
    """About how long, in words; nothing when unknown."""
    if seconds is None:
        return ""
    if seconds < 90:
        return say("about {seconds} s", seconds=max(round(seconds / 5) * 5, 5))
    minutes = seconds / 60
    return (
        say("about {minutes:.0f} min", minutes=minutes)
        if minutes < 100
        else say("about {minutes:.1f} h", minutes=minutes / 60)
    )
