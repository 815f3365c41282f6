"""Which of its forms a language gives to a thing that is counted: by the rules of CLDR, as far as Qt Linguist asks for
a form of each, and in Linguist’s order."""

from collections.abc import Callable

Plural = Callable[[int], int]


def plural_of(code: str) -> Plural:
    """The rule of a language, or of a country’s way of it: which form a number takes. All others: one, and more."""
    return _PLURALS.get(code) or _PLURALS.get(code.partition("_")[0]) or english


def english(count: int) -> int:
    """1, and all others."""
    return int(count != 1)


def _ends_in_one(count: int) -> bool:
    """21 and 101, but not 11."""
    return count % 10 == 1 and count % 100 != 11


def _ends_in_some(count: int) -> bool:
    """2 to 4, 22 to 24, but not 12 to 14."""
    return 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14


def _arabic(count: int) -> int:
    last = count % 100
    return count if count <= 2 else 3 if 3 <= last <= 10 else 4 if last >= 11 else 5


def _baltic(count: int) -> int:
    # Linguist calls Latvian’s last form that of 0; it is that of 10 to 20 and of all tens, too.
    if _ends_in_one(count):
        return 0
    return 2 if count % 10 == 0 or 11 <= count % 100 <= 19 else 1


def _czech(count: int) -> int:
    return 0 if count == 1 else 1 if 2 <= count <= 4 else 2


def _gaelic(count: int) -> int:
    return 0 if count in (1, 11) else 1 if count in (2, 12) else 2 if 3 <= count <= 19 else 3


def _icelandic(count: int) -> int:
    return int(not _ends_in_one(count))


def _irish(count: int) -> int:
    return {1: 0, 2: 1}.get(count, 2)


def _macedonian(count: int) -> int:
    return 0 if _ends_in_one(count) else 1 if count % 10 == 2 else 2


def _maltese(count: int) -> int:
    last = count % 100
    if count == 1:
        return 0
    return 1 if count in (0, 2) or 3 <= last <= 10 else 2 if 11 <= last <= 19 else 3


def _polish(count: int) -> int:
    return 0 if count == 1 else 1 if _ends_in_some(count) else 2


def _romanian(count: int) -> int:
    return 0 if count == 1 else 1 if count == 0 or 1 <= count % 100 <= 19 else 2


def _russian(count: int) -> int:
    return 0 if _ends_in_one(count) else 1 if _ends_in_some(count) else 2


def _slovene(count: int) -> int:
    return {1: 0, 2: 1, 3: 2, 4: 2}.get(count % 100, 3)


def _welsh(count: int) -> int:
    return count if count < 2 else 2 if count <= 5 else 3 if count == 6 else 4


_ALWAYS_ONE_FORM = ("fa", "hu", "id", "ja", "ko", "ms", "my", "th", "tr", "vi", "yo", "zh")
_ZERO_IS_SINGULAR = ("am", "as", "bn", "br", "fr", "gu", "hi", "hy", "kn", "pa", "pt", "ti", "zu")
_PLURALS: dict[str, Plural] = {
    **dict.fromkeys(_ALWAYS_ONE_FORM, lambda count: 0),
    **dict.fromkeys(_ZERO_IS_SINGULAR, lambda count: int(count > 1)),
    "pt_PT": english,
    "ar": _arabic,
    **dict.fromkeys(("lt", "lv"), _baltic),
    **dict.fromkeys(("cs", "sk"), _czech),
    "gd": _gaelic,
    "is": _icelandic,
    "ga": _irish,
    "mk": _macedonian,
    "mt": _maltese,
    "pl": _polish,
    "ro": _romanian,
    **dict.fromkeys(("be", "bs", "hr", "ru", "sr", "uk"), _russian),
    "sl": _slovene,
    "cy": _welsh,
}
