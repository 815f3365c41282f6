"""Every point three times from where the eye is: as it is, as it is said to be, and where that differs."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QRadialGradient, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy

from engine.metrics.segmentation import figures
from engine.orbit import Floats, Frame, Orbit
from engine.picture import Picture, splat
from engine.words import of_100, say
from workbench import theme
from workbench.background import in_background
from workbench.kit import Card, Text
from workbench.kit.paint import focus_ring, focused, painter_of, panel, rounded_picture
from workbench.models.scenes import ERRORS, SAID, TRUE, SceneModel
from workbench.views.cloud_frame import CloudFrame
from workbench.views.scene_dye import of_looks

_WORDS = {TRUE: say("true"), SAID: say("said"), ERRORS: say("errors")}
_MOST = 24_000  # points in a small picture
_TERMS = {
    "segment": say("semantic segmentation"),
    "laser": say("semantic segmentation"),
    "parts": say("part segmentation"),
}


@dataclass(frozen=True)
class _Shot:
    """What is to be drawn, the same for all three."""

    points: Floats
    light: Floats
    frame: Frame
    orbit: Orbit
    size: QSize
    light_theme: bool


class ThreeLooks(Card):
    """Follows a scene model and the eye of a view; a click on a picture shows that in the view."""

    def __init__(self, model: SceneModel, view: CloudFrame) -> None:
        super().__init__()
        self._model, self._view = model, view
        self._edition = 0
        self.body.setContentsMargins(14, 10, 14, 12)
        self.body.setSpacing(8)
        self.term = Text("", "small", "ink3", elide=True)
        self.right = Text("", "strong")
        self.pictures = {looks: LookPicture(words) for looks, words in _WORDS.items()}
        head = QHBoxLayout()
        head.addWidget(Text(say("Every point"), "h2"))
        head.addWidget(self.term, 1)
        head.addWidget(self.right)
        row = QHBoxLayout()
        row.setSpacing(8)
        for looks, picture in self.pictures.items():
            row.addWidget(picture, 1)
            picture.clicked.connect(partial(model.set_looks, looks))
        self.body.addLayout(head)
        self.body.addLayout(row, 1)
        model.scene_changed.connect(self._show)
        model.looks_changed.connect(self._mark)
        view.looked.connect(self._draw)
        theme.changed().connect(self._draw)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._draw()

    def _show(self) -> None:
        model = self._model
        if not model.names_points:
            return
        self.term.setText(_TERMS.get(model.all.task, ""))
        share = figures(model.table()).accuracy
        self.right.setText(
            "" if np.isnan(share) else say("{share} % of points right here", share=of_100(share))
        )
        self._mark()
        self._draw()

    def _mark(self) -> None:
        for looks, picture in self.pictures.items():
            picture.setChecked(looks == self._model.looks)

    def _draw(self) -> None:
        """Ask for all three; only the newest are shown."""
        model, look = self._model, self._model.look
        if not model.ready or look is None or not model.names_points or not len(look.light):
            return
        self._edition += 1
        points = model.scene.points
        kept = np.flatnonzero(
            np.ones(len(points), bool) if look.house is None else look.house.kept(self._view.orbit)
        )
        kept = kept[:: max(1, -(-len(kept) // _MOST))]
        frame = self._view.frame or Frame.around(points)
        for looks, picture in self.pictures.items():
            colors = of_looks(model, looks)
            size = picture.size() * picture.devicePixelRatioF()
            if colors is None or size.isEmpty():
                picture.show_picture(QImage())
                continue
            orbit, light = self._view.orbit, not theme.is_dark()
            shot = _Shot(points[kept], look.light[kept], frame, orbit, size, light)
            work = partial(_draw, shot, colors[kept])
            in_background(self, work, partial(self._take, self._edition, looks))

    def _take(self, edition: int, looks: int, drawn: Picture) -> None:
        if edition == self._edition:
            height, width, _ = drawn.shape
            format_ = QImage.Format.Format_RGBA8888
            image = QImage(drawn.data, width, height, 4 * width, format_).copy()
            self.pictures[looks].show_picture(image)


class LookPicture(QAbstractButton):
    """One of the three."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._picture = QImage()
        self.setText(words)
        self.setAccessibleName(say("Show {words} in the 3D view", words=words))
        self.setToolTip(self.accessibleName())
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(90, 70)
        theme.changed().connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, 140)

    @property
    def picture(self) -> QImage:
        """What is drawn, null for the moment."""
        return self._picture

    def show_picture(self, picture: QImage) -> None:
        """Show another."""
        self._picture = picture
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        rect = QRectF(self.rect())
        glow = QRadialGradient(rect.center(), 0.7 * rect.width())
        glow.setColorAt(0, theme.color("view0"))
        glow.setColorAt(1, theme.color("view1"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glow)
        painter.drawRoundedRect(rect, 10, 10)
        if not self._picture.isNull():
            rounded_picture(painter, rect, self._picture, QRectF(self._picture.rect()), 10)
        self._paint_word(painter, rect)
        if self.isChecked():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 1.6))
            painter.drawRoundedRect(rect.adjusted(0.8, 0.8, -0.8, -0.8), 10, 10)
        if focused(self):
            focus_ring(painter, rect, 9)

    def _paint_word(self, painter: QPainter, rect: QRectF) -> None:
        ground = theme.color("bg0")
        ground.setAlphaF(0.7)
        painter.setFont(theme.font("strong"))
        width = painter.fontMetrics().horizontalAdvance(self.text()) + 18
        place = QRectF(rect.left() + 8, rect.top() + 8, width, 20)
        panel(painter, place, ground, None, 6)
        painter.setPen(theme.color("bad" if self.text() == _WORDS[ERRORS] else "ink"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self.text())


def _draw(shot: _Shot, colors: Floats) -> Picture:
    orbit = shot.orbit
    return splat(
        shot.points,
        colors,
        shot.size.width(),
        shot.size.height(),
        azimuth=orbit.azimuth,
        elevation=orbit.elevation,
        zoom=orbit.zoom,
        aim=orbit.aim,
        light_theme=shot.light_theme,
        local=shot.light,
        frame=shot.frame,
    )
