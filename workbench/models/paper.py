"""What the paper printed for a recipe; never our own numbers."""

import tomllib
from functools import cache
from typing import Any

from workbench.models.mix import Lesson
from workbench.paths import resource


def known_right(recipe: str, lessons: tuple[Lesson, ...]) -> float | None:
    """Percent of known clouds named right in the paper's Table 1, None when it has no such row.

    Terms that only steady the net itself do not count: the paper does not list them.
    """
    told = sorted(item.name for item in lessons if item.weight > 0 and item.source != "net")
    for row in _rows():
        if row["recipe"] == recipe and sorted(row["lessons"]) == told:
            return float(row["percent"])
    return None


@cache
def _rows() -> list[dict[str, Any]]:
    text = resource("paper.toml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["known_right"]
    return rows
