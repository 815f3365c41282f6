"""What finished runs are good for in Set-up: who may teach, and how fast this computer is."""

from dataclasses import dataclass

from engine.errors import EngineError
from engine.events import Progress
from engine.experiment import Experiment
from engine.store import RunStore, RunSummary
from workbench.models.recipes import Schema, net_of, recipes

LATEST = "latest"
TRY_SECONDS = 60.0
TRY_PASSES = 2


@dataclass(frozen=True)
class Former:
    """A finished run and what it did."""

    line: RunSummary
    experiment: Experiment


class FormerRuns:
    """The finished runs of a store, newest first, as they were at the last `reload`."""

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._runs: list[Former] = []
        self._speeds: dict[str, float | None] = {}

    def reload(self) -> None:
        """Look at the store again."""
        self._speeds.clear()
        self._runs = []
        for line in self._store.runs():
            if line.state in ("done", "finished early"):
                try:
                    self._runs.append(Former(line, self._store.open(line.path).experiment))
                except EngineError:
                    continue  # a folder damaged by hand is no former run

    def teachers(
        self, draft: Experiment, schema: Schema, known: tuple[str, ...]
    ) -> list[RunSummary]:
        """Runs of a recipe that trains a teacher, on the same data and kinds."""
        names = {recipe.name for recipe in recipes(schema) if recipe.trains_teacher}
        return [
            run.line
            for run in self._runs
            if run.line.recipe in names
            and run.experiment.data.name == draft.data.name
            # A run that names no kinds learnt its data set's choice; the engine checks that one.
            and set(run.experiment.data.known or known) == set(known)
        ]

    def speed(self, draft: Experiment, schema: Schema) -> float | None:
        """Clouds per second of the newest run of this recipe, net and device; None: never run."""
        key = _speed_key(draft, schema)
        if key not in self._speeds:
            same = (run for run in self._runs if _speed_key(run.experiment, schema) == key)
            found = (speed for run in same if (speed := self._measured(run)))
            self._speeds[key] = next(found, None)
        return self._speeds[key]

    def _measured(self, run: Former) -> float | None:
        events = self._store.open(run.line.path).events()
        speeds = [event.clouds_per_second for event in events if isinstance(event, Progress)]
        return speeds[-1] if speeds else None


def _speed_key(experiment: Experiment, schema: Schema) -> str:
    net = net_of(experiment, schema).model_dump_json()
    return f"{experiment.recipe.name} {net} {experiment.training.device}"


def label_of(line: RunSummary) -> str:
    """A run's name, and how right it is where it was tested."""
    right = line.results.get("acc_known_no_threshold")
    return f"{line.name} · {right:.1%}" if isinstance(right, float) else line.name


def seconds_needed(draft: Experiment, clouds: int, speed: float | None) -> float | None:
    """Seconds for all passes over so many training clouds."""
    return draft.training.epochs * clouds / speed if speed else None


def tried(draft: Experiment, clouds: int, speed: float | None) -> Experiment:
    """The same run with as many passes as fit in a minute (two when nothing was measured)."""
    fitting = int(TRY_SECONDS * speed / clouds) if speed and clouds else TRY_PASSES
    passes = min(max(fitting, 1), draft.training.epochs)
    return draft.with_values(**{"name": f"{draft.name[:74]} (try)", "training.epochs": passes})


def in_time(seconds: float | None) -> str:
    """About how long, in words; nothing when unknown."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"about {max(round(seconds / 5) * 5, 5)} s"
    minutes = seconds / 60
    return f"about {minutes:.0f} min" if minutes < 100 else f"about {minutes / 60:.1f} h"
