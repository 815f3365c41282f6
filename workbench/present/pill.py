"""What the model says of the thing on show, large, at the foot of the 3D view."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.words import say
from workbench import theme
from workbench.kit import pixmap
from workbench.kit.paint import painter_of, panel
from workbench.present.slide import Thing

HEIGHT = 76
_ICON, _SIDE, _GAP = 28, 32.0, 18.0


class Pill(QWidget):
    """Lies over a 3D view, which places it."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._thing: Thing | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def say(self, thing: Thing) -> None:
        """Another answer."""
        self._thing = thing
        self.setAccessibleName(say("It says: {said}", said=thing.said))
        self.place()
        self.update()

    def place(self) -> None:
        """In the middle of the foot of the view, as wide as the words are."""
        words = self._thing.said if self._thing else ""
        wide = QFontMetricsF(_font()).horizontalAdvance(words) + _ICON + _GAP + 2 * _SIDE
        self.resize(round(min(wide, self._view.width() - 24)), HEIGHT)
        self.move((self._view.width() - self.width()) // 2, self._view.height() - HEIGHT - 28)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._thing is None:
            return
        away = self._thing.turned_away
        token = "unknown" if away else ("known" if self._thing.right else "bad")
        painter = painter_of(self)
        panel(painter, QRectF(self.rect()), theme.color(f"{token}Soft"), None, HEIGHT / 2)
        icon = "ghost" if away else "cube"
        painter.drawPixmap(QPointF(_SIDE, (HEIGHT - _ICON) / 2), pixmap(icon, token, _ICON))
        painter.setFont(_font())
        painter.setPen(theme.text_color(token))
        left = _SIDE + _ICON + _GAP
        place = QRectF(left, 0, self.width() - left - _SIDE / 2, HEIGHT)
        elide = Qt.TextElideMode.ElideRight
        words = QFontMetricsF(_font()).elidedText(self._thing.said, elide, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)


def _font() -> QFont:
    font = theme.font("lead")
    font.setWeight(QFont.Weight.DemiBold)
    font.setPixelSize(28)
    return font
