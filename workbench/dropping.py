"""What is dropped on the window: things are asked about, one data set is opened, and the rest is refused in words."""

from pathlib import Path
from typing import TYPE_CHECKING

from engine.words import say
from workbench import opening

if TYPE_CHECKING:
    from workbench.desk import Desk

MOST = 24  # things at once


def take_dropped(desk: "Desk", paths: list[Path]) -> None:
    """Ask about meshes and scans, one after the other; open what else is one file or folder."""
    things = [path for path in paths if opening.is_thing(path)]
    if len(paths) == 1 and not things:
        opening.open_path(desk, paths[0])
    elif len(paths) == 1:
        desk.bring(paths[0])
    else:
        if things:
            desk.bring_all(things[:MOST])
        if sentence := left_out(len(paths), len(things)):
            desk.refused.emit(sentence)


def left_out(dropped: int, things: int) -> str:
    """What is not looked at of all that was dropped at once; empty where all is."""
    if not dropped or dropped == things <= MOST:
        return ""
    if not things:
        return say(
            "{dropped} files or folders were dropped at once, and none is a mesh or scan. Nothing "
            "was opened. Drop one data set at a time.",
            dropped=dropped,
        )
    if things > MOST:
        return say(
            "Only the first {most} of {dropped} are looked at. Drop the others afterwards.",
            most=MOST,
            dropped=dropped,
        )
    return say(
        "{others} of {dropped} are no mesh or scan and were left out. The others are looked at. "
        "Drop a data set by itself.",
        others=dropped - things,
        dropped=dropped,
    )
