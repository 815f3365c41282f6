"""The card at the foot of the rail that says how busy this computer is."""

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engine.words import say
from workbench import theme
from workbench.heartbeat import LOOKS, Heartbeat
from workbench.kit.icon import pixmap
from workbench.kit.paint import painter_of, panel
from workbench.vitals import Pulse, Vitals

_REFRESH_MS = 2000


class DeviceMeter(QWidget):
    """How busy the processor is and how much memory is used; names a graphics chip at work."""

    def __init__(self) -> None:
        super().__init__()
        self._pulse = Pulse()
        self.heart = Heartbeat(self)
        self.heart.changed.connect(self._explain)
        self._vitals = Vitals()
        self._device = ""
        self._narrow = False
        self.setAccessibleName(say("Device"))
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        self.set_narrow(False)

    def set_device(self, device: str) -> None:
        """What the engine said it computes on (“cpu”, “cuda:0”), or nothing."""
        self._device = device
        self._explain()

    def set_narrow(self, narrow: bool) -> None:
        """The icon alone, or the whole card."""
        self._narrow = narrow
        self.setFixedHeight(36 if narrow else 62)
        self.update()

    def refresh(self) -> None:
        """Read the vitals again."""
        self._vitals = self._pulse.read()
        self._explain()

    def _explain(self) -> None:
        note = f"{note}. " if (note := self._note()) else ""
        self.setToolTip(
            say(
                "Processor: {percent} busy. {note}\n{sentence}",
                percent=self._percent(),
                note=note,
                sentence=self.heart.sentence,
            )
        )
        self.setAccessibleDescription(self.toolTip())
        self.update()

    def _percent(self) -> str:
        share = self._vitals.processor
        return "–" if share is None else f"{100 * share:.0f} %"

    def _note(self) -> str:
        if self._device.startswith(("cuda", "mps")):
            return say("Graphics chip {device} at work", device=self._device)
        return self._vitals.memory

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        if self._narrow:
            painter.drawPixmap(QPointF((self.width() - 18) / 2, 9), pixmap("chip", "ink2", 18))
            self._paint_dot(painter, QPointF(self.width() - 11, 10))
            return
        rect = QRectF(self.rect())
        panel(painter, rect, theme.color("bg1"), theme.color("line"), 10)
        painter.drawPixmap(QPointF(11, 9), pixmap("chip", "ink2", 16))
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(QRectF(33, 8, 90, 18), Qt.AlignmentFlag.AlignVCenter, say("Processor"))
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("ink"))
        end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(90, 8, rect.width() - 101, 18), end, self._percent())
        track = QRectF(11, 31, rect.width() - 22, 5)
        panel(painter, track, theme.color("bg3"), None, 2.5)
        track.setWidth(max(5.0, track.width() * (self._vitals.processor or 0)))
        if self._vitals.processor is not None:
            panel(painter, track, theme.color("accent"), None, 2.5)
        painter.setFont(theme.font("tick"))
        painter.setPen(theme.color("ink3"))
        painter.drawText(
            QRectF(11, 40, rect.width() - 32, 16), Qt.AlignmentFlag.AlignVCenter, self._note()
        )
        self._paint_dot(painter, QPointF(rect.right() - 14, 48))

    def _paint_dot(self, painter: QPainter, middle: QPointF) -> None:
        """A dot while the window answers at once, a ring while it does not."""
        token = LOOKS[self.heart.state]
        fine = self.heart.state == "fine"
        painter.setPen(Qt.PenStyle.NoPen if fine else QPen(theme.color(token), 1.8))
        painter.setBrush(theme.color(token) if fine else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, 3.2, 3.2)
