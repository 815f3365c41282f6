"""The doctor's first part: Python, packages, system libraries, memory, graphics and typefaces."""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from engine.checks import State
from engine.words import say
from workbench import display, gl_probe
from workbench.vitals import Pulse

Row = tuple[State, str, str] | tuple[State, str, str, str]  # state, name, sentence, line that mends
PACKAGES = ("PySide6-Essentials", "torch", "numpy", "h5py", "pyqtgraph", "vispy")
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
_GIB = 2**30
_LITTLE = 2 * _GIB
_NVIDIA = Path("/proc/driver/nvidia/version")


def everything(typefaces: Sequence[str]) -> list[Row]:
    """All rows, most basic first."""
    return [python(), *libraries(), memory(), chip(), *drawing(), *fonts(typefaces)]


def installed(package: str) -> str:
    """The version of a package by what is written beside it; nothing is loaded. Empty where it is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def python(found: Callable[[str], str] = installed) -> Row:
    """Python and the packages that matter."""
    versions = {name: found(name) for name in PACKAGES}
    missing = [name for name, number in versions.items() if not number]
    told = [
        say(
            "Python {python_version} on {system} {machine}",
            python_version=platform.python_version(),
            system=platform.system(),
            machine=platform.machine(),
        )
    ]
    told += [f"{name} {number}" for name, number in versions.items() if number]
    if missing:
        words = say(
            "Not installed: {missing}. Without them nothing can be learnt.",
            missing=", ".join(missing),
        )
        return (
            "mend",
            say("Python and packages"),
            words,
            say("python -m pip install {missing}", missing=" ".join(missing)),
        )
    if versions["PySide6-Essentials"] == "6.12.0" and sys.version_info < (3, 12):
        words = say("PySide6 6.12.0 ends the program by itself on this Python.")
        line = say('python -m pip install "PySide6-Essentials!=6.12.0"')
        return "mend", say("Python and packages"), words, line
    return "fine", say("Python and packages"), " · ".join(told)


def libraries(has: Callable[[str], bool] | None = None) -> Iterator[Row]:
    """System libraries that Qt needs, with the line that installs those that are not there; Linux only."""
    if not sys.platform.startswith("linux"):
        return
    has = has or display.has_library
    missing = [package for library, package in LIBRARIES.items() if not has(library)]
    if missing:
        words = say(
            "Not installed: {missing}. The window or its 3D views may not open.",
            missing=", ".join(missing),
        )
        line = say("sudo apt-get install -y {missing}", missing=" ".join(missing))
        yield "mend", say("System libraries"), words, line
    else:
        yield "fine", say("System libraries"), say("Everything the window needs is there.")


def memory(pulse: Pulse | None = None) -> Row:
    """Cores and memory."""
    vitals = (pulse or Pulse()).read()
    cores = say("{cpu_count} cores", cpu_count=os.cpu_count() or 1)
    if vitals.memory_total is None or vitals.memory_used is None:
        return (
            "know",
            say("Processor and memory"),
            say("{cores}. This system does not say how much memory is free.", cores=cores),
        )
    free = vitals.memory_total - vitals.memory_used
    told = say(
        "{cores} · {memory_total:.0f} GB, {free:.1f} free",
        cores=cores,
        memory_total=vitals.memory_total / _GIB,
        free=free / _GIB,
    )
    if free < _LITTLE:
        return (
            "know",
            say("Little memory is free"),
            say("{told}. Close other programs before a long run.", told=told),
        )
    return "fine", say("Processor and memory"), told


def chip(found: Callable[[str], str] = installed, nvidia: bool | None = None) -> Row:
    """Who does the sums, as far as that can be told without loading torch."""
    there = nvidia if nvidia is not None else _NVIDIA.exists() or bool(shutil.which("nvidia-smi"))
    built_for_processor = found("torch").endswith("+cpu")
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return "fine", say("Graphics chip for learning"), say("Apple’s chip can do the sums.")
    if there and built_for_processor:
        words = say("There is one, but torch here is the build for processors. Runs take longer.")
        return (
            "know",
            say("The graphics chip is not used"),
            words,
            say("python -m pip install --force-reinstall torch"),
        )
    if there:
        return (
            "fine",
            say("Graphics chip for learning"),
            say("There is a driver for an NVIDIA chip."),
        )
    return (
        "know",
        say("No graphics chip for learning"),
        say("Runs take longer. Everything still works."),
    )


def drawing() -> Iterator[Row]:
    """The window, and who draws in 3D."""
    problem = display.problem()
    if problem:
        yield "mend", say("Window"), problem
        yield "know", "3D", say("Not asked, as no window can be shown.")
        return
    graphics = gl_probe.probe()
    if not graphics.gl:
        words = say("There is no OpenGL here. Turning works in steps; nothing else changes.")
        yield "know", say("3D is drawn without the graphics chip"), words
    elif graphics.software:
        words = say("{renderer}. Smooth up to about 20,000 points.", renderer=graphics.renderer)
        yield "know", say("3D is drawn by the processor"), words
    else:
        yield "fine", say("3D is drawn by the graphics chip"), f"{graphics.renderer}."


def fonts(families: Sequence[str]) -> Iterator[Row]:
    """What the window is written in, where there is one."""
    if not families:
        return
    told = ", ".join(families)
    if families[0] == "Inter":
        yield "fine", say("Typefaces"), told
    else:
        words = say(
            "{told}. Inter is not installed; everything fits with this one, too.", told=told
        )
        line = say("sudo apt-get install -y fonts-inter fonts-jetbrains-mono")
        fix = (line,) if sys.platform.startswith("linux") else ()
        yield ("know", say("Typefaces"), words, *fix)
