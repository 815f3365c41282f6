"""Training: the run that goes on, live, and everything that can be asked of it."""

from itertools import cycle
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.words import counted, say
from workbench.kit import Button, Chip, EmptyState, Segmented
from workbench.models.curve import Curve
from workbench.models.live_run import LiveRun
from workbench.models.material import OPEN, material_of
from workbench.models.measured import SPEED
from workbench.pages.page import Page
from workbench.report_file import ask_report
from workbench.views.curves import CurveCard
from workbench.views.log_drawer import LogDrawer
from workbench.views.meter import Meter
from workbench.views.run_head import RunHead
from workbench.views.run_lines import (
    best_words,
    course,
    loss_curves,
    loss_lines,
    paper_mark,
    plain,
    right_lines,
    schedule_words,
    tested_words,
    weighs_as_set,
)
from workbench.views.trouble import Trouble
from workbench.vitals import Pulse

if TYPE_CHECKING:
    from workbench.desk import Desk

_TICK_MS = 50  # two plots take turns: each is drawn at most ten times a second
_METERS_EVERY = 20
_LOW = 800  # a page lower than this shows two lines of the log
_PAUSES = {"running": "pause", "preparing": "pause", "paused": "resume"}
_WEIGHTING = (
    say("What each term adds to the loss: times its weight"),
    say("Each term as it is measured, before its weight"),
)
_NAMES_KINDS = say("How right it is"), say("on objects held back · higher is better")
_HEADINGS = {
    "pairs": (say("How well it answers"), say("as the teacher of pictures · higher is better")),
    "scenes": (say("How right it is"), say("on rooms held back · higher is better")),
    "drives": (say("How right it is"), say("on streets held back · higher is better")),
    "parts": (say("How right it is"), say("on shapes held back · higher is better")),
}
_SPEED = say("objects a second")
_SPEEDS = {
    "pairs": say("pairs a second"),
    "scenes": say("rooms a second"),
    "drives": say("views a second"),
}
_STATES = {
    "preparing": (say("Getting ready"), "accent"),
    "running": (say("Running"), "accent"),
    "pausing": (say("Pausing"), "warn"),
    "paused": (say("Paused"), "warn"),
    "interrupted": (say("Interrupted"), "warn"),
    "stopping": (say("Stopping"), "warn"),
    "finished": (say("Finished"), "good"),
    "failed": (say("Failed"), "bad"),
}


