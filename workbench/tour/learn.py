"""Step three: a run of about twenty seconds, really trained, or the one that is going on already."""

from PySide6.QtWidgets import QWidget

from engine.bring.preferred import DEMO
from engine.errors import EngineError
from engine.experiment import Experiment, load
from engine.places import resource
from engine.words import say
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
            say("No run is going on"),
            say("It is in the trash, or was not started. Nothing else was touched."),
        )
    if state == "failed":
        return say("This run could not go on"), live.sentence
    if state == "interrupted":
        return say("It was interrupted"), say("What it learnt is kept. Training can continue it.")
    if state == "finished":
        return _result(stage)
    if state == "paused" or state == "pausing":
        return say("Paused"), say("Nothing is lost: Resume goes on from the very same batch.")
    if stage.watching:
        return (
            say("Your run is going on"),
            say(
                "So you watch that one, and nothing new is started. Pause holds it whenever you like."
            ),
        )
    if state == "stopping":
        return say("Testing what was learnt"), say(
            "It meets things it has never seen. This takes a moment."
        )
    return (
        say("Watch one learn"),
        say(
            "This one really learns on this computer, from nothing and without a teacher: twelve short "
            "passes. The left curve says how wrong it is and should fall. At the right, strangers "
            "spotted falls too: a beginner is unsure of everything and turns everyone away. Press Pause "
            "whenever you like."
        ),
    )


def _result(stage: Stage) -> tuple[str, str]:
    counts = stage.desk.live.results.get("counts", {})
    if not counts.get("n_open") or not counts.get("n_closed"):
        return say("It has learnt"), say("Its figures are on its page.")
    return (
        say("It has learnt, and was tested"),
        say(
            "{correct_closed:,} of {n_closed:,} known things kept and named right, {rejected_open:,} of "
            "{n_open:,} strangers turned away. The next step lays it beside the finished run.",
            correct_closed=counts["correct_closed"],
            n_closed=counts["n_closed"],
            rejected_open=counts["rejected_open"],
            n_open=counts["n_open"],
        ),
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
        return say("Resume")
    return say("Finish here") if state == "running" else ""


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
