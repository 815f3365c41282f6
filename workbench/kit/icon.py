"""Line icons from resources/icons, drawn in the colour of a token and sharp at every scale."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from engine.places import resource
from workbench import theme

_SHARPNESS = 2.0


def pixmap(name: str, token: str = "ink2", size: int = 20) -> QPixmap:
    """An icon as a picture in the theme's colour of today; ask again after a theme switch."""
    return _draw(name, theme.text_color(token).name(), size)


def icon(name: str, token: str = "ink2", size: int = 20) -> QIcon:
    """An icon for Qt's own widgets and menus."""
    return QIcon(pixmap(name, token, size))


@lru_cache(maxsize=512)
def _draw(name: str, colour: str, size: int) -> QPixmap:
    svg = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", colour).encode()))
    picture = QPixmap(QSize(size, size) * _SHARPNESS)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(_SHARPNESS)
    return picture
