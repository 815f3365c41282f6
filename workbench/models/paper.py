"""What the paper printed for a recipe; never our own numbers."""

from collections.abc import Collection

from engine.compare import paper
from workbench.models.mix import Lesson


def compares(data: str, known: Collection[str]) -> bool:
    """Whether these are the paper's data and known kinds, so that its numbers can stand beside ours."""
    return paper.same_kinds(data, known)


def known_right(recipe: str, lessons: tuple[Lesson, ...]) -> float | None:
    """Percent of known clouds named right in the paper, None where it has no such row.

    Terms that only steady the net itself do not count: the paper does not list them.
    """
    told = sorted(item.name for item in lessons if item.weight > 0 and item.source != "net")
    for row in paper.table_1():
        if row.recipe == recipe and sorted(row.lessons) == told:
            return row.percent["acc_known_no_threshold"]
    return None


def source() -> str:
    """Which paper it is, and where its numbers stand."""
    return f"“{paper.printed()['title']}”, {paper.printed()['place']}"
