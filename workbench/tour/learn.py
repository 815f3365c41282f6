"""Step three: a run of about twenty seconds, really trained, or the one that is going on already."""

from PySide6.QtWidgets import QWidget

from engine.bring.preferred import DEMO
from engine.errors import EngineError
from engine.experiment import Experiment, load
from engine.places import resource
from workbench.tour.stage import Stage
from workbench.tour.step import Step

_PASSES = 12


def quick() -> Experiment:
    """The smallest preset for so many passes as take about twenty seconds; ConfigError where it is damaged."""
    preset = load(resource("presets", "quick.toml"))
    return preset.with_values(**{"training.epochs": _PASSES, "name": DEMO})


def begin(stage: Stage) -> None:
    """Start it, unless one goes on; coming back to this step starts no second one."""
    live = stage.desk.live
    if stage.begun:
        return
    stage.begun, stage.watching = True, live.alive
    if not live.alive:
        try:
            stage.desk.start(quick())
        except EngineError as error:
            stage.begun = False
            stage.desk.message.emit("bad", error.sentence)


def hole(stage: Stage) -> list[QWidget]:
    """Ring, sentence, buttons and both curves."""
    page = stage.training
    return [page.head, page.wrong, page.right]


def focus(stage: Stage) -> QWidget:
    """The button that pauses."""
    return stage.training.head.go


def _state(stage: Stage) -> str:
    """As of the live run; “gone” where it was discarded, and its path is kept."""
    live = stage.desk.live
    if live.run is not None and (stage.mine is None or live.alive):
        stage.mine = live.run
    if not stage.begun or live.state == "idle":
        return "gone"
    return live.state


def done(stage: Stage) -> bool:
    """Nothing is being learnt any more; a run of one's own is not waited for."""
    return _state(stage) in ("gone", "finished", "failed", "interrupted") or stage.watching


def words(stage: Stage) -> tuple[str, str]:
    """How it stands."""
    live, state = stage.desk.live, _state(stage)
    if state == "gone":
        return (
            "No run is going on",
            "It is in the trash, or was not started. Nothing else was touched.",
        )
    if state == "failed":
        return "This run could not go on", live.sentence
    if state == "interrupted":
        return "It was interrupted", "What it learnt is kept. Training can continue it."
    if state == "finished":
        return _result(stage)
    if state == "paused" or state == "pausing":
        return "Paused", "Nothing is lost: Resume goes on from the very same batch."
    if stage.watching:
        return (
            "Your run is going on",
            "So you watch that one, and nothing new is started. Pause holds it whenever you like.",
        )
    if state == "stopping":
        return "Testing what was learnt", "It meets things it has never seen. This takes a moment."
    return (
        "Watch one learn",
        "This one really learns on this computer, from nothing and without a teacher: twelve short passes. "
        "The left curve says how wrong it is and should fall. At the right, strangers spotted falls too: a beginner is "
        "unsure of everything and turns everyone away. Press Pause whenever you like.",
    )


def _result(stage: Stage) -> tuple[str, str]:
    counts = stage.desk.live.results.get("counts", {})
    if not counts.get("n_open") or not counts.get("n_closed"):
        return "It has learnt", "Its figures are on its page."
    return (
        "It has learnt, and was tested",
        f"{counts['correct_closed']:,} of {counts['n_closed']:,} known things kept and named right, "
        f"{counts['rejected_open']:,} of {counts['n_open']:,} strangers turned away. "
        "The next step lays it beside the finished run.",
    )


def show(stage: Stage) -> None:
    """Let a paused run go on; else finish here, which tests and keeps what was learnt."""
    state = _state(stage)
    if state in ("paused", "pausing"):
        stage.desk.ask("resume")
    elif state in ("preparing", "running"):
        stage.desk.ask("finish")


def button(stage: Stage) -> str:
    """What `show` would do now."""
    state = _state(stage)
    if state in ("paused", "pausing"):
        return "Resume"
    return "Finish here" if state == "running" else ""


STEP = Step(
    page="training",
    begin=begin,
    ready=lambda stage: stage.training.head.isVisible() or _state(stage) == "gone",
    hole=hole,
    focus=focus,
    words=words,
    done=done,
    show=show,
    button=button,
)
