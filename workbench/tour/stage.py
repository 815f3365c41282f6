"""What the steps of the guided demo look at and move: the window, its desk, and the runs they are about."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEasingCurve, QObject, QPoint, QRect, QTimer, QVariantAnimation
from PySide6.QtWidgets import QWidget

from workbench import motion

if TYPE_CHECKING:
    from workbench.desk import Desk
    from workbench.pages.compare import ComparePage
    from workbench.pages.openset import OpenSetPage
    from workbench.pages.training import TrainingPage
    from workbench.window import Window

_MOVE_MS = 1600


class Stage(QObject):
    """One for a tour. `bundled` is the run that comes with the program, None where there is none to show."""

    def __init__(self, window: "Window", desk: "Desk") -> None:
        super().__init__(window)
        self.window, self.desk = window, desk
        self.bundled: Path | None = None
        self.mine: Path | None = None  # the run of the third step
        self.watching = False  # the run of the third step was going on already
        self.begun = False  # the third step has its run
        self.from_step = 0  # where the handle was when the first step began
        self.met: set[bool] = set()  # whether a stranger looked at was let in
        self._motion: QVariantAnimation | None = None
        self._later = QTimer(self, singleShot=True)

    @property
    def openset(self) -> "OpenSetPage":
        """The page of the first two steps, which is built."""
        return cast("OpenSetPage", self.window.page("openset"))

    @property
    def training(self) -> "TrainingPage":
        """The page of the third."""
        return cast("TrainingPage", self.window.page("training"))

    @property
    def compare(self) -> "ComparePage":
        """The page of the last."""
        return cast("ComparePage", self.window.page("compare"))

    def around(self, widgets: Sequence[QWidget]) -> QRect:
        """The part of the window that these fill, as far as they can be seen."""
        found = QRect()
        for widget in widgets:
            if widget.isVisible():
                corner = widget.mapTo(self.window, QPoint(0, 0))
                found |= QRect(corner, widget.size())
        return found

    def glide(self, start: int, end: int, move: Callable[[int], None]) -> None:
        """Move something from one number to another before one’s eyes."""
        self.stop()
        if motion.reduced():
            move(end)
            return
        self._motion = QVariantAnimation(self, startValue=start, endValue=end, duration=_MOVE_MS)
        self._motion.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._motion.valueChanged.connect(move)
        self._motion.start(QVariantAnimation.DeletionPolicy.KeepWhenStopped)

    def later(self, milliseconds: int, do: Callable[[], object]) -> None:
        """Do this in a moment, unless something else comes first."""
        self._later.stop()
        self._later.deleteLater()
        self._later = QTimer(self, singleShot=True, interval=milliseconds)
        self._later.timeout.connect(do)
        self._later.start()

    @property
    def moving(self) -> bool:
        """Whether something glides, or is yet to come."""
        gliding = (
            self._motion is not None and self._motion.state() == QVariantAnimation.State.Running
        )
        return gliding or self._later.isActive()

    def stop(self) -> None:
        """Nothing moves any more."""
        if self._motion is not None:
            self._motion.stop()
            self._motion.deleteLater()
            self._motion = None
        self._later.stop()
