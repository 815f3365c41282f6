"""The guided demo: goes from step to step, as the person does them or has them done."""

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from engine.bundled import bundled_run
from engine.datasets import place_of
from engine.experiment import Data
from engine.store import RunStore
from engine.words import say
from workbench.background import read_in_background
from workbench.tour import beside, drag, learn, meet
from workbench.tour.overlay import TourOverlay
from workbench.tour.stage import Stage
from workbench.tour.step import Step

if TYPE_CHECKING:
    from workbench.window import Window

STEPS: tuple[Step, ...] = (drag.STEP, meet.STEP, learn.STEP, beside.STEP)
_WITHOUT_BUNDLE = 2  # the first step that needs no finished run
_AFTERWARDS = "bring"  # the page that goes on from here
_BEAT_MS = 50
_PATIENCE_SECONDS = 20.0
_WAITING = say("A moment"), say("A finished run that comes with the program is being opened.")
_TOLD = say("That was the demo. What it made is listed on Home; nothing of yours was changed.")


class Tour(QObject):
    """One for a window, and as often as one likes. `place` is the step on show, -1 while none is."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self.place = -1
        self.overlay: TourOverlay | None = None
        self.stage: Stage | None = None
        self._entered, self._since = False, 0.0
        self._beats = QTimer(self, interval=_BEAT_MS)
        self._beats.timeout.connect(self._beat)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), window)
        self._escape.setEnabled(False)
        self._escape.activated.connect(self.leave)
        window.installEventFilter(self)

    @property
    def going(self) -> bool:
        """Whether it is on show."""
        return self.overlay is not None

    def begin(self) -> None:
        """From the start, also where it is going on already."""
        desk = self._window.desk
        assert desk is not None
        self.leave()
        if self.stage is not None:
            self.stage.deleteLater()
        self.stage = stage = Stage(self._window, desk)
        self._open()
        read = partial(_laid_ready, desk.store)
        read_in_background(stage, read, partial(self._take_bundle, stage))

    def leave(self) -> None:
        """Put the scrim away, and nothing else: what was opened stays open, a run goes on."""
        if self.going:
            self._leave_step()
            self._close()

    def next(self) -> None:
        """On to the next step where this one is done; else have it done."""
        if self.stage is None or self.place < 0 or self.stage.moving:
            return
        step = STEPS[self.place]
        if self._entered and not step.done(self.stage):
            step.show(self.stage)
        elif self._is_last:
            self._end(_AFTERWARDS)
        else:
            self.skip()

    def skip(self) -> None:
        """On to the next step as things stand; after the last one it ends."""
        if self._is_last:
            self._end()
        else:
            self._go(self.place + 1)

    @property
    def _is_last(self) -> bool:
        return self.place + 1 == len(STEPS)

    def _end(self, page: str = "") -> None:
        self.leave()
        if page:
            self._window.go(page)
        self._window.toasts.say("good", _TOLD)

    # --- getting ready ---

    def _take_bundle(self, stage: Stage, found: tuple[Path, Data, bool] | str) -> None:
        if stage is not self.stage or not self.going:
            return
        if isinstance(found, str):
            stage.desk.message.emit("warn", found)
            self._go(_WITHOUT_BUNDLE)
            return
        path, data, prepared = found
        stage.bundled = path
        if prepared:
            self._lay(stage)
        else:
            stage.desk.prepare(data, partial(self._lay, stage))

    def _lay(self, stage: Stage) -> None:
        if stage is self.stage and self.going and stage.bundled is not None:
            stage.desk.shelf.look()
            stage.desk.open_run(stage.bundled)
            self._go(0)

    # --- steps ---

    def _go(self, place: int) -> None:
        self._leave_step()
        assert self.stage is not None
        self.place, self._entered, self._since = place, False, time.monotonic()
        step = STEPS[place]
        self._window.go(step.page)
        step.begin(self.stage)
        if self.overlay is not None:
            self.overlay.callout.offer(say("Next"), False)
        self._beat()

    def _enter(self, step: Step, stage: Stage) -> None:
        self._entered = True
        step.enter(stage)
        overlay = self.overlay
        if overlay is None:
            return
        overlay.callout.count(self.place + 1, len(STEPS))
        focus = step.focus(stage)
        QWidget.setTabOrder(focus, overlay.callout.next)
        QWidget.setTabOrder(overlay.callout.next, overlay.callout.skip)
        focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_step(self) -> None:
        if self.stage is not None:
            self.stage.stop()
            if self._entered and self.place >= 0:
                STEPS[self.place].leave(self.stage)
        self._entered = False

    def _beat(self) -> None:
        """Show how things stand: the step looks anew each time, so nothing has to tell it."""
        overlay, stage = self.overlay, self.stage
        if overlay is None or stage is None:
            return
        if self.place < 0:
            overlay.aim(QRect())
            return
        step = STEPS[self.place]
        if not self._is_here(step):
            self._stray()
        elif self._entered:
            self._show(step, stage, overlay)
        elif step.ready(stage):
            self._enter(step, stage)
            self._beat()
        elif time.monotonic() - self._since > _PATIENCE_SECONDS:
            stage.desk.message.emit(
                "warn", say("The demo’s run could not be shown. Nothing was harmed.")
            )
            self.skip()

    def _show(self, step: Step, stage: Stage, overlay: TourOverlay) -> None:
        if not step.ready(stage):  # what it showed is gone: wait, or go on
            overlay.aim(QRect())
            overlay.hint.point_at(None)
            return
        done = step.done(stage)
        callout = overlay.callout
        callout.say(*step.words(stage))
        on = say("Bring your own") if self._is_last else say("Next")
        button = on if done else step.button(stage)
        callout.offer(button or say("Next"), bool(button) and not stage.moving)
        overlay.aim(stage.around(step.hole(stage)), stage.around([self._window.toasts]))
        hint = None if done else step.hint(stage)
        overlay.hint.point_at(*(hint or (None, "")))

    def _is_here(self, step: Step) -> bool:
        return self._window.stack.currentWidget() is self._window.page(step.page)

    def _stray(self) -> None:
        """The person went to another page: the scrim goes, and there is a way back."""
        place, stage = self.place, self.stage
        self.leave()
        sentence = say(
            "You left the demo at step {place} of {steps}.", place=place + 1, steps=len(STEPS)
        )
        self._window.toasts.say(
            "info", sentence, say("Go on with it"), lambda: self._resume(stage, place)
        )

    def _resume(self, stage: Stage | None, place: int) -> None:
        if stage is None or stage is not self.stage or self.going:
            return  # it was begun anew meanwhile
        self._open()
        self._go(place)

    # --- the scrim ---

    def _open(self) -> None:
        self.place, self._since = -1, time.monotonic()
        self.overlay = overlay = TourOverlay(self._window)
        overlay.next_wanted.connect(self.next)
        overlay.skip_wanted.connect(self.skip)
        overlay.leave_wanted.connect(self.leave)
        overlay.callout.count(0, len(STEPS))
        overlay.callout.say(*_WAITING)
        overlay.show()
        overlay.raise_()
        self._escape.setEnabled(True)
        self._beats.start()
        self._beat()

    def _close(self) -> None:
        self._beats.stop()
        self._escape.setEnabled(False)
        self.place, self._entered = -1, False
        if self.overlay is not None:
            self.overlay.finish()
            self.overlay = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.going:
            QTimer.singleShot(0, self, self._beat)
        return False


def _laid_ready(store: RunStore) -> tuple[Path, Data, bool]:
    """The bundled run, its data, and whether they are prepared on this computer."""
    path = bundled_run(store)
    data = store.open(path).experiment.data
    return path, data, place_of(data).exists()
