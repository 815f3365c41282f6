"""What a view shows, as a picture or a drawing to keep."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint
from PySide6.QtGui import QImage, QImageWriter, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from engine.atomic import writing
from workbench import theme

_SHARPNESS = 2.0


@runtime_checkable
class Drawn(Protocol):
    """A view that can draw itself as lines and words, without what is pointed at."""

    def draw(self, painter: QPainter) -> None:
        """All of it."""


def save_picture(view: QWidget, path: Path) -> None:
    """Write what a view shows as PNG or SVG, by the file's ending; raises OSError."""
    content = _svg(view) if path.suffix.lower() == ".svg" else _png(view)
    with writing(path) as temporary:
        temporary.write_bytes(content)


def write_png(image: QImage, path: Path) -> None:
    """Write a picture whole or not at all; raises OSError."""
    with writing(path) as temporary:
        temporary.write_bytes(_as_png(image))


def _png(view: QWidget) -> bytes:
    image = QImage(view.size() * _SHARPNESS, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SHARPNESS)
    painter = QPainter(image)
    _draw(view, painter)
    painter.end()
    return _as_png(image)


def _as_png(image: QImage) -> bytes:
    return _into_bytes(lambda buffer: QImageWriter(buffer, QByteArray(b"PNG")).write(image))


def _svg(view: QWidget) -> bytes:
    def write(buffer: QBuffer) -> None:
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(view.size())
        generator.setViewBox(view.rect())
        generator.setTitle(view.accessibleName())
        painter = QPainter(generator)
        _draw(view, painter)
        painter.end()

    return _into_bytes(write)


def _draw(view: QWidget, painter: QPainter) -> None:
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.fillRect(view.rect(), theme.color("bg1"))
    if isinstance(view, Drawn):
        view.draw(painter)
    else:  # several views beside each other: as they stand on screen
        view.render(painter, QPoint(), QRegion(), QWidget.RenderFlag.DrawChildren)


def _into_bytes(write: Callable[[QBuffer], object]) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    buffer.close()
    return bytes(content.data())
