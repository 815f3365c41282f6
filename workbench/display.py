"""Whether a window can be shown at all, said in a sentence before Qt would abort."""

import ctypes
import os
import sys

from engine.words import say

_NO_DISPLAY = say(
    "There is no display to show the window on. Nothing was changed. Without one, `pcd-engine` does "
    "the same work; on a server, `xvfb-run pcd-workbench` opens a hidden display."
)
_NO_CURSOR = say(
    "Qt needs the library libxcb-cursor to open a window here, and it is not installed. Nothing was "
    "changed. On Debian and Ubuntu: sudo apt install libxcb-cursor0"
)


def problem() -> str:
    """The sentence that says why no window can be shown; empty when one can."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    if not os.environ.get("DISPLAY"):
        return _NO_DISPLAY
    return "" if has_library("libxcb-cursor.so.0") else _NO_CURSOR


def has_library(name: str) -> bool:
    """Whether the system can load a library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
