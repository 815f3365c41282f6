"""The right half of a slide: a painted picture on a card, or several small clouds, or one that turns."""

from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.orbit import Floats
from engine.picture import Picture as Pixels
from engine.picture import splat
from engine.words import say
from workbench import theme
from workbench.background import in_background
from workbench.kit.paint import painter_of, panel
from workbench.present.bars import spoken
from workbench.present.charts import PAINTED
from workbench.present.slide import Bars, Hundred, Picture, Things, hundred
from workbench.views.colours import by_kind

_ROOM = 36.0
_NAME = 34.0
_ZOOM = 1.1


class Panel(QWidget):
    """Shows any picture of a slide but a single cloud."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._picture: Picture = None
        self._drawn: list[QImage] = []
        self._drawn_for: object = None
        theme.changed().connect(self.update)

    def show_picture(self, picture: Picture) -> None:
        """Another one."""
        self._picture = picture
        self.setAccessibleName(_in_words(picture))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        whole = QRectF(self.rect())
        panel(painter, whole, theme.color("bg1"), theme.color("line"), 16)
        inside = whole.adjusted(_ROOM, _ROOM, -_ROOM, -_ROOM)
        if isinstance(self._picture, Things):
            self._paint_things(painter, inside, self._picture)
        elif self._picture is None:
            painter.setFont(theme.font("aside"))
            painter.setPen(theme.color("ink3"))
            words = say("Its cloud is not on this computer any more.")
            painter.drawText(
                inside, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), words
            )
        else:
            PAINTED[type(self._picture)](painter, inside, self._picture)

    def _paint_things(self, painter: QPainter, place: QRectF, things: Things) -> None:
        count = len(things.clouds)
        columns = max(1, int(np.ceil(np.sqrt(count * place.width() / place.height()))))
        rows = -(-count // columns)
        cell = QSizeF(place.width() / columns, place.height() / rows)
        picture = QSizeF(cell.width() - 8, cell.height() - _NAME)
        self._ask(things, picture)
        metrics = QFontMetricsF(theme.font("aside"))
        for number, (name, _) in enumerate(things.clouds):
            row, column = divmod(number, columns)
            at = place.topLeft() + QPointF(column * cell.width(), row * cell.height())
            if number < len(self._drawn):
                painter.drawImage(QRectF(at, picture), self._drawn[number])
            painter.setFont(theme.font("aside"))
            painter.setPen(theme.color("ink2"))
            foot = QRectF(at.x(), at.y() + picture.height(), cell.width(), _NAME)
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, cell.width() - 8)
            painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, shown)

    def _ask(self, things: Things, size: QSizeF) -> None:
        """Have the clouds drawn in the background, in this size and theme, unless they are."""
        ratio = self.devicePixelRatioF()
        pixels = int(size.width() * ratio), int(size.height() * ratio)
        wanted = (id(things), pixels, theme.is_dark())
        if wanted == self._drawn_for or min(pixels) < 1:
            return
        self._drawn, self._drawn_for = [], wanted
        colors = [by_kind(points, label) for label, (_, points) in enumerate(things.clouds)]
        draw = partial(_draw, things, colors, pixels, not theme.is_dark())
        in_background(self, draw, partial(self._take, wanted))

    def _take(self, wanted: object, drawn: list[Pixels]) -> None:
        if wanted == self._drawn_for:
            self._drawn = [
                QImage(
                    one.tobytes(),
                    one.shape[1],
                    one.shape[0],
                    4 * one.shape[1],
                    QImage.Format.Format_RGBA8888,
                ).copy()
                for one in drawn
            ]
            self.update()


def _draw(things: Things, colors: list[Floats], size: tuple[int, int], light: bool) -> list[Pixels]:
    return [
        splat(points, color, *size, light_theme=light, zoom=_ZOOM)
        for (_, points), color in zip(things.clouds, colors, strict=True)
    ]


def _in_words(picture: Picture) -> str:
    if isinstance(picture, Bars):
        return spoken(picture)
    if isinstance(picture, Things):
        return ", ".join(name for name, _ in picture.clouds)
    if isinstance(picture, Hundred):
        return "; ".join(
            say("{hundred} of 100 {words}", hundred=hundred(share), words=words)
            for share, words, _ in picture.parts
        )
    return (
        say("A chart; the sentence beside it tells what it shows")
        if picture is not None
        else say("No picture")
    )
