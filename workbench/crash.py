"""Nothing fails in silence: crashes leave a file, errors a dialog, Qt's warnings a log line."""

import faulthandler
import logging
import logging.handlers
import sys
import threading
import traceback
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)

_MEGABYTE = 2**20
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_log = logging.getLogger("workbench")


class Reporter(QObject):
    """Gathers errors from every thread; the same one again is counted, not stacked."""

    failed = Signal(str, str)  # sentence, details

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self._dialog: Any = None
        self.failed.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def report(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log an error and, the first time, show it. Safe from any thread."""
        details = "".join(traceback.format_exception(kind, error, trace))
        key = f"{kind.__name__}: {error}"
        self.counts[key] = self.counts.get(key, 0) + 1
        _log.error("%s (%d times)\n%s", key, self.counts[key], details)
        self.failed.emit(key, details)

    def _show(self, key: str, details: str) -> None:
        from workbench.error_dialog import ErrorDialog

        if self._dialog is None:
            self._dialog = ErrorDialog()
        self._dialog.add(key, details, self.counts[key])


def install(folder: Path) -> Reporter:
    """Put all hooks in place; logs and the crash file go to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    _log_to(folder)
    faulthandler.enable(_crash_file(folder))
    reporter = Reporter()

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            reporter.report(kind, error, trace)

    sys.excepthook = hook
    threading.excepthook = lambda args: reporter.report(
        args.exc_type, args.exc_value, args.exc_traceback
    )
    sys.unraisablehook = lambda args: reporter.report(
        args.exc_type, args.exc_value, args.exc_traceback
    )
    qInstallMessageHandler(_qt_message)
    return reporter


def last_crash(folder: Path) -> Path | None:
    """The file a crash left, put aside so that it is spoken of once; None when all went well."""
    path = folder / "crash.log"
    if not path.exists() or path.stat().st_size == 0:
        return None
    when = datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y%m%d-%H%M%S")
    return path.replace(folder / f"crash-{when}.log")


def _crash_file(folder: Path) -> TextIO:
    return (folder / "crash.log").open("a", encoding="utf-8")


def _log_to(folder: Path) -> None:
    handler = logging.handlers.RotatingFileHandler(
        folder / "workbench.log", maxBytes=2 * _MEGABYTE, backupCount=2, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def _qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.WARNING), "%s", message)
