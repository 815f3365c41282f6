"""One folded row of Set-up."""

from dataclasses import dataclass

from workbench.forms import Field


@dataclass(frozen=True)
class Section:
    """A title, what it says while folded, and its settings."""

    key: str
    title: str
    note: str
    fields: tuple[Field, ...]
