"""How well a student answers as its teacher of pictures does, in the words that lists, pages and reports share."""

from collections.abc import Mapping
from typing import Any


def aligned(results: Mapping[str, Any]) -> bool:
    """Whether these are results of a run that learnt from pictures: pairs were tested, no kinds were named."""
    return "pairs" in results


def explained(results: Mapping[str, Any]) -> str:
    """“explains 42 % of what the picture’s teacher says”; empty where nothing was measured."""
    if "r2" in results:
        return f"explains {share_of(results['r2'])} of what the picture’s teacher says"
    if "reconstruction" in results:
        return f"guesses hidden patches, error {results['reconstruction']:.4f}"
    return ""


def share_of(r2: float) -> str:
    """R² in words: “42 %”, or “next to nothing” where the mean of all answers would do as well."""
    return f"{100 * r2:.0f} %" if r2 >= 0.005 else "next to nothing"


def worded(name: str) -> str:
    """A figure of the words: “right/kind” is “with the right word for the kind”."""
    whose, _, slot = name.partition("/")
    if not slot:
        return "sentences word for word the teacher’s"
    return f"with {'the teacher’s' if whose == 'as_teacher' else 'the right'} word for the {slot}"
