"""The one place where whatever goes wrong with a file becomes one sentence that names it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import EngineError, FormatError
from engine.formats.bounded import Damage, plain
from engine.words import say

_OBJECT = re.compile(r" ?<[^<>]* at 0x[0-9a-f]+>")  # libraries name what they hold in their hands


def named(path: Path) -> str:
    """The file's name, fit to stand in a sentence."""
    return f"“{plain(path.name, 80)}”"


@contextmanager
def refusing(path: Path, what: str) -> Iterator[None]:
    """Any error inside is raised as a FormatError; `what` is the plain name of the kind of file."""
    try:
        yield
    except EngineError:
        raise
    except Damage as damage:
        raise FormatError(
            say("{named} was not read: {damage}.", named=named(path), damage=plain(damage, 200))
        ) from None
    except OSError as error:
        why = plain(error.strerror or _OBJECT.sub("", str(error)), 120)
        raise FormatError(say("{named} was not read: {why}.", named=named(path), why=why)) from None
    except Exception as error:  # noqa: BLE001  libraries fail in every way on damaged files
        why = plain(_OBJECT.sub("", f"{type(error).__name__}: {error}"), 120)
        raise FormatError(
            say("{named} is not a whole {what} ({why}).", named=named(path), what=what, why=why)
        ) from None
