"""A picture of a view with a line under it that says what it is, so that it can be given away."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPen

from workbench import theme

_STRIP, _SIDE = 34.0, 14.0


def captioned(picture: QImage, words: str) -> QImage:
    """The picture, as sharp as it is, on a strip with the words; words that are too long end in an ellipsis."""
    ratio = picture.devicePixelRatio()
    width, height = picture.deviceIndependentSize().toTuple()  # type: ignore[misc]
    size = QSize(picture.width(), picture.height() + round(_STRIP * ratio))
    image = QImage(size, QImage.Format.Format_RGB888)
    image.setDevicePixelRatio(ratio)
    image.fill(theme.color("bg1"))
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.drawImage(QRectF(0, 0, width, height), picture)
    painter.setPen(QPen(theme.color("line"), 1))
    painter.drawLine(0, round(height), round(width), round(height))
    font = theme.font("small")
    place = QRectF(_SIDE, height, width - 2 * _SIDE, _STRIP)
    shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, place.width())
    painter.setFont(font)
    painter.setPen(theme.text_color("ink2"))
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
    painter.end()
    return image


def pixels(image: QImage) -> NDArray[np.uint8]:
    """(H, W, 3) of a picture."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
