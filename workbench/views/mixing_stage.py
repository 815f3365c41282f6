"""The mixing as a film: the 3D view, the scrubber with its play button, and four key frames."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.orbit import Floats
from engine.picture import usual_radius
from engine.words import say
from workbench import motion, theme
from workbench.kit import Button, Card, Text
from workbench.models.mixture import STOPS, Scene
from workbench.views import make_cloud_view
from workbench.views.colours import rgb, token_color
from workbench.views.key_frames import LOW, TALL, KeyFrames
from workbench.views.scrubber import Scrubber

SECONDS = 3.2
_TICK_MS = 30
_ROOMY = 700
_FINER = 2
_DIM = 0.86  # how much of its colour a point loses while another cloud is looked at


class MixingStage(QWidget):
    """Shows a scene at the scrubber's time. One cloud of points is moved, never made anew."""

    moved = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.view = make_cloud_view()
        self.scrubber = Scrubber(STOPS)
        self.play_button = Button(say("Play"), "play")
        self.frames = KeyFrames()
        self._before, self._after = (
            Text(say("Apart"), "small", "ink2"),
            Text(say("Dealt"), "small", "ink2"),
        )
        self._clock_text = Text("", "small", "ink3")
        self._scene: Scene | None = None
        self._colors: tuple[str | int, ...] = ()
        self._lit: int | None = None
        self._title = ""
        self._timer = QTimer(self, interval=_TICK_MS)
        self._clock, self._started = QElapsedTimer(), 0.0
        self._lay_out()
        self._timer.timeout.connect(self._tick)
        self.play_button.clicked.connect(self.play)
        self.scrubber.valueChanged.connect(self._move)
        self.scrubber.sliderPressed.connect(self.stop)
        self.frames.chosen.connect(self.jump)
        theme.changed().connect(self._recolour)
        self._move()

    @property
    def playing(self) -> bool:
        """Whether the film runs."""
        return self._timer.isActive()

    def show_scene(self, scene: Scene, colors: Sequence[str | int], title: str) -> None:
        """Show another scene at the time that is set, its sources in these colours."""
        self._scene, self._colors, self._title = scene, tuple(colors), title
        self.scrubber.set_colors(colors)
        self._size_points()
        self.view.show_scene(
            scene.at(self.scrubber.time), self._painted(), scene.light, scene.frame, title
        )
        self.frames.show_scene(scene, self._painted())

    def set_words(self, words: Sequence[tuple[str, str]]) -> None:
        """Title and line of each key frame."""
        self.frames.set_words(words)
        self._after.setText(words[-1][0])

    def light_up(self, source: int | None) -> None:
        """Only the points of this source in full colour; None: all."""
        if source != self._lit:
            self._lit = source
            self._recolour()

    def play(self) -> None:
        """Run on from here, from the start when at the end; or stand still. With reduced motion: the next picture."""
        if self.playing:
            self.stop()
            return
        if motion.reduced():
            self.jump(next((stop for stop in STOPS if stop > self.scrubber.time + 1e-6), STOPS[0]))
            return
        self._started = 0.0 if self.scrubber.time >= 1 else self.scrubber.time
        self._clock.start()
        self._timer.start()
        self._show_playing()

    def stop(self) -> None:
        """Stand still."""
        self._timer.stop()
        self._show_playing()

    def jump(self, time: float) -> None:
        """Stand still at a time."""
        self.stop()
        self.scrubber.set_time(time)
        self.frames.set_time(self.scrubber.time)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.frames.setFixedHeight(TALL if self.height() >= _ROOMY else LOW)
        self._size_points()

    def _size_points(self) -> None:
        """Clouds side by side are small, so their points are smaller than those of one cloud."""
        if self._scene is not None:
            count = _FINER * len(self._scene.source)
            self.view.set_point_size(usual_radius(count, self.view.width(), self.view.height()))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.stop()

    def _tick(self) -> None:
        time = self._started + self._clock.elapsed() / 1000 / SECONDS
        self.scrubber.set_time(min(1.0, time))
        if time >= 1:
            self.stop()

    def _move(self) -> None:
        time = self.scrubber.time
        if self._scene is not None:
            self.view.move_points(self._scene.at(time))
        self.frames.set_time(time)
        self._clock_text.setText(f"{time * SECONDS:.1f} s")
        frame = next(frame for frame in self.frames.frames if frame.isChecked())
        self.scrubber.setAccessibleDescription(f"{time:.0%}, {frame.text()}")
        self.moved.emit(time)

    def _show_playing(self) -> None:
        self.play_button.set_look(
            *((say("Pause"), "pause") if self.playing else (say("Play"), "play"))
        )

    def _recolour(self) -> None:
        if self._scene is not None:
            self.view.set_colors(self._painted())
            self.frames.show_scene(self._scene, self._painted())

    def _painted(self) -> Floats:
        """(M, 3): every point in the colour of the cloud it came from."""
        assert self._scene is not None
        ground = np.array(rgb(theme.color("view1")), np.float32)
        table = np.array([rgb(token_color(color)) for color in self._colors], np.float32)
        for place in range(len(table)):
            if self._lit is not None and place != self._lit:
                table[place] += _DIM * (ground - table[place])
        return table[self._scene.source]

    def _lay_out(self) -> None:
        card = Card()
        card.body.setContentsMargins(12, 8, 16, 8)
        row = QHBoxLayout()
        row.setSpacing(10)
        self._clock_text.setFixedWidth(32)
        self.play_button.setFixedWidth(92)
        self.play_button.setToolTip(say("Space"))
        row.addWidget(self.play_button)
        row.addWidget(self._before)
        row.addWidget(self.scrubber, 1)
        row.addWidget(self._after)
        row.addWidget(self._clock_text)
        card.body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self.view, 1)
        column.addWidget(card)
        column.addWidget(self.frames)
