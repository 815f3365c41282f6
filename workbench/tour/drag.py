"""Step one: the finished run, and the handle that turns strangers away."""

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from engine.metrics.open_set import STEPS
from engine.words import say
from workbench.tour.stage import Stage
from workbench.tour.step import Step

_AIM = 0.75  # of the strangers, where the handle is moved for a person


def enter(stage: Stage) -> None:
    """The handle begins where the run’s own threshold is."""
    stage.from_step = stage.openset.model.step
    stage.openset.card.guide(True)


def leave(stage: Stage) -> None:
    """From now on it is the person who moves the handle."""
    stage.openset.card.guide(False)


def ready(stage: Stage) -> bool:
    """The bundled run is on show, with its clouds."""
    page = stage.openset
    return page.on_show == stage.bundled and page.card.plot.isVisible()


def hole(stage: Stage) -> list[QWidget]:
    """The card of the handle, and the numbers above it that follow."""
    return [stage.openset.tiles, stage.openset.card]


def focus(stage: Stage) -> QWidget:
    """The handle, which the arrow keys move."""
    return stage.openset.card.plot


def done(stage: Stage) -> bool:
    """Moved, and let go."""
    plot = stage.openset.card.plot
    return stage.openset.model.step != stage.from_step and not plot.isSliderDown()


def words(stage: Stage) -> tuple[str, str]:
    """What to do, then what it brought."""
    model = stage.openset.model
    counts = model.figures()["counts"]
    rejected, strangers = counts["rejected_open"], counts["n_open"]
    right, known = counts["correct_closed"], counts["n_closed"]
    if model.step == stage.from_step:
        return (
            say("Drag the handle"),
            say(
                "A small student learnt ten kinds of furniture; thirty other kinds are strangers. Now it "
                "turns away {rejected:,} of {strangers:,} strangers. To the right it gets more careful: "
                "these numbers follow.",
                rejected=rejected,
                strangers=strangers,
            ),
        )
    before = model.figures_at(stage.from_step)["counts"]["rejected_open"]
    change = rejected - before
    turned = (
        say("{change:,} strangers more than before", change=change)
        if change >= 0
        else say("{change:,} strangers fewer than before", change=-change)
    )
    return (
        say(
            "{rejected:,} of {strangers:,} strangers turned away",
            rejected=rejected,
            strangers=strangers,
        ),
        say(
            "That is {turned}. Of the things it knows, {right:,} of {known:,} are still kept and named "
            "right: whoever is more careful also loses some friends.",
            turned=turned,
            right=right,
            known=known,
        ),
    )


def show(stage: Stage) -> None:
    """Move the handle to where three of four strangers are turned away, or as far as that goes."""
    model, plot = stage.openset.model, stage.openset.card.plot
    away = (step for step in range(STEPS + 1) if _share(stage, step) >= _AIM)
    end = next(away, round(STEPS * 0.9))
    if end == model.step:
        end = STEPS * 9 // 10 if model.step < STEPS * 9 // 10 else STEPS // 2
    stage.glide(model.step, end, plot.setValue)


def _share(stage: Stage, step: int) -> float:
    counts = stage.openset.model.figures_at(step)["counts"]
    return float(counts["rejected_open"]) / max(1, counts["n_open"])


def hint(stage: Stage) -> tuple[QPoint, str] | None:
    """Beside the handle until it is moved."""
    if stage.openset.model.step != stage.from_step or stage.moving:
        return None
    plot = stage.openset.card.plot
    return plot.mapTo(stage.window, plot.handle().toPoint()), say("drag me")


STEP = Step(
    page="openset",
    enter=enter,
    ready=ready,
    hole=hole,
    focus=focus,
    words=words,
    done=done,
    show=show,
    hint=hint,
    leave=leave,
)
