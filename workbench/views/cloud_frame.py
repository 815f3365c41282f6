"""A 3D view without its drawing: the eye, mouse and keys, chips, tools and legend."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from engine.orbit import Floats, Frame, Orbit
from engine.picture import usual_radius
from engine.shading import local_light
from engine.words import say
from workbench import theme
from workbench.views import colours
from workbench.views.drawing import Drawing
from workbench.views.full_screen import FullScreen
from workbench.views.hand import STEP, Hand
from workbench.views.keeper import Keeper
from workbench.views.line_layer import LineLayer, Stroke
from workbench.views.overlay import ChipRow, CornerMask, Legend, ToolStrip
from workbench.views.turntable import Turntable

_INSET = 12
_ROOM_FOR_FILM = 340
_REST_MS = 140
EMPTY = np.zeros((0, 3), dtype=np.float32)


class CloudFrame(Drawing):
    """Shows one cloud. Drag and arrows turn, wheel, + and - zoom, R resets, F fills the screen, S saves the
    picture, Shift+S a film of one turn.

    Subclasses make `canvas` and draw on it.
    """

    turning_changed = Signal(bool)
    looked = Signal()  # the eye has come to rest somewhere else
    moved = Signal()  # the eye or the view's size is another
    clicked = Signal(QPointF)  # where the mouse was pressed and not moved
    pointed = Signal(QPointF)  # where it is while no button is down
    left = Signal()  # it is not over the view any more

    def __init__(self, canvas: QWidget, behind: str = "bg0", tick_ms: int = 33) -> None:
        super().__init__()
        self.points, self.colors, self.local = EMPTY, EMPTY, EMPTY[:, 0]
        self.kept: NDArray[np.bool_] | None = None  # the points that are drawn; None: all
        self.sizes: Floats | None = None  # (N,) of the usual size; None: all the same
        self.few: int | None = None  # so many of the first while the eye moves; None: all
        self.frame: Frame | None = None
        self.orbit = self.home = Orbit()
        self._own_colors = False
        self._radius_px = 0.0
        self.title = ""
        self.full = FullScreen(self)
        self.fills_screen = False  # whether this is such a window itself
        self._hold(canvas)
        self.lines = LineLayer(self)
        self._mask = CornerMask(self, behind)
        self.chips = ChipRow(self)
        self.legend = Legend(self)
        self._build_tools()
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._rested)
        self.turntable = Turntable(self, tick_ms)
        self.turntable.turned.connect(self._turn_on)
        theme.changed().connect(self._follow_theme)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 180)
        self.setAccessibleName(say("3D view, empty"))
        self.setAccessibleDescription(
            say("Arrow keys turn, plus and minus zoom, R resets the view, S saves the picture.")
        )

    def _hold(self, canvas: QWidget) -> None:
        self.canvas = canvas
        canvas.setParent(self)
        canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._hand = Hand(canvas)
        self._hand.grabbed.connect(self._grab)
        self._hand.dragged.connect(self._drag)
        self._hand.let_go.connect(self.looked)
        self._hand.turned.connect(self.turn_by)
        self._hand.zoomed.connect(self._zoom)
        self._hand.clicked.connect(self.clicked)
        self._hand.pointed.connect(self.pointed)
        self._hand.left.connect(self.left)

    def show_cloud(self, points: Floats, colors: Floats | None = None, title: str = "") -> None:
        """Show points (N, 3), z up, in colors (N, 3) 0..1 (None: by height), as the eye stands."""
        self.kept = self.sizes = self.few = None
        self.points = np.ascontiguousarray(points, dtype=np.float32)
        self._own_colors = colors is None
        self.title = title
        self.setAccessibleName(
            say(
                "3D view of {title}, {points} points",
                title=title or say("a cloud"),
                points=len(points),
            )
        )
        if title:
            self.set_chips([title])
        if len(points):
            self.frame = Frame.around(self.points)
            self.local = local_light(self.points)
            self.colors = colours.by_height(self.points) if colors is None else colors
            self._place_cloud()
        self._paint_cloud()

    def show_scene(
        self,
        points: Floats,
        colors: Floats,
        light: Floats,
        frame: Frame,
        title: str,
        few: int | None = None,
    ) -> None:
        """Show points (N, 3) that are going to move inside a frame that stays, in colors (N, 3).

        `light` (N,) is each point's local light, which goes with it wherever it moves. While the eye moves only the
        first `few` are drawn: for very many points in an even order (engine.even).
        """
        self.title, self.kept, self.sizes, self.few = title, None, None, few
        self.setAccessibleName(
            say("3D view of {title}, {points} points", title=title, points=len(points))
        )
        self.points = np.ascontiguousarray(points, dtype=np.float32)
        self._own_colors, self.colors, self.local = False, colors, light
        self.frame = frame
        self._place_cloud()
        self._paint_cloud()

    def move_points(self, points: Floats) -> None:
        """The same points (N, 3) at other places; eye, frame, colours and light stay."""
        self.points = np.ascontiguousarray(points, dtype=np.float32)
        self._move_cloud()
        self.full.tell(lambda full: full.move_points(points))

    def set_colors(self, colors: Floats) -> None:
        """Other colours (N, 3) for the same points."""
        self._own_colors, self.colors = False, colors
        self._paint_cloud()
        self.full.tell(lambda full: full.set_colors(colors))

    def set_sizes(self, sizes: Floats | None) -> None:
        """Each point (N,) so many times its usual size; None: all the same."""
        self.sizes = sizes
        self._paint_cloud()
        self.full.tell(lambda full: full.set_sizes(sizes))

    def show_only(self, kept: NDArray[np.bool_] | None) -> None:
        """Draw these points (N,) and leave out the others; None: all of them."""
        self.kept = kept
        self._paint_cloud()
        self.full.tell(lambda full: full.show_only(kept))

    def show_lines(self, strokes: Sequence[Stroke]) -> None:
        """Lines in space over the cloud, instead of those there are."""
        self.lines.show_strokes(strokes)
        self.full.tell(lambda full: full.show_lines(strokes))

    def set_point_size(self, px: float) -> None:
        """A sphere's radius in pixels at the usual distance; 0: from how many there are."""
        self._radius_px = float(px)
        self._paint_cloud()

    def set_turning(self, on: bool) -> None:
        """Turn by itself, 12 degrees a second, until the first press of a mouse button."""
        if on != self.turntable.on:
            self.turntable.set_on(on)
            self.turning_changed.emit(on)

    def set_chips(self, texts: list[str]) -> None:
        """Facts in the upper left corner."""
        self.chips.show_texts(texts)
        self._arrange()

    def set_legend(self, ramp: str, low: str = "", high: str = "") -> None:
        """Explain the colours by a ramp of the theme; an empty name takes the legend away."""
        self.legend.show_ramp(ramp, low, high)
        self._arrange()

    def reset_camera(self) -> None:
        """Back to the first view, which is `home`."""
        self.look_from(self.home)

    def look_from(self, orbit: Orbit) -> None:
        """Move the eye, and tell those whose colours depend on it."""
        self._move(orbit)
        self.looked.emit()

    def snapshot(self) -> QImage:
        """The picture without chips and tools, in device pixels."""
        image = self._draw_picture()
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(
            image.deviceIndependentSize().width() / max(1, self.width()),
            image.deviceIndependentSize().height() / max(1, self.height()),
        )
        self.lines.paint(painter)
        painter.end()
        return image

    def drawn(self, moving: bool) -> Any:
        """Which points are drawn, as an index, while the eye moves or once it rests."""
        if self.kept is not None:
            return self.kept
        return slice(self.few if moving else None)

    @property
    def radius_px(self) -> float:
        """The sphere radius in force, in pixels at the usual distance."""
        return self._radius_px or usual_radius(len(self.points), self.width(), self.height())

    # tools

    def _build_tools(self) -> None:
        self.tools = ToolStrip(self)
        self._add_tools()
        self.tools.add("reset", say("Reset the view (R)")).clicked.connect(self.reset_camera)
        self.expand_button = self.tools.add("expand", say("Fill the screen (F)"))
        self.expand_button.clicked.connect(self.fill_screen)
        self.keeper = Keeper(self)
        self.save_button = self.tools.add("image", say("Save the picture (S)"))
        self.save_button.clicked.connect(self.keeper.ask_picture)
        self.film_button = self.tools.add("film", say("Save a film of one turn (Shift+S)"))
        self.film_button.clicked.connect(self.keeper.ask_film)

    def _add_tools(self) -> None:
        """More buttons, before the common ones."""

    def fill_screen(self) -> None:
        """Show the same cloud in a window of its own that fills the screen; Esc or F closes it."""
        if self.fills_screen:
            self.close()
        else:
            self.full.open(self._another())

    def _turn_on(self, degrees: float) -> None:
        before = self.orbit.azimuth
        self._move(self.orbit.turned(degrees))
        if int(before // STEP) != int(self.orbit.azimuth // STEP):
            self.looked.emit()

    def _move(self, orbit: Orbit) -> None:
        self.orbit = orbit
        self._look()
        self.moved.emit()

    def _follow_theme(self) -> None:
        if self._own_colors and len(self.points):
            self.colors = colours.by_height(self.points)
        self._dye()
        self._paint_cloud()

    # mouse and keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self._hand.key(event):
            return
        if key == Qt.Key.Key_R:
            self.reset_camera()
        elif key == Qt.Key.Key_F or (key == Qt.Key.Key_Escape and self.fills_screen):
            self.fill_screen()
        elif key == Qt.Key.Key_S and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.keeper.ask_picture()
        elif key == Qt.Key.Key_S and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.keeper.ask_film()
        else:
            super().keyPressEvent(event)

    def _grab(self) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.set_turning(False)

    def _drag(self, azimuth: float, elevation: float) -> None:
        self._move(self.orbit.turned(azimuth, elevation))

    def _zoom(self, factor: float) -> None:
        self.look_from(self.orbit.zoomed(factor))

    def turn_by(self, azimuth: float, elevation: float = 0.0) -> None:
        """Turn by some degrees and stay there."""
        self.set_turning(False)
        self.look_from(self.orbit.turned(azimuth, elevation))

    # size and order

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.canvas.setGeometry(self.rect())
        for layer in (self.lines, self._mask):
            layer.setGeometry(self.rect())
        self._arrange()
        self._paint_cloud()
        self._look()
        self.moved.emit()

    def _arrange(self) -> None:
        """Lowest the canvas, then lines, then the corners, then everything else."""
        for lowest in (self._mask, self.lines, self.canvas):
            lowest.lower()
        self.film_button.setVisible(self.width() >= _ROOM_FOR_FILM)  # Shift+S does it as well
        self.tools.adjustSize()
        self.tools.move(self.width() - self.tools.width() - _INSET, _INSET)
        self.tools.raise_()
        self.chips.arrange(_INSET, _INSET + 2, self.tools.x() - 8)
        self.legend.move(_INSET + 4, self.height() - self.legend.height() - 16)
        self.legend.raise_()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.turntable.set_visible(self.isVisible())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.turntable.set_visible(self.isVisible())

    def closeEvent(self, event: QCloseEvent) -> None:
        self.full.close()
        super().closeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._mask.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._mask.update()
