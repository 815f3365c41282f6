"""What a run needs and whether it is there: one list for `pcd-workbench --doctor` and for the window's dialog."""

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.checks import State
from engine.experiment import Experiment
from engine.words import say
from workbench import doctor_computer, doctor_runs
from workbench.doctor_computer import Row
from workbench.rehearsal import Rehearsal

Group = Literal["computer", "data", "run", "rehearsal"]
GROUPS: dict[Group, str] = {
    "computer": say("This computer"),
    "data": say("Your data"),
    "run": say("Your next run"),
    "rehearsal": say("A rehearsal"),
}
COUNTS: dict[State, str] = {
    "fine": say("fine"),
    "know": say("to know about"),
    "mend": say("to mend"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: fine, to know about or to mend; `fix` is a line to type that mends it."""

    group: Group
    state: State
    name: str
    sentence: str
    fix: str = ""


def look(
    typefaces: Sequence[str] = (), runs: Path | None = None, draft: Experiment | None = None
) -> list[Finding]:
    """Everything, the computer first. Changes nothing and loads nothing that takes long; may wait for the graphics
    driver, so a window asks in the background, and says which typefaces it uses."""
    parts: dict[Group, Iterable[Row]] = {
        "computer": doctor_computer.everything(typefaces),
        "data": doctor_runs.data(runs),
        "run": doctor_runs.next_run(runs, draft),
    }
    return [Finding(group, *found) for group, rows in parts.items() for found in rows]


def rehearsed(rehearsal: Rehearsal) -> list[Finding]:
    """What came out of a rehearsal, which takes a few seconds and may be cancelled from another thread."""
    return [Finding("rehearsal", *row) for row in rehearsal.rows()]


def counts(findings: Iterable[Finding]) -> list[tuple[int, State]]:
    """How many are fine, to know about, and to mend; in this order."""
    states = [finding.state for finding in findings]
    return [(states.count(state), state) for state in COUNTS]


def report(findings: Sequence[Finding]) -> list[str]:
    """Lines to print or to send to somebody: no name of a person, no path of this computer."""
    said = ", ".join(f"{count} {COUNTS[state]}" for count, state in counts(findings))
    lines = [say("pcd-workbench, what works on this computer"), said]
    for group, title in GROUPS.items():
        own = [finding for finding in findings if finding.group == group]
        lines += ["", title] if own else []
        for finding in own:
            mark = {"fine": "ok  ", "know": "note", "mend": "MEND"}[finding.state]
            lines.append(f"  {mark}  {finding.name}: {finding.sentence}")
            if finding.fix:
                lines.append(f"        {finding.fix}")
    return [without_names(line) for line in lines]


def without_names(text: str) -> str:
    """The same text without paths and without the name of who uses this computer."""
    text = re.sub(r"(?<![\w~.])(?:~|[A-Za-z]:)?(?:[/\\][\w.@+-]+){2,}", "(a folder)", text)
    user = Path.home().name
    return re.sub(rf"\b{re.escape(user)}\b", "(you)", text) if len(user) > 2 else text


def typefaces() -> list[str]:
    """What the window would be written in; asks Qt, so only in the thread of the window."""
    from PySide6.QtGui import QGuiApplication

    from workbench import typeface

    app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    families = [typeface.make(style).family() for style in ("body", "mono")]
    del app
    return families
