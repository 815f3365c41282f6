"""A made-up language: every text that is looked up comes back in ⟦brackets⟧, so that what was not looked up is seen.

A plugin of pytest (`-p tests.languages.marked`), for it must be there before the first module is imported."""

import sys

from engine import language
from engine.language import Table


class _Marked(dict[str, str]):
    def get(self, text: str, otherwise: object = None) -> str:  # type: ignore[override]
        return f"⟦{text}⟧"


class _Forms(dict[str, tuple[str, ...]]):
    def get(self, text: str, otherwise: object = None) -> tuple[str, ...]:  # type: ignore[override]
        return (f"⟦{text}⟧",)


def speak() -> None:
    """From now on in this process."""
    table = Table(_Marked(), _Forms(), lambda count: 0)
    language.table.cache_clear()
    language.table = lambda: table  # type: ignore[assignment]
    if "engine.words" in sys.modules:
        raise RuntimeError("Words were said before the language was chosen.")


speak()
