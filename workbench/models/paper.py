"""What the paper printed for a recipe; never our own numbers."""

import tomllib
from collections.abc import Collection
from functools import cache
from typing import Any

from engine.places import resource
from workbench.models.mix import Lesson


def compares(data: str, known: Collection[str]) -> bool:
    """Whether these are the paper's data and known kinds, so that its numbers can stand beside ours."""
    return data == "modelnet" and sorted(known) == sorted(_printed()["kinds"])


def known_right(recipe: str, lessons: tuple[Lesson, ...]) -> float | None:
    """Percent of known clouds named right in the paper, None where it has no such row.

    Terms that only steady the net itself do not count: the paper does not list them.
    """
    told = sorted(item.name for item in lessons if item.weight > 0 and item.source != "net")
    for row in _printed()["known_right"]:
        if row["recipe"] == recipe and sorted(row["lessons"]) == told:
            return float(row["percent"])
    return None


def source() -> str:
    """Which paper it is, and where its numbers stand."""
    return f"“{_printed()['title']}”, {_printed()['place']}"


@cache
def _printed() -> dict[str, Any]:
    return tomllib.loads(resource("paper.toml").read_text(encoding="utf-8"))
