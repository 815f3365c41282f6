"""Doctor: groups of findings, how many of them are fine, to know about and to mend, and a report to copy."""

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench import doctor, theme
from workbench.background import in_background
from workbench.doctor import COUNTS, GROUPS, Finding
from workbench.kit import Button, FadingScroll, IconTile, Text
from workbench.kit.dialog import Dialog
from workbench.kit.paint import painter_of, panel
from workbench.rehearsal import Rehearsal
from workbench.views.check_mark import LOOKS, paint_check
from workbench.views.work_bar import WorkBar

if TYPE_CHECKING:
    from workbench.desk import Desk

_WIDTH, _HEIGHT = 780, 806
_REHEARSE = say("Rehearse")
_SIDE = 46.0  # left of the words, for the mark


class DoctorDialog(Dialog):
    """Looks in the background when it opens and when asked again; the buttons stay outside what scrolls."""

    def __init__(self, desk: "Desk", parent: QWidget) -> None:
        super().__init__(say("Doctor"), parent)
        self._desk = desk
        self.findings: list[Finding] = []
        self.resize(_WIDTH, min(_HEIGHT, parent.height() - 60))
        self.told = Text("", "body", "ink2")
        self.work = WorkBar()
        self._numbers = {state: Text("", "h1", LOOKS[state][1]) for state in COUNTS}
        self._counts = QWidget()
        self._scroll = FadingScroll("bg1")
        self._scroll.setAccessibleName(say("What was looked at"))
        self.copy = Button(say("Copy report"), "copy", "quiet")
        self.again = Button(say("Look again"), "reset")
        self.rehearse = Button(_REHEARSE, "play")
        self.rehearse.setToolTip(
            say("A tiny training, its checkpoint, a frame in 3D; nothing of yours is touched")
        )
        self._rehearsal: Rehearsal | None = None
        self.close_button = Button(say("Close"), role="primary")
        self._lay_out()
        self.copy.clicked.connect(self._copy)
        self.again.clicked.connect(self.look)
        self.rehearse.clicked.connect(self._rehearse)
        self.finished.connect(self._cancel)
        self.close_button.clicked.connect(self.accept)
        self.close_button.setFocus()
        self.look()

    def look(self) -> None:
        """Look at everything, which changes nothing."""
        began, desk = time.monotonic(), self._desk
        self._scroll.hide()
        self._counts.hide()
        self.work.show_work(say("Looking at everything a run needs"), -1.0)
        self.told.setText(say("This changes nothing."))
        self._enable(False)
        work = partial(doctor.look, doctor.typefaces(), desk.store.folder, desk.draft)
        in_background(self, work, lambda found: self._take(found, time.monotonic() - began))

    def _take(self, findings: list[Finding], seconds: float) -> None:
        self.findings = findings + [own for own in self.findings if own.group == "rehearsal"]
        self.work.hide()
        self.told.setText(
            say(
                "Looked at what a run needs. It took {seconds:.1f} s and changed nothing.",
                seconds=seconds,
            )
        )
        self._show_counts()
        self._counts.show()
        self._fill()
        self._scroll.show()
        self._enable(True)

    def _enable(self, on: bool) -> None:
        for button in (self.copy, self.again, self.rehearse):
            button.setEnabled(on)

    def _rehearse(self) -> None:
        """Begin a rehearsal, or leave the one that goes on."""
        if self._rehearsal is not None:
            self._cancel()
            return
        self._rehearsal = rehearsal = Rehearsal()
        self._enable(False)
        self.rehearse.set_look(say("Stop"), "stop")
        self.rehearse.setEnabled(True)
        self.work.show_work(say("Rehearsing: a tiny training, its checkpoint, a frame in 3D"), -1.0)
        in_background(self, partial(doctor.rehearsed, rehearsal), self._take_rehearsed)

    def _cancel(self) -> None:
        if self._rehearsal is not None:
            self._rehearsal.cancel()

    def _take_rehearsed(self, found: list[Finding]) -> None:
        self._rehearsal = None
        self.work.hide()
        self.rehearse.set_look(_REHEARSE, "play")
        if found:
            self.findings = [own for own in self.findings if own.group != "rehearsal"] + found
            self._show_counts()
            self._fill()
            self._scroll.verticalScrollBar().setValue(self._scroll.verticalScrollBar().maximum())
        self._enable(True)

    def _show_counts(self) -> None:
        for count, state in doctor.counts(self.findings):
            self._numbers[state].setText(str(count))

    def _fill(self) -> None:
        inner = QWidget()
        inner.setProperty("plain", "true")
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 10, 12)
        rows.setSpacing(6)
        for group, title in GROUPS.items():
            own = [finding for finding in self.findings if finding.group == group]
            heading = Text(title, "caps", "ink3")
            heading.setContentsMargins(4, 8, 0, 2)
            for row in [heading, *map(FindingRow, own)] if own else []:
                rows.addWidget(row)
        rows.addStretch(1)
        if (former := self._scroll.takeWidget()) is not None:
            former.deleteLater()
        self._scroll.setWidget(inner)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(doctor.report(self.findings)))
        self.copy.set_look(say("Copied"), "check")

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(Text(say("Doctor"), "h1"))
        words.addWidget(self.told)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(IconTile("doctor"))
        head.addLayout(words, 1)
        counts = QHBoxLayout(self._counts)
        counts.setContentsMargins(0, 0, 0, 0)
        counts.setSpacing(7)
        for state, said in COUNTS.items():
            counts.addWidget(self._numbers[state])
            counts.addWidget(Text(said, "body", "ink2"))
            counts.addSpacing(16)
        counts.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.copy)
        foot.addStretch(1)
        foot.addWidget(self.rehearse)
        foot.addWidget(self.again)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 16, 18)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._counts)
        column.addWidget(self.work)
        column.addWidget(self._scroll, 1)
        column.addStretch(0)
        column.addLayout(foot)


class FindingRow(QWidget):
    """Mark, name and sentence; what is to mend by a line to type has a button that copies it."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding
        self.setAccessibleName(f"{COUNTS[finding.state]}: {finding.name}. {finding.sentence}")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(finding.name, "strong", elide=True))
        words.addWidget(Text(finding.sentence, "small", "ink2", wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(round(_SIDE), 5, 8, 6)
        row.setSpacing(12)
        row.addLayout(words, 1)
        if finding.fix:
            row.addWidget(self._button(finding))

    def _button(self, finding: Finding) -> Button:
        copy = Button(say("Copy the line"), "copy")
        copy.setToolTip(finding.fix)
        copy.setAccessibleName(say("Copy the line that mends it: {fix}", fix=finding.fix))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(finding.fix))
        return copy

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        fill = theme.color("badSoft" if self.finding.state == "mend" else "bg2")
        panel(painter, QRectF(self.rect()), fill, None, 8)
        paint_check(painter, QPointF(_SIDE / 2, self.height() / 2), self.finding.state, 10)
