"""The 3D view for computers without OpenGL: the same cloud, drawn by the processor with numpy."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPolygonF, QRadialGradient
from PySide6.QtWidgets import QWidget

from engine.orbit import project
from engine.picture import splat
from engine.words import say
from workbench import theme
from workbench.kit.paint import painter_of
from workbench.views.cloud_frame import CloudFrame

RINGS = (1.0, 1.55, 2.2)  # radii of the floor rings, in radii of the cloud
_STEP_MS = 1250  # turns by itself in steps of 15 degrees: 12 degrees a second
_QUICK_PIXELS = 160_000  # while the eye moves: about 20 ms a picture


class CloudView2D(CloudFrame):
    """Draws quickly while the eye moves and finely once it rests; turns by itself in steps."""

    reach = 50_000, 10_000

    def __init__(self, parent: QWidget | None = None, behind: str = "bg0") -> None:
        self._picture = QImage()
        self._fine = False
        super().__init__(_Canvas(self), behind, _STEP_MS)
        self.setParent(parent)

    def _draw_picture(self) -> QImage:
        ratio = self.devicePixelRatioF()
        image = QImage(self.size() * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        self._rested()
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_scene(painter)
        painter.end()
        return image

    def paint_scene(self, painter: QPainter) -> None:
        """Backdrop, floor rings, then the cloud."""
        rect = QRectF(self.rect())
        glow = QRadialGradient(
            rect.center() - QPointF(0, 0.1 * rect.height()), 0.75 * rect.height()
        )
        glow.setColorAt(0, theme.color("view0"))
        glow.setColorAt(1, theme.color("view1"))
        painter.fillRect(rect, glow)
        if self.frame is None:
            return
        if self._picture.isNull():
            self._draw(fine=False)
        self._paint_rings(painter)
        painter.drawImage(rect, self._picture)

    def _paint_rings(self, painter: QPainter) -> None:
        frame = self.frame
        if frame is None or self.orbit.elevation < 1:
            return
        color = theme.color("grid")
        color.setAlphaF(0.45)
        painter.setPen(QPen(color, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        angle = np.linspace(0, 2 * np.pi, 73, dtype=np.float32)
        unit = frame.pixels_per_unit(self.width(), self.height())
        flat = np.stack((np.cos(angle), np.sin(angle), np.zeros_like(angle)), axis=1)
        for radius in RINGS:
            ring = (frame.centre + flat * radius * frame.radius).astype(np.float32)
            ring[:, 2] = frame.floor - self.radius_px / unit
            seen = project(ring, frame, self.orbit, self.width(), self.height())
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in seen[:, :2].tolist()]))

    def _draw(self, fine: bool) -> None:
        area = max(1, self.width() * self.height())
        ratio = self.devicePixelRatioF() if fine else min(1.0, (_QUICK_PIXELS / area) ** 0.5)
        size = (self.size() * ratio).expandedTo(QSize(1, 1))
        kept = self.drawn(not fine)
        pixels = splat(
            self.points[kept],
            self.colors[kept],
            size.width(),
            size.height(),
            azimuth=self.orbit.azimuth,
            elevation=self.orbit.elevation,
            zoom=self.orbit.zoom,
            aim=self.orbit.aim,
            radius_px=self.radius_px * ratio,
            light_theme=not theme.is_dark(),
            local=self.local[kept],
            frame=self.frame,
            supersample=2 if fine else 1,
            sizes=None if self.sizes is None else self.sizes[kept],
        )
        height, width, _ = pixels.shape
        view = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
        self._picture, self._fine = view.copy(), fine

    def _rested(self) -> None:
        if self.frame is not None and not self._fine:
            self._draw(fine=True)
            self.canvas.update()

    def _place_cloud(self) -> None:
        self._look()

    def _move_cloud(self) -> None:
        self._look()

    def _paint_cloud(self) -> None:
        self._look()

    def _look(self) -> None:
        self._picture, self._fine = QImage(), False
        self._rest.start()
        self.canvas.update()

    def _dye(self) -> None:
        self._mask.update()

    def _another(self) -> CloudFrame:
        return CloudView2D()

    def _add_tools(self) -> None:
        self.turn_buttons = [
            self.tools.add(f"chevron-{side}", say("Turn to the {side} by 15 degrees", side=side))
            for side in ("left", "right")
        ]
        for button, step in zip(self.turn_buttons, (-15.0, 15.0), strict=True):
            button.clicked.connect(lambda _=False, step=step: self.turn_by(step))


class _Canvas(QWidget):
    def __init__(self, view: CloudView2D) -> None:
        super().__init__()
        self._view = view

    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_scene(painter_of(self))
