"""What the laser measured, in space: its points by distance, and the true boxes in the colours of what they hold."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from engine.orbit import Floats, Frame, Orbit
from engine.words import say
from workbench import theme
from workbench.kit import Card, Text
from workbench.models.classroom import ClassroomModel
from workbench.models.wires import edges, met
from workbench.views import make_cloud_view
from workbench.views.cloud_view_2d import CloudView2D
from workbench.views.colours import ramped, token_color
from workbench.views.line_layer import Stroke
from workbench.views.ramp_key import RampKey
from workbench.views.scene_stage import FLUENT

_BEHIND = Orbit(azimuth=270.0, elevation=34.0, zoom=1.4)  # above the car, looking where it drives
_NEAR = 0.9  # share of the reach that is looked at
_INSET = 10


class LaserCard(Card):
    """Follows a classroom model; a click chooses a box everywhere."""

    def __init__(self, model: ClassroomModel) -> None:
        super().__init__()
        self._model = model
        self.body.setContentsMargins(14, 10, 14, 14)
        self.body.setSpacing(8)
        self.view = make_cloud_view(behind="bg1")
        self.view.setMinimumHeight(110)
        self.view.home = _BEHIND
        self.key = RampKey(self.view, "depth", "0 m", "–")
        head = QHBoxLayout()
        head.addWidget(Text(say("What the laser measured"), "h2", elide=True), 3)
        note = Text(say("only while learning"), "small", "ink3")
        note.setToolTip(
            say("The student sees none of this: it works with the camera alone (LiDAR)")
        )
        head.addWidget(note)
        self.body.addLayout(head)
        self.body.addWidget(self.view, 1)
        self.view.save_button.hide()
        self.view.clicked.connect(lambda at: model.choose(self.box_at(at)))
        self.view.moved.connect(self._arrange)
        model.frame_changed.connect(self._place)
        for changed in (model.chosen_changed, model.looks_changed):
            changed.connect(self._mark)
        theme.changed().connect(self._paint)

    def box_at(self, at: QPointF) -> int | None:
        """The key of the true box under a place of the view, None: there is none."""
        if not self._model.ready or self.view.frame is None:
            return None
        rows = self._told()
        size = self.view.width(), self.view.height()
        place = met(
            self._model.frame.solids[rows], (at.x(), at.y()), self.view.frame, self.view.orbit, size
        )
        return None if place < 0 else -1 - int(rows[place])

    def _told(self) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Rows of the true boxes that are told in space."""
        return np.flatnonzero(np.isfinite(self._model.frame.solids).all(axis=1))

    def _place(self) -> None:
        """Another frame."""
        model, view, look = self._model, self.view, self._model.look
        if look is None:
            return
        points = np.ascontiguousarray(model.frame.points[:, :3])
        self.key.set_words("0 m", f"{look.reach:.0f} m")
        if not len(points):
            view.show_cloud(points, title=model.frame.name)
        else:
            near = points[(look.away > 0) & (look.away < _NEAR * look.reach)]
            frame = Frame.around(near if len(near) else points)
            frame = replace(frame, half_height=min(frame.half_height, 3.0))
            view.show_scene(points, self._colors(), look.light, frame, model.frame.name)
            view.reset_camera()
            self._thin_out(len(points))
        view.set_chips([])
        self._mark()

    def _thin_out(self, count: int) -> None:
        """Where the processor draws, only as many points as turn smoothly."""
        software = isinstance(self.view, CloudView2D) or getattr(self.view, "software", False)
        if software and count > FLUENT:
            kept = np.zeros(count, bool)
            kept[np.linspace(0, count - 1, FLUENT).astype(np.int64)] = True
            self.view.show_only(kept)

    def _colors(self) -> Floats:
        look = self._model.look
        assert look is not None
        return ramped((look.away / look.reach).clip(0, 1), "depth")

    def _paint(self) -> None:
        if self._model.ready:
            if len(self.view.points):
                self.view.set_colors(self._colors())
            self._mark()

    def _mark(self) -> None:
        model = self._model
        if not model.ready:
            return
        rows, lit = self._told(), model.lit
        strokes = [self._stroke(int(row), -1 - int(row) in lit) for row in rows]
        self.view.show_lines(sorted(strokes, key=lambda stroke: stroke.width))

    def _stroke(self, row: int, lit: bool) -> Stroke:
        frame = self._model.frame
        color = token_color(self._model.tints[int(frame.labels[row])])
        color.setAlphaF(1.0 if lit or not self._model.lit else 0.45)
        return Stroke(edges(frame.solids[row][None]).reshape(-1, 2, 3), color, 3.2 if lit else 1.8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self.key.move(_INSET, self.view.height() - self.key.height() - _INSET)
        self.key.raise_()
