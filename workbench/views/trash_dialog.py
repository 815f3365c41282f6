"""The trash: every run that was thrown away and can come back, and the way to be rid of all of them."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.store import TRASH_DAYS, RunSummary
from engine.words import counted, say
from workbench.kit import Banner, Button, Card, FadingScroll, Text
from workbench.kit.dialog import Dialog

if TYPE_CHECKING:
    from workbench.desk import Desk

_WIDTH, _HEIGHT = 620, 520
_DAY = 86400


class TrashDialog(Dialog):
    """Rows of runs with “Take it back”; emptying is asked about once more, in place."""

    def __init__(self, desk: "Desk", parent: QWidget | None = None) -> None:
        super().__init__(say("Trash"), parent)
        self._desk = desk
        self.resize(_WIDTH, _HEIGHT)
        self.backs: list[Button] = []
        self._told = Text("", "body", "ink2")
        self._scroll = FadingScroll("bg1")
        self._scroll.setAccessibleName(say("Runs in the trash"))
        self.question = Banner("", "warn", say("Delete for good"))
        self.empty = Button(say("Empty the trash"), "trash", "danger")
        self.close_button = Button(say("Close"), role="primary")
        self._lay_out()
        self.empty.clicked.connect(self._ask)
        self.question.acted.connect(self._delete)
        self.question.dismissed.connect(self._fill)
        self.close_button.clicked.connect(self.accept)
        self._fill()
        self.close_button.setFocus()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self.empty)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 20, 18)
        column.setSpacing(10)
        column.addWidget(Text(say("Trash"), "h2"))
        column.addWidget(self._told)
        column.addWidget(self.question)
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)

    def _fill(self) -> None:
        runs = self._desk.store.trash()
        self.backs = []
        inner = QWidget()
        inner.setProperty("plain", "true")
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 10, 0)
        rows.setSpacing(8)
        for run in runs:
            rows.addWidget(self._row(run))
        rows.addStretch(1)
        # A button of the former rows may just be saying that it was pressed.
        if (former := self._scroll.takeWidget()) is not None:
            former.deleteLater()
        self._scroll.setWidget(inner)
        stay = say(
            "Each stays for {trash_days} days from when it was thrown away.", trash_days=TRASH_DAYS
        )
        self._told.setText(
            f"{counted(len(runs), 'run')}. {stay}" if runs else say("Nothing is in it.")
        )
        self.question.hide()
        self.empty.setEnabled(bool(runs))

    def _row(self, run: RunSummary) -> Card:
        thrown = run.path.stat().st_mtime
        left = TRASH_DAYS - int((datetime.now().timestamp() - thrown) / _DAY)
        back = Button(say("Take it back"), "undo")
        back.setAccessibleName(say("Take “{run}” back", run=run.name))
        back.clicked.connect(partial(self._take_back, run))
        self.backs.append(back)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(Text(run.name, "strong", elide=True))
        days = say(
            "thrown away {when:%d %b %H:%M}, {days} left",
            when=datetime.fromtimestamp(thrown),
            days=counted(left, "day"),
        )
        words.addWidget(Text(days, "small", "ink3", elide=True))
        row = QHBoxLayout()
        row.addLayout(words, 1)
        row.addWidget(back)
        card = Card(level=2)
        card.body.setContentsMargins(14, 8, 12, 8)
        card.body.addLayout(row)
        return card

    def _take_back(self, run: RunSummary) -> None:
        self._desk.take_back(run.path)
        self._fill()

    def _ask(self) -> None:
        count = len(self.backs)
        which = say("The run") if count == 1 else say("All {runs}", runs=counted(count, "run"))
        self.question.set_text(
            say(
                "{which} in the trash will be deleted for good. This cannot be taken back.",
                which=which,
            ),
            "warn",
            say("Delete for good"),
        )
        self.question.show()
        self.question.close_button.setFocus()

    def _delete(self) -> None:
        self._desk.empty_trash()
        self._fill()
        self.close_button.setFocus()
