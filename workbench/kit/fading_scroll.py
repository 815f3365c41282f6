"""A column that scrolls; where it goes on below its edge it fades out, so that nothing looks cut off."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from workbench import theme

_HEIGHT = 36


class FadingScroll(QScrollArea):
    """Scrolls upwards and downwards only, and fades into the colour it lies on."""

    def __init__(self, behind: str) -> None:
        super().__init__()
        self.fade = _Fade(self.viewport(), behind)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().installEventFilter(self)
        self.verticalScrollBar().valueChanged.connect(self._place)
        self.verticalScrollBar().rangeChanged.connect(self._place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        bar, port = self.verticalScrollBar(), self.viewport()
        self.fade.setGeometry(1, port.height() - _HEIGHT, port.width() - 1, _HEIGHT)
        self.fade.setVisible(bar.value() < bar.maximum())
        self.fade.raise_()


class _Fade(QWidget):
    def __init__(self, parent: QWidget, behind: str) -> None:
        super().__init__(parent)
        self._behind = behind
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        full, clear = theme.color(self._behind), theme.color(self._behind)
        clear.setAlpha(0)
        fading = QLinearGradient(0, 0, 0, self.height())
        fading.setColorAt(0, clear)
        fading.setColorAt(0.85, full)
        QPainter(self).fillRect(self.rect(), fading)