class TrainingPage(Page):
    """Ring and sentence, two plots, four meters, log."""

    key = "training"
    title = say("Training")
    sentence = say("Nothing is being learnt right now.")

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.chip = Chip("", dot=True)
        self.actions.addWidget(self.chip)
        self.trouble = Trouble()
        self.head = RunHead()
        self.wrong = CurveCard(say("How wrong it is"), say("loss · lower is better"), smooths=True)
        self.weighting = Segmented([say("Weighted"), say("Unweighted")])
        for place, words in enumerate(_WEIGHTING):
            self.weighting.option(place).setToolTip(words)
        self.wrong.add_control(self.weighting)
        self.right = CurveCard(*_NAMES_KINDS, percent=True)
        self.speed = Meter(say("Speed"), _SPEED, "accent")
        self.device = Meter(say("Processor"), "", "kd")
        self.rate = Meter(say("Learning rate"), "", "ce")
        self.best = Meter(say("Best so far"), say("not measured yet"))
        self.log = LogDrawer()
        self.stack = QStackedWidget()
        self.stack.addWidget(self._nothing())
        self.stack.addWidget(self._everything())
        self.body.addWidget(self.trouble)
        self.body.addWidget(self.stack, 1)
        self._pulse, self._busy = Pulse(), Curve()
        self._turns = cycle((self.wrong, self.right))
        self._ticks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._connect()
        self._show_run()
        self._renew_curves()
        self._renew_log()

    def _connect(self) -> None:
        live = self.desk.live
        live.changed.connect(self._show_run)
        live.curves_changed.connect(self._renew_curves)
        live.logged.connect(self.log.add)
        live.renewed.connect(self._renew_log)
        self.desk.schema_changed.connect(self._renew_curves)
        self.head.wished.connect(self.desk.ask)
        self.head.look_wanted.connect(self._look)
        self.head.report_wanted.connect(self._report)
        self.weighting.changed.connect(self._renew_curves)
        for card in (self.wrong, self.right):
            card.wants_redraw.connect(self._wake)
        self.add_deed(
            say("Pause or go on | resume, continue, hold"),
            "Space",
            self._pause,
            yields=True,
            when=self._can_pause,
        )
        self.add_deed(say("Show more or less of the log"), "Ctrl+L", self.log.toggle)

    def _nothing(self) -> QWidget:
        sheet = QWidget()
        state = EmptyState(
            "curve",
            say("No run yet"),
            say("Choose what is to be learnt, press Start, and watch it here."),
            say("Set up a run"),
        )
        state.acted.connect(lambda: self.desk.go("setup"))
        look = Button(say("Look at the data first"), "cube", "quiet")
        look.clicked.connect(lambda: self.desk.go("data"))
        column = QVBoxLayout(sheet)
        column.addStretch(2)
        column.addWidget(state)
        column.addWidget(look, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return sheet

    def _everything(self) -> QWidget:
        sheet = QWidget()
        plots, self.meters = QHBoxLayout(), QWidget()
        meters = QHBoxLayout(self.meters)
        meters.setContentsMargins(0, 0, 0, 0)
        plots.addWidget(self.wrong, 13)
        plots.addWidget(self.right, 12)
        for meter in (self.speed, self.device, self.rate, self.best):
            meters.addWidget(meter, 1)
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.head)
        column.addLayout(plots, 1)
        column.addWidget(self.meters)
        column.addWidget(self.log)
        for layout in (plots, meters, column):
            layout.setSpacing(14)
        return sheet

    def shown(self) -> None:
        """The page came to the front."""
        self._show_run()
        self._wake()

    def _show_run(self) -> None:
        live = self.desk.live
        self.stack.setCurrentIndex(int(live.state != "idle"))
        self.set_sentence(live.name if live.state != "idle" else self.sentence)
        words, token = _STATES.get(live.state, ("", "ink2"))
        self.chip.set_text(words, token)
        self.chip.setVisible(bool(words))
        self.trouble.show_failure(live.sentence if live.state == "failed" else "", live.detail)
        self.head.show_run(live)
        self._settle()
        self._wake()

    def _settle(self) -> None:
        """Where there is little height, the plots get it."""
        low = self.height() < _LOW
        self.log.set_lines(2 if low else 4)
        self.meters.setHidden(low and not self.trouble.isHidden())

    def _renew_log(self) -> None:
        self.log.show_all(self.desk.live.log)

    def _renew_curves(self) -> None:
        live = self.desk.live
        epochs = live.experiment.training.epochs if live.experiment else 1
        as_set, schema = weighs_as_set(live), self.desk.schema
        weighted = as_set and self.weighting.index == 0
        lines = loss_lines(live, schema, weighted)
        self.weighting.setVisible(as_set and len(lines) > 1)
        self.wrong.plot.set_axis(
            say("loss")
            if len(lines) < 2
            else say("loss, weighted")
            if weighted
            else say("loss, unweighted")
        )
        self.wrong.follow(loss_curves(live, schema, weighted and len(lines) > 1), lines, epochs)
        draft = live.experiment
        material = material_of(draft, self.desk.schema) if draft is not None else OPEN
        right = right_lines(live, material)
        self.right.setVisible(bool(right))
        self.right.set_heading(*_HEADINGS.get(material, _NAMES_KINDS))
        self.speed.set_note(_SPEEDS.get(material, _SPEED))
        self.right.follow(live.curves, right, epochs)
        self.right.plot.set_mark(*paper_mark(live))
        self._show_best()

    def _look(self) -> None:
        if self.desk.live.run is not None:
            self.desk.look(self.desk.live.run)

    def _report(self) -> None:
        if self.desk.live.run is not None:
            ask_report(self.desk, self, [self.desk.live.run])

    def _can_pause(self) -> bool:
        return self.desk.live.state in _PAUSES

    def _pause(self) -> None:
        self.desk.ask(_PAUSES[self.desk.live.state])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _wake(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _tick(self) -> None:
        card = next(self._turns)
        if card.dirty:
            card.redraw()
        if self._ticks % _METERS_EVERY == 0:
            self._show_meters()
        self._ticks += 1
        idle = not self.desk.live.alive and not (self.wrong.dirty or self.right.dirty)
        if idle:
            self._show_meters()
            self._timer.stop()
            self._ticks = 0

    def _show_meters(self) -> None:
        live = self.desk.live
        speed, rate = live.last(SPEED), live.last("learning_rate")
        self.speed.show_number(f"{speed:,.0f}" if speed is not None else "")
        self.speed.show_course(course(live.curves.get(SPEED)))
        self.rate.show_number(plain(rate) if rate is not None else "", schedule_words(live))
        self.rate.show_course(course(live.curves.get("learning_rate")))
        self._show_best()
        self._show_device(live)

    def _show_best(self) -> None:
        best = self.desk.live.best
        title = say("Best so far · {tested_words}", tested_words=tested_words(self.desk.live))
        if best is None:
            self.best.show_number("", say("not measured yet"), title)
        else:
            self.best.show_number(
                say("pass {epoch:.0f}", epoch=best.epoch), best_words(best), title
            )

    def _show_device(self, live: LiveRun) -> None:
        started = live.started
        if started is not None and not started.device.startswith("cpu"):
            self.device.show_number(started.device, say("does the sums"), say("Graphics chip"))
            self.device.show_course(())
            return
        vitals = self._pulse.read()
        threads = counted(started.threads, "thread") if started else ""
        if vitals.processor is not None and live.alive:
            self._busy.append(len(self._busy), 0.0, vitals.processor)
        busy = f"{vitals.processor:.0%}" if vitals.processor is not None else ""
        self.device.show_number(busy, threads or vitals.memory, say("Processor"))
        self.device.show_course(course(self._busy))
