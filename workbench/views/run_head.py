"""The top of Training: how far the run is, what it can by now, and the buttons."""

import time
from html import escape

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout

from engine.explained import aligned, of_classroom, of_scenes
from engine.words import say
from workbench import theme
from workbench.kit import Button, Card, IconButton, Ring, Text, icon
from workbench.models import run_words
from workbench.models.aligned_words import Pieces
from workbench.models.live_run import LiveRun
from workbench.views.phase_strip import PhaseStrip

_NARROW = 900
_OPEN_SET, _IDEAS = (say("Look at the open set"), "openset"), (say("Look at its ideas"), "bulb")
_SCENES = (say("Look at what it says"), "room")
_CLASSROOM = (say("Look into the classroom"), "classroom")


class Headline(QLabel):
    """A sentence in large letters with some words in colour."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: Pieces = []
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.set_pixels(28)
        theme.changed().connect(self._dye)

    def say(self, pieces: Pieces) -> None:
        """Show these words in these colours."""
        if pieces != self._pieces:
            self._pieces = pieces
            self.setAccessibleName(self.words())
            self._dye()

    def words(self) -> str:
        """What is said, without colours."""
        return "".join(text for text, _ in self._pieces).replace("\n", " ")

    def set_pixels(self, pixels: int) -> None:
        """The size of the letters."""
        font = theme.font("display")
        font.setPixelSize(pixels)
        self.setFont(font)

    def _dye(self) -> None:
        spans = [
            f'<span style="color:{theme.text_color(token).name()}">{escape(text)}</span>'
            for text, token in self._pieces
        ]
        self.setText("".join(spans).replace("  ", "&nbsp; ").replace("\n", "<br>"))


class RunHead(Card):
    """Says `wished` with pause, resume, finish or discard, `look_wanted` for the results, and `report_wanted`."""

    wished = Signal(str)
    look_wanted = Signal()
    report_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.ring = Ring(size=116)
        self.headline = Headline()
        self.line = Text("", "body", "ink2", elide=True)
        self.strip = PhaseStrip()
        self.go = Button(say("Pause"), "pause")
        self.stop = Button(run_words.FINISH, "stop")
        self.look = Button(*_OPEN_SET, "primary")
        self.more = IconButton("more", say("More"))
        self.left = Text("", "small", "ink2")
        self.left.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._go_wish = "pause"
        self._shown: run_words.Buttons | None = None
        self.go.clicked.connect(self._wish)
        self.stop.clicked.connect(lambda: self.wished.emit("finish"))
        self.look.clicked.connect(self.look_wanted)
        self.more.clicked.connect(self._open_menu)
        self.stop.setToolTip(
            say("Stops learning, tests what was learnt and keeps it; can be continued (Ctrl+.)")
        )
        self.body.setContentsMargins(22, 14, 20, 14)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self.ring)
        row.addLayout(self._words(), 1)
        row.addLayout(self._buttons())
        self.body.addLayout(row)

    def _words(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(7)
        column.addStretch(1)
        column.addWidget(self.headline)
        column.addWidget(self.line)
        column.addWidget(self.strip)
        column.addStretch(1)
        return column

    def _buttons(self) -> QVBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self.look, self.go, self.stop, self.more):
            row.addWidget(button)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.left)
        column.addStretch(1)
        return column

    def show_run(self, run: LiveRun) -> None:
        """Say how the run stands."""
        self.ring.set(*run_words.ring(run))
        self.ring.set_token("bad" if run.state == "failed" else "accent")
        self.headline.say(run_words.headline(run))
        line = run_words.second_line(run)
        self.line.setText(line)
        self.line.setVisible(bool(line))
        names, at = run_words.steps(run)
        self.strip.setVisible(run.attached and (run.phase is not None or at < 3))
        if not self.strip.isHidden():
            fraction = run.phase.fraction if run.phase else None
            self.strip.show_phase(names, at, run.phase_began, fraction)
        self.left.setText(run_words.time_left(run, time.time()))
        self.left.setVisible(bool(self.left.text()))
        self._show_buttons(run)

    def _show_buttons(self, run: LiveRun) -> None:
        wanted = run_words.buttons(run)
        pictures, scenes = aligned(run.results), of_scenes(run.results)
        camera = of_classroom(run.results)
        there = pictures or scenes or camera or "counts" in run.results
        self.look.setVisible(run.state == "finished" and there)
        others = _SCENES if scenes else _IDEAS if pictures else _OPEN_SET
        self.look.set_look(*(_CLASSROOM if camera else others))
        if wanted == self._shown:
            return
        self._shown = wanted
        # Not greyed while it waits: the focus would go on to “finish”, and a second press of Space would end the run.
        self._go_wish = wanted.go_wish if wanted.can_go else ""
        if wanted.go:
            self.go.set_look(wanted.go, wanted.go_icon, "primary" if wanted.primary else "plain")
        if wanted.stop:
            self.stop.set_look(wanted.stop, "stop")
        self.go.setVisible(bool(wanted.go))
        self.stop.setVisible(bool(wanted.stop))
        self.stop.setEnabled(wanted.can_stop)

    def _wish(self) -> None:
        if self._go_wish:
            self.wished.emit(self._go_wish)

    def _open_menu(self) -> None:
        menu = QMenu(self)
        if not self.look.isHidden():
            menu.addAction(icon("file"), say("Write a report…"), self.report_wanted.emit)
        discard = menu.addAction(icon("trash"), say("Discard this run (can be undone)"))
        discard.triggered.connect(lambda: self.wished.emit("discard"))
        corner = self.more.mapToGlobal(self.more.rect().bottomRight())
        menu.exec(corner - QPoint(menu.sizeHint().width() - 1, -4))
        menu.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.headline.set_pixels(23 if self.width() < _NARROW else 28)
