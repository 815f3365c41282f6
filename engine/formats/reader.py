"""What every reader of a file format is."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from engine.formats.shape import Shape
from engine.registry import Settings as NoSettings


class Reader(ABC):
    """Reads files with certain endings; registered under the kind `format`."""

    Settings = NoSettings
    suffixes: ClassVar[tuple[str, ...]]
    title: str = ""

    def __init__(self, settings: NoSettings) -> None:
        """Every registered class is built from its settings; here there is nothing to set."""
        self.settings = settings

    @abstractmethod
    def read(self, path: Path) -> Shape:
        """What the file holds; Damage, or any error of a library, when it cannot be read."""
