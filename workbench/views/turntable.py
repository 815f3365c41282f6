"""What makes a 3D view turn by itself: a timer that counts in degrees, only while it is seen."""

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from workbench import motion

DEGREES_PER_SECOND = 12.0


class Turntable(QObject):
    """Emits `turned(degrees)` every `tick_ms` while it is on and its view is visible."""

    turned = Signal(float)

    def __init__(self, view: QObject, tick_ms: int) -> None:
        super().__init__(view)
        self.on = False
        self.speed = DEGREES_PER_SECOND
        self._visible = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=tick_ms)
        self._timer.timeout.connect(self._tick)
        motion.changed().connect(self._run)

    @property
    def moving(self) -> bool:
        """Whether it turns now."""
        return self._timer.isActive()

    def set_on(self, on: bool) -> None:
        """Turn, or stand still."""
        self.on = on
        self._run()

    def set_visible(self, visible: bool) -> None:
        """A view that nobody sees does not turn."""
        self._visible = visible
        self._run()

    def _run(self) -> None:
        if self.on and self._visible and not motion.reduced():
            self._clock.start()
            self._timer.start()
        else:
            self._timer.stop()

    def _tick(self) -> None:
        # After a hold-up it goes on from where it was instead of jumping.
        elapsed = min(self._clock.restart(), 3 * self._timer.interval())
        self.turned.emit(self.speed * elapsed / 1000)
