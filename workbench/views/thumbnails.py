"""Small pictures of clouds, drawn in the background, kept in memory and on the disk."""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QRunnable, QSize, QThreadPool, Signal
from PySide6.QtGui import QImage, QPixmap

from engine.atomic import writing
from engine.clouds import Clouds
from engine.orbit import Floats
from engine.picture import Picture, splat, to_png
from engine.places import cache_folder
from workbench import theme
from workbench.views.colours import rgb, token_color

VERSION = 1  # of the way they are drawn
IN_MEMORY = 400
ON_DISK = 6000
_ZOOM = 1.12  # a picture that does not turn needs less margin
Draw = Callable[[QSize, bool], Picture]  # of a size in device pixels, on light or dark


class Thumbnails(QObject):
    """Ask with `request`; what is not there yet is announced by `ready`."""

    ready = Signal(int)
    _drawn = Signal(int, str, QImage)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # the other cores belong to training
        self._pictures: dict[str, QPixmap] = {}
        self._pending: set[str] = set()
        self._size, self._ratio = QSize(112, 148), 1.0
        self._drawn.connect(self._keep)
        self._pool.start(prune)

    def set_size(self, size: QSize, ratio: float = 1.0) -> None:
        """The size of a picture in logical pixels, and device pixels for each of them."""
        self._size, self._ratio = size, ratio

    def request(self, clouds: Clouds, row: int, color: str | int) -> QPixmap | None:
        """The picture of one cloud in a token's or class's colour, or None for the moment."""
        return self._ask(self._task(clouds, row, color))

    def request_drawn(self, row: int, look: str, draw: Draw) -> QPixmap | None:
        """A picture that `draw` makes in the background, kept in memory under `look`, or None for the moment."""
        size, light = self._size * self._ratio, not theme.is_dark()
        key = f"{look} {light} {size.width()} {size.height()}"
        return self._ask(_Task(row, key, partial(draw, size, light), size))

    def _ask(self, task: "_Task") -> QPixmap | None:
        picture = self._pictures.pop(task.key, None)
        if picture is not None:
            self._pictures[task.key] = picture  # the last used is the last to go
        elif task.key not in self._pending:
            self._pending.add(task.key)
            # What is asked for later is in sight now; what is asked for together comes in order.
            self._pool.start(_Drawing(task, self), int(time.monotonic() * 4))
        return picture

    def forget_waiting(self) -> None:
        """Drop what was asked for but not begun: nobody looks at it any more."""
        self._pool.clear()
        self._pending.clear()

    def wait(self) -> None:
        """Until everything asked for is drawn; `ready` follows with the next events."""
        self._pool.waitForDone()

    def _task(self, clouds: Clouds, row: int, color: str | int) -> "_Task":
        size, tint, light = self._size * self._ratio, rgb(token_color(color)), not theme.is_dark()
        points = np.ascontiguousarray(clouds.points[row])
        look = f"{VERSION} {tint} {light} {size.width()} {size.height()}"
        hashed = hashlib.blake2b(look.encode(), digest_size=16)
        hashed.update(points.tobytes())
        key = hashed.hexdigest()
        file = cache_folder() / "thumbnails" / f"{key}.png"
        return _Task(row, key, partial(_draw, points, tint, size, light), size, file)

    def _keep(self, row: int, key: str, image: QImage) -> None:
        self._pending.discard(key)
        picture = QPixmap.fromImage(image)
        picture.setDevicePixelRatio(self._ratio)
        self._pictures[key] = picture
        if len(self._pictures) > IN_MEMORY:
            del self._pictures[next(iter(self._pictures))]
        self.ready.emit(row)


@dataclass(frozen=True)
class _Task:
    row: int
    key: str
    draw: Callable[[], Picture]
    size: QSize
    file: Path | None = None  # where it is kept on the disk


class _Drawing(QRunnable):
    def __init__(self, task: _Task, asker: Thumbnails) -> None:
        super().__init__()
        self._task, self._asker = task, asker

    def run(self) -> None:
        image = QImage() if self._task.file is None else QImage(str(self._task.file))
        if image.isNull():
            image = self._draw()
        image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        with suppress(RuntimeError):  # the window was closed meanwhile
            self._asker._drawn.emit(self._task.row, self._task.key, image)

    def _draw(self) -> QImage:
        picture, file = self._task.draw(), self._task.file
        if file is not None:
            with suppress(OSError):  # a full disk costs nothing but drawing it again
                _save(file, picture)
        size = self._task.size.width(), self._task.size.height()
        format_ = QImage.Format.Format_RGBA8888
        return QImage(picture.data, *size, 4 * size[0], format_).copy()


def _draw(points: Floats, tint: tuple[float, float, float], size: QSize, light: bool) -> Picture:
    colors = np.tile(np.array(tint, dtype=np.float32), (len(points), 1))
    return splat(points, colors, size.width(), size.height(), light_theme=light, zoom=_ZOOM)


def _save(file: Path, picture: Picture) -> None:
    if not file.parent.exists():
        file.parent.mkdir(parents=True)
    with writing(file) as temporary:
        temporary.write_bytes(to_png(picture))


def prune() -> None:
    """Delete the oldest pictures on the disk beyond a fixed number."""
    with suppress(OSError):
        files = (cache_folder() / "thumbnails").glob("*.png")
        by_age = sorted(files, key=lambda file: file.stat().st_mtime)
        for file in by_age[:-ON_DISK]:
            file.unlink(missing_ok=True)
