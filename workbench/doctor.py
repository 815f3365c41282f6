"""What works on this machine, in plain words: `pcd-workbench --doctor`."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from engine import places
from workbench import display, gl_probe

_PACKAGES = ("PySide6-Essentials", "torch", "numpy", "h5py", "pyqtgraph", "vispy")


def report() -> list[str]:
    """Lines to print. Touches no package that takes long to load."""
    missing = display.problem()
    return [
        "pcd-workbench, what works on this machine",
        "",
        f"Python               {platform.python_version()} on {platform.system()} {platform.machine()}",
        f"Processor            {os.cpu_count()} cores",
        *(f"{name:<20} {_version(name)}" for name in _PACKAGES),
        "",
        f"Window               {missing or 'can be shown.'}",
        f"3D                   {'not asked.' if missing else gl_probe.probe().sentence}",
        *([] if missing else _fonts()),
        "",
        f"Runs                 {places.runs_folder()}",
        f"Prepared data        {places.cache_folder()}",
        f"Settings             {places.settings_folder()}",
        f"Logs                 {places.log_folder()}",
    ]


def _fonts() -> list[str]:
    from PySide6.QtGui import QGuiApplication

    from workbench import typeface

    app = QGuiApplication.instance() or QGuiApplication([])
    lines = [
        f"{'Typefaces':<20} {typeface.make('body').family()}, {typeface.make('mono').family()}"
    ]
    del app
    return lines


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
