"""Who does which cell: an Optuna study in one SQLite file that any number of workers share.

Optuna keeps the queue, the heartbeats and the results. It is imported by this command only.
"""

import json
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from filelock import FileLock
from optuna.exceptions import ExperimentalWarning
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback, fail_stale_trials
from optuna.trial import FrozenTrial, TrialState

from engine.atomic import write_text
from engine.errors import ConfigError
from engine.sweep.plan import Cell, Sweep, cells
from engine.words import say

OPEN = (TrialState.WAITING, TrialState.RUNNING)
_BUSY_SECONDS = 60.0
_MAY_CHANGE: dict[str, Any] = {"seeds": (0,), "base": ""}


@dataclass(frozen=True)
class Beat:
    """Seconds between a worker's signs of life, and without one until its cell is taken up by another."""

    every: int
    grace: int


BEAT = Beat(every=10, grace=60)


class Board:
    """The study of one sweep. A trial is one go at a cell; its user attributes are cell, run, figures, problem."""

    def __init__(self, sweep: Sweep, study: optuna.Study, lock: FileLock) -> None:
        self.plan = {cell.key: cell for cell in cells(sweep)}
        self.sweep, self.study, self._lock = sweep, study, lock

    def in_rows(self) -> list[Cell]:
        """The cells in the order of the file's rows."""
        order = [row.name for row in self.sweep.rows]
        return sorted(self.plan.values(), key=lambda cell: order.index(cell.row))

    def newest(self) -> dict[str, FrozenTrial]:
        """The newest go at every cell of the plan that was ever in the queue; a done one is never replaced."""
        found: dict[str, FrozenTrial] = {}
        for trial in self.study.get_trials(deepcopy=False):
            key = trial.user_attrs.get("cell")
            if trial.state is TrialState.PRUNED:  # taken by a worker whose plan had fewer seeds
                continue
            done = key in found and found[key].state is TrialState.COMPLETE
            if key in self.plan and not done:
                found[key] = trial
        return found

    def refill(self) -> dict[str, FrozenTrial]:
        """Queue what has become possible, and again what a worker left or died on; returns the newest trials."""
        with self._lock:
            _fail_stale(self.study)
            for trial in self.newest().values():
                if trial.state is TrialState.FAIL and "problem" not in trial.user_attrs:
                    _retry(self.study, trial)
            newest = self.newest()
            for key, cell in self.plan.items():
                if key not in newest and _taught(cell, newest):
                    self._queue(cell)
            return self.newest()

    def _queue(self, cell: Cell) -> None:
        attributes = {"cell": cell.key, "row": cell.row, "seed": cell.seed, "values": cell.values}
        self.study.enqueue_trial({"cell": cell.key}, user_attrs=attributes, skip_if_exists=True)

    def retry_failed(self) -> None:
        """Queue the cells that ended with a problem once more."""
        with self._lock:
            for trial in self.newest().values():
                if trial.state is TrialState.FAIL and "problem" in trial.user_attrs:
                    attributes = {k: v for k, v in trial.user_attrs.items() if k != "problem"}
                    trial = optuna.trial.create_trial(
                        state=TrialState.WAITING,
                        user_attrs=attributes,
                        system_attrs=trial.system_attrs,
                    )
                    self.study.add_trial(trial)

    def run_of(self, key: str) -> str:
        """The run a done cell ended in."""
        return str(self.newest()[key].user_attrs["run"])


def _taught(cell: Cell, newest: dict[str, FrozenTrial]) -> bool:
    before = [newest.get(key) for key in cell.needs]
    return all(one is not None and one.state is TrialState.COMPLETE for one in before)


def _retry(study: optuna.Study, trial: FrozenTrial) -> None:
    with _no_experimental_warning():
        RetryHeartbeatStaleTrialCallback()(study, trial)


def _fail_stale(study: optuna.Study) -> None:
    with _no_experimental_warning():
        fail_stale_trials(study)


@contextmanager
def _no_experimental_warning() -> Iterator[None]:
    """Optuna calls the heartbeat experimental; its version is pinned and tests kill workers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        yield


@contextmanager
def opened(sweep: Sweep, out: Path, *, join: bool, beat: Beat = BEAT) -> Iterator[Board]:
    """The board of a sweep, made if it is new and not to be joined. Raises ConfigError when it cannot be."""
    folder = out / sweep.slug
    if join and not (folder / "sweep.db").exists():
        raise ConfigError(
            say(
                "There is no sweep in {folder} yet. Nothing was started. Start it without --join first.",
                folder=folder,
            )
        )
    cells(sweep)  # a wrong file leaves no folder behind
    folder.mkdir(parents=True, exist_ok=True)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    lock = FileLock(folder / "lock")
    with lock:
        _agree(sweep, folder / "sweep.json")
        storage = _storage(folder / "sweep.db", beat, lock)
        study = optuna.create_study(
            study_name=sweep.slug, storage=storage, direction="maximize", load_if_exists=True
        )
    try:
        yield Board(sweep, study, lock)
    finally:
        storage.remove_session()
        storage.engine.dispose()


class _OneTaker(RDBStorage):
    """SQLite has no lock on a row that is looked at before it is changed: two workers could take one waiting trial.

    So whoever changes a trial's state holds the sweep's lock meanwhile, which is also that of `refill`.
    """

    def __init__(self, lock: FileLock, url: str, **options: Any) -> None:
        super().__init__(url, **options)
        self._lock = lock

    def set_trial_state_values(
        self, trial_id: int, state: TrialState, values: Sequence[float] | None = None
    ) -> bool:
        with self._lock:
            changed: bool = super().set_trial_state_values(trial_id, state, values)
            return changed


def _storage(path: Path, beat: Beat, lock: FileLock) -> RDBStorage:
    # No callback: a stale trial is queued again by `refill`, under the lock, whoever noticed it.
    with _no_experimental_warning():
        return _OneTaker(
            lock,
            f"sqlite:///{path}",
            engine_kwargs={"connect_args": {"timeout": _BUSY_SECONDS}},
            heartbeat_interval=beat.every,
            grace_period=beat.grace,
        )


def _agree(sweep: Sweep, path: Path) -> None:
    """Remember what the sweep is; a later call may have other seeds or another base, no other runs by one name."""
    now: dict[str, Any] = json.loads(sweep.model_dump_json(exclude={"seeds"}))
    if path.exists() and _begun(path) != sweep.model_copy(update=_MAY_CHANGE):
        raise ConfigError(
            say(
                "The sweep in {path} was begun with other settings. Nothing was started and nothing was "
                "changed. Give this one another name, or another folder with --out.",
                path=path.parent,
            )
        )
    write_text(path, json.dumps(now, indent=1))


def _begun(path: Path) -> Sweep | None:
    """What it was when it was begun, with the usual value of whatever came later; None where that cannot be read."""
    try:
        return Sweep.model_validate(json.loads(path.read_text(encoding="utf-8")) | _MAY_CHANGE)
    except ValueError:
        return None
