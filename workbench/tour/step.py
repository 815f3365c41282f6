"""What a step of the guided demo is: plain functions of the stage, read again and again while it is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from engine.words import say
from workbench.tour.stage import Stage


def _nothing(_stage: Stage) -> None:
    pass


@dataclass(frozen=True)
class Step:
    """begin: what makes it ready, called once; ready: whether what it shows is there; enter: called once it is; hole:
    the widgets that are lit; focus: what the keyboard moves; words: title and sentences as things stand now; done:
    whether the person (or `show`) has done it; show: does it for them; button: what the main button says until it is
    done, "" where it waits; hint: a place of the window and words for it, while it is not done; leave: tidies up.
    """

    page: str
    ready: Callable[[Stage], bool]
    hole: Callable[[Stage], Sequence[QWidget]]
    focus: Callable[[Stage], QWidget]
    words: Callable[[Stage], tuple[str, str]]
    done: Callable[[Stage], bool]
    begin: Callable[[Stage], None] = _nothing
    enter: Callable[[Stage], None] = _nothing
    show: Callable[[Stage], None] = _nothing
    button: Callable[[Stage], str] = lambda _stage: say("Show me")
    hint: Callable[[Stage], tuple[QPoint, str] | None] = lambda _stage: None
    leave: Callable[[Stage], None] = _nothing
