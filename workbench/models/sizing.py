"""Sizes of nets, and what will not do, asked of the engine once for each draft and remembered."""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from engine.experiment import Experiment

Key = tuple[str, str, str]


class Describes(Protocol):
    """What of the desk is needed here."""

    def describe(self, experiment: Experiment, answer: Callable[[dict[str, Any]], None]) -> None:
        """Ask for parameters and multiplications of the net an experiment trains."""


class SizeBook(QObject):
    """Asks one question at a time; `changed` when an answer has come."""

    changed = Signal()

    def __init__(self, desk: Describes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._known: dict[Key, dict[str, Any]] = {}
        self._asking: Key | None = None

    def look_up(self, experiment: Experiment | None) -> dict[str, Any]:
        """The engine's answer about this net; {} while it is not known, and then it is asked."""
        if experiment is None:
            return {}
        key = _key(experiment)
        if key not in self._known and self._asking is None:
            self._asking = key
            self._desk.describe(experiment, lambda answer: self._take(key, answer))
        return self._known.get(key, {})

    def forget_question(self) -> None:
        """Stop waiting: another page may have asked something else meanwhile, and what was amiss may be mended."""
        self._asking = None
        self._known = {key: told for key, told in self._known.items() if "problem" not in told}

    def _take(self, key: Key, answer: dict[str, Any]) -> None:
        self._asking = None
        self._known[key] = answer
        self.changed.emit()


def _key(experiment: Experiment) -> Key:
    net, data = experiment.net.model_dump_json(), experiment.data.model_dump_json()
    return experiment.recipe.model_dump_json(), net, data
