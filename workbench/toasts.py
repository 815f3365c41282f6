"""Messages at the bottom right of the page: good news goes by itself, an error stays until it is old."""

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from workbench.kit.banner import Banner

# How long each role is shown; one that is not named here stays.
_SECONDS = {"info": 7.0, "good": 7.0, "warn": 12.0}
_AT_ONCE = 2
_WIDTH = 480
_SIDE = 24
_FOOT = 20
_GAP = 8


class Toasts(QWidget):
    """The two newest messages, one above the other, clear of the buttons of the page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._banners: dict[Banner, QTimer] = {}
        self._aside = 0
        self._above: QWidget | None = None
        parent.installEventFilter(self)
        self.hide()

    def say(
        self, role: str, sentence: str, action: str = "", do: Callable[[], object] | None = None
    ) -> None:
        """Show a message, perhaps with an action; the same one again only stays longer."""
        for shown, timer in self._banners.items():
            if shown.text() == sentence:
                if timer.isActive():
                    timer.start()
                return
        if len(self._banners) == _AT_ONCE:
            self._drop(self.banners()[0])
        banner = Banner(sentence, role, action)
        banner.setParent(self)
        if do is not None:
            banner.acted.connect(do)
        banner.acted.connect(lambda: self._drop(banner))
        banner.dismissed.connect(lambda: self._drop(banner))
        self._banners[banner] = timer = QTimer(banner)
        timer.timeout.connect(lambda: self._fade(banner))
        if role in _SECONDS:
            # What can be answered takes longer to decide about.
            timer.start(round(_SECONDS[role] * 1000) * (2 if action else 1))
        self._place()

    def banners(self) -> list[Banner]:
        """The messages on screen, oldest first."""
        return list(self._banners)

    def unsay(self, sentence: str) -> None:
        """Take a message away that is no longer true."""
        for banner in self.banners():
            if banner.text() == sentence:
                self._drop(banner)

    def outdate(self) -> None:
        """The person went on to something else: errors about what was before go."""
        for banner, timer in list(self._banners.items()):
            if not timer.isActive():
                self._drop(banner)

    def set_aside(self, pixels: int, above: QWidget | None = None) -> None:
        """Keep so much free at the right, for the buttons that a page has there, and stay above a part of it."""
        if self._above is not None and shiboken6.isValid(self._above):
            self._above.removeEventFilter(self)
        self._aside, self._above = pixels, above
        if above is not None:
            above.installEventFilter(self)
        self._place()

    def _foot(self, parent: QWidget) -> int:
        """How much is free below."""
        above = self._above
        if above is None or not shiboken6.isValid(above) or not above.isVisible():
            return _FOOT
        return parent.height() - above.mapTo(parent, QPoint(0, 0)).y() + _GAP

    def _fade(self, banner: Banner) -> None:
        focus = QApplication.focusWidget()
        read = banner.underMouse() or (focus is not None and banner.isAncestorOf(focus))
        if QApplication.activeWindow() is not None and not read:
            self._drop(banner)

    def _drop(self, banner: Banner) -> None:
        if self._banners.pop(banner, None) is not None:
            banner.hide()
            banner.deleteLater()
            self._place()

    def _place(self) -> None:
        parent = self.parentWidget()
        self.setVisible(bool(self._banners))
        if parent is None or not self._banners:
            return
        width = min(_WIDTH, parent.width() - self._aside - 2 * _SIDE)
        top = 0
        for banner in self._banners:
            banner.ensurePolished()
            height = banner.heightForWidth(width)
            banner.setGeometry(0, top, width, height)
            banner.show()
            top += height + _GAP
        height = top - _GAP
        left = parent.width() - self._aside - _SIDE - width
        self.setGeometry(left, parent.height() - height - self._foot(parent), width, height)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
        return False
