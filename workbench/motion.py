"""Whether things move by themselves: every animation asks here first."""

from PySide6.QtCore import QObject, Signal, SignalInstance

from workbench import prefs


class _Motion(QObject):
    changed = Signal()
    reduced: bool | None = None


_motion = _Motion()


def reduced() -> bool:
    """Whether nothing is to move by itself."""
    if _motion.reduced is None:
        _motion.reduced = prefs.get("reduce_motion", False)
    return _motion.reduced


def reduce(on: bool) -> None:
    """Still everything from now on, or let it move again; remembered."""
    if on != reduced():
        _motion.reduced = on
        prefs.put("reduce_motion", on)
        _motion.changed.emit()


def duration(milliseconds: int) -> int:
    """How long an animation takes: 0 where motion is reduced."""
    return 0 if reduced() else milliseconds


def changed() -> SignalInstance:
    """Emitted after `reduce` changed something."""
    return _motion.changed


def forget() -> None:
    """Read it anew when it is asked for next."""
    _motion.reduced = None
