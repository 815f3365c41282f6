"""The command `pcd-engine sweep`, without its words on the terminal."""

from pathlib import Path
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from engine.atomic import write_text
from engine.control import Control
from engine.errors import EngineError
from engine.store import RunStore
from engine.sweep.against import against
from engine.sweep.board import BEAT, Beat, Board, opened
from engine.sweep.figures import figures
from engine.sweep.plan import Sweep
from engine.sweep.table import comma_separated, lines, markdown
from engine.sweep.worker import Say, Tell, Worker
from engine.words import say


def work(
    sweep: Sweep,
    out: Path,
    control: Control,
    words: tuple[Tell, Say],
    *,
    join: bool = False,
    beat: Beat = BEAT,
) -> bool:
    """Work on a sweep until it is done or left; True when every run of it is done. The table is written last.

    out: the folder of the run folders, in which the sweep has one too; words: what to do with events and remarks.
    """
    with opened(sweep, out, join=join, beat=beat) as board:
        if not join:
            board.retry_failed()
        done = Worker(board, RunStore(out), control, *words).work()
        words[1](_written(board, out / sweep.slug))
    return done


def table(sweep: Sweep, out: Path) -> str:
    """The table of what is done so far, written and returned. Raises ConfigError when nothing was begun."""
    with opened(sweep, out, join=True) as board:
        return _written(board, out / sweep.slug)


def _written(board: Board, folder: Path) -> str:
    done = {
        key: _figures(folder.parent, trial)
        for key, trial in board.newest().items()
        if trial.state is TrialState.COMPLETE
    }
    made = lines(board.in_rows(), done)
    text = markdown(made)
    if board.sweep.base and (second := against(made, board.sweep.base)):
        text += say(
            "\nDifferences seed by seed, mean [95 % interval]; * where the interval leaves out 0.\n\n"
            "{second}",
            second=second,
        )
    write_text(folder / "table.md", text)
    write_text(folder / "table.csv", comma_separated(made))
    return text


def _figures(out: Path, trial: FrozenTrial) -> dict[str, Any]:
    """From the run's folder, which may tell more than was noted at its end; as noted, where the folder is gone."""
    try:
        return figures(RunStore(out).open(out / str(trial.user_attrs.get("run"))))
    except EngineError:
        noted: dict[str, Any] = trial.user_attrs["figures"]
        return noted
