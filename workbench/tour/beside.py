"""The last step: the finished run that came along, and the one that was just trained, side by side."""

from pathlib import Path

from PySide6.QtWidgets import QWidget

from engine.passes import learnt_for
from engine.store import RunSummary
from engine.words import say
from workbench.tour.stage import Stage
from workbench.tour.step import Step

_SIDE_BY_SIDE = 1


def begin(stage: Stage) -> None:
    """Have the runs read again, and show what is picked side by side."""
    stage.desk.shelf.look()
    stage.compare.view.set_index(_SIDE_BY_SIDE)
    stage.compare.search.clear()
    stage.compare.table.pick_none()


def _wanted(stage: Stage) -> list[Path]:
    return [path for path in (stage.bundled, stage.mine) if path is not None]


def ready(stage: Stage) -> bool:
    """Pick both as soon as they are listed."""
    table = stage.compare.table
    rows = {path: table.row_of(path) for path in _wanted(stage) if path.exists()}
    if any(row < 0 for row in rows.values()):
        return False
    picked = {line.run.path for line in table.picked}
    for row in rows.values():
        if table.lines[row].run.path not in picked:
            table.pick(table.lines[row], True)
    if stage.bundled in rows:
        stage.compare.list.select_line(table.lines[table.row_of(stage.bundled)])
    return True


def hole(stage: Stage) -> list[QWidget]:
    """The list; what lies below it follows the picks."""
    return [stage.compare.list]


def focus(stage: Stage) -> QWidget:
    """The list, which the arrow keys walk through."""
    return stage.compare.list


def words(stage: Stage) -> tuple[str, str]:
    """The figures of both."""
    runs = {run.path: run for run in stage.desk.shelf.runs}
    shown = [runs[path] for path in _wanted(stage) if path in runs]
    title = say("Both runs beside each other") if len(shown) > 1 else say("Runs beside each other")
    end = say(
        "That was the demo. Now drop a thing of your own on the window: any mesh or phone scan."
    )
    return title, " ".join(filter(None, [*map(_said, shown), _unequal(shown), end]))


def _said(run: RunSummary) -> str:
    counts = run.results.get("counts", {}) if run.tested else {}
    if not counts.get("n_open") or not counts.get("n_closed"):
        return say("“{run}” is not tested yet: its figures appear when it is.", run=run.name)
    passes = learnt_for(run.passes, run.experiment.training.epochs)
    kept = counts["correct_closed"] / counts["n_closed"]
    return say(
        "“{run}” learnt for {passes}. It keeps {kept:.0%} of known things right and turns away "
        "{rejected_open:.0%} of strangers.",
        run=run.name,
        passes=passes,
        kept=kept,
        rejected_open=counts["rejected_open"] / counts["n_open"],
    )


def _unequal(runs: list[RunSummary]) -> str:
    """That it is no fair race, where one learnt for longer."""
    passes = sorted(run.passes or run.experiment.training.epochs for run in runs)
    if not passes or passes[0] == passes[-1]:
        return ""
    times = f"{passes[-1] / passes[0]:.1f}".removesuffix(".0")
    return say(
        "That is no fair race: one had {times} times as many passes as the other.", times=times
    )


STEP = Step(
    page="compare",
    begin=begin,
    ready=ready,
    hole=hole,
    focus=focus,
    words=words,
    done=lambda _stage: True,
)
