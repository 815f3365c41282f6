"""The 3D view with OpenGL: lit spheres, contact shadow and floor rings before a soft backdrop."""

import logging
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QWidget
from vispy import scene
from vispy.visuals.transforms import STTransform

from engine.orbit import Frame
from engine.shading import SHADOW_CELLS, floor_shadow, shade_points
from engine.words import say
from workbench import theme
from workbench.kit import EmptyState
from workbench.views.cloud_frame import CloudFrame
from workbench.views.colours import rgb
from workbench.views.gl_watch import GlWatch
from workbench.views.read_back import ReadBack

_log = logging.getLogger(__name__)
_STOPPED = say(
    "The graphics driver gave it up (its OpenGL context was lost). Runs and data are not harmed, and "
    "the rest of the window goes on."
)
_AGAIN = say(
    "The graphics driver gives up every new view. Nothing else is harmed. Started anew with "
    "LIBGL_ALWAYS_SOFTWARE=1, the program draws without the graphics chip."
)
RINGS = (1.0, 1.55, 2.2)  # radii of the floor rings, in radii of the cloud
# Right, down, towards the eye. Slightly too short, as the sharp highlight of the shader looks wet.
_LIGHT = (-0.375, -0.665, 0.617)
_BACKDROP_CELLS = 256
Shade = tuple[float, float, float]
_DEPTH_SPAN = 10.0  # far / near = 10 * span: enough for one cloud, and a fine depth buffer


class CloudView(CloudFrame):
    """Points are uploaded once per cloud; turning only moves the camera, and hides what is drawn at rest alone."""

    def __init__(
        self, parent: QWidget | None = None, behind: str = "bg0", software: bool = True
    ) -> None:
        self.software = software
        self.reach = (50_000, 20_000) if software else (1_000_000, 200_000)
        super().__init__(self._new_canvas(), behind, 50 if software else 33)
        self.setParent(parent)
        self.lost = EmptyState("cube", say("The 3D view has stopped"), _STOPPED, say("Try again"))
        self.lost.setParent(self)
        self.lost.setAutoFillBackground(True)
        self.lost.acted.connect(self._try_again)
        self.lost.hide()
        self._guard()
        self._dye()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.lost.setGeometry(self.rect())

    def _new_canvas(self) -> QWidget:
        # Multisampling makes software drawing 2 to 4 times slower.
        samples = 0 if self.software else 4
        self._scene = scene.SceneCanvas(
            app="pyside6", keys=None, show=False, config={"samples": samples, "depth_size": 24}
        )
        self._build_backdrop()
        self._build_scene()
        native: QWidget = self._scene.native
        return ReadBack(native) if self.software else native

    def _guard(self) -> None:
        self._watch = GlWatch(self._scene, self._lose)
        if isinstance(self.canvas, ReadBack):
            self.canvas.read.connect(self._watch.look_after)

    def _lose(self, why: str) -> None:
        """Stand in for the canvas from now on. The rest of the window goes on."""
        _log.warning("A 3D view has stopped: %s", why)
        self.canvas.hide()
        self.lost.show()
        self.lost.raise_()
        self._mask.raise_()

    def _try_again(self) -> None:
        """Begin with a new canvas. Where that one fails as well, what is said tells another way."""
        self.lost.set_words(say("The 3D view has stopped again"), _AGAIN)
        old = self.canvas
        self._hold(self._new_canvas())
        self._guard()
        old.deleteLater()
        self.lost.hide()
        self.canvas.setGeometry(self.rect())
        self.canvas.show()
        self._arrange()
        self._dye()
        self._place_cloud()
        self._paint_cloud()

    def _draw_picture(self) -> QImage:
        if not self.lost.isHidden():
            return self.grab().toImage()
        self._rested()
        picture: QImage = self._scene.native.grabFramebuffer()
        self._watch.look_after()
        if picture.isNull():
            return self.grab().toImage()
        return picture.convertToFormat(QImage.Format.Format_RGB888)

    def _build_backdrop(self) -> None:
        box = self._scene.central_widget.add_view()
        box.camera = scene.PanZoomCamera(rect=(0, 0, 1, 1), interactive=False)
        box.interactive = False
        self._backdrop = scene.visuals.Image(
            np.zeros((1, 1, 3), np.uint8), parent=box.scene, interpolation="linear"
        )
        self._backdrop.set_gl_state("opaque", depth_test=False)
        self._backdrop.transform = STTransform(scale=(1 / _BACKDROP_CELLS, 1 / _BACKDROP_CELLS))

    def _build_scene(self) -> None:
        box = self._scene.central_widget.add_view()
        box.interactive = False
        self._camera = scene.TurntableCamera(interactive=False, fov=30)
        self._camera.depth_value = _DEPTH_SPAN
        box.camera = self._camera
        self._rings = scene.visuals.Line(parent=box.scene, method="gl", connect="segments")
        self._rings.order = -6
        self._rings.set_gl_state("translucent", depth_test=False)
        self._shadow = scene.visuals.Image(
            np.zeros((1, 1, 4), np.uint8), parent=box.scene, interpolation="linear"
        )
        self._shadow.order = -5
        self._shadow.set_gl_state("translucent", depth_test=False)
        self._markers, self._at_rest = _spheres(box.scene), _spheres(box.scene)
        for visual in (self._rings, self._shadow, self._markers, self._at_rest):
            visual.visible = False

    def _place_cloud(self) -> None:
        self._place_floor()
        self._look()

    def _move_cloud(self) -> None:
        if self.frame is not None:
            self._cast_shadow(self.frame)
        self._paint_cloud()

    def _place_floor(self) -> None:
        frame = self.frame
        if frame is None:
            return
        height = frame.floor - self._ball(frame) / 2
        self._rings.set_data(pos=_rings(frame, height), color=self._ring_color())
        self._cast_shadow(frame)

    def _cast_shadow(self, frame: Frame) -> None:
        height = frame.floor - self._ball(frame) / 2
        strength, half = floor_shadow(self.points, frame)
        color = theme.color("shadow")
        texture = np.empty((SHADOW_CELLS, SHADOW_CELLS, 4), dtype=np.uint8)
        texture[..., :3] = np.array(rgb(color)) * 255
        texture[..., 3] = np.rint(strength * color.alpha())
        self._shadow.set_data(texture)
        x, y = frame.centre[:2]
        cell = 2 * half / SHADOW_CELLS
        self._shadow.transform = STTransform(
            scale=(cell, cell, 1), translate=(x - half, y - half, height)
        )

    def _paint_cloud(self) -> None:
        frame = self.frame
        shown = (
            frame is not None
            and len(self.points) > 0
            and (self.kept is None or bool(self.kept.any()))
        )
        for visual in (self._rings, self._shadow, self._markers):
            visual.visible = shown
        self._at_rest.visible = False
        if frame is not None and shown:
            self._upload(self._markers, frame, self.drawn(moving=True))
            if self.few is not None and self.few < len(self.points):
                self._upload(self._at_rest, frame, slice(self.few, None))
                self._rest.start()
        self.canvas.update()

    def _upload(self, markers: Any, frame: Frame, which: Any) -> None:
        lit = shade_points(self.colors[which], self.local[which], not theme.is_dark())
        markers.set_data(
            pos=self.points[which], size=self._balls(frame, which), edge_width=0, face_color=lit
        )

    def _rested(self) -> None:
        many = self.few is not None and self.few < len(self.points)
        if many and not self._at_rest.visible:
            self._at_rest.visible = True
            self.canvas.update()

    def _ball(self, frame: Frame) -> float:
        """A sphere's diameter in the cloud's units."""
        return 2 * self.radius_px / frame.pixels_per_unit(self.width(), self.height())

    def _balls(self, frame: Frame, kept: Any) -> Any:
        """One diameter, or one for each point that is drawn."""
        return self._ball(frame) * (1.0 if self.sizes is None else self.sizes[kept])

    def _look(self) -> None:
        frame = self.frame
        if frame is None:
            return
        width, height = max(1, self.width()), max(1, self.height())
        unit = frame.pixels_per_unit(width, height, self.orbit.zoom)
        camera = self._camera
        with camera.events.transform_change.blocker(camera._update_transform):
            camera.center = tuple(
                float(a + b) for a, b in zip(frame.centre, self.orbit.aim, strict=True)
            )
            camera.scale_factor = min(width, height) / unit
            camera.distance = frame.distance
            camera.fov = float(np.degrees(2 * np.arctan(height / unit / 2 / frame.distance)))
            camera.azimuth, camera.elevation = self.orbit.azimuth, self.orbit.elevation
        camera.view_changed()
        below = self.orbit.elevation < 1
        self._shadow.visible = self._rings.visible = not below
        self._at_rest.visible = False
        self._rest.start()
        self.canvas.update()

    def _dye(self) -> None:
        dark = theme.is_dark()
        light = 0.45 if dark else 0.25
        for markers in (self._markers, self._at_rest):
            markers.light_ambient = 0.72 if dark else 0.84
            markers.light_color = (light, light, light)
        self._backdrop.set_data(_backdrop(*(rgb(theme.color(name)) for name in ("view0", "view1"))))
        self._place_floor()
        self.canvas.update()

    def _ring_color(self) -> tuple[float, float, float, float]:
        return *rgb(theme.color("grid")), 0.5

    def _another(self) -> CloudFrame:
        return CloudView(software=self.software)


