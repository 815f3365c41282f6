"""What happens when the window is closed while a run is going on."""

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench.kit.button import Button
from workbench.kit.text import Text
from workbench.toasts import Toasts

if TYPE_CHECKING:
    from workbench.desk import Desk
    from workbench.models.live_run import LiveRun

PATIENCE_MS = 10_000
Leave = Literal["pause", "finish", "cancel"]


class LeavingDialog(QDialog):
    """Pause and save (the default), stop and keep, or stay, which is the answer until one is given."""

    def __init__(self, parent: QWidget | None, run_name: str, begun: bool = True) -> None:
        super().__init__(parent)
        self.answer: Leave = "cancel"
        self._run_name = run_name
        self.setWindowTitle(say("A run is going on"))
        self.setModal(True)
        self.setFixedWidth(480)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(8)
        going_on = say("“{run_name}” is still learning", run_name=run_name)
        preparing = say("“{run_name}” is still getting ready", run_name=run_name)
        self.head = Text(going_on if begun else preparing, "h2", wrap=True)
        words = say(
            "Pause and save: it goes on from here next time. Stop and keep: the model as it is now "
            "is tested and kept. Nothing is lost either way."
        )
        early = say(
            "It has learnt nothing yet. Pause and save: it begins again next time. Stop and keep: its "
            "settings stay in the list of runs."
        )
        self.words = Text(words if begun else early, "body", "ink2", wrap=True)
        column.addWidget(self.head)
        column.addWidget(self.words)
        column.addSpacing(10)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.stay = Button(say("Cancel"), role="quiet")
        self.finish = Button(say("Stop and keep"), "stop")
        self.pause = Button(say("Pause and save"), "pause", "primary")
        self.pause.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.stay)
        row.addStretch(1)
        row.addWidget(self.finish)
        row.addWidget(self.pause)
        self.stay.clicked.connect(self.reject)
        self.finish.clicked.connect(lambda: self._choose("finish"))
        self.pause.clicked.connect(lambda: self._choose("pause"))
        self.pause.setFocus()
        return row

    def settle(self) -> None:
        """The run ended while this was asked: nothing is left to choose but to close or to stay."""
        self.head.setText(say("“{run_name}” has ended", run_name=self._run_name))
        self.words.setText(say("What it had saved is kept. Nothing is left to wait for."))
        self.finish.hide()
        self.pause.set_look(say("Close"), role="primary")

    def _choose(self, answer: Leave) -> None:
        self.answer = answer
        self.accept()


def ask_how_to_leave(parent: QWidget | None, live: "LiveRun") -> Leave:
    """Ask, and wait for the answer; the question follows the run."""
    dialog = LeavingDialog(parent, live.name, live.started is not None)

    def follow() -> None:
        if not is_going_on(live):
            dialog.settle()

    live.changed.connect(follow)
    dialog.exec()
    live.changed.disconnect(follow)
    return dialog.answer


def is_going_on(live: "LiveRun") -> bool:
    """Whether closing now would break off something that is not saved."""
    return live.alive and live.state != "paused"


class WayOut(QObject):
    """Asks about a run that is going on, and closes the window as soon as that run is saved."""

    def __init__(self, window: QWidget, toasts: Toasts) -> None:
        super().__init__(window)
        self._window, self._toasts = window, toasts
        self._desk: Desk | None = None
        self._leaving = self._at_once = False
        self.patience = QTimer(self, interval=PATIENCE_MS)
        self.patience.timeout.connect(self._offer_to_close)

    def watch(self, desk: "Desk") -> None:
        """The run of this desk is the one that is asked about."""
        self._desk = desk
        desk.live.changed.connect(self._follow)

    def is_open(self) -> bool:
        """Whether to close now. Else the window waits for the run, or stays."""
        return self._at_once or not self._busy() or self._ask()

    def _busy(self) -> bool:
        return self._desk is not None and is_going_on(self._desk.live)

    def _ask(self) -> bool:
        assert self._desk is not None
        answer = ask_how_to_leave(self._window, self._desk.live)
        self._leaving = answer != "cancel"
        if answer == "cancel" or not self._busy():
            return self._leaving
        self._desk.ask(answer)
        self._toasts.say(
            "info", say("Saving. The window closes by itself as soon as that is done.")
        )
        self.patience.start()
        return False

    def _follow(self) -> None:
        if self._leaving and not self._busy():
            self._window.close()

    def _offer_to_close(self) -> None:
        """The run does not answer: nobody has to wait for it."""
        if self._leaving and self._busy():
            self._toasts.say(
                "warn",
                say(
                    "Saving takes longer than usual. The last checkpoint is safe: closed now, the run "
                    "goes on from there next time."
                ),
                say("Close anyway"),
                self._close_anyway,
            )

    def _close_anyway(self) -> None:
        self._at_once = True
        self.patience.stop()
        self._window.close()
