"""Whether OpenGL works: asked in a child process, since a broken driver can end the one that asks."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from engine.atomic import write_text
from engine.places import cache_folder
from engine.words import say

_SOFTWARE = ("llvmpipe", "softpipe", "swiftshader", "software")
_UNSEEN = ("offscreen", "minimal")  # these may make a context, but show nothing of it in a window
_DEADLINE = 20.0
_GL_RENDERER = 0x1F01
# What decides which driver answers.
_SURROUNDINGS = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "QT_QPA_PLATFORM",
    "QT_OPENGL",
    "LIBGL_ALWAYS_SOFTWARE",
)
_child: "subprocess.Popen[str] | None" = None


@dataclass(frozen=True)
class Graphics:
    """Whether OpenGL works, who draws, and whether that is the processor."""

    gl: bool
    renderer: str = ""
    software: bool = False

    @property
    def chip(self) -> bool:
        """Whether a graphics chip draws, so that the window is put together by OpenGL."""
        return self.gl and not self.software

    @property
    def sentence(self) -> str:
        """The same in plain words."""
        if not self.gl:
            return say("3D is drawn without the graphics chip.")
        where = say("the processor") if self.software else say("the graphics chip")
        return say("3D is drawn by {where} ({renderer}).", where=where, renderer=self.renderer)


def start() -> None:
    """Begin to ask in the background, unless the answer is known for this session."""
    global _child
    if _child is None and _remembered() is None:
        _child = subprocess.Popen(
            [sys.executable, "-m", "workbench.gl_probe"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            text=True,
        )


def answered() -> bool:
    """Whether `probe` would answer without waiting."""
    return _remembered() is not None or (_child is not None and _child.poll() is not None)


@cache
def probe() -> Graphics:
    """The answer, waited for where it must be. A child that dies or hangs means: no OpenGL."""
    known = _remembered()
    if known is not None:
        return known
    start()
    graphics = _collect()
    _remember(graphics)
    return graphics


def _collect() -> Graphics:
    global _child
    child, _child = _child, None
    assert child is not None
    try:
        out, _ = child.communicate(timeout=_DEADLINE)
        return Graphics(**json.loads(out.strip().splitlines()[-1]))
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
    except (ValueError, IndexError, TypeError):
        pass
    return Graphics(gl=False)


def _session() -> str:
    """A name for this session: the same display and driver since the computer started."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    parts = [os.environ.get(name, "") for name in _SURROUNDINGS]
    return "|".join([*parts, boot.read_text().strip() if boot.exists() else ""])


def _cache_file() -> Path:
    return cache_folder() / "graphics.json"


def _remembered() -> Graphics | None:
    try:
        document = json.loads(_cache_file().read_text(encoding="utf-8"))
        if document.pop("session") == _session():
            return Graphics(**document)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    return None


def _remember(graphics: Graphics) -> None:
    try:
        _cache_file().parent.mkdir(parents=True, exist_ok=True)
        write_text(_cache_file(), json.dumps({"session": _session(), **asdict(graphics)}))
    except OSError:
        return  # a full disk only costs another question next time


def _look() -> Graphics:
    """Make a context and ask it. Runs in the child only."""
    from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext

    app = QGuiApplication([])
    if app.platformName() in _UNSEEN:
        return Graphics(gl=False)
    context, surface = QOpenGLContext(), QOffscreenSurface()
    surface.create()
    if not context.create() or not context.makeCurrent(surface):
        return Graphics(gl=False)
    renderer = str(context.functions().glGetString(_GL_RENDERER) or "")
    context.doneCurrent()
    del app
    return Graphics(True, renderer, any(word in renderer.lower() for word in _SOFTWARE))


if __name__ == "__main__":
    answer = _look()
    _remember(answer)  # also when the window was closed before anybody asked
    sys.stdout.write(json.dumps(asdict(answer)) + "\n")
