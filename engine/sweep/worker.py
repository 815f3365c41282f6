"""One worker of a sweep: takes a cell, trains or resumes its run, writes down the figures, takes the next."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import FrozenTrial, TrialState

from engine.control import Control, Wish
from engine.errors import EngineError, Left, RunError
from engine.events import Event, Failed
from engine.jobs import Job, perform
from engine.store import Run, RunStore
from engine.sweep.board import OPEN, Board
from engine.sweep.figures import chosen_merit, figures
from engine.sweep.plan import Cell
from engine.tasks.every import task_of
from engine.words import say

_POLL_SECONDS = 0.5

Tell = Callable[[Event], None]
Say = Callable[[str], None]


class CellFailed(Exception):
    """A run that ended with a sentence."""


class CellLeft(Exception):
    """A run that was left in the middle, with everything saved."""


class Worker:
    """Works on a board until every cell is done or cannot be, or until it is asked to leave."""

    def __init__(
        self, board: Board, store: RunStore, control: Control, tell: Tell, say: Say
    ) -> None:
        self.board, self.store, self.control = board, store, control
        self._tell, self._say = tell, say

    def work(self) -> bool:
        """True when every cell of the plan is done."""
        while True:
            newest = self.board.refill()
            states = [trial.state for trial in newest.values()]
            if self.control.wish is Wish.LEAVE or not any(state in OPEN for state in states):
                return self._end(newest)
            if TrialState.WAITING in states:
                self._take()
            else:
                time.sleep(_POLL_SECONDS)

    def _take(self) -> None:
        """One go at what waits. Another worker may have told its end after too long a sleep of this one."""
        try:
            self.board.study.optimize(self._go, n_trials=1, catch=(CellFailed, CellLeft))
        except (UpdateFinishedTrialError, ValueError, AssertionError) as error:
            if not _told_by_another(error):
                raise

    def _end(self, newest: dict[str, FrozenTrial]) -> bool:
        for key, trial in newest.items():
            if trial.state is TrialState.FAIL:
                self._say(f"{key}: {trial.user_attrs.get('problem', '')}")
        done = sum(trial.state is TrialState.COMPLETE for trial in newest.values())
        self._say(say("{done} of {plan} runs are done.", done=done, plan=len(self.board.plan)))
        return done == len(self.board.plan)

    def _go(self, trial: optuna.Trial) -> float:
        """One go at a cell: what its model is worth on validation, never on the test part."""
        cell = self.board.plan.get(trial.user_attrs.get("cell", ""))
        if cell is None:  # the queue ran empty since it was looked at
            raise optuna.TrialPruned
        try:
            run = self._run(trial, cell)
            self._say(say("{key}: run {id}", key=cell.key, id=run.id))
            self._finish(run)
        except EngineError as error:
            trial.set_user_attr("problem", error.sentence)
            raise CellFailed from None
        trial.set_user_attr("figures", figures(run))
        return chosen_merit(run)

    def _run(self, trial: optuna.Trial, cell: Cell) -> Run:
        """The run an earlier go began, or a new one; its id is written down before its first batch."""
        with suppress(RunError):  # thrown away meanwhile
            return self.store.open(self._begun(trial))
        experiment = cell.experiment
        if cell.teachers:
            teachers = " + ".join(self.board.run_of(key) for key in cell.teachers)
            experiment = experiment.with_values(teacher=teachers)
        if cell.start:
            experiment = experiment.with_values(**{"recipe.start": self.board.run_of(cell.start)})
        run = self.store.create(experiment)
        trial.set_user_attr("run", run.id)
        return run

    def _begun(self, trial: optuna.Trial) -> str:
        if "run" not in trial.user_attrs:
            raise RunError(say("No run was begun."))
        return str(trial.user_attrs["run"])

    def _finish(self, run: Run) -> None:
        """Train or resume to the end, unless it was done before its figures could be written down."""
        while run.alive:  # its worker slept too long to be thought alive, and is awake again
            self._leave_if_asked()
            time.sleep(_POLL_SECONDS)
        if run.state == "done" and task_of(run.experiment).tested(run):
            return
        last: Any = None
        try:
            for last in perform(
                Job(do="resume", run=run.path, runs=self.store.folder), self.control
            ):
                self._tell(last)
        except Left:
            raise CellLeft from None
        if isinstance(last, Failed):
            raise RunError(last.sentence)

    def _leave_if_asked(self) -> None:
        if self.control.wish is Wish.LEAVE:
            raise CellLeft


def _told_by_another(error: Exception) -> bool:
    """Whether Optuna says, in one of the ways it has for it, that a trial's end is told already."""
    return any(
        isinstance(each, UpdateFinishedTrialError) or "Cannot tell a" in str(each)
        for each in (error, error.__context__)
    )
