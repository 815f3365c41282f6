"""Messages that lie over the header of the page until they are read."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from workbench.kit.banner import Banner

_SECONDS = 7
_AT_ONCE = 3
_WIDTH = 560
_TOP = 12


class Toasts(QWidget):
    """At most three messages. Good news goes by itself while the window is in front."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        parent.installEventFilter(self)
        self.hide()

    def say(
        self, role: str, sentence: str, action: str = "", do: Callable[[], object] | None = None
    ) -> None:
        """Show a message, perhaps with an action; the same one is never shown twice at once."""
        for banner in self.banners():
            if banner.text() == sentence:
                return
        if len(self.banners()) == _AT_ONCE:
            self._drop(self.banners()[0])
        banner = Banner(sentence, role, action)
        if do is not None:
            banner.acted.connect(do)
        banner.acted.connect(lambda: self._drop(banner))
        banner.dismissed.connect(lambda: self._drop(banner))
        self._column.addWidget(banner)
        if role not in ("warn", "bad"):
            timer = QTimer(banner)
            timer.setInterval(_SECONDS * 1000)
            timer.timeout.connect(lambda: self._fade(banner))
            timer.start()
        self._place()

    def banners(self) -> list[Banner]:
        """The messages on screen, oldest first."""
        items = (self._column.itemAt(i) for i in range(self._column.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, Banner)]

    def _fade(self, banner: Banner) -> None:
        if QApplication.activeWindow() is not None and not banner.underMouse():
            self._drop(banner)

    def _drop(self, banner: Banner) -> None:
        if banner in self.banners():
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
            self._place()

    def _place(self) -> None:
        parent = self.parentWidget()
        self.setVisible(bool(self.banners()))
        if parent is None or not self.banners():
            return
        width = min(_WIDTH, parent.width() - 48)
        self.setFixedWidth(width)
        height = self._column.totalHeightForWidth(width) if self._column.hasHeightForWidth() else -1
        height = max(height, self._column.totalSizeHint().height())
        self.setGeometry((parent.width() - width) // 2, _TOP, width, height)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False
