"""Keeps what a 3D view shows: a picture with a caption, or a short film in which it turns once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.film import ENDINGS, write_film
from engine.orbit import Orbit
from engine.words import say
from workbench.background import read_in_background
from workbench.models.last_folder import last_folder, use_folder
from workbench.pages.recipe_files import file_name
from workbench.views.captioned import captioned, pixels
from workbench.views.pictures import write_png

if TYPE_CHECKING:
    from workbench.desk import Desk
    from workbench.views.cloud_frame import CloudFrame

FRAMES = 48
FRAME_MS = 100  # a turn in 4.8 seconds
_LONGEST = 720  # pixels of a frame's longer side
_PAUSE_MS = 10  # between two frames, in which the window does what else is to be done
FILMING = say("The view turns once for the film; take hold of it to stop.")
WRITING = say("The film is being written.")


@dataclass
class _Film:
    """One that is being made. `orbit`: where the eye has to be for the next frame."""

    path: Path
    start: Orbit
    orbit: Orbit
    title: str
    size: QSize
    turned: bool  # whether the view turned by itself before
    frames: list[NDArray[np.uint8]] = field(default_factory=list)


@runtime_checkable
class Host(Protocol):
    """What a view lies in that knows the desk, and which run or data its views show."""

    desk: "Desk"

    def origin(self) -> str:
        """The run or the data, by name; empty where nothing is to be said."""


class Keeper(QObject):
    """One for a view. Nothing waits: a film is made in steps of a timer and written in the background."""

    def __init__(self, view: "CloudFrame") -> None:
        super().__init__(view)
        self._view = self._asks = view
        self._film: _Film | None = None
        self._beat = QTimer(self, interval=_PAUSE_MS)
        self._beat.timeout.connect(self._step)

    def belong_to(self, view: "CloudFrame") -> None:
        """The view is the large one of this: its page knows what is shown."""
        self._asks = view

    @property
    def filming(self) -> bool:
        """Whether a film is being made."""
        return self._film is not None

    @property
    def caption(self) -> str:
        """What is shown, of which run or data, and how many points."""
        view, host = self._view, self._host()
        count = len(view.points) if view.kept is None else int(view.kept.sum())
        told = [view.title, host.origin() if host else "", say("{count:,} points", count=count)]
        return " · ".join(part for part in dict.fromkeys(told) if part)

    def ask_picture(self) -> None:
        """Ask where, then save what is shown as it is."""
        self._ask(say("Save the picture"), (".png",), say("Pictures (*.png)"), self.save_picture)

    def ask_film(self) -> None:
        """Ask where, then film one turn; asked while filming, it stops."""
        if self.filming:
            self._end(say("The film was stopped; nothing was written."))
            return
        kinds = say("Films that open everywhere (*.gif);;Finer films (*.webp)")
        self._ask(say("Save a film of one turn"), ENDINGS, kinds, self.save_film)

    def save_picture(self, path: Path) -> None:
        """Write a PNG."""
        picture = captioned(self._view.snapshot(), self.caption)
        try:
            write_png(picture, path)
        except OSError as error:
            self._refuse(
                say(
                    "The picture could not be saved: {error}. Nothing else was changed.",
                    error=error,
                )
            )
        else:
            self._tell_saved(say("The picture is saved as {path}.", path=path.name), path)

    def save_film(self, path: Path) -> None:
        """Turn once from here on, then write a GIF or, where the ending says so, a WebP."""
        view = self._view
        self._film = _Film(path, view.orbit, view.orbit, view.title, view.size(), view.turntable.on)
        view.set_turning(False)
        self._say("info", FILMING)
        self._beat.start()

    # --- filming ---

    def _step(self) -> None:
        film, view = self._film, self._view
        if film is None:
            return
        seen = view.orbit, view.title, view.size()
        if not view.isVisible() or seen != (film.orbit, film.title, film.size):
            self._end(say("The film was stopped, as the view was changed; nothing was written."))
            return
        film.frames.append(pixels(captioned(_small(view), self.caption)))
        film.orbit = film.start.turned(360.0 / FRAMES * len(film.frames))
        if len(film.frames) < FRAMES:
            view.look_from(film.orbit)
            return
        view.look_from(film.start)
        self._end("")
        self._say("info", WRITING)
        write = partial(_write, film.path, film.frames)
        read_in_background(self, write, self._tell_film)

    def _end(self, sentence: str) -> None:
        film, self._film = self._film, None
        self._beat.stop()
        host = self._host()
        if host is not None:
            host.desk.unsaid.emit(FILMING)
        if sentence:
            self._say("info", sentence)
        if film is not None and film.turned and not sentence:
            self._view.set_turning(True)

    def _tell_film(self, found: Path | str) -> None:
        host = self._host()
        if host is not None:
            host.desk.unsaid.emit(WRITING)
        if isinstance(found, str):
            self._refuse(found)
        else:
            self._tell_saved(say("The film is saved as {found}.", found=found.name), found)

    # --- words ---

    def _ask(
        self, title: str, endings: tuple[str, ...], kinds: str, save: Callable[[Path], None]
    ) -> None:
        usual = f"{file_name(self._view.title or 'cloud')}{endings[0]}"
        start = str(last_folder() / usual)
        name, kind = QFileDialog.getSaveFileName(self._view, title, start, kinds)
        if name:
            path = Path(name)
            use_folder(path.parent)
            ending = next((one for one in endings if one in kind), endings[0])
            save(path if path.suffix.lower() in endings else Path(f"{name}{ending}"))

    def _host(self) -> Host | None:
        at: QWidget | None = self._asks
        while at is not None and not isinstance(at, Host):
            at = at.parentWidget()
        return at

    def _say(self, mood: str, sentence: str) -> None:
        host = self._host()
        if host is not None:
            host.desk.message.emit(mood, sentence)

    def _tell_saved(self, sentence: str, path: Path) -> None:
        host = self._host()
        if host is not None:
            host.desk.saved.emit(sentence, path)

    def _refuse(self, sentence: str) -> None:
        if self._host() is not None:
            self._say("bad", sentence)
        else:
            self._view.set_chips([*self._view.chips.texts(), say("Nothing was saved")])


def _small(view: "CloudFrame") -> QImage:
    picture = view.snapshot()
    picture.setDevicePixelRatio(1.0)
    if max(picture.width(), picture.height()) <= _LONGEST:
        return picture
    keep = Qt.AspectRatioMode.KeepAspectRatio
    return picture.scaled(_LONGEST, _LONGEST, keep, Qt.TransformationMode.SmoothTransformation)


def _write(path: Path, frames: list[NDArray[np.uint8]]) -> Path:
    write_film(path, frames, FRAME_MS)
    return path
