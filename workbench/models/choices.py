"""What the palette offers: deeds of the window and of the page on show, its buttons, and recent runs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton, QWidget

from engine.words import say
from workbench.deeds import deeds_of
from workbench.models.run_table import names_of

if TYPE_CHECKING:
    from engine.store import RunSummary
    from workbench.desk import Desk

_RUNS = 20


@dataclass(frozen=True)
class Offer:
    """One line of the palette: what it does, where it belongs, its keys, and other words it is looked for by."""

    words: str
    where: str
    keys: str
    do: Callable[[], object]
    also: str = ""


def offers(window: QWidget, page: QWidget | None, title: str, desk: "Desk | None") -> list[Offer]:
    """Everything that can be done now; the own deeds of the page, which has this title, first, runs last."""
    deeds = _of(page, title) if page is not None else []
    everywhere = _of(window, say("Window"))
    taken = {offer.words for offer in (*deeds, *everywhere)}
    buttons = [] if page is None else [b for b in _buttons(page, title) if b.words not in taken]
    runs = [] if desk is None else _runs(desk)
    return [*deeds, *buttons, *everywhere, *runs]


def _of(owner: QWidget, where: str) -> list[Offer]:
    return [
        Offer(deed.text(), where, deed.spoken, deed.trigger, deed.also)
        for deed in deeds_of(owner)
        if deed.possible
    ]


def _buttons(page: QWidget, where: str) -> list[Offer]:
    """Buttons with words on them; of several with the same words the first."""
    found: dict[str, QPushButton] = {}
    for button in page.findChildren(QPushButton):
        if button.text() and button.isVisible() and button.isEnabled():
            found.setdefault(button.text(), button)
    return [
        Offer(words, where, "", button.click, _listed(button)) for words, button in found.items()
    ]


def _listed(button: QPushButton) -> str:
    """What the menu of a button holds."""
    menu = button.menu()
    return " ".join(action.text() for action in menu.actions()) if menu is not None else ""


def _runs(desk: "Desk") -> list[Offer]:
    newest = desk.shelf.runs[:_RUNS]
    names = names_of(newest)
    return [
        Offer(
            say("Open run “{names}”", names=names[run.path]),
            say("Runs"),
            "",
            partial(_open, desk, run),
            " ".join(run.tags),
        )
        for run in newest
    ]


def _open(desk: "Desk", run: "RunSummary") -> None:
    if run.tested:
        desk.look(run.path)
    elif run.path == desk.live.run:
        desk.go("training")
    elif desk.live.alive:
        sentence = say(
            "“{live}” is still learning: Training shows it until it is done.", live=desk.live.name
        )
        desk.message.emit("info", sentence)
    else:
        desk.show_run(run.path)