def _spheres(parent: Any) -> Any:
    markers = scene.visuals.Markers(parent=parent, spherical=True, antialias=0, scaling="scene")
    markers.light_position = _LIGHT
    markers.set_gl_state("opaque", depth_test=True)
    return markers


def _rings(frame: Frame, height: float) -> NDArray[np.float32]:
    """The floor rings as pairs of points, so that one visual draws all of them."""
    angle = np.linspace(0, 2 * np.pi, 97)
    circle = np.stack((np.cos(angle), np.sin(angle)), axis=1)
    pairs = np.stack((circle[:-1], circle[1:]), axis=1).reshape(-1, 2)
    flat = np.concatenate([pairs * radius * frame.radius for radius in RINGS])
    rings = np.full((len(flat), 3), height, dtype=np.float32)
    rings[:, :2] = flat + frame.centre[:2]
    return rings


@lru_cache(maxsize=2)  # dark and light: all views have the same
def _backdrop(inner: Shade, outer: Shade) -> NDArray[np.uint8]:
    """A radial fade with one grey level of noise, without which it shows bands."""
    y, x = np.mgrid[0:_BACKDROP_CELLS, 0:_BACKDROP_CELLS] / (_BACKDROP_CELLS - 1) - 0.5
    away = np.clip(np.hypot(x, (y - 0.08) * 1.1) / 0.68, 0, 1)[..., None] ** 1.2
    near, far = (255 * np.array(shade) for shade in (inner, outer))
    noise = np.random.default_rng(0).uniform(-1, 1, away.shape)
    return np.asarray(np.clip(near + (far - near) * away + noise, 0, 255), dtype=np.uint8)
